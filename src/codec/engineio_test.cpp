// Engine.IO packets and polling payloads, byte by byte.
#include "codec/engineio.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/base64.h"

namespace homeroom::codec::engineio {
namespace {

std::string words(const Packet& packet) {
    const auto type = std::to_string(static_cast<int>(packet.type));
    return type + (packet.binary ? " binary:" : ":") + std::string{packet.data};
}

std::string decoded(std::string_view text) {
    std::string scratch;
    const auto packet = decode(text, scratch);
    return packet ? words(*packet) : "invalid";
}

std::vector<std::string> read(std::string_view body) {
    std::vector<std::string> seen;
    PayloadReader reader{body};
    while (!reader.done()) {
        const auto packet = reader.next();
        seen.push_back(packet ? words(*packet) : "invalid");
    }
    return seen;
}

using List = std::vector<std::string>;

TEST(EngineIoPacket, KnowsSevenTypes) {
    EXPECT_EQ(decoded("0{}"), "0:{}");
    EXPECT_EQ(decoded("1"), "1:");
    EXPECT_EQ(decoded("2probe"), "2:probe");
    EXPECT_EQ(decoded("3probe"), "3:probe");
    EXPECT_EQ(decoded("4hello"), "4:hello");
    EXPECT_EQ(decoded("4"), "4:");
    EXPECT_EQ(decoded("5"), "5:");
    EXPECT_EQ(decoded("6"), "6:");
    EXPECT_EQ(decoded("4\xE2\x82\xAC"), "4:\xE2\x82\xAC");
}

TEST(EngineIoPacket, RefusesEverythingElse) {
    for (int c = 0; c < 256; ++c) {
        if ((c >= '0' && c <= '6') || c == 'b') continue;
        EXPECT_EQ(decoded(std::string(1, static_cast<char>(c)) + "x"), "invalid") << c;
    }
    EXPECT_EQ(decoded(""), "invalid");
}

TEST(EngineIoPacket, CarriesBytesAsBase64) {
    EXPECT_EQ(decoded("bAQIDBA=="), "4 binary:\x01\x02\x03\x04");
    EXPECT_EQ(decoded("bAQIDBA"), "4 binary:\x01\x02\x03\x04");            // no padding
    EXPECT_EQ(decoded("bAQ\nID\r\nBA==\n"), "4 binary:\x01\x02\x03\x04");  // Java's line breaks
    EXPECT_EQ(decoded("b-_-_"), decoded("b+/+/"));
    EXPECT_EQ(decoded("b"), "4 binary:");  // an empty attachment is legal
}

TEST(EngineIoPayload, IsPacketsWithSeparators) {
    EXPECT_EQ(read("4hello"), List{"4:hello"});
    EXPECT_EQ(read("4test1\x1e"
                   "4test2\x1e"
                   "4test3"),
              (List{"4:test1", "4:test2", "4:test3"}));
    EXPECT_EQ(read("4hello\x1e"
                   "bAQIDBA=="),
              (List{"4:hello", "4 binary:\x01\x02\x03\x04"}));
    EXPECT_EQ(read("bAQ==\x1e"
                   "bAg==\x1e"
                   "2"),
              (List{"4 binary:\x01", "4 binary:\x02", "2:"}));
}

TEST(EngineIoPayload, StopsAtTheFirstInvalidPacket) {
    EXPECT_EQ(read(""), List{"invalid"});
    EXPECT_EQ(read("\x1e"), List{"invalid"});
    EXPECT_EQ(read("4a\x1e"), (List{"4:a", "invalid"}));
    EXPECT_EQ(read("\x1e"
                   "4a"),
              List{"invalid"});
    EXPECT_EQ(read("4a\x1e\x1e"
                   "4b"),
              (List{"4:a", "invalid"}));
    EXPECT_EQ(read("4a\x1e"
                   "7\x1e"
                   "4b"),
              (List{"4:a", "invalid"}));
    EXPECT_EQ(read("abc"), List{"invalid"});
}

// Nothing is collected: a body of separators costs one look at it.
TEST(EngineIoPayload, EndsAtOnceOnABodyOfSeparators) {
    PayloadReader reader{std::string_view{}};
    const std::string separators(16'000'000, record_separator);
    reader = PayloadReader{separators};
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.done());
}

TEST(EngineIoOpen, IsTheHandshakeOfTheProtocol) {
    const std::string open = encode_open({.sid = "lv_VI97HAXpY6yYWAAAC",
                                          .upgrade_to_websocket = true,
                                          .ping_interval_ms = 25000,
                                          .ping_timeout_ms = 20000,
                                          .max_payload = 1000000});
    EXPECT_EQ(open, R"(0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],)"
                    R"("pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
    const std::string on_websocket = encode_open({.sid = "x",
                                                  .upgrade_to_websocket = false,
                                                  .ping_interval_ms = 1,
                                                  .ping_timeout_ms = 2,
                                                  .max_payload = 3});
    EXPECT_EQ(nlohmann::json::parse(on_websocket.substr(1))["upgrades"], nlohmann::json::array());
}

RC_GTEST_PROP(EngineIoPayload, GivesBackWhatWasJoined,
              (const std::vector<std::pair<bool, std::string>>& messages)) {
    std::string body;
    List expected;
    for (const auto& [binary, data] : messages) {
        std::string text = data;
        std::erase(text, record_separator);
        if (!body.empty()) body += record_separator;
        body += binary ? "b" + base64::encode(data) : "4" + text;
        expected.push_back(binary ? "4 binary:" + data : "4:" + text);
    }
    RC_PRE(!messages.empty());
    RC_ASSERT(read(body) == expected);
}

}  // namespace
}  // namespace homeroom::codec::engineio
