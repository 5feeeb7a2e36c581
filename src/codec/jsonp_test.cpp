// JSONP: what the script and the form of Node's polling-jsonp are, character by character.
#include "codec/jsonp.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "codec/test_jsonp_form.h"
#include "codec/utf8.h"

namespace homeroom::codec::engineio {
namespace {

std::string body(std::string_view form) {
    return decode_jsonp_body(form).value_or("nothing");
}

// Node's two replacements, one after the other: of what /(\\)?\\n/g finds, that without the group
// becomes a line feed; then what /\\\\n/g finds loses a backslash.
std::string unescaped_in_two_steps(std::string_view text) {
    std::string once;
    while (!text.empty()) {
        const bool doubled = text.starts_with(R"(\\n)");
        const bool single = text.starts_with(R"(\n)");
        const std::size_t taken = doubled ? 3 : single ? 2 : 1;
        once += single ? "\n" : text.substr(0, taken);
        text.remove_prefix(taken);
    }
    return test::replaced(once, R"(\\n)", R"(\n)");
}

TEST(Jsonp, IsACallWithTheClientsNumber) {
    EXPECT_EQ(encode_jsonp("0", "6"), R"(___eio[0]("6");)");
    EXPECT_EQ(encode_jsonp("12", R"(42["a"])"), R"(___eio[12]("42[\"a\"]");)");
    EXPECT_EQ(encode_jsonp("1];alert(2);//", "6"), R"(___eio[12]("6");)");
    EXPECT_EQ(encode_jsonp("", "6"), R"(___eio[]("6");)");
    EXPECT_EQ(encode_jsonp("7", ""), R"(___eio[7]("");)");
}

TEST(Jsonp, EscapesWhatAScriptMustNotHold) {
    EXPECT_EQ(encode_jsonp("0", "\\ \" \n \x01 \x1E / \xE2\x82\xAC \xF0\x9F\x98\x80 \x7F"),
              "___eio[0](\"\\\\ \\\" \\n \\u0001 \\u001e / \xE2\x82\xAC \xF0\x9F\x98\x80 \x7F\");");
    EXPECT_EQ(encode_jsonp("0",
                           "a\xE2\x80\xA8"
                           "b\xE2\x80\xA9"
                           "c\xE2\x80\xAA"),
              "___eio[0](\"a\\u2028b\\u2029c\xE2\x80\xAA\");");
    EXPECT_EQ(encode_jsonp("0", "</script><b>"), R"(___eio[0]("\u003c/script>\u003cb>");)");
}

RC_GTEST_PROP(Jsonp, CarriesAnyText, (const std::string& bytes)) {
    const std::string payload = utf8::repaired(bytes);
    const std::string script = encode_jsonp("3", payload);
    const std::string_view literal = std::string_view{script}.substr(10, script.size() - 12);
    RC_ASSERT(script == "___eio[3](" + std::string{literal} + ");");
    RC_ASSERT(nlohmann::json::parse(literal).get<std::string>() == payload);
}

TEST(JsonpForm, HasThePayloadInItsFieldD) {
    EXPECT_EQ(body("d=2%3A40"), "2:40");
    EXPECT_EQ(body("x=1&d=a+b&y=2"), "a b");
    EXPECT_EQ(body("%64=x"), "x");
    EXPECT_EQ(body("d=%e2%82%ac"), "\xE2\x82\xAC");
    EXPECT_EQ(body("d="), "");
    EXPECT_EQ(body("d"), "");
    EXPECT_EQ(body("d=a=b"), "a=b");
    EXPECT_EQ(body(""), "nothing");
    EXPECT_EQ(body("D=1&data=2"), "nothing");
    EXPECT_EQ(body("d=1&d=2"), "nothing");  // Node makes a list of it, which it does not read
}

// Node's answers.
TEST(JsonpForm, HasLineFeedsEscaped) {
    EXPECT_EQ(body(R"(d=a\nb)"), "a\nb");
    EXPECT_EQ(body(R"(d=a\\nb)"), R"(a\nb)");
    EXPECT_EQ(body(R"(d=a\\\nb)"), R"(a\\nb)");
    EXPECT_EQ(body(R"(d=\n)"), "\n");
    EXPECT_EQ(body(R"(d=\)"), R"(\)");
    EXPECT_EQ(body(R"(d=n\\)"), R"(n\\)");
    EXPECT_EQ(body(R"(d=\\n\n)"), "\\n\n");
    EXPECT_EQ(body("d=a\r\nb"), "a\r\nb");
    EXPECT_EQ(body("d=%5Cn"), "\n");
}

RC_GTEST_PROP(JsonpForm, IsUnescapedAsInTwoSteps, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"\\n\na"}));
    RC_ASSERT(body("d=" + text) == unescaped_in_two_steps(text));
}

// Not any text: what ends in a backslash before a line feed, no client's JSON ever has.
RC_GTEST_PROP(JsonpForm, GivesBackWhatAClientSends, ()) {
    const auto words = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a", "\n", R"(\n)", R"(\")", "\xE2\x82\xAC", "&", "=", "%"));
    std::string payload;
    for (const std::string& word : words) payload += word;
    RC_ASSERT(body(test::form_of(payload)) == payload);
}

}  // namespace
}  // namespace homeroom::codec::engineio
