#include "codec/form.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

#include "base/hex.h"

namespace homeroom::codec::form {
namespace {

// "name=value|…" of what was read.
std::string read(std::string_view text) {
    std::string said;
    Reader reader{text};
    while (const auto field = reader.next()) {
        if (!said.empty()) said += '|';
        said.append(field->name).append(1, '=').append(field->value);
    }
    return said;
}

TEST(Form, IsFieldsInTheirOrder) {
    EXPECT_EQ(read(""), "");
    EXPECT_EQ(read("a=1&b=2&a=3"), "a=1|b=2|a=3");
    EXPECT_EQ(read("a"), "a=");
    EXPECT_EQ(read("a="), "a=");
    EXPECT_EQ(read("=a"), "=a");
    EXPECT_EQ(read("="), "=");
    EXPECT_EQ(read("a=b=c"), "a=b=c");
    EXPECT_EQ(read("&&a=1&&&b=2&"), "a=1|b=2");
    EXPECT_EQ(read("&&&"), "");
}

TEST(Form, IsPercentDecoded) {
    EXPECT_EQ(decode("a+b%20c%2B"), "a b c+");
    EXPECT_EQ(decode("%e2%82%AC"), "\xE2\x82\xAC");
    EXPECT_EQ(decode("%ff"), "\xFF");
    EXPECT_EQ(decode("%zz%4%"), "%zz%4%");  // as it stands
    EXPECT_EQ(decode("%%41"), "%A");
    EXPECT_EQ(read("%61%3D=%26"), "a==&");
}

RC_GTEST_PROP(Form, GivesBackWhatWasEscaped, (const std::string& name, const std::string& value)) {
    const auto escaped = [](const std::string& text) {
        std::string result;
        for (const char c : text) result += "%" + to_hex({&c, 1});
        return result;
    };
    const std::string text = escaped(name) + "=" + escaped(value);
    Reader reader{text};
    const auto field = reader.next();
    RC_ASSERT(field && field->name == name && field->value == value);
    RC_ASSERT(!reader.next());
}

}  // namespace
}  // namespace homeroom::codec::form
