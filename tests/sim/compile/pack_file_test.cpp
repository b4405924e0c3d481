// Packs: what is written comes back, and no bytes whatever make the reader misbehave.
// Must not know kernels.
#include "kernels/compile/pack_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <random>

#include "tests/sim/compile/fake_cuda.h"

using namespace lockstep::cuda;

namespace {

std::string text_of(int blob) {
    std::string text = "machine code of blob " + std::to_string(blob) + ": ";
    while (text.size() < 3000) text += std::to_string(text.size() * 7919u % 1000);
    return text;
}
Digest key(int blob, int i) { return digest(std::to_string(blob) + "." + std::to_string(i)); }

PackContent sample(const std::string& dictionary) {
    PackContent content;
    content.architectures = {75, 90, 120};
    content.dictionary = dictionary;
    for (int b = 0; b < 12; ++b) {
        PackContent::Blob blob;
        for (int i = 0; i <= b; ++i) blob.keys.push_back(key(b, i));
        blob.packed = compressed(text_of(b), 5, dictionary);
        blob.raw_bytes = static_cast<uint32_t>(text_of(b).size());
        content.blobs.push_back(blob);
    }
    return content;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void write_file(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

// Asks for everything that a pack has to give. True when all of it is right.
bool all_right(const std::string& path) {
    PackFile pack;
    if (!pack.open(path).empty()) {
        EXPECT_TRUE(pack.entries().empty());
        EXPECT_FALSE(pack.find(key(0, 0)));
        EXPECT_FALSE(pack.code(0));
        return false;
    }
    bool right = pack.entries().size() == 78 && pack.architectures().size() == 3;
    for (int b = 0; b < 12; ++b)
        for (int i = 0; i <= b; ++i) {
            const auto blob = pack.find(key(b, i));
            const auto code = blob ? pack.code(*blob) : std::nullopt;
            right &= code == text_of(b);
        }
    for (uint32_t b = 0; b <= pack.blobs().size(); ++b) pack.code(b), pack.packed(b);
    return right;
}

// A damaged table with a checksum that fits, as someone who means harm would write it.
std::string with_checksum(std::string file) {
    PackHeader header;
    if (file.size() < sizeof header) return file;
    std::memcpy(&header, file.data(), sizeof header);
    const uint64_t tables = sizeof header + uint64_t{24} * header.entries + uint64_t{24} * header.blobs +
                            uint64_t{4} * header.architectures + header.dictionary_bytes;
    if (tables > file.size()) return file;
    header.checksum = checksum(std::string_view(file).substr(24, tables - 24));
    std::memcpy(file.data(), &header, sizeof header);
    return file;
}

}  // namespace

TEST(PackFile, gives_back_what_was_written) {
    const fake::Folder folder;
    for (const std::string& dictionary : {std::string(), text_of(3) + text_of(4)}) {
        write_pack(folder / "a.pack", sample(dictionary));
        EXPECT_TRUE(all_right(folder / "a.pack"));
        PackFile pack;
        ASSERT_EQ(pack.open(folder / "a.pack"), "");
        EXPECT_EQ(pack.dictionary(), dictionary);
        EXPECT_EQ(pack.architectures()[2], 120u);
        EXPECT_FALSE(pack.find(digest("another")));
        EXPECT_FALSE(pack.code(12));
    }
    write_pack(folder / "empty.pack", {});
    PackFile pack;
    EXPECT_EQ(pack.open(folder / "empty.pack"), "");
    EXPECT_FALSE(pack.find(key(0, 0)));
}

TEST(PackFile, what_is_no_pack_is_named) {
    const fake::Folder folder;
    PackFile missing, directory, text, small;
    EXPECT_NE(missing.open(folder / "none.pack").find("No such file"), std::string::npos);
    EXPECT_NE(directory.open(folder / ""), "");
    write_file(folder / "text", std::string(500, 'x'));
    EXPECT_NE(text.open(folder / "text"), "");
    write_file(folder / "small", "LSKPACK\n");
    EXPECT_NE(small.open(folder / "small"), "");
    EXPECT_THROW(write_pack(folder / "no/folder.pack", {}), std::exception);
}

TEST(PackFile, no_truncation_is_accepted) {
    const fake::Folder folder;
    write_pack(folder / "whole.pack", sample(text_of(1)));
    const std::string whole = read_file(folder / "whole.pack");
    for (size_t size = 0; size < whole.size(); size += size < 200 ? 1 : 61) {
        write_file(folder / "cut.pack", whole.substr(0, size));
        EXPECT_FALSE(all_right(folder / "cut.pack")) << size;
        write_file(folder / "cut.pack", with_checksum(whole.substr(0, size)));
        EXPECT_FALSE(all_right(folder / "cut.pack")) << size;
    }
}

TEST(PackFile, every_flipped_bit_is_seen) {
    const fake::Folder folder;
    write_pack(folder / "whole.pack", sample(text_of(1)));
    const std::string whole = read_file(folder / "whole.pack");
    for (size_t at = 0; at < whole.size(); at += at < 3000 ? 1 : 7) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
        write_file(folder / "changed.pack", changed);
        EXPECT_FALSE(all_right(folder / "changed.pack")) << at;
    }
}

TEST(PackFile, nothing_in_the_tables_is_trusted) {
    const fake::Folder folder;
    write_pack(folder / "whole.pack", sample(text_of(1)));
    const std::string whole = read_file(folder / "whole.pack");
    std::mt19937 random(20251122);
    const auto offset = [&](size_t below) {
        return std::uniform_int_distribution<size_t>(0, below - 1)(random);
    };
    for (int round = 0; round < 800; ++round) {
        std::string changed = whole;
        for (size_t n = 1 + offset(3); n > 0; --n) {
            // Mostly the numbers of the header and the tables, with values at borders.
            const size_t at = offset(round % 4 ? sizeof(PackHeader) + 24 * 90 : whole.size()) / 4 * 4;
            const uint32_t values[] = {0,
                                       1,
                                       0x7fffffff,
                                       0xffffffff,
                                       0x80000000,
                                       static_cast<uint32_t>(whole.size()),
                                       static_cast<uint32_t>(random())};
            std::memcpy(changed.data() + std::min(at, changed.size() - 4), &values[offset(7)], 4);
        }
        write_file(folder / "changed.pack", with_checksum(changed));
        all_right(folder / "changed.pack");  // right or wrong, but never out of bounds
    }
    for (int round = 0; round < 200; ++round) {
        std::string bytes(offset(2000), '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        if (bytes.size() > 16 && round % 2) std::memcpy(bytes.data(), whole.data(), 12);
        write_file(folder / "noise.pack", with_checksum(bytes));
        EXPECT_FALSE(all_right(folder / "noise.pack"));
    }
}
