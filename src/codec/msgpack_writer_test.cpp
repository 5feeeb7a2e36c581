// JSON into MessagePack: the bytes that notepack.io writes, and what JSON says that it never does.
#include "codec/msgpack_writer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/hex.h"
#include "base/limits.h"
#include "codec/msgpack_reader.h"
#include "codec/test_bytes.h"

namespace homeroom::codec::msgpack {
namespace {

using Files = std::vector<std::string>;
using test::bytes;

std::string write(std::string_view json, const Files& files = {}) {
    Attachments attachments{files};
    std::string packed;
    append_json(packed, json, attachments);
    return packed;
}

#define EXPECT_PACKED(json, notation) \
    EXPECT_EQ(to_hex(write(json)), to_hex(bytes(notation))) << json

TEST(MsgpackWriter, WritesScalars) {
    EXPECT_PACKED("null", "c0");
    EXPECT_PACKED("true", "c3");
    EXPECT_PACKED("false", "c2");
    EXPECT_PACKED(" 1 ", "01");
    EXPECT_PACKED(R"("foo")", "a3'foo'");
    EXPECT_PACKED(R"("")", "a0");
    EXPECT_PACKED("\"\xE2\x82\xAC\\u20ac\\ud83d\\ude00\"", "aa e282ac e282ac f09f9880");
    EXPECT_PACKED(R"("\"\\\n\u0000")", "a4 225c0a00");
}

TEST(MsgpackWriter, WritesEachNumberInTheFewestBytes) {
    EXPECT_PACKED("0", "00");
    EXPECT_PACKED("-0", "00");
    EXPECT_PACKED("127", "7f");
    EXPECT_PACKED("128", "cc 80");
    EXPECT_PACKED("255", "cc ff");
    EXPECT_PACKED("256", "cd 0100");
    EXPECT_PACKED("65535", "cd ffff");
    EXPECT_PACKED("65536", "ce 00010000");
    EXPECT_PACKED("4294967295", "ce ffffffff");
    EXPECT_PACKED("4294967296", "cf 0000000100000000");
    EXPECT_PACKED("18446744073709551615", "cf ffffffffffffffff");
    EXPECT_PACKED("-1", "ff");
    EXPECT_PACKED("-32", "e0");
    EXPECT_PACKED("-33", "d0 df");
    EXPECT_PACKED("-128", "d0 80");
    EXPECT_PACKED("-129", "d1 ff7f");
    EXPECT_PACKED("-32768", "d1 8000");
    EXPECT_PACKED("-32769", "d2 ffff7fff");
    EXPECT_PACKED("-2147483648", "d2 80000000");
    EXPECT_PACKED("-2147483649", "d3 ffffffff7fffffff");
    EXPECT_PACKED("-9223372036854775808", "d3 8000000000000000");
}

TEST(MsgpackWriter, WritesRealNumbers) {
    EXPECT_PACKED("0.1", "cb 3fb999999999999a");
    EXPECT_PACKED("-1.5", "cb bff8000000000000");
    EXPECT_PACKED("1e300", "cb 7e37e43c8800759c");
    EXPECT_PACKED("18446744073709551616", "cb 43f0000000000000");
    EXPECT_PACKED("-9223372036854775809", "cb c3e0000000000000");
    EXPECT_PACKED("1e400", "cb 7ff0000000000000");  // what JavaScript reads
    EXPECT_PACKED("-1e400", "cb fff0000000000000");
    EXPECT_PACKED("5e-324", "cb 0000000000000001");
    EXPECT_PACKED("1" + std::string(400, '0'), "cb 7ff0000000000000");
    EXPECT_PACKED("1" + std::string(400, '0') + "e-399", "0a");
    // Whole numbers however they are spelled: to JavaScript they are the same.
    EXPECT_PACKED("1.0", "01");
    EXPECT_PACKED("1e3", "cd 03e8");
    EXPECT_PACKED("-0.0", "00");
    EXPECT_PACKED("1e-400", "00");
    EXPECT_PACKED("-2.0", "fe");
    EXPECT_PACKED("9007199254740992.0", "cf 0020000000000000");
    EXPECT_PACKED("1e16", "cb 4341c37937e08000");
}

TEST(MsgpackWriter, WritesArraysAndMaps) {
    EXPECT_PACKED("[]", "90");
    EXPECT_PACKED("{}", "80");
    EXPECT_PACKED(" [ 1 , [ ] , { } , \"a\" ] ", "94 01 90 80 a1'a'");
    EXPECT_PACKED(R"({"b":1,"a":{"c":[[],{"d":null}]}})",
                  "82 a1'b' 01 a1'a' 81 a1'c' 92 90 81 a1'd' c0");
    EXPECT_PACKED(R"({ "a" : "b" , "c" : "d" })", "82 a1'a' a1'b' a1'c' a1'd'");
    EXPECT_PACKED(R"({"a":1,"a":2})", "82 a1'a' 01 a1'a' 02");
    EXPECT_PACKED(R"(["{","]",",",":"])", "94 a1'{' a1']' a1',' a1':'");
}

TEST(MsgpackWriter, WritesEachLengthInTheFewestBytes) {
    const auto head = [](std::string_view json, std::size_t size) {
        return to_hex(write(json).substr(0, size));
    };
    const auto text = [](std::size_t length) { return '"' + std::string(length, 'a') + '"'; };
    EXPECT_EQ(head(text(31), 1), "bf");
    EXPECT_EQ(head(text(32), 2), "d920");
    EXPECT_EQ(head(text(255), 2), "d9ff");
    EXPECT_EQ(head(text(256), 3), "da0100");
    EXPECT_EQ(head(text(65'536), 5), "db00010000");
    const auto list = [](std::size_t length) {
        return nlohmann::json(std::vector<int>(length)).dump();
    };
    EXPECT_EQ(head(list(15), 1), "9f");
    EXPECT_EQ(head(list(16), 3), "dc0010");
    EXPECT_EQ(head(list(65'536), 5), "dd00010000");
    const auto object = [](int length) {
        nlohmann::json members;
        for (int i = 0; i < length; ++i) members[std::to_string(i)] = 0;
        return members.dump();
    };
    EXPECT_EQ(head(object(15), 1), "8f");
    EXPECT_EQ(head(object(16), 3), "de0010");
    EXPECT_EQ(head(object(65'536), 5), "df00010000");
}

TEST(MsgpackWriter, TakesWhatJavaScriptSends) {
    EXPECT_PACKED(R"("\ud800")", "a3 efbfbd");
    EXPECT_PACKED(R"("\udc00x\ud800\ud800")", "aa efbfbd 'x' efbfbd efbfbd");
    EXPECT_PACKED(R"({"\ud800":1})", "81 a3 efbfbd 01");
}

TEST(MsgpackWriter, WritesNilForWhatIsNoJson) {
    for (const std::string_view json :
         {"", " ", "{", "[1,]", "nul", "1 2", "\"\xFF\"", "'a'", "}"}) {
        EXPECT_PACKED(json, "c0");
    }
}

TEST(MsgpackWriter, NestsWithoutRecursion) {
    const std::string deep = std::string(500'000, '[') + std::string(500'000, ']');
    EXPECT_EQ(write(deep), std::string(499'999, '\x91') + '\x90');
}

TEST(MsgpackWriter, PutsAttachmentsInTheirPlaces) {
    const Files files{"\x01\x02", "", std::string(256, 'x')};
    const auto packed = [&](std::string_view json) { return to_hex(write(json, files)); };
    const auto expected = [](std::string_view notation) { return to_hex(bytes(notation)); };
    EXPECT_EQ(packed(R"({"_placeholder":true,"num":0})"), expected("c4 02 0102"));
    EXPECT_EQ(packed(R"([1,{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}],2])"),
              expected("94 01 c4020102 91 c400 02"));
    EXPECT_EQ(packed(R"({"a":{"_placeholder":true,"num":1},"b":[]})"),
              expected("82 a1'a' c400 a1'b' 90"));
    EXPECT_EQ(packed(R"({"_placeholder":true,"num":2})").substr(0, 6), "c50100");
    EXPECT_EQ(packed(R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])"),
              expected("92 c4020102 c4020102"));
    // In any spelling, and with anything inside: what is there is not looked at, as in JavaScript.
    EXPECT_EQ(packed(R"([{"num":0,"\u005fplaceholder" : true , "x":[1,{"y":"z"}]},7])"),
              expected("92 c4020102 07"));
    EXPECT_EQ(packed(R"([{"_placeholder":true,"num":0,"x":{"_placeholder":true,"num":1}},[]])"),
              expected("92 c4020102 90"));
    EXPECT_EQ(packed(R"({"_placeholder":true,"num":9,"num":1})"), expected("c400"));
}

TEST(MsgpackWriter, LeavesOtherObjectsAsTheyAre) {
    const Files files{"\x01"};
    EXPECT_PACKED(R"({"_placeholder":true,"num":0})", "82 ac'_placeholder' c3 a3'num' 00");
    for (const std::string_view json :
         {R"({"_placeholder":true,"num":1})", R"({"_placeholder":true})", R"({"num":0})",
          R"({"_placeholder":false,"num":0})", R"({"_placeholder":true,"num":0.0})",
          R"({"_placeholder":true,"num":"0"})", R"(["_placeholder",true,"num",0])"}) {
        EXPECT_EQ(write(json, files), write(json)) << json;
    }
}

// One attachment and 30,000 placeholders of it would be one message of 30,000 attachments.
TEST(MsgpackWriter, LimitsWhatRepeatedPlaceholdersCost) {
    const Files files{std::string(limits::message_bytes_max, 'x'), "y"};
    Attachments attachments{files};
    std::string packed;
    for (int i = 0; i < 1'000; ++i)
        append_json(packed, R"({"_placeholder":true,"num":0})", attachments);
    EXPECT_GT(packed.size(), limits::attachment_bytes_max);
    EXPECT_LT(packed.size(), limits::attachment_bytes_max + 2 * limits::message_bytes_max);
    EXPECT_EQ(packed.back(), '\xC0');
}

// --- Against another parser, and back ------------------------------------------------------------

nlohmann::json any_json(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
        case 0: return nullptr;
        case 1: return *rc::gen::arbitrary<bool>();
        case 2: return *rc::gen::arbitrary<std::int64_t>();
        case 3: return *rc::gen::arbitrary<std::uint64_t>();
        case 4: return *rc::gen::arbitrary<double>();
        case 5:
            return *rc::gen::container<std::string>(
                rc::gen::elementOf(std::string{"abc\"\\\n\x01 _"}));
        case 6: {
            nlohmann::json array = nlohmann::json::array();
            for (int i = *rc::gen::inRange(0, 20); i > 0; --i) array.push_back(any_json(depth - 1));
            return array;
        }
        default: {
            nlohmann::json object = nlohmann::json::object();
            for (int i = *rc::gen::inRange(0, 20); i > 0; --i)
                object[std::to_string(i)] = any_json(depth - 1);
            return object;
        }
    }
}

RC_GTEST_PROP(MsgpackWriter, IsReadByAnotherParserAndOurs, ()) {
    const nlohmann::json value = any_json(3);
    const std::string json = value.dump();
    const std::string packed = write(json);
    RC_ASSERT(nlohmann::json::from_msgpack(packed) == nlohmann::json::parse(json));

    Reader reader{packed, {.depth_max = 8, .values_max = 100'000, .attachments_max = 0}};
    std::string again;
    RC_ASSERT(reader.value(again).ok() && reader.done());
    RC_ASSERT(nlohmann::json::parse(again) == nlohmann::json::parse(json));
    // A large real comes back as an integer of the same value.
    RC_ASSERT(nlohmann::json::from_msgpack(write(again)) == nlohmann::json::from_msgpack(packed));
}

}  // namespace
}  // namespace homeroom::codec::msgpack
