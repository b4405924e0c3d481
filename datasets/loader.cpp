// Reads catalogue.json and the JSON, CSV and npy files it names. Every file is untrusted input.
// Must not know what the datasets are for.
#include "datasets/loader.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

namespace lockstep::datasets {
namespace {

using Json = nlohmann::json;
constexpr std::uintmax_t max_bytes = 64 << 20;
constexpr size_t max_ndim = 64;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what) {
    throw LoadError(file.string() + ": " + what);
}

std::string read(const std::filesystem::path& file) {
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(file, failed);
    if (failed) refuse(file, "cannot be read: " + failed.message());
    if (bytes > max_bytes) refuse(file, "is larger than 64 MiB");
    std::ifstream stream(file, std::ios::binary);
    std::string text(bytes, '\0');
    if (!stream.read(text.data(), static_cast<std::streamsize>(bytes))) refuse(file, "cannot be read to its end");
    return text;
}

Json parse(const std::filesystem::path& file) {
    try {
        return Json::parse(read(file));
    } catch (const Json::exception& error) {
        refuse(file, std::string("is not JSON: ") + error.what());
    }
}

enum class Kind { boolean, integer, real, complex, text };

Kind kind_of(const std::filesystem::path& file, const std::string& dtype) {
    static const std::map<std::string, Kind> kinds = {
        {"bool", Kind::boolean},       {"int8", Kind::integer},      {"int16", Kind::integer},
        {"int32", Kind::integer},      {"int64", Kind::integer},     {"uint8", Kind::integer},
        {"uint16", Kind::integer},     {"uint32", Kind::integer},    {"uint64", Kind::integer},
        {"float16", Kind::real},       {"float32", Kind::real},      {"float64", Kind::real},
        {"complex64", Kind::complex},  {"complex128", Kind::complex}, {"str", Kind::text},
        {"datetime64[D]", Kind::text},
    };
    const auto found = kinds.find(dtype);
    if (found == kinds.end()) refuse(file, "unknown dtype \"" + dtype + "\"");
    return found->second;
}

// JSON has no NaN and no infinities: they are written as texts.
double real(const std::filesystem::path& file, const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (value == "Infinity") return std::numeric_limits<double>::infinity();
    if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
    refuse(file, "expected a number, \"NaN\", \"Infinity\" or \"-Infinity\", got " + value.dump());
}

// Walks nested lists: fixes the shape on the first way down, then checks every list against it.
struct Nested {
    const std::filesystem::path& file;
    const std::string& name;
    bool pairs;  // the innermost lists are [real, imaginary]
    std::vector<int64_t> shape = {};
    std::vector<const Json*> leaves = {};

    bool is_leaf(const Json& node) const {
        if (!node.is_array()) return true;
        return pairs && node.size() == 2 && !node[0].is_array() && !node[1].is_array();
    }
    void measure(const Json& node) {
        if (is_leaf(node)) return;
        if (shape.size() == max_ndim) refuse(file, name + ": more than 64 dimensions");
        shape.push_back(static_cast<int64_t>(node.size()));
        if (!node.empty()) measure(node[0]);
    }
    void collect(const Json& node, size_t depth) {
        if (depth == shape.size()) {
            if (!is_leaf(node)) refuse(file, name + ": lists are nested deeper in one place than in another");
            leaves.push_back(&node);
            return;
        }
        if (!node.is_array() || static_cast<int64_t>(node.size()) != shape[depth])
            refuse(file, name + ": expected a list of " + std::to_string(shape[depth]) + " at depth " +
                             std::to_string(depth) + ", got " + node.dump());
        for (const Json& child : node) collect(child, depth + 1);
    }
};

template <class T, class Convert>
std::vector<T> convert(const std::vector<const Json*>& leaves, Convert one) {
    std::vector<T> values;
    values.reserve(leaves.size());
    for (const Json* leaf : leaves) values.push_back(one(*leaf));
    return values;
}

void fill_from_json(const std::filesystem::path& file, const Json& data, Array& array) {
    const Kind kind = kind_of(file, array.dtypes.front());
    Nested nested{file, array.name, kind == Kind::complex};
    nested.measure(data);
    nested.collect(data, 0);
    array.shape = nested.shape;
    const auto expect = [&](bool right, const char* what, const Json& got) {
        if (!right) refuse(file, array.name + ": expected " + what + ", got " + got.dump());
    };
    switch (kind) {
        case Kind::boolean:
            array.values = convert<uint8_t>(nested.leaves, [&](const Json& leaf) {
                expect(leaf.is_boolean(), "true or false", leaf);
                return static_cast<uint8_t>(leaf.get<bool>());
            });
            break;
        case Kind::integer:
            array.values = convert<int64_t>(nested.leaves, [&](const Json& leaf) {
                expect(leaf.is_number_integer(), "an integer", leaf);
                return leaf.get<int64_t>();
            });
            break;
        case Kind::real:
            array.values = convert<double>(nested.leaves, [&](const Json& leaf) { return real(file, leaf); });
            break;
        case Kind::complex:
            array.values = convert<std::complex<double>>(nested.leaves, [&](const Json& leaf) {
                expect(leaf.is_array() && leaf.size() == 2, "a pair [real, imaginary]", leaf);
                return std::complex<double>(real(file, leaf[0]), real(file, leaf[1]));
            });
            break;
        case Kind::text:
            array.values = convert<std::string>(nested.leaves, [&](const Json& leaf) {
                expect(leaf.is_string(), "a text", leaf);
                return leaf.get<std::string>();
            });
            break;
    }
}

void fill_from_csv(const std::filesystem::path& file, Array& array) {
    std::vector<double> values;
    int64_t rows = 0, columns = -1;
    std::istringstream text(read(file));
    for (std::string line; std::getline(text, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) continue;
        if (line.back() == ',') refuse(file, "row " + std::to_string(rows + 1) + ": ends with a comma");
        int64_t cells = 0;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) {
            size_t used = 0;
            try {
                values.push_back(std::stod(cell, &used));
            } catch (const std::exception&) {
                used = std::string::npos;
            }
            if (used != cell.size()) refuse(file, "row " + std::to_string(rows + 1) + ": \"" + cell + "\" is no number");
            ++cells;
        }
        if (columns < 0) columns = cells;
        if (cells != columns)
            refuse(file, "row " + std::to_string(rows + 1) + ": expected " + std::to_string(columns) + " cells, got " +
                             std::to_string(cells));
        ++rows;
    }
    if (rows == 0) refuse(file, "holds no rows");
    array.shape = {rows, columns};
    array.values = std::move(values);
}

// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html; here little-endian float64, C order.
void fill_from_npy(const std::filesystem::path& file, Array& array) {
    const std::string bytes = read(file);
    if (bytes.size() < 10 || bytes.compare(0, 6, "\x93NUMPY") != 0) refuse(file, "is not an npy file");
    if (bytes[6] != 1) refuse(file, "expected npy version 1, got " + std::to_string(int(bytes[6])));
    const size_t header_size = static_cast<uint8_t>(bytes[8]) + 256u * static_cast<uint8_t>(bytes[9]);
    if (bytes.size() < 10 + header_size) refuse(file, "ends within its header");
    const std::string header = bytes.substr(10, header_size);
    if (header.find("'descr': '<f8'") == std::string::npos) refuse(file, "expected dtype '<f8', header: " + header);
    if (header.find("'fortran_order': False") == std::string::npos) refuse(file, "expected C order, header: " + header);
    const size_t open = header.find("'shape': ("), close = header.find(')', open);
    if (open == std::string::npos || close == std::string::npos) refuse(file, "no shape, header: " + header);
    uint64_t size = 1;
    std::istringstream dims(header.substr(open + 10, close - open - 10));
    for (std::string dim; std::getline(dims, dim, ',');) {
        const size_t digit = dim.find_first_not_of(' ');
        if (digit == std::string::npos) continue;
        if (dim.find_first_not_of("0123456789", digit) != std::string::npos || dim.size() - digit > 9)
            refuse(file, "bad dimension \"" + dim + "\" in its shape");
        array.shape.push_back(std::stoll(dim.substr(digit)));
        size *= static_cast<uint64_t>(array.shape.back());
        if (size > max_bytes) refuse(file, "its shape is larger than 64 MiB");
    }
    if (bytes.size() - 10 - header_size != size * sizeof(double))
        refuse(file, "expected " + std::to_string(size) + " values of 8 bytes after the header, got " +
                         std::to_string(bytes.size() - 10 - header_size) + " bytes");
    std::vector<double> values(size);
    std::memcpy(values.data(), bytes.data() + 10 + header_size, size * sizeof(double));
    array.values = std::move(values);
}

// A plain file name: the catalogue must not lead out of its folder.
std::filesystem::path file_in(const std::filesystem::path& folder, const std::filesystem::path& catalogue,
                              const std::string& name) {
    if (name.empty() || name.find_first_of("/\\") != std::string::npos || name.front() == '.')
        refuse(catalogue, "\"" + name + "\" is not a plain file name");
    return folder / name;
}

Dataset read_entry(const std::filesystem::path& folder, const std::filesystem::path& catalogue, const Json& entry) {
    Dataset dataset;
    entry.at("id").get_to(dataset.id);
    entry.at("format").get_to(dataset.format);
    entry.at("coverage").get_to(dataset.coverage);
    const auto file = file_in(folder, catalogue, entry.at("file").get<std::string>());
    if (entry.contains("parameters"))
        for (const auto& [key, value] : entry["parameters"].items())
            dataset.parameters[key] = value.is_string() ? value.get<std::string>() : value.dump();
    const bool json = dataset.format == "json";
    const Json content = json ? parse(file) : Json();
    if (json && content.at("id") != dataset.id) refuse(file, "holds id " + content.at("id").dump());
    for (const auto& [name, dtypes] : entry.at("arrays").items()) {
        Array array;
        array.name = name;
        dtypes.get_to(array.dtypes);
        if (array.dtypes.empty()) refuse(catalogue, dataset.id + "." + name + " has no dtype");
        for (const std::string& dtype : array.dtypes) kind_of(catalogue, dtype);
        if (json)
            fill_from_json(file, content.at("arrays").at(name), array);
        else if (dataset.format == "csv")
            fill_from_csv(file, array);
        else if (dataset.format == "npy")
            fill_from_npy(file, array);
        else
            refuse(catalogue, dataset.id + ": unknown format \"" + dataset.format + "\"");
        dataset.arrays.push_back(std::move(array));
    }
    return dataset;
}

}  // namespace

int64_t Array::size() const { return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()); }

const Array& Dataset::operator[](const std::string& name) const {
    const auto found = std::ranges::find(arrays, name, &Array::name);
    if (found == arrays.end()) throw LoadError(id + " has no array \"" + name + "\"");
    return *found;
}

std::vector<Dataset> load_all(const std::filesystem::path& folder) {
    const auto catalogue = folder / "catalogue.json";
    const Json content = parse(catalogue);
    std::vector<Dataset> datasets;
    std::string place = "its head";
    try {
        if (content.at("version") != 1) refuse(catalogue, "expected version 1, got " + content.at("version").dump());
        for (const Json& entry : content.at("datasets")) {
            place = "entry " + std::to_string(datasets.size() + 1);
            datasets.push_back(read_entry(folder, catalogue, entry));
        }
    } catch (const Json::exception& error) {
        refuse(catalogue, place + ": " + error.what());
    }
    return datasets;
}

Dataset load(const std::filesystem::path& folder, const std::string& id) {
    std::vector<Dataset> datasets = load_all(folder);
    const auto found = std::ranges::find(datasets, id, &Dataset::id);
    if (found == datasets.end()) refuse(folder / "catalogue.json", "lists no dataset \"" + id + "\"");
    return std::move(*found);
}

}  // namespace lockstep::datasets
