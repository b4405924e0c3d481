// The table and the scalar headers agree on which operations have a rare lane: an unguarded common function would be wrong
// for the inputs it leaves to the other. Must not know what the functions compute.
#include <gtest/gtest.h>

#include <string_view>

namespace {

bool has_rare_lane(std::string_view wanted) {
    bool found = false;
#define LS_UFUNC(number, name, inputs, loops, rule, identity, family, rare, ...) found |= wanted == #name && rare != 0;
#define LS_PRIMITIVE_OP LS_UFUNC
#include "runtime/tables/ops.def"
#undef LS_UFUNC
#undef LS_PRIMITIVE_OP
    return found;
}

TEST(ScalarLanes, TableNamesEveryFunctionThatHasOne) {
    for (const char* name : {"log", "sin", "cos", "floor_divide", "remainder"}) EXPECT_TRUE(has_rare_lane(name)) << name;
    for (const char* name : {"exp", "power", "add"}) EXPECT_FALSE(has_rare_lane(name)) << name;
}

}  // namespace
