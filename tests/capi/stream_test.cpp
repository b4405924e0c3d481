// Streams and events on the CPU: what a program written for a GPU does with them must work there, too.
// Must not know the library's inside.
#include "handle.h"

TEST(Stream, life_and_use) {
    ls_stream* s = nullptr;
    ASSERT_EQ(ls_stream_new("cpu", &s), LS_OK) << ls_last_error();
    ASSERT_EQ(ls_stream_set_current(s), LS_OK);
    Handle x{{1, 2, 3}};
    ls_array* y = nullptr;
    ASSERT_EQ(ls_add(x, x, nullptr, &y), LS_OK);
    bool done = false;
    EXPECT_EQ(ls_stream_query(s, &done), LS_OK);
    EXPECT_TRUE(done);
    EXPECT_EQ(ls_stream_synchronize(s), LS_OK);
    EXPECT_EQ(doubles(y), (std::vector<double>{2, 4, 6}));
    ls_array_free(&y);
    EXPECT_EQ(ls_stream_free(&s), LS_OK);  // while it is current
    EXPECT_EQ(s, nullptr);
    EXPECT_EQ(ls_stream_free(&s), LS_OK);
    ASSERT_EQ(ls_add(x, x, nullptr, &y), LS_OK);
    ls_array_free(&y);
    EXPECT_EQ(ls_stream_reset_current("cpu"), LS_OK);
}

TEST(Stream, as_many_as_promised) {
    std::vector<ls_stream*> streams;
    ls_status status = LS_OK;
    while (streams.size() < 100) {
        ls_stream* s = nullptr;
        status = ls_stream_new("cpu", &s);
        if (status != LS_OK) break;
        streams.push_back(s);
    }
    EXPECT_EQ(status, LS_OUT_OF_MEMORY);
    EXPECT_GE(streams.size(), 60u);
    for (ls_stream*& s : streams) EXPECT_EQ(ls_stream_free(&s), LS_OK);
    ls_stream* again = nullptr;
    EXPECT_EQ(ls_stream_new("cpu", &again), LS_OK) << ls_last_error();
    ls_stream_free(&again);
}

TEST(Stream, events_mark_time) {
    ls_event *start = nullptr, *end = nullptr;
    ASSERT_EQ(ls_event_new("cpu", &start), LS_OK);
    ASSERT_EQ(ls_event_new("cpu", &end), LS_OK);
    double milliseconds = -1;
    EXPECT_EQ(ls_event_elapsed(start, end, &milliseconds), LS_VALUE_ERROR);  // never recorded
    bool done = false;
    EXPECT_EQ(ls_event_query(start, &done), LS_OK);
    EXPECT_TRUE(done);
    EXPECT_EQ(ls_event_record(start, nullptr), LS_OK);
    Handle x(std::vector<double>(100000, 1.5));
    ls_array* y = nullptr;
    ASSERT_EQ(ls_exp(x, nullptr, &y), LS_OK);
    ls_array_free(&y);
    EXPECT_EQ(ls_event_record(end, nullptr), LS_OK);
    EXPECT_EQ(ls_event_synchronize(end), LS_OK);
    EXPECT_EQ(ls_event_elapsed(start, end, &milliseconds), LS_OK);
    EXPECT_GT(milliseconds, 0);
    ls_stream* s = nullptr;
    ASSERT_EQ(ls_stream_new("cpu", &s), LS_OK);
    EXPECT_EQ(ls_stream_wait_event(s, end), LS_OK);
    ls_stream_free(&s);
    EXPECT_EQ(ls_event_free(&start), LS_OK);
    EXPECT_EQ(ls_event_free(&end), LS_OK);
}
