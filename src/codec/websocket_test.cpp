// RFC 6455 frame by frame: its own examples, every length form, every violation, and any way of
// cutting the stream.
#include "codec/websocket.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"
#include "codec/test_websocket_frames.h"

namespace homeroom::codec::websocket {
namespace {

using test::client_frame;

constexpr std::size_t message_max = 100'000;
constexpr std::size_t fragments_max = 8;
constexpr Decoder::Options plain{.message_bytes_max = message_max, .fragments_max = fragments_max};
constexpr Decoder::Options compressing{
    .message_bytes_max = message_max, .fragments_max = fragments_max, .compression = true};

// What a decoder gives for a stream: "text:Hello", "deflated text:…", "ping:", … and at last
// "failure 1002".
std::vector<std::string> decode_in(Decoder& decoder, std::string bytes) {
    std::vector<std::string> seen;
    std::span<char> unread{bytes};
    while (true) {
        const Decoded decoded = decoder.next(unread);
        if (std::holds_alternative<MoreNeeded>(decoded)) {
            EXPECT_TRUE(unread.empty());
            return seen;
        }
        if (const auto* failure = std::get_if<Failure>(&decoded)) {
            EXPECT_FALSE(failure->reason.empty());
            seen.push_back("failure " + std::to_string(static_cast<int>(failure->code)));
            return seen;
        }
        const auto& message = std::get<Message>(decoded);
        seen.push_back((message.compressed ? "deflated " : "") + test::word_of(message.opcode) +
                       ":" + std::string{message.payload});
    }
}

std::vector<std::string> decode(const std::string& bytes, const Decoder::Options& options = plain) {
    Decoder decoder{options};
    return decode_in(decoder, bytes);
}

using Seen = std::vector<std::string>;
const Seen protocol_error{"failure 1002"};
const Seen invalid_payload{"failure 1007"};
const Seen too_large{"failure 1009"};

TEST(WebSocketAcceptKey, IsTheOneOfTheStandard) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // §1.3
}

TEST(WebSocketAcceptKey, NeedsSixteenBytesOfBase64) {
    EXPECT_EQ(accept_key(""), "");
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ"), "");     // no padding
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ==="), "");  // too much of it
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZR=="), "");   // stray bits
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZTEy"), "");   // 18 bytes
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZ\n=="), "");
    EXPECT_EQ(accept_key("________________________"), "");
}

// --- Writing -------------------------------------------------------------------------------------

TEST(WebSocketFrame, IsTheOneOfTheStandard) {  // §5.7
    EXPECT_EQ(frame(Opcode::text, "Hello"), "\x81\x05Hello");
    EXPECT_EQ(frame(Opcode::ping, "Hello"), "\x89\x05Hello");
    EXPECT_EQ(frame_header(Opcode::binary, 256), std::string("\x82\x7E\x01\x00", 4));
    EXPECT_EQ(frame_header(Opcode::binary, 65536),
              std::string("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(WebSocketFrame, HasTheShortestLength) {
    EXPECT_EQ(frame_header(Opcode::text, 0), std::string("\x81\x00", 2));
    EXPECT_EQ(frame_header(Opcode::text, 125), "\x81\x7D");
    EXPECT_EQ(frame_header(Opcode::text, 126), std::string("\x81\x7E\x00\x7E", 4));
    EXPECT_EQ(frame_header(Opcode::text, 65535), "\x81\x7E\xFF\xFF");
    EXPECT_EQ(frame_header(Opcode::text, 65536).size(), 10U);
}

// --- Reading -------------------------------------------------------------------------------------

TEST(WebSocketDecoder, ReadsTheExamplesOfTheStandard) {  // §5.7
    EXPECT_EQ(decode("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Seen{"text:Hello"});
    EXPECT_EQ(decode("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Seen{"pong:Hello"});
    const std::string fragments = client_frame({.opcode = Opcode::text, .final = false}, "Hel") +
                                  client_frame({.opcode = Opcode::continuation}, "lo");
    EXPECT_EQ(decode(fragments), Seen{"text:Hello"});
}

TEST(WebSocketDecoder, ReadsEveryFormOfLength) {
    for (const int length : {0, 1, 7, 8, 9, 125, 126, 127, 65534, 65535, 65536, 65537, 100'000}) {
        const auto size = static_cast<std::size_t>(length);
        std::string payload(size, '\0');
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7);
        EXPECT_EQ(decode(client_frame({.opcode = Opcode::binary}, payload)),
                  Seen{"binary:" + payload})
            << size;
    }
}

TEST(WebSocketDecoder, RefusesALongerFormThanNeeded) {
    EXPECT_EQ(
        decode(client_frame({.opcode = Opcode::binary, .length_form = 2}, std::string(125, 'x'))),
        protocol_error);
    EXPECT_EQ(
        decode(client_frame({.opcode = Opcode::binary, .length_form = 8}, std::string(125, 'x'))),
        protocol_error);
    EXPECT_EQ(
        decode(client_frame({.opcode = Opcode::binary, .length_form = 8}, std::string(65535, 'x'))),
        protocol_error);
    EXPECT_EQ(decode("\x82\xFF\x80" + std::string(11, '\0')), protocol_error);  // the top bit of 64
}

TEST(WebSocketDecoder, RefusesReservedBitsOpcodesAndUnmaskedFrames) {
    for (const unsigned bit : {0x10U, 0x20U, 0x40U}) {
        EXPECT_EQ(decode(client_frame({.opcode = Opcode::text, .reserved = bit}, "x")),
                  protocol_error);
    }
    for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
        EXPECT_EQ(decode(client_frame({.opcode = static_cast<Opcode>(opcode)}, "x")),
                  protocol_error)
            << opcode;
    }
    EXPECT_EQ(decode("\x81\x05Hello"), protocol_error);
    EXPECT_EQ(decode(std::string("\x81\x00", 2)), protocol_error);
}

TEST(WebSocketDecoder, RefusesBadControlFrames) {
    for (const Opcode opcode : {Opcode::close, Opcode::ping, Opcode::pong}) {
        EXPECT_EQ(decode(client_frame({.opcode = opcode, .final = false}, "")), protocol_error);
        EXPECT_EQ(decode(client_frame({.opcode = opcode}, std::string(126, 'x'))), protocol_error);
        EXPECT_EQ(
            decode(client_frame({.opcode = opcode, .length_form = 8}, std::string(65536, 'x'))),
            protocol_error);
    }
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::ping}, std::string(125, 'x'))),
              Seen{"ping:" + std::string(125, 'x')});
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::ping}, "\xFF")),
              Seen{"ping:\xFF"});  // bytes, not text
}

TEST(WebSocketDecoder, RefusesFragmentsOutOfOrder) {
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::continuation}, "x")), protocol_error);
    const std::string begin = client_frame({.opcode = Opcode::text, .final = false}, "a");
    EXPECT_EQ(decode(begin + client_frame({.opcode = Opcode::text}, "b")), protocol_error);
    EXPECT_EQ(decode(begin + client_frame({.opcode = Opcode::binary, .final = false}, "b")),
              protocol_error);
    const std::string end = client_frame({.opcode = Opcode::continuation}, "b");
    EXPECT_EQ(decode(begin + end + end), (Seen{"text:ab", "failure 1002"}));
}

TEST(WebSocketDecoder, LetsControlFramesBetweenFragments) {
    const std::string stream =
        client_frame({.opcode = Opcode::binary, .final = false}, "") +
        client_frame({.opcode = Opcode::ping}, "1") +
        client_frame({.opcode = Opcode::continuation, .final = false}, "ab") +
        client_frame({.opcode = Opcode::pong}, "2") +
        client_frame({.opcode = Opcode::continuation}, "") +
        client_frame({.opcode = Opcode::text}, "next");
    EXPECT_EQ(decode(stream), (Seen{"ping:1", "pong:2", "binary:ab", "text:next"}));
}

TEST(WebSocketDecoder, ChecksTextToBeUtf8) {
    const std::string kappa = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";  // κόσμε
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::text}, kappa)), Seen{"text:" + kappa});
    // Cut anywhere, also within a character: only the whole has to be text.
    for (std::size_t cut = 0; cut <= kappa.size(); ++cut) {
        const std::string stream =
            client_frame({.opcode = Opcode::text, .final = false}, kappa.substr(0, cut)) +
            client_frame({.opcode = Opcode::continuation}, kappa.substr(cut));
        EXPECT_EQ(decode(stream), Seen{"text:" + kappa});
    }
    const std::string bad[] = {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",    "\xCE",
                               "\xFF",     "a\x80",        "\xF8\x88\x80\x80\x80"};
    for (const std::string& text : bad) {
        EXPECT_EQ(decode(client_frame({.opcode = Opcode::text}, text)), invalid_payload);
        const std::string stream =
            client_frame({.opcode = Opcode::text, .final = false}, text.substr(0, 1)) +
            client_frame({.opcode = Opcode::continuation}, text.substr(1));
        EXPECT_EQ(decode(stream), invalid_payload);
        EXPECT_EQ(decode(client_frame({.opcode = Opcode::binary}, text)), Seen{"binary:" + text});
    }
}

TEST(WebSocketDecoder, ChecksCloseFrames) {
    const auto close = [](int code, const std::string& reason) {
        const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
        return decode(client_frame({.opcode = Opcode::close}, payload + reason));
    };
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::close}, "")), Seen{"close:"});
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::close}, "\x03")), protocol_error);
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                           3000, 3999, 4000, 4999}) {
        EXPECT_NE(close(code, "bye"), protocol_error) << code;
    }
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        EXPECT_EQ(close(code, ""), protocol_error) << code;
    }
    EXPECT_EQ(close(1000, "\xC0\x80"), invalid_payload);
    EXPECT_NE(close(1000, std::string(123, 'x')), protocol_error);
}

// --- Compressed messages (RFC 7692) --------------------------------------------------------------

constexpr unsigned rsv1 = 0x40;

TEST(WebSocketFrame, SaysThatItsPayloadIsDeflated) {  // RFC 7692 §7.2.3.1
    EXPECT_EQ(
        frame(Opcode::text, std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7), Payload::deflated),
        std::string("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", 9));
    EXPECT_EQ(frame_header(Opcode::binary, 256, Payload::deflated),
              std::string("\xC2\x7E\x01\x00", 4));
}

TEST(WebSocketDecoder, GivesACompressedMessageAsItCame) {
    const std::string hello{"\xf2\x48\xcd\xc9\xc9\x07\x00", 7};  // no UTF-8, which is all right
    for (const Opcode opcode : {Opcode::text, Opcode::binary}) {
        const Seen expected{"deflated " + test::word_of(opcode) + ":" + hello};
        EXPECT_EQ(decode(client_frame({.opcode = opcode, .reserved = rsv1}, hello), compressing),
                  expected);
        // In two fragments the bit is on the first (RFC 7692 §7.2.3.1).
        const std::string fragments =
            client_frame({.opcode = opcode, .final = false, .reserved = rsv1}, hello.substr(0, 3)) +
            client_frame({.opcode = Opcode::ping}, "") +
            client_frame({.opcode = Opcode::continuation}, hello.substr(3));
        EXPECT_EQ(decode(fragments, compressing), (Seen{"ping:", expected.front()}));
    }
}

TEST(WebSocketDecoder, TellsEachMessageWhetherItIsCompressed) {
    const std::string stream =
        client_frame({.opcode = Opcode::text, .final = false, .reserved = rsv1}, "a") +
        client_frame({.opcode = Opcode::continuation}, "b") +
        client_frame({.opcode = Opcode::text, .final = false}, "c") +
        client_frame({.opcode = Opcode::continuation}, "d") +
        client_frame({.opcode = Opcode::text, .reserved = rsv1}, "e") +
        client_frame({.opcode = Opcode::text}, "f");
    EXPECT_EQ(decode(stream, compressing),
              (Seen{"deflated text:ab", "text:cd", "deflated text:e", "text:f"}));
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::text}, "\xFF"), compressing),
              invalid_payload);  // a plain one is checked as ever
}

TEST(WebSocketDecoder, RefusesReservedBitsThatMeanNothing) {
    const std::string begin =
        client_frame({.opcode = Opcode::text, .final = false, .reserved = rsv1}, "a");
    EXPECT_EQ(decode(begin + client_frame({.opcode = Opcode::continuation, .reserved = rsv1}, "b"),
                     compressing),
              protocol_error);
    for (const Opcode opcode : {Opcode::close, Opcode::ping, Opcode::pong}) {
        EXPECT_EQ(decode(client_frame({.opcode = opcode, .reserved = rsv1}, ""), compressing),
                  protocol_error);
    }
    for (const unsigned bits : {0x10U, 0x20U, 0x30U, 0x50U, 0x60U, 0x70U}) {
        EXPECT_EQ(
            decode(client_frame({.opcode = Opcode::text, .reserved = bits}, "x"), compressing),
            protocol_error);
    }
    EXPECT_EQ(decode(client_frame({.opcode = static_cast<Opcode>(3), .reserved = rsv1}, "x"),
                     compressing),
              protocol_error);
    EXPECT_EQ(decode(begin), protocol_error);  // nothing was agreed
}

TEST(WebSocketDecoder, LimitsACompressedMessageAsSent) {
    EXPECT_EQ(decode(client_frame({.opcode = Opcode::binary, .reserved = rsv1},
                                  std::string(message_max + 1, 'x'))
                         .substr(0, 10),
                     compressing),
              too_large);
}

// --- Limits --------------------------------------------------------------------------------------

TEST(WebSocketDecoder, RefusesTooLargeAMessageFromItsHeader) {
    const std::string whole =
        client_frame({.opcode = Opcode::binary}, std::string(message_max, 'x'));
    EXPECT_EQ(decode(whole).front().size(), message_max + 7);
    const std::string larger =
        client_frame({.opcode = Opcode::binary}, std::string(message_max + 1, 'x'));
    EXPECT_EQ(decode(larger.substr(0, 10)), too_large);  // no mask, no payload yet
    EXPECT_EQ(decode("\x82\xFF\x7F" + std::string(7, '\xFF')), too_large);  // 2^63 - 1
    const std::string begin =
        client_frame({.opcode = Opcode::binary, .final = false}, std::string(60'000, 'x'));
    const auto rest = [&](std::size_t size) {
        return decode(begin +
                      client_frame({.opcode = Opcode::continuation}, std::string(size, 'x')));
    };
    EXPECT_EQ(rest(message_max - 60'000).front().size(), message_max + 7);
    EXPECT_EQ(rest(message_max - 60'000 + 1), too_large);
}

TEST(WebSocketDecoder,
     CountsFragments) {  // many empty ones cost as much as full ones: CVE-2026-48779
    std::string stream = client_frame({.opcode = Opcode::text, .final = false}, "");
    for (std::size_t i = 2; i < fragments_max; ++i) {
        stream += client_frame({.opcode = Opcode::continuation, .final = false}, "");
    }
    const std::string more = client_frame({.opcode = Opcode::continuation, .final = false}, "");
    const std::string last = client_frame({.opcode = Opcode::continuation}, "x");
    EXPECT_EQ(decode(stream + last), Seen{"text:x"});
    EXPECT_EQ(decode(stream + more + last), too_large);
    EXPECT_EQ(decode(stream + last + stream + last),
              (Seen{"text:x", "text:x"}));  // counted for each message anew
}

TEST(WebSocketDecoder, HoldsNoMemoryBetweenMessages) {
    Decoder decoder{plain};
    const std::string large = client_frame({.opcode = Opcode::binary}, std::string(50'000, 'x'));
    EXPECT_TRUE(decode_in(decoder, large.substr(0, 40'000)).empty());
    EXPECT_GE(decoder.memory_bytes(), 40'000U);
    EXPECT_EQ(decode_in(decoder, large.substr(40'000)).size(), 1U);
    EXPECT_EQ(decoder.memory_bytes(), 0U);
    const std::string fragment =
        client_frame({.opcode = Opcode::binary, .final = false}, std::string(30'000, 'x'));
    EXPECT_TRUE(decode_in(decoder, fragment).empty());
    EXPECT_GE(decoder.memory_bytes(), 30'000U);
    EXPECT_EQ(decode_in(decoder, client_frame({.opcode = Opcode::continuation}, "")).size(), 1U);
    EXPECT_EQ(decoder.memory_bytes(), 0U);
}

// --- Any stream, cut anyhow ----------------------------------------------------------------------

struct Stream {
    std::string bytes;
    Seen expected;
};

Stream random_stream() {
    Stream stream;
    const auto count = *rc::gen::inRange(1, 8);
    for (int i = 0; i < count; ++i) {
        const auto size =
            *rc::gen::element<std::size_t>(0, 1, 5, 124, 125, 126, 127, 300, 65535, 65536);
        std::string payload(size, 'x');
        for (std::size_t at = 0; at < size; ++at)
            payload[at] = static_cast<char>('a' + (at * 31 + size) % 26);
        const auto opcode = *rc::gen::element(Opcode::text, Opcode::binary);
        const auto reserved = *rc::gen::element(0U, rsv1);
        const auto pieces = *rc::gen::inRange<std::size_t>(1, fragments_max);
        std::size_t at = 0;
        for (std::size_t piece = 0; piece < pieces; ++piece) {
            const bool final = piece + 1 == pieces;
            const std::size_t take =
                final ? size - at : *rc::gen::inRange<std::size_t>(0, size - at + 1);
            const auto mask = *rc::gen::arbitrary<std::uint32_t>();
            stream.bytes += client_frame({.opcode = piece == 0 ? opcode : Opcode::continuation,
                                          .final = final,
                                          .reserved = piece == 0 ? reserved : 0,
                                          .mask = mask},
                                         payload.substr(at, take));
            at += take;
            if (!final && *rc::gen::inRange(0, 4) == 0) {
                stream.bytes += client_frame({.opcode = Opcode::ping, .mask = mask}, "beat");
                stream.expected.push_back("ping:beat");
            }
        }
        stream.expected.push_back((reserved != 0 ? "deflated " : "") + test::word_of(opcode) + ":" +
                                  payload);
    }
    return stream;
}

RC_GTEST_PROP(WebSocketDecoder, GivesTheSameHoweverTheStreamIsCut, ()) {
    const Stream stream = random_stream();
    const auto chunk_max = *rc::gen::element<std::size_t>(1, 2, 3, 13, 4096, 200'000);
    Decoder decoder{compressing};
    Seen seen;
    for (std::size_t at = 0; at < stream.bytes.size();) {
        // Single bytes over a whole 64 KiB frame would say no more than over its first ones.
        const std::size_t scale = at > 2'000 && chunk_max < 100 ? 500 : 1;
        const std::size_t take = std::min(stream.bytes.size() - at,
                                          *rc::gen::inRange<std::size_t>(1, chunk_max * scale + 1));
        for (auto& one : decode_in(decoder, stream.bytes.substr(at, take)))
            seen.push_back(std::move(one));
        at += take;
    }
    RC_ASSERT(seen == stream.expected);
    RC_ASSERT(decoder.memory_bytes() == 0U);
}

RC_GTEST_PROP(WebSocketDecoder, ReadsWhatTheWriterWroteOnceItIsMasked, (std::string payload)) {
    const std::string written = frame(Opcode::binary, payload);
    RC_ASSERT(decode(test::masked(written, 0xA1B2C3D4)) == Seen{"binary:" + payload});
}

}  // namespace
}  // namespace homeroom::codec::websocket
