#include "codec/deflater.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

// Input is never written to: this makes zlib say so in its types.
#define ZLIB_CONST
#include <zlib.h>

namespace homeroom::codec {
namespace {

constexpr std::size_t chunk_bytes = 16'384;
constexpr int memory_level = 8;  // zlib's default: 128 KiB beside the 128 KiB of the window

// zlib tells the wrapping from the number that also gives the window's size.
int window_bits(Deflater::Format format) {
    switch (format) {
        case Deflater::Format::raw: return -MAX_WBITS;
        case Deflater::Format::zlib: return MAX_WBITS;
        case Deflater::Format::gzip: return MAX_WBITS + 16;
    }
    return MAX_WBITS;
}

}  // namespace

struct Deflater::Stream {
    z_stream zlib{};
    std::array<char, chunk_bytes> chunk{};
};

Deflater::Deflater(Format format) : stream_(std::make_unique<Stream>()) {
    // It fails for lack of memory only, which ends this program everywhere else, too.
    if (deflateInit2(&stream_->zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits(format),
                     memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
        std::abort();
    }
}

Deflater::~Deflater() {
    deflateEnd(&stream_->zlib);
}

std::string Deflater::compress(std::string_view input, End end) {
    auto& [zlib, chunk] = *stream_;
    deflateReset(&zlib);
    const int last_flush = end == End::finished ? Z_FINISH : Z_SYNC_FLUSH;
    std::string output;
    // zlib counts its input in 32 bits.
    do {
        const std::size_t taken =
            std::min<std::size_t>(input.size(), std::numeric_limits<uInt>::max());
        zlib.next_in = reinterpret_cast<const Bytef*>(input.data());
        zlib.avail_in = static_cast<uInt>(taken);
        input.remove_prefix(taken);
        do {
            zlib.next_out = reinterpret_cast<Bytef*>(chunk.data());
            zlib.avail_out = static_cast<uInt>(chunk.size());
            deflate(&zlib, input.empty() ? last_flush : Z_NO_FLUSH);
            output.append(chunk.data(), chunk.size() - zlib.avail_out);
        } while (zlib.avail_out == 0);
    } while (!input.empty());
    return output;
}

}  // namespace homeroom::codec
