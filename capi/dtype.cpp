// Questions about element types.
// Must not know arrays.
#include <string>
#include <string_view>

#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/array/promotion.h"

using namespace lockstep;
using namespace lockstep::capi;

namespace {

// "float32", "f", "f4", "<f4"; none where no row fits.
DType dtype_named(std::string_view name) {
    if (!name.empty() && (name[0] == '<' || name[0] == '=' || name[0] == '|')) name.remove_prefix(1);
    if (name.empty()) return {};
    if (name.size() == 1) return DType::from_character(name[0]);
    for (int n = 1; n < kTypeNumbers; ++n) {
        const DType t(static_cast<uint64_t>(n));
        if (t.valid() && name == t.name()) return t;
    }
    for (int n = 1; n < kTypeNumbers; ++n) {
        const DType t(static_cast<uint64_t>(n));
        if (t.valid() && name[0] == t.kind() && name.substr(1) == std::to_string(t.itemsize())) return t;
    }
    return {};
}

}  // namespace

ls_status ls_dtype_name(ls_dtype dtype, const char** name) {
    return border("ls_dtype_name", [&] { pointer_in(name, "name") = dtype_in(dtype, "dtype").name(); });
}

ls_status ls_dtype_from_name(const char* name, ls_dtype* dtype) {
    return border("ls_dtype_from_name", [&] {
        const DType t = dtype_named(string_in(name, "name"));
        if (!t)
            fail(Status::type_error, "name: expected a dtype's name, character or code, got '%.64s'", name);
        pointer_in(dtype, "dtype") = t.code;
    });
}

ls_status ls_dtype_itemsize(ls_dtype dtype, int64_t* itemsize) {
    return border("ls_dtype_itemsize",
                  [&] { pointer_in(itemsize, "itemsize") = dtype_in(dtype, "dtype").itemsize(); });
}

ls_status ls_dtype_kind(ls_dtype dtype, char* kind) {
    return border("ls_dtype_kind", [&] { pointer_in(kind, "kind") = dtype_in(dtype, "dtype").kind(); });
}

ls_status ls_dtype_character(ls_dtype dtype, char* character) {
    return border("ls_dtype_character",
                  [&] { pointer_in(character, "character") = dtype_in(dtype, "dtype").character(); });
}

ls_status ls_promote_types(ls_dtype type1, ls_dtype type2, ls_dtype* result) {
    return border("ls_promote_types", [&] {
        const DType a = dtype_in(type1, "type1"), b = dtype_in(type2, "type2");
        const DType common = promote_types(a, b);
        if (!common) fail(Status::type_error, "type2: %s and %s have no common type", a.name(), b.name());
        pointer_in(result, "result") = common.code;
    });
}

ls_status ls_can_cast(ls_dtype from, ls_dtype to, const char* casting, bool* result) {
    return border("ls_can_cast", [&] {
        const Casting rule = casting ? casting_of(casting) : Casting::safe;
        pointer_in(result, "result") = can_cast(dtype_in(from, "from"), dtype_in(to, "to"), rule);
    });
}
