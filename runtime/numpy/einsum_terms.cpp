// Reading subscripts: operands separated by commas, letters, ellipses, spaces, an arrow before the result's
// labels. Must not know how terms are multiplied. Source of the rules: numpy/_core/src/multiarray/einsum.cpp
// of NumPy 2.4.
#include "runtime/numpy/einsum_terms.h"

#include <algorithm>
#include <cstring>

#include "runtime/array/error.h"

namespace lockstep::numpy {
namespace {

constexpr unsigned char kEllipsis = '.';
constexpr size_t kMostOperands = 63;  // NumPy's

// The characters of one term, an ellipsis as one of them.
struct Text {
    int length = 0;
    unsigned char character[kMaxDims + 1];
    bool ellipsis = false;
    int letters() const { return length - ellipsis; }
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Reads one term from `s` on, up to a comma, an arrow or the end.
const char* read_term(const char* s, Text& text, const char* what) {
    for (; *s && *s != ',' && *s != '-' && *s != '>'; ++s) {
        if (*s == ' ') continue;
        if (text.length > kMaxDims) fail(Status::value_error, "subscripts: too many labels for %s", what);
        if (is_letter(*s)) {
            text.character[text.length++] = static_cast<unsigned char>(*s);
        } else if (*s == '.') {
            if (text.ellipsis || s[1] != '.' || s[2] != '.')
                fail(Status::value_error, "subscripts: a '.' that is not part of the one ellipsis of %s",
                     what);
            text.ellipsis = true;
            text.character[text.length++] = kEllipsis;
            s += 2;
        } else {
            fail(Status::value_error, "subscripts: expected letters, got character %d", *s);
        }
    }
    return s;
}

struct Parsed {
    std::vector<Text> operands;
    Text result;
    bool explicit_result = false;
};

Parsed read(const char* s, size_t operands) {
    Parsed p;
    p.operands.reserve(operands);
    while (true) {
        Text& text = p.operands.emplace_back();
        s = read_term(s, text, "an operand");
        if (*s != ',') break;
        ++s;
        if (p.operands.size() > kMostOperands) break;
    }
    if (p.operands.size() != operands)
        fail(Status::value_error, "operands: expected one for each of %zu terms, got %zu", p.operands.size(),
             operands);
    if (*s == '\0') return p;
    if (s[0] != '-' || s[1] != '>')
        fail(Status::value_error, "subscripts: expected '->' before the result's labels");
    p.explicit_result = true;
    s = read_term(s + 2, p.result, "the result");
    if (*s) fail(Status::value_error, "subscripts: character '%c' among the result's labels", *s);
    return p;
}

// How many axes the ellipsis of an operand stands for.
int axes_of_ellipsis(const Text& text, const Array& a, size_t operand) {
    const int rest = a.ndim() - text.letters();
    if (rest < 0)
        fail(Status::value_error, "subscripts: too many labels for operand %zu of %d dimensions", operand,
             a.ndim());
    if (rest > 0 && !text.ellipsis)
        fail(Status::value_error, "subscripts: operand %zu has %d dimensions more than labels, and no '...'",
             operand, rest);
    return rest;
}

// From characters to numbers of labels.
struct Numbers {
    int broadcast = 0;  // the axes of ellipses, aligned at their end
    int number[128];
    int uses[128] = {};

    void letters(const Parsed& p, EinsumTerms& terms) {
        for (const Text& text : p.operands)
            for (int i = 0; i < text.length; ++i) ++uses[text.character[i]];
        uses[kEllipsis] = 0;
        terms.count = broadcast;
        std::fill_n(terms.letter, kMaxLabels, static_cast<unsigned char>(0));
        for (int c = 'A'; c <= 'z'; ++c) {
            if (!uses[c]) continue;
            if (terms.count == kMaxLabels)
                fail(Status::value_error, "subscripts: more than %d labels", kMaxLabels);
            terms.letter[terms.count] = static_cast<unsigned char>(c);
            number[c] = terms.count++;
        }
    }
    EinsumTerm term(const Text& text, int ellipsis) const {
        EinsumTerm t;
        for (int i = 0; i < text.length; ++i) {
            if (text.character[i] != kEllipsis)
                t.push_back(number[text.character[i]]);
            else
                for (int e = broadcast - ellipsis; e < broadcast; ++e) t.push_back(e);
        }
        return t;
    }
};

void implicit_result(const Numbers& numbers, EinsumTerms& terms) {
    for (int l = 0; l < terms.count; ++l)
        if (l < numbers.broadcast || numbers.uses[terms.letter[l]] == 1) terms.result.push_back(l);
}

void check_result(const Text& text, const Numbers& numbers) {
    if (numbers.broadcast && !text.ellipsis)
        fail(Status::value_error,
             "subscripts: the operands' ellipses have %d axes, and the result has no '...'",
             numbers.broadcast);
    bool seen[128] = {};
    for (int i = 0; i < text.length; ++i) {
        const unsigned char c = text.character[i];
        if (c == kEllipsis) continue;
        if (!numbers.uses[c])
            fail(Status::value_error, "subscripts: the result's label '%c' is in no operand", c);
        if (seen[c]) fail(Status::value_error, "subscripts: the result has label '%c' twice", c);
        seen[c] = true;
    }
}

void set_sizes(EinsumTerms& terms, std::span<const Array* const> operands) {
    std::fill_n(terms.size, kMaxLabels, int64_t{1});
    for (size_t k = 0; k < operands.size(); ++k) {
        const EinsumTerm& term = terms.operands[k];
        int64_t own[kMaxLabels];
        Labels seen = 0;
        for (int i = 0; i < term.ndim; ++i) {
            const int l = term.label[i];
            const int64_t n = operands[k]->shape[i];
            if ((seen >> l & 1) && own[l] != n)
                fail(Status::value_error, "operands[%zu]: a repeated label has sizes %lld and %lld", k,
                     static_cast<long long>(own[l]), static_cast<long long>(n));
            seen |= Labels{1} << l;
            own[l] = n;
            if (terms.size[l] == 1)
                terms.size[l] = n;
            else if (n != 1 && n != terms.size[l])
                fail(Status::value_error,
                     "operands[%zu]: expected size %lld in axis %d, as in another operand, got %lld", k,
                     static_cast<long long>(terms.size[l]), i, static_cast<long long>(n));
        }
    }
}

}  // namespace

double EinsumTerms::elements(Labels labels) const {
    double n = 1;
    for (int l = 0; l < count; ++l)
        if (labels >> l & 1) n *= static_cast<double>(size[l]);
    return n;
}

EinsumTerms einsum_terms(const char* subscripts, std::span<const Array* const> operands) {
    if (operands.empty()) fail(Status::value_error, "operands: expected at least one");
    if (operands.size() > kMostOperands)
        fail(Status::value_error, "operands: expected at most %zu, got %zu", kMostOperands, operands.size());
    const Parsed parsed = read(subscripts, operands.size());
    Numbers numbers;
    int ellipsis[kMostOperands];
    for (size_t k = 0; k < operands.size(); ++k) {
        ellipsis[k] = axes_of_ellipsis(parsed.operands[k], *operands[k], k);
        numbers.broadcast = std::max(numbers.broadcast, ellipsis[k]);
    }
    EinsumTerms terms;
    numbers.letters(parsed, terms);
    terms.operands.reserve(operands.size());
    for (size_t k = 0; k < operands.size(); ++k)
        terms.operands.push_back(numbers.term(parsed.operands[k], ellipsis[k]));
    if (!parsed.explicit_result) {
        implicit_result(numbers, terms);
    } else {
        check_result(parsed.result, numbers);
        terms.result = numbers.term(parsed.result, numbers.broadcast);
    }
    set_sizes(terms, operands);
    return terms;
}

}  // namespace lockstep::numpy
