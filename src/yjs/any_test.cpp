#include "yjs/any.h"

#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;

std::string json(const std::string& value) {
    ValueBudget budget{8, 100};
    Reader checking{value};
    skip_any(checking, budget);
    if (checking.failed()) return "refused: " + checking.error().message;
    if (!checking.done()) return "not all was read";
    Reader reader{value};
    std::string text;
    append_any_json(reader, text);
    return text;
}

TEST(YjsAny, EveryType) {
    EXPECT_EQ(json(bytes("7f")), "null");
    EXPECT_EQ(json(bytes("7e")), "null");
    EXPECT_EQ(json(bytes("7d 41")), "-1");
    EXPECT_EQ(json(bytes("7c 3fc00000")), "1.5");
    EXPECT_EQ(json(bytes("7b 3fb999999999999a")), "0.1");
    EXPECT_EQ(json(bytes("7b 7ff0000000000000")), "null");
    EXPECT_EQ(json(bytes("7a fffffffffffffffe")), R"("-2")");
    EXPECT_EQ(json(bytes("79")), "false");
    EXPECT_EQ(json(bytes("78")), "true");
    EXPECT_EQ(json(bytes("77 02 'a\"'")), R"("a\"")");
    EXPECT_EQ(json(bytes("74 03 000102")), R"("AAEC")");
}

TEST(YjsAny, TellsItsStringsAndWhetherItHasBytes) {
    const auto look = [](const std::string& value) {
        Reader reader{value};
        std::string told;
        const auto bytes =
            each_any_string(reader, [&](std::string_view key, std::string_view text) {
                told += std::string{key} + "=" + std::string{text} + " ";
            });
        EXPECT_TRUE(reader.done());
        return told + (bytes == AnyBytes::some ? "bytes" : "");
    };
    EXPECT_EQ(look(bytes("77 01'x'")), "=x ");
    EXPECT_EQ(
        look(bytes("76 03 01'a' 77 01'x' 01'b' 75 02 77 01'y' 7d 41 01'c' 76 01 01'd' 77 01'z'")),
        "a=x =y d=z ");
    EXPECT_EQ(look(bytes("75 03 7b 3fb999999999999a 74 02 0001 78")), "bytes");
    EXPECT_EQ(look(bytes("7c 3fc00000")), "");
}

TEST(YjsAny, NestedValues) {
    EXPECT_EQ(json(bytes("75 03 78 7f 75 00")), "[true,null,[]]");
    EXPECT_EQ(json(bytes("76 00")), "{}");
    EXPECT_EQ(json(bytes("76 03 01'a' 7f 01'b' 76 00 01'c' 79")), R"({"b":{},"c":false})");
}

TEST(YjsAny, RefusesWhatIsNoValue) {
    EXPECT_EQ(json(bytes("73")), "refused: a value of an unknown type");
    EXPECT_EQ(json(bytes("80")), "refused: a value of an unknown type");
    EXPECT_EQ(json(""), "refused: the bytes end too early");
    EXPECT_EQ(json(bytes("7b 00")), "refused: the bytes end too early");
    EXPECT_EQ(json(bytes("75 ff ff 03")), "refused: the bytes end too early");
    EXPECT_EQ(json(bytes("76 01 01ff 78")), "refused: a string is not UTF-8");
}

TEST(YjsAny, DepthAndNumberHaveLimits) {
    std::string deep;
    for (int i = 0; i < 8; ++i) deep += bytes("75 01");
    EXPECT_EQ(json(deep + bytes("78")), "[[[[[[[[true]]]]]]]]");
    EXPECT_EQ(json(bytes("75 01") + deep + bytes("78")), "refused: a value is nested too deeply");
    std::string many = bytes("75 64");
    many.append(100, '\x78');
    EXPECT_EQ(json(many), "refused: too many values");
}

}  // namespace
}  // namespace homeroom::yjs
