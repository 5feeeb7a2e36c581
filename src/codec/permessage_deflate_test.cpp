// RFC 7692: what is agreed, its examples byte by byte, every way in which a payload can be wrong,
// and bombs.
#include "codec/permessage_deflate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>
#include <zlib.h>

namespace homeroom::codec::websocket {
namespace {

const std::string agreed =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const std::string agreed_full_window = agreed + "; server_max_window_bits=15";
const std::string nothing;

// --- The handshake -------------------------------------------------------------------------------

// The answer, or "invalid".
std::string answer(const std::string& offers) {
    const auto negotiated = negotiate_deflate(offers);
    return negotiated.ok() ? *negotiated : std::string{to_string(negotiated.error().code)};
}

TEST(DeflateOffer, IsAgreedTo) {
    EXPECT_EQ(answer("permessage-deflate"), agreed);
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"), agreed);  // every browser's
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=8"), agreed);
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=15"), agreed);
    EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
              agreed);
    EXPECT_EQ(answer("permessage-deflate; client_no_context_takeover; client_max_window_bits=10"),
              agreed);
}

TEST(DeflateOffer, NeedsTheWholeWindow) {
    for (const int bits : {8, 9, 10, 11, 12, 13, 14}) {
        EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=" + std::to_string(bits)),
                  nothing);
    }
    // §7.1.2.1: accepted by being repeated.
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=15"), agreed_full_window);
}

TEST(DeflateOffer, MayBeOneOfMany) {
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=10, permessage-deflate"), agreed);
    EXPECT_EQ(answer("permessage-deflate, permessage-deflate; server_max_window_bits=15"), agreed);
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=15, permessage-deflate"),
              agreed_full_window);
    EXPECT_EQ(answer("permessage-bzip2; level=9, x-webkit-deflate-frame, permessage-deflate"),
              agreed);
    EXPECT_EQ(answer("permessage-deflate, mux; max-channels=4; flow=\"a\\b\""), agreed);
}

TEST(DeflateOffer, MayBeNone) {
    for (const std::string offers :
         {"", " ", ",", " , ,\t", "permessage-bzip2", "x; permessage-deflate", "x; y=permessage",
          "permessage-deflate2", "Permessage-Deflate", "x; server_max_window_bits=99; a; a"}) {
        EXPECT_EQ(answer(offers), nothing) << offers;
    }
}

TEST(DeflateOffer, IsReadWithSpacesAndQuotes) {
    EXPECT_EQ(answer(" \tpermessage-deflate\t;client_max_window_bits = 9 ; server_max_window_bits "
                     "=\"15\" ,,"),
              agreed_full_window);
    EXPECT_EQ(answer(R"(permessage-deflate; server_max_window_bits="1\5")"), agreed_full_window);
    EXPECT_EQ(answer(R"(permessage-deflate; server_max_window_bits="12")"), nothing);
    EXPECT_EQ(answer(R"(permessage-deflate; client_max_window_bits="\8",x)"), agreed);
}

TEST(DeflateOffer, IsRefusedWithWrongParameters) {
    for (const std::string parameters :
         {"unknown", "unknown=1", "Server_No_Context_Takeover",
          // once only
          "server_no_context_takeover; server_no_context_takeover",
          "client_no_context_takeover; client_max_window_bits; client_no_context_takeover",
          "server_max_window_bits=10; server_max_window_bits=10",
          "client_max_window_bits; client_max_window_bits=9",
          // a value or none
          "server_no_context_takeover=1", "client_no_context_takeover=true",
          "server_no_context_takeover=\"15\"", "client_no_context_takeover=15",
          "server_max_window_bits",
          // 8 to 15, without leading zeros (§7.1.2)
          "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=0",
          "server_max_window_bits=08", "server_max_window_bits=015", "server_max_window_bits=1",
          "server_max_window_bits=150", "server_max_window_bits=-9", "server_max_window_bits=+9",
          "server_max_window_bits=1x", "client_max_window_bits=7", "client_max_window_bits=16",
          "client_max_window_bits=x", "client_max_window_bits=\"08\"",
          "client_max_window_bits=99999999999999999999"}) {
        const std::string offer = "permessage-deflate; " + parameters;
        EXPECT_EQ(answer(offer), "invalid") << offer;
        // Wherever it stands: whether a header is right does not depend on an earlier offer.
        EXPECT_EQ(answer("permessage-deflate, x, " + offer), "invalid") << offer;
    }
}

TEST(DeflateOffer, IsRefusedInAHeaderThatIsNoList) {
    for (const std::string offers : {"permessage-deflate;",
                                     "permessage-deflate; ;x",
                                     "permessage-deflate; =9",
                                     ";",
                                     "=",
                                     "; permessage-deflate",
                                     "permessage-deflate x",
                                     "permessage-deflate=1",
                                     "permessage-deflate; client_max_window_bits=",
                                     "permessage-deflate; client_max_window_bits 9",
                                     "permessage-deflate; client_max_window_bits=9 9",
                                     "permessage-deflate; client_max_window_bits==9",
                                     "permessage-deflate; client_max_window_bits=\"9",
                                     "x; y=\"",
                                     "x; y=\"\"",
                                     "x; y=\"a b\"",
                                     "x; y=\"\\",
                                     "x; y=\"\\\"\"",
                                     "x; y=\"a,b\"",
                                     "x; y=\"a\"b",
                                     "\"permessage-deflate\"",
                                     "permessage/deflate",
                                     "permessage-deflate\r",
                                     "(x)",
                                     "x; y=@",
                                     "\xC3\xA4"}) {
        EXPECT_EQ(answer(offers), "invalid") << offers;
        EXPECT_EQ(answer("permessage-deflate, " + offers), "invalid") << offers;
    }
    EXPECT_EQ(answer(std::string("permessage-deflate\0", 19)), "invalid");
}

TEST(DeflateOffer, OfAnyLengthIsReadInOneGo) {
    std::string offers;
    for (int i = 0; i < 500; ++i) offers += "permessage-deflate; server_max_window_bits=9,";
    EXPECT_EQ(answer(offers), nothing);
    EXPECT_EQ(answer(offers + "permessage-deflate"), agreed);
}

// --- Inflating -----------------------------------------------------------------------------------

constexpr std::size_t bytes_max = 1'000'000;

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

// The message in quotes, or the error's code.
std::string inflated(const std::string& payload, std::size_t limit = bytes_max) {
    const auto message = inflate_message(payload, limit);
    return message.ok() ? "\"" + *message + "\"" : std::string{to_string(message.error().code)};
}

const std::string hello = bytes({0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00});

TEST(InflateMessage, ReadsTheExamplesOfTheStandard) {
    EXPECT_EQ(inflated(hello), "\"Hello\"");  // §7.2.3.1
    // §7.2.3.3: without compression
    EXPECT_EQ(inflated(bytes({0x00, 0x05, 0x00, 0xfa, 0xff, 'H', 'e', 'l', 'l', 'o', 0x00})),
              "\"Hello\"");
    // §7.2.3.4: a final block, and an empty one that is not
    EXPECT_EQ(inflated(bytes({0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00})), "\"Hello\"");
    // §7.2.3.5: two blocks, a flush between them
    EXPECT_EQ(inflated(bytes(
                  {0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00})),
              "\"Hello\"");
    EXPECT_EQ(inflated(bytes({0x00})), "\"\"");  // §7.2.3.6
}

TEST(InflateMessage, ForgetsTheMessageBefore) {
    // §7.2.3.2: the second "Hello" of a client that refers to the first. It agreed not to.
    EXPECT_EQ(inflated(hello), "\"Hello\"");
    EXPECT_EQ(inflated(bytes({0xf2, 0x00, 0x11, 0x00, 0x00})), "invalid");
    EXPECT_EQ(inflated(hello), "\"Hello\"");
}

TEST(InflateMessage, GoesOnBehindAFinalBlock) {
    const std::string final_hello = bytes({0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00});
    EXPECT_EQ(inflated(final_hello + hello), "\"HelloHello\"");
    EXPECT_EQ(inflated(final_hello + final_hello + bytes({0x00})), "\"HelloHello\"");
    // A stored one, and the empty one that closes a flush, may be final, too.
    const std::string final_stored = bytes({0x01, 0x02, 0x00, 0xfd, 0xff, 'H', 'i'});
    EXPECT_EQ(inflated(final_stored + bytes({0x00})), "\"Hi\"");
    EXPECT_EQ(inflated(hello.substr(0, 6) + bytes({0x00}) + bytes({0x00, 0x00, 0xff, 0xff, 0x01})),
              "\"Hello\"");
    // It ends its stream: what follows begins with an empty window.
    EXPECT_EQ(inflated(final_hello + bytes({0xf2, 0x00, 0x11, 0x00, 0x00})), "invalid");
}

TEST(InflateMessage, ForgivesAMissingEmptyBlockWhereNothingIsInDoubt) {
    EXPECT_EQ(inflated(bytes({0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00})), "\"Hello\"");
    EXPECT_EQ(inflated(""), "\"\"");
    EXPECT_EQ(inflated("", 0), "\"\"");
}

TEST(InflateMessage, RefusesWhatIsBroken) {
    EXPECT_EQ(inflated(bytes({0xff})), "invalid");  // no such kind of block
    EXPECT_EQ(inflated(bytes({0x06})), "invalid");  // nor in the middle of a byte
    EXPECT_EQ(inflated("Hello"), "invalid");        // never compressed
    EXPECT_EQ(inflated(hello + "x"), "invalid");    // something behind the end
    EXPECT_EQ(inflated(bytes({0x00, 0x05, 0x00, 0x00, 0x00, 'H'})), "invalid");  // length check
    EXPECT_EQ(inflated(hello + bytes({0x00, 0x00, 0xff, 0xff})), "invalid");     // its tail kept
    // Behind a final block anything but a block is wrong as well.
    EXPECT_EQ(inflated(bytes({0x03, 0x00, 0xff})), "invalid");
    EXPECT_EQ(inflated(bytes({0x03, 0x00}) + "trailing"), "invalid");
}

TEST(InflateMessage, RefusesWhatIsCutShort) {
    const std::string stored = bytes({0x00, 0x05, 0x00, 0xfa, 0xff, 'H', 'e', 'l', 'l', 'o', 0x00});
    for (const std::string& whole : {hello, stored}) {
        for (std::size_t size = 2; size < whole.size(); ++size)
            EXPECT_EQ(inflated(whole.substr(0, size)), "invalid") << size;
    }
    // Cut so that the tail we put behind it would pass for the last four bytes of the message.
    EXPECT_EQ(inflated(bytes({0x00, 0x05, 0x00, 0xfa, 0xff, 'H'})), "invalid");
    EXPECT_EQ(inflated(bytes({0x01, 0x05, 0x00, 0xfa, 0xff, 'H'})), "invalid");
}

// --- Deflating -----------------------------------------------------------------------------------

TEST(DeflateMessage, WritesTheExamplesOfTheStandard) {
    EXPECT_EQ(deflate_message("Hello"), hello);     // §7.2.3.1
    EXPECT_EQ(deflate_message("Hello"), hello);     // again the same: §7.2.3.2 does not apply
    EXPECT_EQ(deflate_message(""), bytes({0x00}));  // §7.2.3.6
}

TEST(DeflateMessage, MakesPostsSmaller) {
    std::string page;
    for (int i = 0; i < 20; ++i)
        page += R"({"id":"post-)" + std::to_string(i) + R"(","text":"Homework for tomorrow"},)";
    EXPECT_LT(deflate_message(page).size(), page.size() / 5);
}

// --- There and back ------------------------------------------------------------------------------

// Another sender's way of compressing: any level, strategy, window and flush.
struct Sender {
    int level = Z_DEFAULT_COMPRESSION;
    int strategy = Z_DEFAULT_STRATEGY;
    int window_bits = 15;
    int flush = Z_SYNC_FLUSH;
};

// Each piece is flushed; the last one as RFC 7692 asks for.
std::string sent_by(const Sender& sender, const std::vector<std::string>& pieces) {
    z_stream zlib{};
    EXPECT_EQ(
        deflateInit2(&zlib, sender.level, Z_DEFLATED, -sender.window_bits, 8, sender.strategy),
        Z_OK);
    std::string sent;
    const auto write = [&](std::string piece, int flush) {
        zlib.next_in = reinterpret_cast<Bytef*>(piece.data());
        zlib.avail_in = static_cast<uInt>(piece.size());
        std::string out(deflateBound(&zlib, zlib.avail_in) + 64, '\0');
        zlib.next_out = reinterpret_cast<Bytef*>(out.data());
        zlib.avail_out = static_cast<uInt>(out.size());
        deflate(&zlib, flush);
        EXPECT_GT(zlib.avail_out, 0U);
        sent.append(out, 0, out.size() - zlib.avail_out);
    };
    for (const std::string& piece : pieces) write(piece, sender.flush);
    if (sender.flush == Z_FINISH) {
        sent += '\0';  // §7.2.3.4
    } else {
        write("", Z_FULL_FLUSH);
        sent.resize(sent.size() - 4);
    }
    deflateEnd(&zlib);
    return sent;
}

// Long enough for several chunks, repetitive or not.
std::string random_payload() {
    std::string payload;
    const auto parts = *rc::gen::inRange(0, 6);
    for (int i = 0; i < parts; ++i) {
        const auto part = *rc::gen::arbitrary<std::string>();
        const auto times = *rc::gen::element(1, 2, 100, 3'000);
        for (int j = 0; j < times; ++j) payload += part;
    }
    return payload;
}

RC_GTEST_PROP(DeflateMessage, IsInflatedToTheSame, ()) {
    const std::string payload = random_payload();
    const auto message = inflate_message(deflate_message(payload), payload.size());
    RC_ASSERT(message.ok());
    RC_ASSERT(*message == payload);
}

RC_GTEST_PROP(InflateMessage, ReadsWhatAnySenderWrites, ()) {
    const Sender sender{
        .level = *rc::gen::inRange(0, 10),
        .strategy = *rc::gen::element(Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED),
        .window_bits = *rc::gen::inRange(9, 16),  // zlib cannot do 8 for raw data
        .flush = *rc::gen::element(Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_PARTIAL_FLUSH, Z_BLOCK)};
    const std::vector<std::string> pieces{random_payload(), random_payload()};
    const std::string whole = pieces[0] + pieces[1];
    const std::string sent = sent_by(sender, pieces);
    const auto message = inflate_message(sent, bytes_max * 10);
    RC_ASSERT(message.ok());
    RC_ASSERT(*message == whole);
    const std::string final_sent =
        sent_by({.level = sender.level, .strategy = sender.strategy, .flush = Z_FINISH}, {whole});
    const auto final_message = inflate_message(final_sent, bytes_max * 10);
    RC_ASSERT(final_message.ok());
    RC_ASSERT(*final_message == whole);
}

RC_GTEST_PROP(InflateMessage, TakesAnyBytes, (std::string payload)) {
    const auto message = inflate_message(payload, 1'000);
    if (message.ok()) {
        RC_ASSERT(message->size() <= 1'000U);
    } else {
        RC_ASSERT(message.error().code != Code::internal);
    }
}

// --- Bombs ---------------------------------------------------------------------------------------

TEST(InflateMessage, StopsAtTheLimit) {
    for (const std::size_t size : {1U, 5U, 16'383U, 16'384U, 16'385U, 32'768U, 100'000U}) {
        const std::string message(size, 'x');
        const std::string payload = deflate_message(message);
        EXPECT_EQ(inflated(payload, size), "\"" + message + "\"") << size;
        EXPECT_EQ(inflated(payload, size - 1), "too_large") << size;
        EXPECT_EQ(inflated(payload, 0), "too_large") << size;
    }
    EXPECT_EQ(inflated(bytes({0x00}), 0), "\"\"");
}

// One GB of zeros in about one MB. Each of its pieces ends in a full flush, so that it may be
// repeated.
std::string bomb() {
    const std::string piece = sent_by({.flush = Z_FULL_FLUSH}, {std::string(1'000'000, '\0')}) +
                              bytes({0, 0, 0xff, 0xff});
    std::string payload;
    for (int i = 0; i < 1'000; ++i) payload += piece;
    return payload;
}

TEST(InflateMessage, RefusesABomb) {
    const std::string payload = bomb();
    EXPECT_LT(payload.size(), 1'200'000U);
    EXPECT_EQ(inflated(payload), "too_large");
    EXPECT_EQ(inflated(payload, 10), "too_large");
    // A thousand of them cost a thousand times the limit, not a thousand GB.
    for (int i = 0; i < 1'000; ++i) EXPECT_EQ(inflated(payload, 20'000), "too_large");
}

TEST(InflateMessage, AllocatesNoMoreThanTheLimit) {
    const std::string message(200'000, 'x');
    const auto exact = inflate_message(deflate_message(message), message.size());
    ASSERT_TRUE(exact.ok());
    EXPECT_EQ(exact->capacity(), message.size());
    // Nor more than the payload could ever inflate to.
    const std::string payload = deflate_message(message);
    const auto unlimited = inflate_message(payload, std::string::npos);
    ASSERT_TRUE(unlimited.ok());
    EXPECT_EQ(*unlimited, message);
    EXPECT_LE(unlimited->capacity(), payload.size() * 1'032);
}

TEST(InflateMessage, IsBoundedForManyEmptyBlocks) {
    std::string payload;
    for (int i = 0; i < 100'000; ++i) payload += bytes({0x03, 0x00});  // final, nothing in it
    EXPECT_EQ(inflated(payload + bytes({0x00})), "\"\"");
}

}  // namespace
}  // namespace homeroom::codec::websocket
