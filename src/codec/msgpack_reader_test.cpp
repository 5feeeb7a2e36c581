// MessagePack into JSON: each form of the format, what notepack.io adds, and the limits.
#include "codec/msgpack_reader.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "codec/test_bytes.h"

namespace homeroom::codec::msgpack {
namespace {

using test::bytes;

constexpr ReadLimits narrow{.depth_max = 4, .values_max = 20, .attachments_max = 2};

// The JSON, or the error's code, of bytes that should be one value.
std::string read_bytes(std::string_view input, const ReadLimits& limits = narrow) {
    Reader reader{input, limits};
    std::string json;
    const auto kind = reader.value(json);
    if (!kind.ok()) return std::string{to_string(kind.error().code)};
    return reader.done() ? json : "something follows " + json;
}

std::string read(std::string_view notation) {
    return read_bytes(bytes(notation));
}

TEST(MsgpackReader, ReadsScalars) {
    EXPECT_EQ(read("c0"), "null");
    EXPECT_EQ(read("c2"), "false");
    EXPECT_EQ(read("c3"), "true");
    EXPECT_EQ(read("c1"), "invalid");
}

TEST(MsgpackReader, ReadsIntegers) {
    EXPECT_EQ(read("00"), "0");
    EXPECT_EQ(read("7f"), "127");
    EXPECT_EQ(read("e0"), "-32");
    EXPECT_EQ(read("ff"), "-1");
    EXPECT_EQ(read("cc ff"), "255");
    EXPECT_EQ(read("cd 0100"), "256");
    EXPECT_EQ(read("ce 00010000"), "65536");
    EXPECT_EQ(read("cf 0000000100000000"), "4294967296");
    EXPECT_EQ(read("cf ffffffffffffffff"), "18446744073709551615");
    EXPECT_EQ(read("d0 df"), "-33");
    EXPECT_EQ(read("d0 7f"), "127");
    EXPECT_EQ(read("d1 ff7f"), "-129");
    EXPECT_EQ(read("d2 ffff7fff"), "-32769");
    EXPECT_EQ(read("d3 8000000000000000"), "-9223372036854775808");
    EXPECT_EQ(read("d3 7fffffffffffffff"), "9223372036854775807");
}

TEST(MsgpackReader, ReadsRealNumbers) {
    EXPECT_EQ(read("cb 3fb999999999999a"), "0.1");
    EXPECT_EQ(read("cb bff8000000000000"), "-1.5");
    EXPECT_EQ(read("ca 3fc00000"), "1.5");
    EXPECT_EQ(read("ca 3dcccccd"), "0.10000000149011612");  // as JavaScript reads a float 32
    EXPECT_EQ(read("cb 40f86a0000000000"), "100000");
    EXPECT_EQ(read("cb 7e37e43c8800759c"), "1e+300");
    EXPECT_EQ(read("cb 0000000000000001"), "5e-324");
    EXPECT_EQ(read("cb 0000000000000000"), "0");
    EXPECT_EQ(read("cb 8000000000000000"), "0");
    EXPECT_EQ(read("cb 7ff8000000000000"), "null");  // NaN
    EXPECT_EQ(read("cb 7ff0000000000000"), "null");
    EXPECT_EQ(read("cb fff0000000000000"), "null");
    EXPECT_EQ(read("ca 7fc00000"), "null");
    EXPECT_EQ(read("ca ff800000"), "null");
}

TEST(MsgpackReader, ReadsStrings) {
    EXPECT_EQ(read("a0"), R"("")");
    EXPECT_EQ(read("a3'foo'"), R"("foo")");
    EXPECT_EQ(read("d9 03'foo'"), R"("foo")");
    EXPECT_EQ(read("da 0003'foo'"), R"("foo")");
    EXPECT_EQ(read("db 00000003'foo'"), R"("foo")");
    EXPECT_EQ(read("a4 22 5c 00 0a"), R"("\"\\\u0000\n")");
    EXPECT_EQ(read("a3 e282ac"), "\"\xE2\x82\xAC\"");
    EXPECT_EQ(read("a1 ff"), "invalid");
    EXPECT_EQ(read("a2 e282"), "invalid");
    EXPECT_EQ(read("a3 eda080"), "invalid");
}

TEST(MsgpackReader, ReadsArraysAndMaps) {
    EXPECT_EQ(read("90"), "[]");
    EXPECT_EQ(read("93 01 c0 91 02"), "[1,null,[2]]");
    EXPECT_EQ(read("dc 0002 01 02"), "[1,2]");
    EXPECT_EQ(read("dd 00000002 01 02"), "[1,2]");
    EXPECT_EQ(read("80"), "{}");
    EXPECT_EQ(read("82 a1'b' 01 a1'a' 80"), R"({"b":1,"a":{}})");
    EXPECT_EQ(read("de 0001 a1'a' 01"), R"({"a":1})");
    EXPECT_EQ(read("df 00000001 d901'a' 01"), R"({"a":1})");
    EXPECT_EQ(read("82 a1'a' 01 a1'a' 02"), R"({"a":1,"a":2})");
    EXPECT_EQ(read("81 a1 22 01"), R"({"\"":1})");
    for (const std::string_view key : {"01", "c0", "c3", "c400", "90", "80", "d40000", "a1ff"}) {
        EXPECT_EQ(read("81 " + std::string{key} + " 01"), "invalid") << key;
    }
}

TEST(MsgpackReader, CollectsBytes) {
    const std::string input = bytes("92 c403010203 91 c700 00");
    Reader reader{input, narrow};
    std::string json;
    ASSERT_TRUE(reader.value(json).ok());
    EXPECT_EQ(json, R"([{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]])");
    EXPECT_EQ(reader.take_attachments(), (std::vector<std::string>{"\x01\x02\x03", ""}));
    EXPECT_FALSE(reader.saw_lookalike());
    for (const std::string_view form : {"c4 01 05", "c5 0001 05", "c6 00000001 05", "c7 01 00 05",
                                        "c8 0001 00 05", "c9 00000001 00 05"}) {
        EXPECT_EQ(read(form), R"({"_placeholder":true,"num":0})") << form;
    }
}

TEST(MsgpackReader, KnowsUndefined) {
    EXPECT_EQ(read("d4 00 00"), "null");
    EXPECT_EQ(read("d4 00 2a"), "null");
    EXPECT_EQ(read("92 d40000 01"), "[null,1]");
    EXPECT_EQ(read("82 a1'a' d40000 a1'b' 01"), R"({"b":1})");
    EXPECT_EQ(read("82 a1'a' 01 a1'b' d40000"), R"({"a":1})");
    EXPECT_EQ(read("81 a1'a' d40000"), "{}");
}

TEST(MsgpackReader, WritesMomentsAsJavaScriptDoes) {
    EXPECT_EQ(read("d7 00 0000018bcfe5687b"), R"("2023-11-14T22:13:20.123Z")");
    EXPECT_EQ(read("d7 00 ffffffffffffffff"), R"("1969-12-31T23:59:59.999Z")");
    EXPECT_EQ(read("d7 00 0000e677d21fdc00"), R"("+010000-01-01T00:00:00.000Z")");
    EXPECT_EQ(read("d7 00 7fffffffffffffff"), "null");  // an invalid Date
    EXPECT_EQ(read("d6 ff 6553f100"), R"("2023-11-14T22:13:20.000Z")");
    EXPECT_EQ(read("d7 ff 1d53ba60 6553f100"), R"("2023-11-14T22:13:20.123Z")");
    EXPECT_EQ(read("c7 0c ff 075bca00 000000006553f100"), R"("2023-11-14T22:13:20.123Z")");
    EXPECT_EQ(read("c7 0c ff 3b9ac9ff ffffffffffffffff"), R"("1969-12-31T23:59:59.999Z")");
    EXPECT_EQ(read("c7 0c ff 3b9aca00 0000000000000000"), "invalid");  // a whole second of them
    EXPECT_EQ(read("c7 0c ff 00000000 7fffffffffffffff"), "null");
    EXPECT_EQ(read("c7 0c ff 00000000 8000000000000000"), "null");
}

TEST(MsgpackReader, RefusesOtherExtensions) {
    for (const std::string_view notation :
         {"d4 01 00", "d4 ff 00", "d5 00 0000", "d5 ff 0000", "d6 00 00000000",
          "d7 01 0000000000000000", "d8 00 00000000000000000000000000000000", "c7 01 01 00",
          "c7 00 ff", "c7 0d ff 00", "c8 0001 7f 00", "c9 00000001 80 00"}) {
        EXPECT_EQ(read(notation), "invalid") << notation;
    }
}

TEST(MsgpackReader, BelievesNoLength) {
    for (const std::string_view notation : {"",
                                            "a1",
                                            "d9",
                                            "d9 01",
                                            "da ffff",
                                            "db ffffffff",
                                            "db ffffffff 00",
                                            "c6 ffffffff",
                                            "c9 ffffffff 00",
                                            "c9 ffffffff",
                                            "dc ffff",
                                            "dd ffffffff",
                                            "dd ffffffff 00",
                                            "de ffff",
                                            "df ffffffff",
                                            "df ffffffff a0 00",
                                            "81",
                                            "81 a0",
                                            "82 a0 00 a0",
                                            "91",
                                            "92 00",
                                            "cc",
                                            "cd 00",
                                            "ce 000000",
                                            "cf 00000000000000",
                                            "d0",
                                            "d3 00000000000000",
                                            "ca 000000",
                                            "cb 00000000000000",
                                            "d4",
                                            "d4 00",
                                            "d7 00 00000000000000",
                                            "d6 ff 000000",
                                            "c7",
                                            "c7 0c",
                                            "c7 0c ff 00",
                                            "c4",
                                            "c4 01"}) {
        EXPECT_EQ(read(notation), "invalid") << notation;
    }
}

TEST(MsgpackReader, HasLimits) {
    EXPECT_EQ(read("91 91 91 90"), "[[[[]]]]");
    EXPECT_EQ(read("91 91 91 91 90"), "too_large");
    EXPECT_EQ(read("81 a0 81 a0 81 a0 80"), R"({"":{"":{"":{}}}})");
    EXPECT_EQ(read("81 a0 81 a0 81 a0 81 a0 80"), "too_large");
    EXPECT_EQ(read_bytes(std::string(1'000'000, '\x91')), "too_large");
    EXPECT_NE(read_bytes(bytes("dc 0013") + std::string(19, '\0')), "too_large");
    EXPECT_EQ(read_bytes(bytes("dc 0014") + std::string(20, '\0')), "too_large");
    EXPECT_EQ(read("93 c400 c400 c400"), "too_large");
}

TEST(MsgpackReader, ForgetsWhatIsSkipped) {
    const std::string input = bytes("92 c400 81 ac'_placeholder' c3 c4 01 07");
    Reader reader{input, narrow};
    ASSERT_TRUE(reader.skip().ok());
    EXPECT_FALSE(reader.saw_lookalike());
    std::string json;
    ASSERT_TRUE(reader.value(json).ok());
    EXPECT_EQ(json, R"({"_placeholder":true,"num":0})");
    EXPECT_EQ(reader.take_attachments(), std::vector<std::string>{"\x07"});
}

TEST(MsgpackReader, SeesLookalikes) {
    const auto seen = [](std::string_view notation) {
        const std::string input = bytes(notation);
        Reader reader{input, narrow};
        std::string json;
        EXPECT_TRUE(reader.value(json).ok());
        return reader.saw_lookalike();
    };
    EXPECT_TRUE(seen("82 ac'_placeholder' c3 a3'num' 00"));
    EXPECT_TRUE(seen("81 ac'_placeholder' c3"));
    EXPECT_TRUE(seen("91 81 a1'a' 81 ac'_placeholder' c3"));
    EXPECT_FALSE(seen("81 ac'_placeholder' c2"));
    EXPECT_FALSE(seen("81 ac'_placeholder' a4'true'"));
    EXPECT_FALSE(seen("81 a3'num' 00"));
    EXPECT_FALSE(seen("92 ac'_placeholder' c3"));
    EXPECT_FALSE(seen("c400"));
}

// --- Against another parser ----------------------------------------------------------------------

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

RC_GTEST_PROP(MsgpackReader, AgreesWithAnotherParser, ()) {
    const nlohmann::json written = any_json(3);
    const auto packed = nlohmann::json::to_msgpack(written);
    const std::string json =
        read_bytes({reinterpret_cast<const char*>(packed.data()), packed.size()},
                   {.depth_max = 8, .values_max = 100'000, .attachments_max = 0});
    RC_ASSERT(nlohmann::json::parse(json) == nlohmann::json::parse(written.dump()));
}

}  // namespace
}  // namespace homeroom::codec::msgpack
