// Packets as socket.io-msgpack-parser has them, byte by byte, and what is no packet.
#include "codec/socketio_msgpack.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/hex.h"
#include "codec/socketio.h"
#include "codec/test_bytes.h"

namespace homeroom::codec::socketio {
namespace {

using test::bytes;

constexpr DecodeLimits narrow{
    .attachments_max = 2, .json_depth_max = 4, .json_values_max = 20, .namespace_bytes_max = 10};

std::string words(const Result<UnpackedPacket>& packet) {
    if (!packet.ok()) return std::string{to_string(packet.error().code)};
    std::string line = std::to_string(static_cast<int>(packet->type)) + " " + packet->nsp;
    if (packet->id) line += " id " + std::to_string(*packet->id);
    if (!packet->payload.empty()) line += " payload " + packet->payload;
    for (const std::string& argument : packet->arguments) line += " " + argument;
    for (const std::string& attachment : packet->attachments) line += " bytes:" + attachment;
    return line;
}

std::string read(std::string_view notation) {
    return words(decode_msgpack(bytes(notation), narrow));
}

// A packet of this type in the main namespace with more pairs behind, in notation.
std::string packet(std::string_view type, std::string_view pairs = {}, int count = 0) {
    const char pair_count = static_cast<char>('0' + 2 + count);
    return std::string{"8"} + pair_count + " a4'type' " + std::string{type} + " a3'nsp' a1'/' " +
           std::string{pairs};
}
std::string with_data(std::string_view type, std::string_view data) {
    return packet(type, "a4'data' " + std::string{data}, 1);
}

// --- Reading -------------------------------------------------------------------------------------

TEST(SocketIoMsgpack, ReadsEachType) {
    EXPECT_EQ(read(packet("00")), "0 /");
    EXPECT_EQ(read(with_data("00", "81 a5'token' a1't'")), R"(0 / payload {"token":"t"})");
    EXPECT_EQ(read(packet("01")), "1 /");
    EXPECT_EQ(read(with_data("02", "92 a1'e' 05")), R"(2 / "e" 5)");
    EXPECT_EQ(read(packet("02", "a4'data' 91 a1'e' a2'id' 07", 2)), R"(2 / id 7 "e")");
    EXPECT_EQ(read(packet("03", "a4'data' 92 01 80 a2'id' cf ffffffffffffffff", 2)),
              "3 / id 18446744073709551615 1 {}");
    EXPECT_EQ(read(with_data("04", "81 a7'message' a2'no'")), R"(4 / payload {"message":"no"})");
    EXPECT_EQ(read(with_data("04", "a2'no'")), R"(4 / payload "no")");
}

TEST(SocketIoMsgpack, HasItsFieldsInAnyOrderAndOthersBesideThem) {
    EXPECT_EQ(read("85 a2'id' 01 a4'data' 91 a1'e' a7'options' 81 a8'compress' c3 a3'nsp' a2'/n' "
                   "a4'type' 02"),
              R"(2 /n id 1 "e")");
    EXPECT_EQ(read(packet("02", "a4'data' 91 a1'e' a1'x' c4 02 0102", 2)), R"(2 / "e")")
        << "bytes that are passed over are no attachment";
}

TEST(SocketIoMsgpack, TakesNilAndUndefinedForAbsent) {
    for (const std::string nothing : {"c0", "d4 00 00"}) {
        EXPECT_EQ(read(with_data("00", nothing)), "0 /");
        EXPECT_EQ(read(with_data("01", nothing)), "1 /");
        EXPECT_EQ(read(packet("02", "a2'id' " + nothing + " a4'data' 91 a1'e'", 2)), R"(2 / "e")");
        // As the text parser: legal, and nothing happens.
        EXPECT_EQ(read(with_data("02", nothing)), "2 /");
        EXPECT_EQ(read(with_data("03", nothing)), "3 /");
        EXPECT_EQ(read(with_data("04", nothing)), "invalid");
    }
}

TEST(SocketIoMsgpack, RefusesWhatIsNoPacket) {
    for (const std::string_view notation :
         {"", "c0", "90", "80", "a1'2'", "05", "81 a4'type' 02", "81 a3'nsp' a1'/'",
          "82 a4'type' 02 a3'nsp'", "82 a4'type' 02 05 a1'/'",
          "82 a4'type' 01 a3'nsp' a1'/' c0",             // something follows
          "83 a4'type' 01 a3'nsp' a1'/' a4'type' 01",    // said twice
          "83 a4'type' 01 a3'nsp' a1'/' a3'nsp' a1'/'",  // the same
          "84 a4'type' 02 a3'nsp' a1'/' a2'id' 01 a2'id' 02"}) {
        EXPECT_EQ(read(notation), "invalid") << notation;
    }
}

TEST(SocketIoMsgpack, RefusesTypesOutside0To4) {
    for (const std::string_view type : {"05", "06", "7f", "ff", "a1'2'", "c0", "c3",
                                        "cb 4000000000000000", "cf ffffffffffffffff"}) {
        EXPECT_EQ(read(packet(type)), "invalid") << type;
    }
    EXPECT_EQ(read(packet("cc 01")), "1 /");  // an integer is one however wide
}

TEST(SocketIoMsgpack, RefusesOtherNamespacesThanTheTextParserCanName) {
    const auto named = [](std::string_view nsp) {
        return read("82 a4'type' 01 a3'nsp' " + std::string{nsp});
    };
    EXPECT_EQ(named("a6'/admin'"), "1 /admin");
    EXPECT_EQ(named("a3'/?a'"), "1 /?a");
    EXPECT_EQ(named("aa'/234567890'"), "1 /234567890");
    EXPECT_EQ(named("ab'/2345678901'"), "too_large");
    for (const std::string_view nsp : {"a0", "a5'admin'", "a4'/a,b'", "a2'/,'", "c0", "c4 01'/'",
                                       "01", "91 a1'/'", "a2'/' ff"}) {
        EXPECT_EQ(named(nsp), "invalid") << nsp;
    }
}

TEST(SocketIoMsgpack, RefusesDataOfTheWrongKind) {
    for (const std::string_view connect : {"90", "a1'x'", "01", "c3", "c4 01 00"})
        EXPECT_EQ(read(with_data("00", connect)), "invalid") << connect;
    for (const std::string_view disconnect : {"80", "90", "a1'x'", "00"})
        EXPECT_EQ(read(with_data("01", disconnect)), "invalid") << disconnect;
    for (const std::string_view event :
         {"80", "a1'e'", "01", "90", "91 c0", "91 c3", "91 80", "91 91 a1'e'", "91 c4 01'e'"})
        EXPECT_EQ(read(with_data("02", event)), "invalid") << event;
    for (const std::string_view ack : {"80", "a1'x'", "00", "c3", "c4 00"})
        EXPECT_EQ(read(with_data("03", ack)), "invalid") << ack;
    for (const std::string_view error : {"90", "01", "c3"})
        EXPECT_EQ(read(with_data("04", error)), "invalid") << error;
    for (const std::string_view id : {"ff", "a1'1'", "c3", "90", "cb 3ff0000000000000"})
        EXPECT_EQ(read(packet("02", "a4'data' 91 a1'e' a2'id' " + std::string{id}, 2)), "invalid")
            << id;
}

TEST(SocketIoMsgpack, RefusesReservedNames) {
    for (const std::string_view name :
         {"a7'connect'", "ad'connect_error'", "aa'disconnect'", "ad'disconnecting'",
          "ab'newListener'", "ae'removeListener'", "d9 07'connect'"})
        EXPECT_EQ(read(with_data("02", "91 " + std::string{name})), "invalid") << name;
    for (const std::string_view name : {"aa'connection'", "a5'error'", "a0", "a7'Connect'", "05"})
        EXPECT_NE(read(with_data("02", "91 " + std::string{name})), "invalid") << name;
    EXPECT_EQ(read(with_data("03", "91 a7'connect'")), R"(3 / "connect")");  // no name
}

TEST(SocketIoMsgpack, HasBytesWhereTheyAre) {
    EXPECT_EQ(read(with_data("02", "93 a1'e' 81 a1'a' 91 c4 02'ab' c4 00")),
              R"(5 / "e" {"a":[{"_placeholder":true,"num":0}]} {"_placeholder":true,"num":1})"
              " bytes:ab bytes:");
    EXPECT_EQ(read(packet("03", "a4'data' 91 c7 01 00'x' a2'id' 01", 2)),
              R"(6 / id 1 {"_placeholder":true,"num":0} bytes:x)");
    EXPECT_EQ(read(with_data("00", "81 a1'a' c4 01 00")), "invalid");
    EXPECT_EQ(read(with_data("04", "81 a1'a' c4 01 00")), "invalid");
    const auto packet = decode_msgpack(bytes(with_data("02", "92 a1'e' c4 01'x'")), narrow);
    ASSERT_TRUE(packet.ok());
    EXPECT_EQ(view_of(*packet).attachments, 1U);
    EXPECT_EQ(view_of(*packet).type, PacketType::binary_event);
}

// CVE-2022-2421, CVE-2023-32695: what says of itself that it is a placeholder is none.
TEST(SocketIoMsgpack, TellsALookalikeFromAnAttachment) {
    const std::string lookalike = "82 ac'_placeholder' c3 a3'num' 00";
    EXPECT_EQ(read(with_data("02", "92 a1'e' " + lookalike)),
              R"(2 / "e" {"_placeholder":true,"num":0})");
    EXPECT_EQ(read(with_data("02", "93 a1'e' " + lookalike + " c4 01'x'")), "invalid");
    EXPECT_EQ(read(with_data("02", "93 a1'e' c4 01'x' " + lookalike)), "invalid");
    EXPECT_EQ(read(with_data("02", "93 a1'e' c4 01'x' 81 ac'_placeholder' c2")),
              R"(5 / "e" {"_placeholder":true,"num":0} {"_placeholder":false} bytes:x)");
}

TEST(SocketIoMsgpack, HasTheLimitsOfTheTextParser) {
    EXPECT_EQ(read(with_data("02", "93 a1'e' c4 00 c4 00")).substr(0, 1), "5");
    EXPECT_EQ(read(with_data("02", "94 a1'e' c4 00 c4 00 c4 00")), "too_large");
    const auto same_in_text = [](const UnpackedPacket& packet) {
        std::vector<std::string_view> rest{packet.arguments.begin() + 1, packet.arguments.end()};
        return decode(encode_event(packet.nsp, event_name(packet.arguments.front()), rest), narrow);
    };
    const auto depth = [](int levels) {
        std::string notation = "92 a1'e' ";
        for (int i = 1; i < levels; ++i) notation += "91 ";
        return with_data("02", notation + "01");
    };
    EXPECT_EQ(read(depth(4)), R"(2 / "e" [[[1]]])");
    EXPECT_EQ(read(depth(5)), "too_large");
    EXPECT_FALSE(decode(R"(2["e",[[[[1]]]]])", narrow).ok());
    const auto values = [](int count) {  // the array, the name, and these
        std::string notation = "dc 00" + to_hex({std::string(1, static_cast<char>(count - 1))});
        notation += " a1'e'";
        for (int i = 2; i < count; ++i) notation += " 01";
        return with_data("02", notation);
    };
    const auto most = decode_msgpack(bytes(values(20)), narrow);
    ASSERT_TRUE(most.ok());
    EXPECT_TRUE(same_in_text(*most).ok());
    EXPECT_EQ(read(values(21)), "too_large");
}

TEST(SocketIoMsgpack, SaysThatItWasTheAttachmentsNumber) {  // which limit is counted hangs on it
    const std::string many = bytes(with_data("02", "94 a1'e' c4 00 c4 00 c4 00"));
    const auto packet = decode_msgpack(many, narrow);
    ASSERT_FALSE(packet.ok());
    EXPECT_EQ(packet.error().field, "attachments");
}

// --- Writing -------------------------------------------------------------------------------------

TEST(SocketIoMsgpack, WritesWhatTheLibraryReads) {
    const auto as_json = [](const std::string& packet) {
        return nlohmann::json::from_msgpack(packet).dump();
    };
    EXPECT_EQ(as_json(encode_msgpack_connect("/", "id", "")),
              R"({"data":{"sid":"id"},"nsp":"/","type":0})");
    EXPECT_EQ(as_json(encode_msgpack_connect("/n", "id", "private")),
              R"({"data":{"pid":"private","sid":"id"},"nsp":"/n","type":0})");
    EXPECT_EQ(as_json(encode_msgpack_disconnect("/n")), R"({"nsp":"/n","type":1})");
    EXPECT_EQ(as_json(encode_msgpack_connect_error("/", "no", "")),
              R"({"data":{"message":"no"},"nsp":"/","type":4})");
    EXPECT_EQ(as_json(encode_msgpack_connect_error("/", "no", R"({"code":[1]})")),
              R"({"data":{"data":{"code":[1]},"message":"no"},"nsp":"/","type":4})");
    const std::vector<std::string_view> arguments{"1", R"({"a":null})"};
    EXPECT_EQ(as_json(encode_msgpack_event("/", "e", arguments)),
              R"({"data":["e",1,{"a":null}],"nsp":"/","type":2})");
    EXPECT_EQ(as_json(encode_msgpack_event("/", "e", {}, 7)),
              R"({"data":["e"],"id":7,"nsp":"/","type":2})");
    EXPECT_EQ(as_json(encode_msgpack_ack("/n", 3, arguments)),
              R"({"data":[1,{"a":null}],"id":3,"nsp":"/n","type":3})");
    EXPECT_EQ(as_json(encode_msgpack_ack("/", 0, {})), R"({"data":[],"id":0,"nsp":"/","type":3})");
}

TEST(SocketIoMsgpack, WritesBytesInPlaceOfTheirPlaceholders) {
    const std::vector<std::string_view> arguments{R"({"a":[{"_placeholder":true,"num":1}]})",
                                                  R"({"num":0,"_placeholder":true})"};
    const std::vector<std::string> attachments{"x", std::string(300, 'y')};
    EXPECT_EQ(
        words(decode_msgpack(encode_msgpack_event("/", "e", arguments, 1, attachments), narrow)),
        R"(5 / id 1 "e" {"a":[{"_placeholder":true,"num":0}]} {"_placeholder":true,"num":1})"
        " bytes:" +
            attachments[1] + " bytes:x");
    EXPECT_EQ(to_hex(encode_msgpack_ack("/", 1, {{R"({"_placeholder":true,"num":0})"}},
                                        std::vector<std::string>{"x"})),
              to_hex(bytes("84 a4'type' 03 a4'data' 91 c4 01'x' a2'id' 01 a3'nsp' a1'/'")));
}

// A packet of either parser is the same to what comes after.
RC_GTEST_PROP(SocketIoMsgpack, SaysTheSameAsTheTextParser, ()) {
    constexpr DecodeLimits wide{.attachments_max = 10,
                                .json_depth_max = 10,
                                .json_values_max = 1'000,
                                .namespace_bytes_max = 10};
    const auto texts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "1", "-7", "0.5", "1e+300", "true", "null", R"("text")", R"("\u0001\"")", R"({"a":[1,{}]})",
        "[[],[null]]", R"({"_placeholder":true,"num":0})",
        R"({"b":{"_placeholder":true,"num":1}})"));
    std::vector<std::string_view> arguments;
    std::vector<std::string> attachments;
    for (const std::string& text : texts) {
        // Each attachment once and in the order of their numbers, as parsers make them.
        const bool placeholder = text.find("_placeholder") != std::string::npos;
        if (placeholder && text.find(std::to_string(attachments.size())) == std::string::npos)
            continue;
        if (placeholder) attachments.push_back("bytes " + std::to_string(attachments.size()));
        arguments.push_back(text);
    }
    const auto id = *rc::gen::maybe(rc::gen::arbitrary<std::uint64_t>());
    std::optional<std::uint64_t> ack_id;
    if (id) ack_id = *id;
    const std::string text = encode_event("/n", "name", arguments, ack_id, attachments.size());
    const auto from_text = decode(text, wide);
    const auto unpacked =
        decode_msgpack(encode_msgpack_event("/n", "name", arguments, ack_id, attachments), wide);
    RC_ASSERT(from_text.ok());
    RC_ASSERT(unpacked.ok());
    const Packet from_bytes = view_of(*unpacked);
    RC_ASSERT(from_bytes.type == from_text->type);
    RC_ASSERT(from_bytes.nsp == from_text->nsp);
    RC_ASSERT(from_bytes.id == from_text->id);
    RC_ASSERT(from_bytes.attachments == from_text->attachments);
    RC_ASSERT(from_bytes.arguments == from_text->arguments);
    RC_ASSERT(unpacked->attachments == attachments);
}

}  // namespace
}  // namespace homeroom::codec::socketio
