#include "yjs/awareness.h"

#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;
using Applied = Awareness::Applied;
using std::chrono::seconds;

const Awareness::Time start{};

TEST(YjsAwareness, IsReadAndWrittenAsYProtocolsDoes) {
    const std::string written = bytes("02 05 01 02'{}' ac02 07 04'null'");
    const auto entries = decode_awareness(written);
    ASSERT_TRUE(entries.ok());
    ASSERT_EQ(entries->size(), 2U);
    EXPECT_EQ((*entries)[0].client, 5U);
    EXPECT_EQ((*entries)[1].client, 300U);
    EXPECT_EQ((*entries)[1].clock, 7U);
    EXPECT_TRUE((*entries)[1].is_gone());
    EXPECT_EQ(encode_awareness(*entries), written);
}

TEST(YjsAwareness, RefusesWhatIsMalformedOrTooLarge) {
    for (const char* wrong : {"", "01", "01 05 01", "01 05 01 01'{'", "01 05 01 00", "00 00",
                              "01 05 01 01ff", "02 05 01 02'{}' 05 02 02'{}'"})
        EXPECT_FALSE(decode_awareness(bytes(wrong)).ok()) << wrong;
    const std::string long_state = '"' + std::string(awareness_state_bytes_max, 'x') + '"';
    const auto large =
        decode_awareness(encode_awareness(std::vector<AwarenessEntry>{{1, 1, long_state}}));
    ASSERT_FALSE(large.ok());
    EXPECT_EQ(large.error().code, Code::too_large);
    const auto many = decode_awareness(encode_awareness(
        std::vector<AwarenessEntry>(awareness_entries_max + 1, AwarenessEntry{1, 1, "{}"})));
    ASSERT_FALSE(many.ok());
    EXPECT_EQ(many.error().code, Code::too_large);
}

TEST(YjsAwareness, AHigherClockReplaces) {
    Awareness awareness;
    EXPECT_EQ(awareness.apply({1, 3, "{}"}, start), Applied::changed);
    EXPECT_EQ(awareness.apply({1, 3, R"({"a":1})"}, start), Applied::stale);
    EXPECT_EQ(awareness.apply({1, 2, R"({"a":1})"}, start), Applied::stale);
    EXPECT_EQ(awareness.apply({1, 4, "{}"}, start), Applied::renewed);
    EXPECT_EQ(awareness.apply({1, 5, R"({"a":1})"}, start), Applied::changed);
    ASSERT_EQ(awareness.entries().size(), 1U);
    EXPECT_EQ(awareness.entries()[0].state, R"({"a":1})");
}

TEST(YjsAwareness, NullAtTheSameClockIsTheEnd) {
    Awareness awareness;
    awareness.apply({1, 3, "{}"}, start);
    EXPECT_EQ(awareness.apply({1, 2, "null"}, start), Applied::stale);
    EXPECT_EQ(awareness.apply({1, 3, "null"}, start), Applied::changed);
    EXPECT_EQ(awareness.size(), 0U);
    EXPECT_EQ(awareness.apply({1, 4, "null"}, start), Applied::stale);
}

TEST(YjsAwareness, WhatIsNotRenewedExpires) {
    Awareness awareness;
    awareness.apply({1, 3, "{}"}, start);
    awareness.apply({2, 3, "{}"}, start + seconds{10});
    EXPECT_TRUE(awareness.remove_expired(start + seconds{29}).empty());
    const auto gone = awareness.remove_expired(start + seconds{30});
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].client, 1U);
    EXPECT_EQ(gone[0].clock, 4U);
    EXPECT_TRUE(gone[0].is_gone());
    EXPECT_EQ(awareness.size(), 1U);
}

TEST(YjsAwareness, OneThatLeavesIsRemoved) {
    Awareness awareness;
    awareness.apply({1, number_max, "{}"}, start);
    EXPECT_EQ(awareness.remove(1).at(0).clock, number_max);
    EXPECT_TRUE(awareness.remove(1).empty());
}

TEST(YjsAwareness, ADocumentHasSoManyClients) {
    Awareness awareness;
    for (ClientId client = 0; client < awareness_clients_max; ++client)
        EXPECT_EQ(awareness.apply({client, 1, "{}"}, start), Applied::changed);
    EXPECT_EQ(awareness.apply({awareness_clients_max, 1, "{}"}, start), Applied::full);
    EXPECT_EQ(awareness.apply({0, 2, "{}"}, start), Applied::renewed);
}

TEST(YjsAwareness, WhoItIsTheServerSays) {
    EXPECT_EQ(with_user(R"({"user":{"name":"Teacher"},"cursor":{"at":3}})", R"({"name":"Ada"})"),
              R"({"cursor":{"at":3},"user":{"name":"Ada"}})");
    EXPECT_EQ(with_user("7", R"({"name":"Ada"})"), R"({"user":{"name":"Ada"}})");
    EXPECT_EQ(with_user("null", R"({"name":"Ada"})"), "null");
    EXPECT_EQ(with_user(R"({"a":"\ud800"})", "1"), "{\"a\":\"\uFFFD\",\"user\":1}");
}

TEST(YjsAwareness, AMemberIsTakenOutHoweverItIsWritten) {
    EXPECT_EQ(without_member(R"({"draft":{"a":1},"laser":[1,2]})", "draft"), R"({"laser":[1,2]})");
    EXPECT_EQ(without_member(R"({"draft":1,"dr\u0061ft":2})", "draft"), "{}");
    EXPECT_EQ(without_member(R"({"laser": {"draft":1}})", "draft"), R"({"laser": {"draft":1}})");
    EXPECT_EQ(without_member("null", "draft"), "null");
    EXPECT_EQ(only_member(R"({"draft":1,"user":{"id":"ada"}})", "user"),
              R"({"user":{"id":"ada"}})");
    EXPECT_EQ(only_member("7", "user"), "{}");
}

}  // namespace
}  // namespace homeroom::yjs
