// Bit streams for Python: lockstep._core.BitStream, the type whose methods draw from one, the hash of SeedSequence.
// Must not know distributions: its methods come from the tables.
#include "generators.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <cstring>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "array_object.h"
#include "services.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace lockstep::python {
namespace {

// Words travel as bytes: NumPy's arrays become them and come of them without a loop.
template <class Word>
std::pair<const Word*, size_t> words_of(const nb::bytes& bytes) {
    if (bytes.size() % sizeof(Word))
        throw nb::value_error("expected whole words");
    return {static_cast<const Word*>(bytes.data()), bytes.size() / sizeof(Word)};
}

const uint64_t* wide_of(const nb::bytes& bytes) {
    const auto [words, count] = words_of<uint64_t>(bytes);
    if (count != 4) throw nb::value_error("expected 256 bits");
    return words;
}

// count words that `fill` writes, in a bytearray, which NumPy may write to.
template <class Word, class Fill>
nb::object filled(size_t count, const Fill& fill) {
    if (count > PTRDIFF_MAX / sizeof(Word)) throw std::bad_alloc();
    nb::object made = nb::steal(guarded([&] {
        return checked(PyByteArray_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(count * sizeof(Word))));
    }));
    Word* const words = reinterpret_cast<Word*>(PyByteArray_AsString(made.ptr()));
    verify_unlocked([&] { return fill(words); });
    return made;
}

// kind, position, has_uint32, uinteger, has_gauss, gauss, words, key
using State = std::tuple<int32_t, int32_t, uint32_t, uint32_t, uint32_t, double, nb::bytes, nb::bytes>;

State state_of(const ls_bitgen* generator) {
    ls_bitgen_state s = {};
    s.size = sizeof s;
    verify(ls_bitgen_get_state(generator, &s));
    return {s.kind, s.position, s.has_uint32, s.uinteger, s.has_gauss, s.gauss,
            nb::bytes(s.words, sizeof s.words), nb::bytes(s.key, sizeof s.key)};
}

void set_state(ls_bitgen* generator, const State& given) {
    ls_bitgen_state s = {};
    s.size = sizeof s;
    const auto& [kind, position, has_uint32, uinteger, has_gauss, gauss, words, key] = given;
    s.kind = kind, s.position = position, s.has_uint32 = has_uint32, s.uinteger = uinteger;
    s.has_gauss = has_gauss, s.gauss = gauss;
    if (words.size() > sizeof s.words || key.size() > sizeof s.key) throw nb::value_error("state: too many words");
    std::memcpy(s.words, words.data(), words.size());
    std::memcpy(s.key, key.data(), key.size());
    verify(ls_bitgen_set_state(generator, &s));
}

class BitStream {
  public:
    explicit BitStream(ls_bitgen* owned) : handle_(owned) {}
    BitStream(BitStream&& o) noexcept : handle_(std::exchange(o.handle_, nullptr)) {}
    ~BitStream() { ls_bitgen_free(&handle_); }
    ls_bitgen* get() const { return handle_; }

  private:
    ls_bitgen* handle_;
};

template <class Make>
BitStream made_by(const Make& make) {
    ls_bitgen* result = nullptr;
    verify(make(&result));
    return BitStream(result);
}

void add_bit_stream(nb::module_& m) {
    m.def("bit_stream", [](int kind, const nb::bytes& bytes) {
        const auto [words, count] = words_of<uint32_t>(bytes);
        return made_by([&](ls_bitgen** r) { return ls_bitgen_from_words(kind, words, count, r); });
    });
    m.def("legacy_bit_stream", [](const nb::bytes& bytes, bool is_array) {
        const auto [words, count] = words_of<uint32_t>(bytes);
        return made_by([&](ls_bitgen** r) { return ls_bitgen_from_legacy_seed(words, count, is_array, r); });
    });
    nb::class_<BitStream>(m, "BitStream")
        .def("state", [](const BitStream& s) { return state_of(s.get()); })
        .def("set_state", [](const BitStream& s, const State& given) { set_state(s.get(), given); })
        .def("advance", [](const BitStream& s, const nb::bytes& delta) { verify(ls_bitgen_advance(s.get(), wide_of(delta))); })
        .def("jumped", [](const BitStream& s, const nb::bytes& jumps) {
            return made_by([&](ls_bitgen** r) { return ls_bitgen_jumped(s.get(), wide_of(jumps), r); });
        })
        .def("raw", [](const BitStream& s, size_t count) {
            return filled<uint64_t>(count, [&](uint64_t* words) { return ls_bitgen_raw(s.get(), words, count); });
        });
}

void add_seed_sequence(nb::module_& m) {
    m.def("seed_pool", [](const nb::bytes& entropy, const nb::bytes& spawn_key, size_t pool_size) {
        const auto [words, count] = words_of<uint32_t>(entropy);
        const auto [key, key_count] = words_of<uint32_t>(spawn_key);
        return filled<uint32_t>(pool_size, [&, words = words, count = count, key = key, key_count = key_count](uint32_t* pool) {
            return ls_seed_sequence_pool(words, count, key, key_count, pool, pool_size);
        });
    });
    m.def("seed_words", [](const nb::bytes& pool, size_t count) {
        const auto [words, pool_size] = words_of<uint32_t>(pool);
        return filled<uint32_t>(count, [&, words = words, pool_size = pool_size](uint32_t* out) {
            return ls_seed_sequence_generate(words, pool_size, out, count);
        });
    });
}

// --- the type that draws: a base for lockstep.random.Generator and RandomState ------------------------------------------

struct GeneratorObject {
    PyObject_HEAD ls_bitgen* handle;
};

PyTypeObject* generator_type = nullptr;

GeneratorObject* generator(PyObject* o) { return reinterpret_cast<GeneratorObject*>(o); }

void generator_dealloc(PyObject* self) {
    PyTypeObject* const type = Py_TYPE(self);
    ls_bitgen_free(&generator(self)->handle);
    reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);  // a subclass may be collected
    Py_DECREF(type);
}

// _draw_from(stream, legacy): shares the stream from now on.
PyObject* draw_from(PyObject* self, PyObject* args) {
    return entry([&]() -> PyObject* {
        PyObject* stream = nullptr;
        int legacy = 0;
        if (!PyArg_ParseTuple(args, "Op:_draw_from", &stream, &legacy)) throw PythonError{};
        BitStream* from = nullptr;
        if (!nb::try_cast(nb::handle(stream), from) || !from)
            raise(PyExc_TypeError, "stream: expected a BitStream, got %R", reinterpret_cast<PyObject*>(Py_TYPE(stream)));
        ls_bitgen* shared = nullptr;
        check(ls_bitgen_share(from->get(), legacy != 0, &shared));
        std::swap(generator(self)->handle, shared);
        ls_bitgen_free(&shared);
        Py_RETURN_NONE;
    });
}

PyMethodDef generator_own[] = {
    {"_draw_from", draw_from, METH_VARARGS, "Shares a BitStream from now on; legacy: draws as RandomState does."},
    {},
};

void make_generator_type(nb::module_& m) {
    PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(generator_dealloc)},
                           {Py_tp_methods, generator_own},
                           {Py_tp_doc, const_cast<char*>("What draws from a BitStream; its methods are generator_methods.")},
                           {}};
    PyType_Spec spec = {"lockstep._core.Generator", sizeof(GeneratorObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                        slots};
    generator_type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
    checked(PyModule_AddObjectRef(m.ptr(), "Generator", reinterpret_cast<PyObject*>(generator_type)));
    m.attr("generator_methods") = nb::steal(generator_methods(generator_type));
    // Of a legacy generator, which keeps a normal draw beside the stream.
    m.def("generator_state", [](nb::handle g) { return state_of(guarded([&] { return generator_in(g.ptr()); })); });
    m.def("set_generator_state", [](nb::handle g, const State& given) {
        set_state(guarded([&] { return generator_in(g.ptr()); }), given);
    });
}

}  // namespace

ls_bitgen* generator_in(PyObject* value) {
    if (!value || !PyObject_TypeCheck(value, generator_type))
        raise(PyExc_TypeError, "generator: expected a lockstep.random.Generator");
    ls_bitgen* const handle = generator(value)->handle;
    if (!handle) raise(PyExc_ValueError, "generator: expected one with a bit generator: __init__ was not called");
    return handle;
}

void add_generators(nb::module_& m) {
    add_bit_stream(m);
    add_seed_sequence(m);
    guarded([&] { make_generator_type(m); });
}

}  // namespace lockstep::python
