// The dataset catalogue for C++: what catalogue.json lists, read and checked.
// Must not know Lockstep: values come as standard containers, in row-major order.
#pragma once

#include <complex>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace lockstep::datasets {

// Values in the widest type of their kind; `bool`s are bytes of 0 and 1, dates are texts.
using Values = std::variant<std::vector<uint8_t>, std::vector<int64_t>, std::vector<double>,
                            std::vector<std::complex<double>>, std::vector<std::string>>;

struct Array {
    std::string name;                 // "a", "b", ...
    std::vector<int64_t> shape;
    std::vector<std::string> dtypes;  // NumPy's names of the dtypes it is used in; the first is the default
    Values values;                    // of the kind of the first dtype

    int64_t size() const;
    // The values as T, which must be of the same kind or a wider one (uint8_t stands for bool).
    template <class T>
    std::vector<T> as() const;
};

struct Dataset {
    std::string id, format;
    std::vector<std::string> coverage;
    std::vector<Array> arrays;
    std::map<std::string, std::string> parameters;  // numbers and lists as JSON text, texts as they are

    const Array& operator[](const std::string& name) const;  // throws LoadError
};

// A file is missing, malformed, or does not hold what the catalogue says; the text names file, place and what was expected.
struct LoadError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// All datasets of the catalogue in `folder`, in its order.
std::vector<Dataset> load_all(const std::filesystem::path& folder);
Dataset load(const std::filesystem::path& folder, const std::string& id);

template <class T>
std::vector<T> Array::as() const {
    return std::visit(
        [this](const auto& from) -> std::vector<T> {
            using From = typename std::decay_t<decltype(from)>::value_type;
            if constexpr (std::is_constructible_v<T, From> &&
                          std::is_same_v<T, std::string> == std::is_same_v<From, std::string>) {
                std::vector<T> to;
                to.reserve(from.size());
                for (const From& value : from) to.push_back(static_cast<T>(value));
                return to;
            } else {
                throw LoadError("array " + name + " (" + dtypes.front() + ") has no values of the type asked for");
            }
        },
        values);
}

}  // namespace lockstep::datasets
