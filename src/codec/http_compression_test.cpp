// Which coding is chosen (RFC 9110 §12.5.3), and that what is made is what its name says.
#include "codec/http_compression.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <zlib.h>

namespace homeroom::codec::http {
namespace {

std::string chosen(const std::string& accept_encoding) {
    const auto coding = choose_coding(accept_encoding);
    return coding ? std::string{to_string(*coding)} : "none";
}

TEST(ChooseCoding, PrefersGzip) {
    EXPECT_EQ(chosen("gzip"), "gzip");
    EXPECT_EQ(chosen("deflate"), "deflate");
    EXPECT_EQ(chosen("deflate, gzip"), "gzip");
    EXPECT_EQ(chosen("gzip, deflate, br, zstd"), "gzip");  // browsers
    EXPECT_EQ(chosen("br, deflate"), "deflate");
    EXPECT_EQ(chosen("*"), "gzip");
    EXPECT_EQ(chosen("x-gzip"), "gzip");
    EXPECT_EQ(chosen("GZip"), "gzip");
    EXPECT_EQ(chosen("\tgzip ,, deflate"), "gzip");
}

TEST(ChooseCoding, MayBeNone) {
    for (const std::string accepted :
         {"", " ", ",", "br", "identity", "compress, br", "gzipped", "identity;q=1, br;q=0.5",
          "gzip;q=0", "*;q=0", "gzip deflate"}) {
        EXPECT_EQ(chosen(accepted), "none") << accepted;
    }
}

TEST(ChooseCoding, HonoursWeights) {
    EXPECT_EQ(chosen("gzip;q=0.5, deflate;q=0.8"), "deflate");
    EXPECT_EQ(chosen("gzip;q=0.001, deflate;q=0"), "gzip");
    EXPECT_EQ(chosen("gzip;q=0, deflate"), "deflate");
    EXPECT_EQ(chosen("gzip;q=0, *"), "deflate");
    EXPECT_EQ(chosen("*;q=0.5, gzip;q=0.1"), "deflate");
    EXPECT_EQ(chosen("gzip, *;q=0"), "gzip");
    EXPECT_EQ(chosen("gzip;q=0, deflate;q=0, *"), "none");
    EXPECT_EQ(chosen("deflate ; Q=1.000 , gzip ;\tq=0.999"), "deflate");
}

TEST(ChooseCoding, LeavesAResponsePlainWhereThatIsPreferred) {
    EXPECT_EQ(chosen("identity, gzip;q=0.5"), "none");
    EXPECT_EQ(chosen("identity;q=0.5, gzip;q=1.0"), "gzip");
    EXPECT_EQ(chosen("gzip, identity"), "gzip");
    EXPECT_EQ(chosen("identity;q=0, gzip;q=0.1"), "gzip");
    EXPECT_EQ(chosen("identity;q=0"), "none");  // nothing else is asked for
    EXPECT_EQ(chosen("gzip;q=0.5, *;q=1"), "deflate");
}

TEST(ChooseCoding, PassesOverWhatItCannotRead) {
    for (const std::string weight :
         {"q", "q=", "q=2", "q=1.1", "q=1.001", "q=0.1234", "q=-1", "q=.5", "q=0,5", "q=0x",
          "q=0.x", "p=1", "=1", "q=1;x", "q =1", "q=00"}) {
        EXPECT_EQ(chosen("deflate, gzip;" + weight), "deflate") << weight;
        EXPECT_EQ(chosen("gzip;" + weight), "none") << weight;
    }
    EXPECT_EQ(chosen("gzip;q=1."), "gzip");  // strange, but in the grammar
    EXPECT_EQ(chosen("\"gzip\", deflate"), "deflate");
}

// What zlib reads in exactly this wrapping.
std::string unwrapped(const std::string& bytes, int window_bits) {
    z_stream zlib{};
    EXPECT_EQ(inflateInit2(&zlib, window_bits), Z_OK);
    std::string text(1'000'000, '\0');
    std::string input = bytes;
    zlib.next_in = reinterpret_cast<Bytef*>(input.data());
    zlib.avail_in = static_cast<uInt>(input.size());
    zlib.next_out = reinterpret_cast<Bytef*>(text.data());
    zlib.avail_out = static_cast<uInt>(text.size());
    const int outcome = inflate(&zlib, Z_FINISH);
    const bool whole = outcome == Z_STREAM_END && zlib.avail_in == 0;
    text.resize(text.size() - zlib.avail_out);
    inflateEnd(&zlib);
    return whole ? text : "broken";
}

std::string gunzipped(const std::string& bytes) {
    return unwrapped(bytes, MAX_WBITS + 16);
}

std::string unzipped(const std::string& bytes) {
    return unwrapped(bytes, MAX_WBITS);
}

TEST(Compress, MakesWhatTheCodingSays) {
    const std::string body(100'000, 'x');
    const std::string gzip = compress(Coding::gzip, body);
    const std::string deflate = compress(Coding::deflate, body);
    EXPECT_TRUE(gzip.starts_with("\x1f\x8b\x08"));  // RFC 1952 §2.3
    EXPECT_TRUE(deflate.starts_with("\x78"));       // RFC 1950 §2.2
    EXPECT_LT(gzip.size(), 200U);
    EXPECT_LT(deflate.size(), 200U);
    EXPECT_EQ(gunzipped(gzip), body);
    EXPECT_EQ(unzipped(deflate), body);
    EXPECT_EQ(compress(Coding::gzip, body), gzip);  // no time, no memory of the last one
    EXPECT_EQ(gunzipped(compress(Coding::gzip, "")), "");
    EXPECT_EQ(unzipped(compress(Coding::deflate, "")), "");
}

RC_GTEST_PROP(Compress, IsReadAgain, (std::string part)) {
    std::string body;
    const auto times = *rc::gen::element(0, 1, 50, 2'000);
    for (int i = 0; i < times; ++i) body += part;
    RC_ASSERT(gunzipped(compress(Coding::gzip, body)) == body);
    RC_ASSERT(unzipped(compress(Coding::deflate, body)) == body);
}

}  // namespace
}  // namespace homeroom::codec::http
