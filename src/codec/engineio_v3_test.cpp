// Engine.IO 3 packets and payloads, byte by byte; the expected ones are those of
// engine.io-parser 2.
#include "codec/engineio_v3.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/hex.h"
#include "codec/test_bytes.h"
#include "codec/utf8.h"

namespace homeroom::codec::engineio::v3 {
namespace {

using List = std::vector<std::string>;
using test::bytes;

std::string words(const std::optional<Packet>& packet) {
    if (!packet) return "invalid";
    const auto type = std::to_string(static_cast<int>(packet->type));
    return type + (packet->binary ? " binary:" : ":") + std::string{packet->data};
}

template <typename Reader>
List read_with(std::string_view body) {
    List seen;
    Reader reader{body};
    while (!reader.done()) seen.push_back(words(reader.next()));
    return seen;
}

List read(std::string_view body) {
    return read_with<PayloadReader>(body);
}
List read_binary(std::string_view notation) {
    return read_with<BinaryPayloadReader>(bytes(notation));
}

const List nothing{};
const List invalid{"invalid"};

TEST(EngineIo3Packet, DiffersOnlyInItsBinaryForms) {
    std::string scratch;
    EXPECT_EQ(words(decode("4hello", scratch)), "4:hello");
    EXPECT_EQ(words(decode("2probe", scratch)), "2:probe");
    EXPECT_EQ(words(decode("b4AQIDBA==", scratch)), "4 binary:\x01\x02\x03\x04");
    EXPECT_EQ(words(decode("b4", scratch)), "4 binary:");
    for (const std::string_view text : {"", "7", "x", "b", "b2AQ==", "bAQIDBA==", "B4AQ=="}) {
        EXPECT_EQ(words(decode(text, scratch)), "invalid") << text;
    }
    EXPECT_EQ(words(decode_binary("\x04hello")), "4 binary:hello");
    EXPECT_EQ(words(decode_binary("\x04")), "4 binary:");
    EXPECT_EQ(words(decode_binary("")), "invalid");
    EXPECT_EQ(words(decode_binary("\x02hello")), "invalid");
    EXPECT_EQ(words(decode_binary("4hello")), "invalid");
}

// --- Text ----------------------------------------------------------------------------------------

TEST(EngineIo3Payload, CountsAsJavaScriptDoes) {
    EXPECT_EQ(read("6:4hello2:4\xE2\x82\xAC"
                   "3:4\xF0\x9F\x98\x80"),
              (List{"4:hello", "4:\xE2\x82\xAC", "4:\xF0\x9F\x98\x80"}));
    EXPECT_EQ(read("10:b4AQIDBA==6:2probe"), (List{"4 binary:\x01\x02\x03\x04", "2:probe"}));
    EXPECT_EQ(read("2:40"), List{"4:0"});
    EXPECT_EQ(read("1:2"), List{"2:"});
    EXPECT_EQ(read("4:4:::"), List{"4::::"});
    EXPECT_EQ(read("02:4a"), List{"4:a"});
    EXPECT_EQ(read("2:b4"), List{"4 binary:"});
}

TEST(EngineIo3Payload, MayBeEmptyButNotNothing) {
    EXPECT_EQ(read(""), invalid);
    EXPECT_EQ(read("0:"), nothing);
    EXPECT_EQ(read("0:0:00:"), nothing);
    EXPECT_EQ(read("0:2:4a"), List{"4:a"});
    EXPECT_EQ(read("2:4a0:"), List{"4:a"});
    EXPECT_EQ(read("2:4a0:0:2:4b"), (List{"4:a", "4:b"}));
    EXPECT_EQ(read("0:x"), invalid);
}

TEST(EngineIo3Payload, StopsAtTheFirstInvalidPacket) {
    EXPECT_EQ(read("2:4a3:4a"), (List{"4:a", "invalid"}));
    EXPECT_EQ(read("2:4a1"), (List{"4:a", "invalid"}));
    EXPECT_EQ(read("2:4a2"), (List{"4:a", "invalid"}));
    EXPECT_EQ(read("2:4a1:72:4b"), (List{"4:a", "invalid"}));
    for (const std::string_view body : {"x",
                                        ":",
                                        ":4a",
                                        "a:4a",
                                        "-1:4",
                                        " 2:4a",
                                        "2 :4a",
                                        "+2:4a",
                                        "2.0:4a",
                                        "0x2:4a",
                                        "1:",
                                        "1:7",
                                        "1:b",
                                        "3:b2A",
                                        "2",
                                        "4hello",
                                        "99999999999999999999:4a",
                                        "18446744073709551616:4",
                                        "18446744073709551615:4a",
                                        "3:4a"}) {
        EXPECT_EQ(read(body), invalid) << body;
    }
}

TEST(EngineIo3Payload, EndsNoPacketWithinACharacter) {
    EXPECT_EQ(read("2:4\xF0\x9F\x98\x80"), invalid);  // half of a surrogate pair
    EXPECT_EQ(read("3:4\xE2\x82\xAC"), invalid);      // bytes were counted
    EXPECT_EQ(read("2:4\xE2\x82"), invalid);
    EXPECT_EQ(read("2:4\xFF"), invalid);
    EXPECT_EQ(read("1:\x80"), invalid);
    EXPECT_EQ(read("1:4\x80"), invalid);
    EXPECT_EQ(read("4:4\xED\xA0\x80"), invalid);
}

TEST(EngineIo3Payload, LimitsTheLengthsDigits) {
    EXPECT_EQ(read(std::string(length_digits_max - 1, '0') + "2:4a"), List{"4:a"});
    EXPECT_EQ(read(std::string(length_digits_max, '0') + "2:4a"), invalid);
    EXPECT_EQ(read(std::string(1'000'000, '1')), invalid);
    std::string empties;
    for (int i = 0; i < 500'000; ++i) empties += "0:";
    EXPECT_EQ(read(empties), nothing);
}

TEST(EngineIo3Payload, IsWritten) {
    EXPECT_EQ(encode_payload({}), "0:");
    EXPECT_EQ(encode_payload(std::vector<Outgoing>{
                  {false, "4hello"}, {false, "4\xE2\x82\xAC"}, {false, "4\xF0\x9F\x98\x80"}}),
              "6:4hello2:4\xE2\x82\xAC"
              "3:4\xF0\x9F\x98\x80");
    EXPECT_EQ(encode_payload(std::vector<Outgoing>{{true, "\x01\x02\x03\x04"}, {false, "2probe"}}),
              "10:b4AQIDBA==6:2probe");
    EXPECT_EQ(encode_payload(std::vector<Outgoing>{{true, ""}}), "2:b4");
}

// --- Binary --------------------------------------------------------------------------------------

TEST(EngineIo3BinaryPayload, CountsBytes) {
    EXPECT_EQ(read_binary("00 08 ff '4' e282ac f09f9880 01 05 ff 04 01020304"),
              (List{"4:\xE2\x82\xAC\xF0\x9F\x98\x80", "4 binary:\x01\x02\x03\x04"}));
    EXPECT_EQ(read_binary("00 01 03 ff '4aaaaaaaaaaaa' 01 01 ff 04"),
              (List{"4:aaaaaaaaaaaa", "4 binary:"}));
    EXPECT_EQ(read_binary("00 00 02 ff '40'"), List{"4:0"});
    EXPECT_EQ(read_binary("00 06 ff 'b4AQI='"), List{"4 binary:\x01\x02"});
    EXPECT_EQ(read_binary("01 05 ff 04 ff00ffff"), List{"4 binary:" + bytes("ff00ffff")});
    EXPECT_EQ(read_binary(""), nothing);
}

TEST(EngineIo3BinaryPayload, StopsAtTheFirstInvalidPacket) {
    EXPECT_EQ(read_binary("00 02 ff '4a' 00 03 ff '4a'"), (List{"4:a", "invalid"}));
    EXPECT_EQ(read_binary("00 02 ff '4a' 00"), (List{"4:a", "invalid"}));
    for (const std::string_view notation :
         {"00",
          "01",
          "00 ff",
          "00 ff '4'",
          "00 00 ff",
          "01 00 ff",
          "00 01 '4'",
          "00 0a ff '4'",
          "00 '1' ff '4'",
          "00 80 ff '4'",
          "02 01 ff 04",
          "ff 01 ff '4'",
          "00 02 ff '4'",
          "00 01 ff '7'",
          "00 01 ff 04",
          "01 01 ff '4'",
          "01 02 ff 02 01",
          "00 02 ff '4' ff",
          "00 03 ff '4' e282",
          "00 01 08 04 04 06 07 04 04 00 07 03 07 00 09 05 05 01 06 01 06 ff '4'"}) {
        EXPECT_EQ(read_binary(notation), invalid) << notation;
    }
}

TEST(EngineIo3BinaryPayload, LimitsTheLengthsDigits) {
    const auto with = [](std::size_t zeros) {
        return std::string(1 + zeros, '\0') + bytes("02 ff '4a'");
    };
    EXPECT_EQ(read_with<BinaryPayloadReader>(with(length_digits_max - 1)), List{"4:a"});
    EXPECT_EQ(read_with<BinaryPayloadReader>(with(length_digits_max)), invalid);
    EXPECT_EQ(read_with<BinaryPayloadReader>(std::string(1'000'000, '\0')), invalid);
}

TEST(EngineIo3BinaryPayload, IsWritten) {
    const auto encoded = [](const std::vector<Outgoing>& packets) {
        return to_hex(encode_binary_payload(packets));
    };
    EXPECT_EQ(encoded({}), "");
    EXPECT_EQ(encoded({{false, "4\xE2\x82\xAC\xF0\x9F\x98\x80"}, {true, "\x01\x02\x03\x04"}}),
              "0008ff34e282acf09f98800105ff0401020304");
    EXPECT_EQ(encoded({{false, "4aaaaaaaaaaaa"}, {true, ""}}),
              "000103ff34616161616161616161616161"
              "0101ff04");
}

// --- Both ----------------------------------------------------------------------------------------

RC_GTEST_PROP(EngineIo3Payload, GivesBackWhatWasWritten,
              (const std::vector<std::pair<bool, std::string>>& messages)) {
    List data;
    List expected;
    for (const auto& [binary, message] : messages) {
        const std::string text = utf8::repaired(message);
        data.push_back(binary ? message : "4" + text);
        expected.push_back(binary ? "4 binary:" + message : "4:" + text);
    }
    std::vector<Outgoing> packets;
    for (std::size_t i = 0; i < data.size(); ++i) packets.push_back({messages[i].first, data[i]});
    RC_ASSERT(read(encode_payload(packets)) == expected);
    RC_ASSERT(read_with<BinaryPayloadReader>(encode_binary_payload(packets)) == expected);
}

}  // namespace
}  // namespace homeroom::codec::engineio::v3
