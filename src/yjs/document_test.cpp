#include "yjs/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"
#include "yjs/merge.h"
#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;
using test::Decoded;
using test::Writing;

std::string text_of(const std::string& update) {
    const Decoded decoded{update};
    const auto document = Document::load(decoded.one());
    return document.ok() ? document->text("t") : "refused: " + document.error().message;
}

// As anybody reads them who got them in this order.
std::string text_of_all(std::initializer_list<std::string> updates) {
    const Decoded decoded{updates};
    return text_of(merge(decoded.all()));
}

TEST(YjsDocument, InsertionsStandWhereTheyWereMade) {
    EXPECT_EQ(text_of_all({Writing{}.text({1, 0}, "ad"),
                           Writing{}.text_behind({2, 0}, {1, 0}, "bc", Id{1, 1})}),
              "abcd");
}

TEST(YjsDocument, ConcurrentInsertionsAreOrderedByClient) {
    EXPECT_EQ(text_of_all({Writing{}.text({1, 0}, "ad"),
                           Writing{}.text_behind({3, 0}, {1, 0}, "33", Id{1, 1}),
                           Writing{}.text_behind({2, 0}, {1, 0}, "22", Id{1, 1})}),
              "a2233d");
}

TEST(YjsDocument, DeletedTextIsNotThere) {
    EXPECT_EQ(text_of(Writing{}.text({1, 0}, "hello").remove(1, 1, 3)), "ho");
    EXPECT_EQ(text_of(Writing{}.text({1, 0}, "a🙂b").remove(1, 2)),
              "a\uFFFD"
              "b");
}

TEST(YjsDocument, WhatIsMissingKeepsBackWhatStandsOnIt) {
    const std::string update = Writing{}
                                   .text({2, 0}, "there")
                                   .text({1, 0}, "x")
                                   .skip({1, 1}, 2)
                                   .text_behind({1, 3}, {1, 2}, "waits");
    EXPECT_EQ(text_of(update), "xthere");
    const Decoded decoded{update};
    EXPECT_EQ(Document::load(decoded.one())->waiting(), 1U);
    EXPECT_EQ(text_of(Writing{}.text_behind({1, 0}, {7, 3}, "unknown")), "");
    EXPECT_EQ(text_of(Writing{}.text_behind({1, 4}, {1, 3}, "no beginning")), "");
}

TEST(YjsDocument, ThoseThatWaitForEachOtherWaitForEver) {
    EXPECT_EQ(text_of(Writing{}.text_behind({2, 0}, {1, 0}, "a").text_behind({1, 0}, {2, 0}, "b")),
              "");
    EXPECT_EQ(text_of(Writing{}.text_behind({1, 0}, {1, 3}, "itself")), "");
}

TEST(YjsDocument, AuthorsAreToldByStretch) {
    const Decoded decoded{Writing{}
                              .text_behind({2, 0}, {1, 1}, "🙂", Id{1, 2})
                              .text({1, 0}, "abcd")
                              .remove(1, 3)
                              .bytes()};
    const auto document = Document::load(decoded.one());
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(document->text("t"), "ab🙂c");
    std::string told;
    for (const AuthoredText& text : document->authors("t"))
        told += std::to_string(text.begin) + '+' + std::to_string(text.length) + ':' +
                std::to_string(text.first.client) + '.' + std::to_string(text.first.clock) + ' ';
    EXPECT_EQ(told, "0+2:1.0 2+2:2.0 4+1:1.2 ");
}

TEST(YjsDocument, TheLastValueOfAKeyCounts) {
    const Decoded decoded{Writing{}
                              .key({1, 0}, "k", "\x78")
                              .key_again({1, 1}, {1, 0}, "\x79")
                              .key({1, 2}, "gone", "\x78")
                              .remove(1, 0)
                              .remove(1, 2)
                              .bytes()};
    const auto document = Document::load(decoded.one());
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(document->map_json("m"), R"({"k":false})");
    EXPECT_THAT(document->roots(), testing::ElementsAre("m"));
}

TEST(YjsDocument, ListsHaveTheirElements) {
    const Decoded decoded{Writing{}.values({1, 0}, 3).remove(1, 1).bytes()};
    EXPECT_EQ(Document::load(decoded.one())->list_json("l"), "[true,true]");
    EXPECT_EQ(Document::load(decoded.one())->list_json("not there"), "[]");
    EXPECT_EQ(Document::load(decoded.one())->map_json("not there"), "{}");
}

TEST(YjsDocument, XmlIsReadAsTextLineByLine) {
    const Decoded decoded{
        bytes("01 06 01 00"
              "07 01 01'x' 03 01'p'"  // 0: <p>
              "07 00 01 00 06"        // 1: a text in it
              "04 00 01 01 03'one'"   // 2, 3, 4: its characters
              "87 01 00 03 01'p'"     // 5: another <p> behind it
              "07 00 01 05 06"        // 6: its text
              "04 00 01 06 03'two'"   // 7
              "00")};
    const auto document = Document::load(decoded.one());
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(document->text("x"), "one\ntwo\n");
    EXPECT_EQ(document->list_json("x"), R"([{"element":"p","attributes":{},"children":["one"]},)"
                                        R"({"element":"p","attributes":{},"children":["two"]}])");
    EXPECT_EQ(document->authors("x").at(1).begin, 4U);
}

TEST(YjsDocument, WhatStandsInGarbageIsGarbage) {
    const Decoded decoded{bytes("01 03 01 00  00 01  07 00 01 00 02  04 00 01 01 01'a'  00")};
    const auto document = Document::load(decoded.one());
    ASSERT_TRUE(document.ok());
    EXPECT_TRUE(document->roots().empty());
    EXPECT_EQ(document->waiting(), 0U);
}

TEST(YjsDocument, TypesWithinTypesHaveALimit) {
    std::string nested = bytes("01 48 01 00 07 01 01'l' 00");  // 0x48: 72 arrays, each in the last
    for (char i = 0; i < 71; ++i) nested += bytes("07 00 01") + i + '\0';
    const Decoded decoded{nested + '\0'};
    const auto document = Document::load(decoded.one());
    ASSERT_FALSE(document.ok());
    EXPECT_EQ(document.error().code, Code::too_large);
}

}  // namespace
}  // namespace homeroom::yjs
