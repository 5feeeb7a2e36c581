// JSON by RFC 8259, judged by another parser on random and damaged documents.
#include "codec/json_scan.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"
#include "codec/test_json_oracle.h"

namespace homeroom::codec::json {
namespace {

constexpr ScanLimits wide{.depth_max = limits::json_depth_max,
                          .values_max = limits::json_values_max};

std::string verdict(std::string_view text, const ScanLimits& limits = wide) {
    const auto kind = check(text, limits);
    if (!kind.ok()) return std::string{to_string(kind.error().code)};
    switch (*kind) {
        case Kind::object: return "object";
        case Kind::array: return "array";
        case Kind::string: return "string";
        case Kind::number: return "number";
        case Kind::boolean: return "boolean";
        case Kind::null: return "null";
    }
    return "?";
}

std::vector<std::string> elements(std::string_view text) {
    const auto split = split_array(text, wide);
    if (!split.ok()) return {"error: " + split.error().message};
    return {split->begin(), split->end()};
}

TEST(JsonCheck, TellsTheKind) {
    EXPECT_EQ(verdict("{}"), "object");
    EXPECT_EQ(verdict(" \t\r\n[1]\n"), "array");
    EXPECT_EQ(verdict(R"("a")"), "string");
    EXPECT_EQ(verdict("-0.5e+7"), "number");
    EXPECT_EQ(verdict("true"), "boolean");
    EXPECT_EQ(verdict(" false "), "boolean");
    EXPECT_EQ(verdict("null"), "null");
}

TEST(JsonCheck, CountsTheMembersOfEachObjectByItself) {
    const ScanLimits two{.depth_max = 9, .values_max = 99, .members_max = 2};
    EXPECT_EQ(verdict(R"({"a":{"b":1,"c":[{},{"d":1,"e":2}]},"f":{"g":1,"h":2}})", two), "object");
    EXPECT_EQ(verdict(R"({"a":1,"b":2,"c":3})", two), "too_large");
    EXPECT_EQ(verdict(R"([{"a":{"b":{}},"c":{"d":1}},{"a":{"b":1,"c":2,"d":3}}])", two),
              "too_large");
    EXPECT_EQ(verdict(R"({"a":{"b":1,"c":2},"d":4,"e":5})", two), "too_large");
}

TEST(JsonCheck, TakesWhatJavaScriptSends) {
    for (const std::string_view text :
         {R"("\ud800")", R"("\udc00\ud800")", R"({"a":1,"a":2})", "1e400", "-1e-400",
          "123456789012345678901234567890", R"("\u0000")", R"({"":""})", R"("/\/")",
          R"({"__proto__":{}})", "\"\x7F\"", "\"\xF4\x8F\xBF\xBF\"", "\"\xE2\x80\xA8\""}) {
        EXPECT_NE(verdict(text), "invalid") << text;
    }
}

TEST(JsonCheck, RefusesWhatIsNoJson) {
    const std::string_view bad[] = {"",
                                    " ",
                                    "{",
                                    "[",
                                    "}",
                                    "]",
                                    "\"",
                                    "\"\\\"",
                                    "[1",
                                    "[1,",
                                    "[1,]",
                                    "[,1]",
                                    "[1 2]",
                                    "[1}",
                                    "{1}",
                                    "{]",
                                    "[}",
                                    "{\"a\"}",
                                    "{\"a\":}",
                                    "{\"a\":1,}",
                                    "{,}",
                                    "{\"a\" 1}",
                                    "{\"a\":1 \"b\":2}",
                                    "{a:1}",
                                    "{'a':1}",
                                    "'a'",
                                    "01",
                                    "-",
                                    "+1",
                                    "1.",
                                    ".5",
                                    "1e",
                                    "1e+",
                                    "1.e1",
                                    "-01",
                                    "0x1",
                                    "1_000",
                                    "NaN",
                                    "Infinity",
                                    "-Infinity",
                                    "tru",
                                    "True",
                                    "nul",
                                    "nullx",
                                    "truefalse",
                                    "undefined",
                                    "1 1",
                                    "[] []",
                                    "{}x",
                                    "\"a\"\"b\"",
                                    "\"\\x\"",
                                    "\"\\u12\"",
                                    "\"\\u123g\"",
                                    "\"\\u\"",
                                    "\"\\\"",
                                    "\"\n\"",
                                    "\"\t\"",
                                    "\"\x1F\"",
                                    "// x\n1",
                                    "/* */1",
                                    "\xEF\xBB\xBF{}",
                                    "\"\xFF\"",
                                    "\"\xC0\x80\"",
                                    "\"\xED\xA0\x80\"",
                                    "\"\xCE",
                                    "\f1",
                                    "\v1",
                                    "\xC2\xA0"
                                    "1"};
    for (const std::string_view text : bad) EXPECT_EQ(verdict(text), "invalid") << text;
    EXPECT_EQ(verdict(std::string_view("1\0", 2)), "invalid");
    EXPECT_EQ(verdict(std::string_view("\0", 1)), "invalid");
    EXPECT_EQ(verdict(std::string_view("\"\0\"", 3)), "invalid");
}

TEST(JsonCheck, SaysWhere) {
    const auto checked = check(R"({"a":[1,x]})", wide);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().message, "JSON is malformed at byte 8: a value is expected");
}

// --- Limits --------------------------------------------------------------------------------------

std::string nested(std::size_t depth, std::string_view open, std::string_view close,
                   std::string_view inner) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += inner;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
}

TEST(JsonCheck, LimitsDepth) {
    const ScanLimits limits{.depth_max = 4, .values_max = 100};
    EXPECT_EQ(verdict(nested(4, "[", "]", ""), limits), "array");
    EXPECT_EQ(verdict(nested(5, "[", "]", ""), limits), "too_large");
    EXPECT_EQ(verdict(nested(4, "{\"a\":", "}", "1"), limits), "object");
    EXPECT_EQ(verdict(nested(5, "{\"a\":", "}", "1"), limits), "too_large");
    EXPECT_EQ(verdict("[[],[],[],[[]],{}]", limits), "array");  // width is not depth
    EXPECT_EQ(verdict("1", {.depth_max = 0, .values_max = 1}), "number");
    EXPECT_EQ(verdict("[]", {.depth_max = 0, .values_max = 1}), "too_large");
}

TEST(JsonCheck, SurvivesADepthBomb) {
    EXPECT_EQ(verdict(std::string(1'000'000, '[')), "too_large");
    EXPECT_EQ(verdict(nested(100'000, "{\"a\":[", "]}", "")), "too_large");
    EXPECT_FALSE(split_array(std::string(1'000'000, '['), wide).ok());
}

TEST(JsonCheck, CountsValues) {
    const ScanLimits limits{.depth_max = 10, .values_max = 4};
    EXPECT_EQ(verdict("[1,2,3]", limits), "array");
    EXPECT_EQ(verdict("[1,2,3,4]", limits), "too_large");
    EXPECT_EQ(verdict(R"({"a":1,"b":2,"c":3})", limits), "object");  // keys are no values
    EXPECT_EQ(verdict(R"({"a":1,"b":[2,3]})", limits), "too_large");
}

// --- Splitting -----------------------------------------------------------------------------------

TEST(JsonSplit, CutsWithoutTheSpaceAround) {
    using List = std::vector<std::string>;
    EXPECT_EQ(elements("[]"), List{});
    EXPECT_EQ(elements(" [ ] "), List{});
    EXPECT_EQ(elements("[1]"), List{"1"});
    EXPECT_EQ(elements(" [ \"a,]\" , { \"b\" : [ 1 , 2 ] } ,\n[[ ]],-1e5 , null ] "),
              (List{"\"a,]\"", "{ \"b\" : [ 1 , 2 ] }", "[[ ]]", "-1e5", "null"}));
    EXPECT_EQ(elements("[[[]],[{}],{\"a\":[]}]"), (List{"[[]]", "[{}]", "{\"a\":[]}"}));
}

TEST(JsonSplit, WantsAnArray) {
    for (const std::string_view text :
         {"", " ", "{}", "1", "\"[]\"", "null", "[", "[1", "[1]]", "[1] x", "\xFF"}) {
        EXPECT_FALSE(split_array(text, wide).ok()) << text;
    }
}

// --- Strings -------------------------------------------------------------------------------------

TEST(JsonUnescape, KnowsEveryEscape) {
    EXPECT_EQ(unescape(R"("")"), "");
    EXPECT_EQ(unescape(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
    EXPECT_EQ(unescape(R"("\u0041\u00e9\u20AC")"), "A\xC3\xA9\xE2\x82\xAC");
    EXPECT_EQ(unescape(R"("\ud83d\ude00")"), "\xF0\x9F\x98\x80");
    EXPECT_EQ(unescape(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonUnescape, PutsASignForALoneSurrogate) {
    const std::string sign = "\xEF\xBF\xBD";
    EXPECT_EQ(unescape(R"("\ud800")"), sign);
    EXPECT_EQ(unescape(R"("\ud800x")"), sign + "x");
    EXPECT_EQ(unescape(R"("\udc00\ud800")"), sign + sign);
    EXPECT_EQ(unescape(R"("\ud800\ud83d\ude00")"), sign + "\xF0\x9F\x98\x80");
    EXPECT_EQ(unescape(R"("\ud800\n")"), sign + "\n");
    EXPECT_EQ(unescape(R"("\ud800\u0041")"), sign + "A");
}

TEST(JsonQuote, WritesAsJavaScriptDoes) {
    EXPECT_EQ(quote("a\"\\/\b\f\n\r\t\x01\x1F\x7F\xC3\xA9"),
              "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\xC3\xA9\"");
    EXPECT_EQ(quote(std::string_view("\0", 1)), R"("\u0000")");
}

RC_GTEST_PROP(JsonQuote, AndUnescapeAreInverse, (const std::string& text)) {
    RC_ASSERT(unescape(quote(text)) == text);
}

// --- Against another parser ----------------------------------------------------------------------

std::string random_document(int depth) {
    const auto space = [] {
        return *rc::gen::element<std::string>("", "", "", " ", "\n\t", "\r ");
    };
    const auto string = [] {
        return *rc::gen::element<std::string>(R"("")", R"("a")", R"("[,]{}:")", R"("\"")",
                                              R"("\\")", R"("\u0041")", R"("\ud83d\ude00")",
                                              "\"\xC3\xA9\"", R"("_placeholder")");
    };
    const auto kind = *rc::gen::inRange(0, depth == 0 ? 3 : 5);
    std::string text = space();
    if (kind == 0) {
        text += string();
    } else if (kind == 1) {
        text += *rc::gen::element<std::string>("0", "-0", "1", "-12", "3.25", "1e5", "1E-5",
                                               "-0.0e+0", "98765432101234567890");
    } else if (kind == 2) {
        text += *rc::gen::element<std::string>("true", "false", "null");
    } else {
        const bool object = kind == 3;
        text += object ? '{' : '[';
        const auto count = *rc::gen::inRange(0, 4);
        for (int i = 0; i < count; ++i) {
            if (i > 0) text += ',';
            if (object) text += space() + string() + space() + ':';
            text += random_document(depth - 1);
        }
        text += space();
        text += object ? '}' : ']';
    }
    return text + space();
}

RC_GTEST_PROP(JsonCheck, AgreesOnRandomDocuments, ()) {
    const std::string text = random_document(5);
    RC_ASSERT(check(text, wide).ok());
    RC_ASSERT(oracle::judge(text) == oracle::Verdict::valid);
    oracle::require_same_elements(text, wide, [](bool holds) { RC_ASSERT(holds); });
}

RC_GTEST_PROP(JsonCheck, AgreesOnDamagedDocuments, ()) {
    std::string text = random_document(4);
    const auto damages = *rc::gen::inRange(1, 4);
    for (int i = 0; i < damages && !text.empty(); ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        const auto what = *rc::gen::inRange(0, 4);
        if (what == 0) text.erase(at, 1);
        if (what == 1)
            text.insert(
                at, 1,
                *rc::gen::elementOf(std::string{"[]{},:\"\\0129-+.eEtfnu \n\x01\x7f\x80\xff"}));
        if (what == 2) text[at] = *rc::gen::elementOf(std::string{"[]{},:\"\\0-.e t\xC3"});
        if (what == 3) text.resize(at);
    }
    const auto judged = oracle::judge(text);
    if (judged == oracle::Verdict::incomparable) return;
    RC_ASSERT(check(text, wide).ok() == (judged == oracle::Verdict::valid));
    oracle::require_same_elements(text, wide, [](bool holds) { RC_ASSERT(holds); });
}

TEST(JsonScan, GivesStrictParsersWhatTheyTake) {
    EXPECT_EQ(
        for_strict_parsers(R"({"a\udc00":["\ud83d\ude00",1e400,-1E999,1.50,-0],"b":"1e400"})"),
        "{\"a\uFFFD\":[\"\U0001F600\",null,null,1.50,-0],\"b\":\"1e400\"}");
    EXPECT_EQ(for_strict_parsers("null"), "null");
}

}  // namespace
}  // namespace homeroom::codec::json
