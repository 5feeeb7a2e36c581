// zlib's compressor, in the three wrappings that a web server needs.
//
// One holds about 260 KiB from its construction on. Its users keep one a thread and format, made
// when it is first needed. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace homeroom::codec {

class Deflater {
public:
    enum class Format : std::uint8_t { raw, zlib, gzip };  // RFC 1951, 1950, 1952
    // What stands behind the last byte: the end of the stream, or an empty block without
    // compression (00 00 ff ff) behind which another one could follow.
    enum class End : std::uint8_t { finished, flushed };

    explicit Deflater(Format format);
    ~Deflater();
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    // Each call is a stream of its own: nothing is remembered of earlier input.
    std::string compress(std::string_view input, End end);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
};

}  // namespace homeroom::codec
