// The C++ loader: all 14 datasets with their values, shapes and dtypes, and a clear refusal of every damaged file.
// Must not know Lockstep.
#include "datasets/loader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

namespace lockstep::datasets {
namespace {

const std::filesystem::path folder = LOCKSTEP_DATASETS;

template <class T>
void expect_array(const Dataset& dataset, const char* name, std::vector<int64_t> shape, const std::string& dtype,
                  const std::vector<T>& values) {
    SCOPED_TRACE(dataset.id + "." + name);
    const Array& array = dataset[name];
    EXPECT_EQ(array.shape, shape);
    EXPECT_EQ(array.dtypes.front(), dtype);
    EXPECT_EQ(array.size(), static_cast<int64_t>(values.size()));
    EXPECT_EQ(array.as<T>(), values);
}

TEST(Datasets, CatalogueListsAllFourteen) {
    std::vector<std::string> ids;
    for (const Dataset& dataset : load_all(folder)) {
        ids.push_back(dataset.id);
        EXPECT_FALSE(dataset.coverage.empty()) << dataset.id;
        for (const Array& array : dataset.arrays)
            EXPECT_EQ(std::visit([](const auto& v) { return static_cast<int64_t>(v.size()); }, array.values), array.size())
                << dataset.id << "." << array.name;
    }
    EXPECT_EQ(ids, (std::vector<std::string>{"DS-ARRAY-1", "DS-ARRAY-2", "DS-ARRAY-3", "DS-ARRAY-4", "DS-ARRAY-5",
                                             "DS-ARRAY-6", "DS-ARRAY-7", "DS-ARRAY-8", "DS-ARRAY-9", "DS-ARRAY-10",
                                             "DS-ARRAY-11", "DS-ARRAY-12", "DS-RAND-1", "DS-IO-1"}));
}

TEST(Datasets, NumericValues) {
    using std::vector;
    expect_array(load(folder, "DS-ARRAY-1"), "a", {7}, "float32", vector<float>{0, 1, -2, 3, 4, -5, 6});
    expect_array(load(folder, "DS-ARRAY-2"), "a", {2, 3}, "float32", vector<float>{1, 2, 3, 4, 5, 6});
    expect_array(load(folder, "DS-ARRAY-4"), "a", {5}, "bool", vector<uint8_t>{1, 0, 1, 0, 1});
    expect_array(load(folder, "DS-ARRAY-8"), "a", {7}, "int64", vector<int64_t>{1, 1, 2, 3, 5, 8, 13});
    expect_array(load(folder, "DS-ARRAY-9"), "A", {4}, "int64", vector<int64_t>{1, 2, 3, 4});
    expect_array(load(folder, "DS-ARRAY-9"), "B", {4}, "int64", vector<int64_t>{3, 4, 5, 6});
    expect_array(load(folder, "DS-ARRAY-10"), "A", {2, 2}, "float64", vector<double>{3, 1, 1, 2});
    expect_array(load(folder, "DS-ARRAY-10"), "b", {2}, "float64", vector<double>{9, 8});
    expect_array(load(folder, "DS-ARRAY-10"), "solution", {2}, "float64", vector<double>{2, 3});
    expect_array(load(folder, "DS-ARRAY-12"), "p", {3}, "float64", vector<double>{1, -2, 3});
    expect_array(load(folder, "DS-IO-1"), "a", {3, 3}, "float64", vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9});
    expect_array(load(folder, "DS-ARRAY-7"), "a", {3}, "complex128",
                 vector<std::complex<double>>{{1, 2}, {-3, 0.5}, {0, -1}});
}

TEST(Datasets, SpecialValuesTextsAndParameters) {
    const auto special = load(folder, "DS-ARRAY-3")["a"].as<double>();
    ASSERT_EQ(special.size(), 6u);
    EXPECT_EQ(special[1], -1.5);
    EXPECT_EQ(special[2], 2.25);
    EXPECT_TRUE(std::isnan(special[3]));
    EXPECT_EQ(special[4], std::numeric_limits<double>::infinity());
    EXPECT_EQ(special[5], -std::numeric_limits<double>::infinity());
    expect_array(load(folder, "DS-ARRAY-5"), "a", {4}, "str", std::vector<std::string>{"alpha", "Beta", "gamma", ""});
    expect_array(load(folder, "DS-ARRAY-6"), "a", {3}, "datetime64[D]",
                 std::vector<std::string>{"2024-01-01", "2024-06-30", "2025-01-01"});
    EXPECT_EQ(load(folder, "DS-RAND-1").parameters.at("seed"), "1234");
    EXPECT_EQ(load(folder, "DS-RAND-1").parameters.at("size"), "10");

    const Dataset sine = load(folder, "DS-ARRAY-11");
    EXPECT_EQ(sine["a"].shape, (std::vector<int64_t>{64}));
    EXPECT_EQ(sine.parameters.at("sampling_rate_hz"), "64");
    const auto samples = sine["a"].as<double>();
    for (int i = 0; i < 64; ++i) EXPECT_NEAR(samples[i], std::sin(2 * M_PI * i / 64), 4e-16) << i;
}

TEST(Datasets, WrongKindIsRefused) {
    EXPECT_THROW(load(folder, "DS-ARRAY-5")["a"].as<double>(), LoadError);
    EXPECT_THROW(load(folder, "DS-ARRAY-7")["a"].as<double>(), LoadError);
    EXPECT_THROW(load(folder, "DS-ARRAY-1")["b"], LoadError);
    EXPECT_THROW(load(folder, "DS-ARRAY-99"), LoadError);
    EXPECT_THROW(load_all(folder / "absent"), LoadError);
}

// A folder with one dataset whose file holds `content`; the error must mention `expected`.
void expect_refusal(const std::string& format, const std::string& dtype, const std::string& content,
                    const std::string& expected, const std::string& file_name = "DS-X") {
    SCOPED_TRACE(format + ": " + content.substr(0, 60));
    const auto scratch = std::filesystem::path(testing::TempDir()) / "lockstep_damaged_dataset";
    std::filesystem::create_directories(scratch);
    std::ofstream(scratch / "DS-X", std::ios::binary) << content;
    std::ofstream(scratch / "catalogue.json")
        << R"({"version": 1, "datasets": [{"id": "DS-X", "file": ")" << file_name << R"(", "format": ")" << format
        << R"(", "coverage": ["none"], "arrays": {"a": [")" << dtype << R"("]}}]})";
    try {
        load_all(scratch);
        ADD_FAILURE() << "was accepted";
    } catch (const LoadError& error) {
        EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
    }
    std::filesystem::remove_all(scratch);
}

std::string npy(const std::string& header, const std::string& data) {
    return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + data;
}

TEST(Datasets, DamagedFilesAreRefused) {
    const auto json = [](const std::string& data) { return R"({"id": "DS-X", "arrays": {"a": )" + data + "}}"; };
    expect_refusal("json", "int64", "{", "is not JSON");
    expect_refusal("json", "int64", R"({"id": "DS-Y", "arrays": {"a": [1]}})", "holds id");
    expect_refusal("json", "int64", R"({"id": "DS-X", "arrays": {}})", "entry 1");
    expect_refusal("json", "int64", "[]", "entry 1");
    expect_refusal("json", "int64", json("[1.5]"), "expected an integer, got 1.5");
    expect_refusal("json", "int64", json("[[1, 2], [3]]"), "expected a list of 2 at depth 1");
    expect_refusal("json", "int64", json("[1, [2]]"), "deeper");
    expect_refusal("json", "float64", json(R"(["nan"])"), "expected a number");
    expect_refusal("json", "bool", json("[1]"), "expected true or false");
    expect_refusal("json", "complex128", json("[1, 2, 3]"), "expected a pair");
    expect_refusal("json", "quad", json("[1]"), "unknown dtype");
    expect_refusal("json", "int64", json(std::string(70, '[') + std::string(70, ']')), "more than 64 dimensions");
    expect_refusal("xml", "int64", "", "unknown format");
    expect_refusal("csv", "float64", "1,2\n3\n", "row 2: expected 2 cells, got 1");
    expect_refusal("csv", "float64", "1,x\n", "\"x\" is no number");
    expect_refusal("csv", "float64", "1,\n", "ends with a comma");
    expect_refusal("csv", "float64", "", "holds no rows");
    expect_refusal("npy", "float64", "1,2", "is not an npy file");
    expect_refusal("npy", "float64", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "1234"), "<f8");
    expect_refusal("npy", "float64", npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }", "12345678"), "C order");
    expect_refusal("npy", "float64", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "12345678"),
                   "expected 2 values");
    expect_refusal("npy", "float64", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", ""), "bad dimension");
    expect_refusal("npy", "float64", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999,99999999), }", ""),
                   "larger than 64 MiB");
    expect_refusal("npy", "float64", std::string("\x93NUMPY\x01\x00\xff\xff", 10), "ends within its header");
    expect_refusal("json", "int64", json("[1]"), "not a plain file name", "../DS-X");
    expect_refusal("json", "int64", json("[1]"), "cannot be read", "absent");
}

}  // namespace
}  // namespace lockstep::datasets
