// Polling answers that are compressed: which, and how.
#include <gtest/gtest.h>
#include <string>
#include <zlib.h>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::Answer;
using test::header_of;
using test::polling;
using test::TestServer;

// What a browser makes of the body: gzip or zlib, as its first bytes say.
std::string inflated(std::string_view body) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 32), Z_OK);
    std::string text(100'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

struct Coded {
    std::string coding;
    std::string body;
};

// What a poll gets when `frame` is queued.
Coded polled(TestServer& server, const std::string& accepted, const Frame& frame) {
    const std::string sid = server.open();
    server.with_session(sid, [&](Session& session) { session.send(frame); });
    const Answer answer =
        server.request("GET", polling + "&sid=" + sid, {}, "Accept-Encoding: " + accepted + "\r\n");
    EXPECT_EQ(answer.status, 200);
    return {header_of(answer.head, "Content-Encoding"), answer.body};
}

const std::string long_text(1023, 'x');  // with its type 1024 bytes: the threshold

TEST(EngineIoHttpCompression, CompressesAsTheClientLikesIt) {
    TestServer server;
    const Coded gzip = polled(server, "deflate, gzip, br", Frame::text(long_text));
    EXPECT_EQ(gzip.coding, "gzip");
    EXPECT_TRUE(gzip.body.starts_with("\x1f\x8b"));
    EXPECT_LT(gzip.body.size(), 100U);
    EXPECT_EQ(inflated(gzip.body), "4" + long_text);
    const Coded deflate = polled(server, "deflate", Frame::text(long_text));
    EXPECT_EQ(deflate.coding, "deflate");
    EXPECT_TRUE(deflate.body.starts_with("\x78"));
    EXPECT_EQ(inflated(deflate.body), "4" + long_text);
}

TEST(EngineIoHttpCompression, LeavesPlainWhatTheClientCouldNotRead) {
    TestServer server;
    for (const std::string accepted : {"br", "identity", "gzip;q=0"}) {
        const Coded plain = polled(server, accepted, Frame::text(long_text));
        EXPECT_EQ(plain.coding, "absent");
        EXPECT_EQ(plain.body, "4" + long_text);
    }
}

TEST(EngineIoHttpCompression, LeavesSmallAnswersPlain) {
    TestServer server;
    const Coded plain = polled(server, "gzip", Frame::text(long_text.substr(1)));
    EXPECT_EQ(plain.coding, "absent");
    EXPECT_EQ(plain.body.size(), 1023U);
    const Answer opened = server.request("GET", polling, {}, "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(header_of(opened.head, "Content-Encoding"), "absent");
}

TEST(EngineIoHttpCompression, LeavesPlainWhatTheApplicationWantsPlain) {
    TestServer server;
    const Coded plain = polled(server, "gzip", Frame::text(long_text, {.compress = Compress::no}));
    EXPECT_EQ(plain.coding, "absent");
    EXPECT_EQ(plain.body, "4" + long_text);
    // One that may be is enough, as in the reference.
    const std::string sid = server.open();
    server.with_session(sid, [&](Session& session) {
        session.send(Frame::text(long_text, {.compress = Compress::no}));
        session.send(Frame::text("a"));
    });
    const Answer mixed =
        server.request("GET", polling + "&sid=" + sid, {}, "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(header_of(mixed.head, "Content-Encoding"), "gzip");
    EXPECT_EQ(inflated(mixed.body), test::payload({"4" + long_text, "4a"}));
}

TEST(EngineIoHttpCompression, CompressesBytesToo) {
    TestServer server;
    const Coded gzip = polled(server, "gzip", Frame::binary(long_text));
    EXPECT_EQ(gzip.coding, "gzip");
    EXPECT_EQ(inflated(gzip.body), Frame::binary(long_text).as_text());
}

TEST(EngineIoHttpCompression, HasTheThresholdItIsGiven) {
    TestServer small{{.http_compression_bytes_min = 10}};
    EXPECT_EQ(polled(small, "gzip", Frame::text("123456789")).coding, "gzip");
    EXPECT_EQ(polled(small, "gzip", Frame::text("12345678")).coding, "absent");
    TestServer off{{.http_compression_bytes_min = std::nullopt}};
    EXPECT_EQ(polled(off, "gzip", Frame::text(long_text)).coding, "absent");
}

}  // namespace
}  // namespace homeroom::engineio
