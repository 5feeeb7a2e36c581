#include "backbone/completeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace homeroom::backbone {
namespace {

using testing::SizeIs;

// A journal of events 1 to 20, all delivered, in two partitions; keys "a" and "b" are in the first.
class CompletenessTest : public testing::Test {
protected:
    void topic(std::vector<kafka::Extent> extents, std::vector<Seq> delivered = {20, 20},
               bool replays_apart = true) {
        check_.emplace(std::move(extents), std::move(delivered), 20, replays_apart);
    }
    void has(int partition, Seq seq, const std::string& key, Committed committed = Committed::yes) {
        check_->on_record({partition, seq, "id", key, false}, committed);
    }
    void has_again(int partition, Seq seq, const std::string& key) {
        check_->on_record({partition, seq, "id", key, true}, Committed::yes);
    }
    void journal(Seq seq, std::optional<std::size_t> partition = 0) {
        check_->on_event(seq, "id", "a", partition, [this] { return for_nobody_; });
    }
    const CompletenessReport& report() const { return check_->report(); }

    std::optional<Completeness> check_{};
    bool for_nobody_ = false;
};

TEST_F(CompletenessTest, ATopicThatHasAllIsGood) {
    topic({{0, 3}, {0, 1}});
    has(0, 1, "a");
    has(0, 2, "b");
    has(1, 3, "c");
    has(0, 4, "a");
    for (const Seq seq : {1U, 2U, 4U}) journal(seq);
    journal(3, 1);
    EXPECT_TRUE(report().good());
    EXPECT_EQ(report().found, 4u);
    EXPECT_EQ(report().records, 4u);
}

TEST_F(CompletenessTest, WhatIsMissingIsNamed) {
    topic({{0, 1}, {0, 0}});
    has(0, 1, "a");
    journal(1);
    journal(2);
    EXPECT_FALSE(report().good());
    ASSERT_THAT(report().missing.examples, SizeIs(1));
    EXPECT_EQ(report().missing.examples.front().seq, 2u);
}

TEST_F(CompletenessTest, WhatNeedNotBeThereIsNotMissing) {
    topic({{0, 1}, {0, 0}}, {10, 5});
    has(0, 1, "a");
    check_->on_dead_letter(2);
    journal(1);
    journal(2);                // dead-lettered
    journal(3, std::nullopt);  // deleted
    journal(11);               // not delivered yet
    journal(6, 1);
    EXPECT_TRUE(report().good());
    EXPECT_EQ(report().dead_lettered, 1u);
    EXPECT_EQ(report().deleted, 1u);
    EXPECT_EQ(report().waiting, 2u);
}

TEST_F(CompletenessTest, WhatNobodyMaySeeNowIsNotMissed) {
    topic({{0, 1}, {0, 0}});
    has(0, 1, "a");
    for_nobody_ = true;
    journal(1);
    journal(2);
    EXPECT_TRUE(report().good());
    EXPECT_EQ(report().found, 1u);
    EXPECT_EQ(report().for_nobody, 1u);
}

TEST_F(CompletenessTest, RepetitionsAreCountedAndAreNoDisorder) {
    topic({{0, 4}, {0, 0}});
    has(0, 1, "a");
    has(0, 2, "a");
    has(0, 1, "a");
    has(0, 2, "a");
    EXPECT_EQ(report().duplicates, 2u);
    EXPECT_TRUE(report().good());
}

TEST_F(CompletenessTest, OrderIsThatOfEachKey) {
    topic({{0, 3}, {0, 0}});
    has(0, 5, "a");
    has(0, 4, "b");
    EXPECT_TRUE(report().good());
    has(0, 3, "a");
    EXPECT_EQ(report().out_of_order.count, 1u);
    EXPECT_FALSE(report().good());
}

TEST_F(CompletenessTest, WhatTheJournalNeverHadIsTold) {
    topic({{0, 2}, {0, 0}});
    has(0, 4'000'000'000'000, "a", Committed::never);
    has(0, 3, "a", Committed::never);
    EXPECT_EQ(report().never_committed.count, 2u);
    EXPECT_FALSE(report().good());
}

TEST_F(CompletenessTest, BeforeItsOldestRecordATopicOwesNothing) {
    topic({{7, 9}, {5, 5}});
    has(0, 10, "a");
    has(0, 12, "a");
    journal(9);
    journal(3, 1);
    EXPECT_EQ(report().before_topic, 2u);
    EXPECT_TRUE(report().good());
    journal(11);
    EXPECT_EQ(report().missing.count, 1u);
}

TEST_F(CompletenessTest, WhatWasReplayedMendsAHoleAndIsNoDisorder) {
    topic({{7, 11}, {0, 0}});
    has_again(0, 3, "a");  // the oldest that is left of it, but not how far it reaches back
    has(0, 10, "a");
    has_again(0, 8, "a");
    has_again(0, 10, "a");
    journal(3);
    journal(5);
    journal(8);
    journal(10);
    EXPECT_TRUE(report().good());
    EXPECT_EQ(report().found, 3u);
    EXPECT_EQ(report().before_topic, 1u);
    EXPECT_EQ(report().replayed, 3u);
    EXPECT_EQ(report().duplicates, 0u);
}

TEST_F(CompletenessTest, InATopicOfReplaysTheirOrderCounts) {
    topic({{0, 2}, {0, 0}}, {20, 20}, false);
    has_again(0, 8, "a");
    has_again(0, 3, "a");
    EXPECT_EQ(report().out_of_order.count, 1u);
}

// Against a model: sets of what there is.
RC_GTEST_PROP(CompletenessProperty, CountsEachEventOnce, ()) {
    const auto sent = *rc::gen::container<std::vector<Seq>>(rc::gen::inRange<Seq>(1, 40));
    Completeness check({{0, 100}}, {30}, 40, true);
    std::set<Seq> there;
    std::uint64_t duplicates = 0;
    std::uint64_t disorder = 0;
    Seq latest = 0;
    for (const Seq seq : sent) {
        check.on_record({0, seq, "id", "key", false}, Committed::yes);
        const bool is_new = there.insert(seq).second;
        if (!is_new) ++duplicates;
        if (is_new && seq < latest) ++disorder;
        latest = std::max(latest, seq);
    }
    std::uint64_t missing = 0;
    for (Seq seq = 1; seq < 40; ++seq) {
        check.on_event(seq, "id", "key", 0, [] { return false; });
        if (!there.contains(seq) && seq <= 30) ++missing;
    }
    const auto& report = check.report();
    RC_ASSERT(report.duplicates == duplicates);
    RC_ASSERT(report.out_of_order.count == disorder);
    RC_ASSERT(report.missing.count == missing);
    RC_ASSERT(report.found == there.size());
    RC_ASSERT(report.events ==
              report.found + report.missing.count + report.waiting + report.deleted);
}

}  // namespace
}  // namespace homeroom::backbone
