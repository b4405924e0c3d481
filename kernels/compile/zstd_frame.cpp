// Zstandard's frames.
// Must not know what they hold.
#include "kernels/compile/zstd_frame.h"

#include <zstd.h>

#include <new>

#include "runtime/array/error.h"

namespace lockstep::cuda {

Dictionary::Dictionary(std::string_view bytes) {
    if (bytes.empty()) return;
    ZSTD_DDict* made = ZSTD_createDDict(bytes.data(), bytes.size());
    if (!made) throw std::bad_alloc();
    prepared_ = std::shared_ptr<const void>(
        made, [](const void* d) { ZSTD_freeDDict(static_cast<ZSTD_DDict*>(const_cast<void*>(d))); });
}

std::string compressed(std::string_view bytes, int level, std::string_view dictionary) {
    const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
    if (!context) throw std::bad_alloc();
    std::string block(ZSTD_compressBound(bytes.size()), '\0');
    const size_t size = ZSTD_compress_usingDict(context.get(), block.data(), block.size(), bytes.data(),
                                                bytes.size(), dictionary.data(), dictionary.size(), level);
    if (ZSTD_isError(size)) fail(Status::internal_error, "zstd: %s", ZSTD_getErrorName(size));
    block.resize(size);
    return block;
}

std::optional<std::string> decompressed(std::string_view block, size_t size, const Dictionary& dictionary) {
    if (ZSTD_getFrameContentSize(block.data(), block.size()) != size)
        return std::nullopt;  // before memory is taken for it
    const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
    if (!context) throw std::bad_alloc();
    std::string bytes(size, '\0');
    const auto* prepared = static_cast<const ZSTD_DDict*>(dictionary.prepared());
    const size_t got =
        prepared ? ZSTD_decompress_usingDDict(context.get(), bytes.data(), size, block.data(), block.size(),
                                              prepared)
                 : ZSTD_decompressDCtx(context.get(), bytes.data(), size, block.data(), block.size());
    if (ZSTD_isError(got) || got != size) return std::nullopt;
    return bytes;
}

}  // namespace lockstep::cuda
