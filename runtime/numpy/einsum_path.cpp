// Greedy and optimal orders of contraction.
// Must not know arrays' elements. Source of the costs and of ties: numpy/_core/einsumfunc.py of NumPy 2.4.
#include "runtime/numpy/einsum_path.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

using Sets = std::vector<Labels>;

// What contracting some terms leaves, and its costs.
struct Cost {
    Labels result;
    double size;  // of the result
    double operations;
};

// Labels that the result keeps: those of other terms and of the whole's result.
Labels others(const Sets& sets, Labels whole, int i, int j) {
    Labels rest = whole;
    for (int k = 0; k < static_cast<int>(sets.size()); ++k)
        if (k != i && k != j) rest |= sets[static_cast<size_t>(k)];
    return rest;
}

class Search {
  public:
    Search(const EinsumTerms& terms, double memory_limit) : terms_(terms), limit_(memory_limit) {}

    Cost pair(const Sets& sets, int i, int j) const {
        const Labels all = sets[static_cast<size_t>(i)] | sets[static_cast<size_t>(j)];
        const Labels kept = others(sets, terms_.result.labels, i, j) & all;
        return {kept, terms_.elements(kept), operations(all, all != kept, 2)};
    }
    double operations(Labels all, bool inner, int terms) const {
        return terms_.elements(all) * (std::max(1, terms - 1) + inner);
    }
    std::vector<Contraction> greedy(Sets sets) const;
    std::vector<Contraction> optimal(const Sets& sets) const;

  private:
    struct Candidate {
        double removed, operations;  // sorted by these: most elements removed, then fewest operations
        int i, j;
        Labels result;
    };
    struct Best {
        size_t depth = 0;
        double cost = 0;
        std::vector<Contraction> path;
    };
    void consider(const Sets& sets, int i, int j, double spent, double naive,
                  std::vector<Candidate>& known) const;
    void explore(const Sets& sets, double cost, std::vector<Contraction>& path, size_t pairs,
                 Best& best) const;

    const EinsumTerms& terms_;
    double limit_;
};

Contraction everything(size_t n) {
    Contraction all(n);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

// The terms without two, then what those leave.
Sets contracted(const Sets& sets, int i, int j, Labels result) {
    Sets rest;
    rest.reserve(sets.size());
    for (int k = 0; k < static_cast<int>(sets.size()); ++k)
        if (k != i && k != j) rest.push_back(sets[static_cast<size_t>(k)]);
    rest.push_back(result);
    return rest;
}

void Search::consider(const Sets& sets, int i, int j, double spent, double naive,
                      std::vector<Candidate>& known) const {
    const Cost c = pair(sets, i, j);
    if (c.size > limit_ || spent + c.operations > naive) return;
    const double before =
        terms_.elements(sets[static_cast<size_t>(i)]) + terms_.elements(sets[static_cast<size_t>(j)]);
    known.push_back({before - c.size, c.operations, i, j, c.result});
}

std::vector<Contraction> Search::greedy(Sets sets) const {
    std::vector<Contraction> path;
    std::vector<Candidate> known;
    Labels all = 0;
    for (const Labels s : sets) all |= s;
    const int terms = static_cast<int>(sets.size());
    const double naive = operations(all, (all & ~terms_.result.labels) != 0, terms);
    double spent = 0;
    for (int step = 0; step < terms - 1; ++step) {
        const int n = static_cast<int>(sets.size());
        for (int i = 0; i < n; ++i)
            for (int j = step ? n - 1 : i + 1; j < n; ++j)
                if (i != j && (sets[static_cast<size_t>(i)] & sets[static_cast<size_t>(j)]))
                    consider(sets, i, j, spent, naive, known);
        if (known.empty())
            for (int i = 0; i < n; ++i)
                for (int j = i + 1; j < n; ++j) consider(sets, i, j, spent, naive, known);
        if (known.empty()) {
            path.push_back(everything(static_cast<size_t>(n)));
            break;
        }
        const Candidate best =
            *std::min_element(known.begin(), known.end(), [](const Candidate& a, const Candidate& b) {
                return a.removed != b.removed ? a.removed > b.removed : a.operations < b.operations;
            });
        std::vector<Candidate> left;
        for (Candidate c : known) {
            if (c.i == best.i || c.i == best.j || c.j == best.i || c.j == best.j) continue;
            c.i -= (c.i > best.i) + (c.i > best.j);
            c.j -= (c.j > best.i) + (c.j > best.j);
            left.push_back(c);
        }
        known = std::move(left);
        sets = contracted(sets, best.i, best.j, best.result);
        path.push_back({best.i, best.j});
        spent += best.operations;
    }
    return path;
}

// Depth first, in the order in which NumPy lists all combinations: the first of the cheapest wins. Where no
// order reaches the end within the memory, the longest does, and the rest is contracted at once.
void Search::explore(const Sets& sets, double cost, std::vector<Contraction>& path, size_t pairs,
                     Best& best) const {
    if (path.size() > best.depth || (path.size() == best.depth && cost < best.cost))
        best = {path.size(), cost, path};
    if (path.size() == pairs || (best.depth == pairs && cost >= best.cost)) return;
    const int n = static_cast<int>(sets.size());
    for (int i = 0; i < n; ++i)
        for (int j = i + 1; j < n; ++j) {
            const Cost c = pair(sets, i, j);
            if (c.size > limit_) continue;
            path.push_back({i, j});
            explore(contracted(sets, i, j, c.result), cost + c.operations, path, pairs, best);
            path.pop_back();
        }
}

std::vector<Contraction> Search::optimal(const Sets& sets) const {
    Best best;
    std::vector<Contraction> path;
    explore(sets, 0, path, sets.size() - 1, best);
    if (best.depth < sets.size() - 1) best.path.push_back(everything(sets.size() - best.depth));
    return best.path;
}

// Numbers in brackets: "(0, 2), (0, 1)".
std::vector<Contraction> read_path(const char* s, size_t terms) {
    std::vector<Contraction> path;
    bool open = false;
    while (*s) {
        const char c = *s;
        if (std::isdigit(static_cast<unsigned char>(c)) && open) {
            char* end = nullptr;
            const long position = std::strtol(s, &end, 10);
            if (position >= static_cast<long>(terms))
                fail(Status::value_error, "optimize: there is no operand %ld of %zu", position, terms);
            path.back().push_back(static_cast<int>(position));
            s = end;
            continue;
        }
        if (c == '(' && !open)
            path.emplace_back();
        else if ((c == ')') != open && c != ' ' && c != ',')
            fail(Status::value_error, "optimize: cannot read the path at '%s'", s);
        open = c == '(' || (open && c != ')');
        if (c == ')') {
            Contraction now = path.back();
            std::sort(now.begin(), now.end());
            if (now.empty() || std::adjacent_find(now.begin(), now.end()) != now.end())
                fail(Status::value_error, "optimize: expected distinct positions in each step of the path");
            terms -= now.size() - 1;
        }
        ++s;
    }
    if (open || terms != 1)
        fail(Status::value_error,
             "optimize: expected a path that ends with one array, got one that leaves %zu", terms);
    return path;
}

}  // namespace

std::vector<Contraction> einsum_order(const EinsumTerms& terms, const char* optimize,
                                      std::optional<int64_t> memory_limit) {
    const std::string_view name = !optimize || std::string_view(optimize) == "always" ? "greedy" : optimize;
    const size_t n = terms.operands.size();
    if (name.starts_with('(')) return read_path(optimize, n);
    Sets sets;
    Labels all = 0;
    double largest = terms.elements(terms.result.labels);
    for (const EinsumTerm& t : terms.operands) {
        sets.push_back(t.labels);
        all |= t.labels;
        double size = 1;
        for (int i = 0; i < t.ndim; ++i) size *= static_cast<double>(terms.size[t.label[i]]);
        largest = std::max(largest, size);
    }
    if (name != "greedy" && name != "optimal" && name != "never")
        fail(Status::value_error, "optimize: expected greedy, optimal, never or a path, got %s", optimize);
    if (name == "never" || n <= 2 || all == terms.result.labels) return {everything(n)};
    const Search search(terms, memory_limit ? static_cast<double>(*memory_limit) : largest);
    return name == "optimal" ? search.optimal(sets) : search.greedy(sets);
}

std::vector<Array> einsum_path(const char* subscripts, std::span<const Array* const> operands,
                               const einsum_path_options& o) {
    const EinsumTerms terms = einsum_terms(subscripts, operands);
    std::vector<Array> path;
    for (const Contraction& c : einsum_order(terms, o.optimize, o.memory_limit)) {
        const std::vector<int64_t> positions(c.begin(), c.end());
        const int64_t shape[] = {static_cast<int64_t>(positions.size())};
        path.push_back(from_host(positions.data(), types::int64_, shape, {}, cpu_device()));
    }
    return path;
}

}  // namespace lockstep::numpy
