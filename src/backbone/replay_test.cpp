#include "backbone/replay.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "backbone/cloud_event.h"
#include "backbone/test_broker.h"
#include "campus/audience.h"

namespace homeroom::backbone {
namespace {

using campus::Audience;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* topic = "homeroom.events";

// A journal in memory, of which the test deletes while it is replayed.
class TestPlace final : public ReplayPlace {
public:
    void add(const Audience& audience, const std::string& word) {
        const Seq seq = events.size() + 1;
        events.push_back({.seq = seq,
                          .type = "post:created",
                          .audience = audience.stored(),
                          .payload = R"({"seq":")" + store::to_text(seq) + R"(","id":"id-)" + word +
                                     R"(","at":"2026-11-28T08:00:00.000Z","text":")" + word +
                                     "\"}"});
    }
    void forget(Seq seq) {
        events[seq - 1].payload = "{}";
        events[seq - 1].audience = {.kind = "forgotten"};
    }

    Result<std::vector<store::JournalEvent>> read(Seq after, std::size_t limit) override {
        if (on_read) on_read(after);
        std::vector<store::JournalEvent> page;
        for (const auto& event : events) {
            if (event.seq > after && page.size() < limit) page.push_back(event);
        }
        return page;
    }
    std::optional<store::StoredAudience> audience_now(
        const store::StoredAudience& audience) override {
        store::StoredAudience now = audience;
        std::erase_if(now.users, [&](const std::string& user) { return gone.contains(user); });
        const bool named = audience.kind == "users" || audience.kind == "people";
        if (named && now.users.empty()) return std::nullopt;
        return gone.contains(audience.room) ? std::nullopt : std::optional{now};
    }
    Seq last() override { return events.size(); }
    Seq sendable() override {
        ++asked;
        return asked > 2 ? last() : Seq{0};
    }
    bool wait(std::chrono::milliseconds time) override {
        waited += time;
        return --waits_left > 0;
    }

    std::vector<store::JournalEvent> events{};
    std::set<std::string> gone{};  // users and rooms
    std::function<void(Seq after)> on_read{};
    std::chrono::milliseconds waited{};
    int waits_left = 100'000;
    int asked = 0;
};

class ReplayTest : public testing::Test {
protected:
    ReplayTest() { broker_.add_topic(topic, 4); }

    Status run(ReplayOptions options = {}, JournalRange range = {1, 1'000'000}) {
        range.to = std::min<Seq>(range.to, place_.events.size());
        replay_ = std::make_unique<Replay>(place_, std::move(options), [this] {
            return Result<std::unique_ptr<kafka::Producer>>{broker_.producer()};
        });
        return replay_->run(range);
    }
    std::vector<std::string> words(const std::string& key = {}) const {
        std::vector<std::string> all;
        for (const auto& [partition, record] : broker_.written(topic)) {
            if (!key.empty() && record.key != key) continue;
            all.emplace_back(record.value.substr(record.value.find(R"("text":")") + 8));
            all.back().resize(all.back().size() - 2);
        }
        return all;
    }
    ReplayFigures figures() const { return replay_->figures(); }

    TestBroker broker_{};
    TestPlace place_{};
    std::unique_ptr<Replay> replay_{};
};

TEST_F(ReplayTest, SendsARangeWithItsOwnIdsInOrder) {
    for (int i = 1; i <= 40; ++i) place_.add(Audience::members("class-a"), std::to_string(i));
    ASSERT_TRUE(run({}, {11, 14}).ok());
    EXPECT_THAT(words(), ElementsAre("11", "12", "13", "14"));
    const auto record = broker_.written(topic).front().record;
    EXPECT_EQ(header_of(record, "ce_id"), "id-11");
    EXPECT_EQ(header_of(record, "ce_sequence"), "0000000000000011");
    EXPECT_TRUE(header_of(record, replayed_header));
    EXPECT_EQ(broker_.written(topic).front().partition, kafka::partition_of("class-a", 4));
    EXPECT_EQ(figures().sent, 4u);
    EXPECT_EQ(figures().at, 14u);
}

TEST_F(ReplayTest, NothingGoesThatWasDeletedOrIsForNobodyNow) {
    place_.add(Audience::members("class-a"), "deleted");
    place_.add(Audience::members("class-gone"), "of a room that is gone");
    place_.add(Audience::users("class-a", {"eve"}), "to eve");
    place_.add(Audience::users("class-a", {"ada", "eve"}), "to ada and eve");
    place_.forget(1);
    place_.gone = {"class-gone", "eve"};
    ASSERT_TRUE(run().ok());
    EXPECT_THAT(words(), ElementsAre("to ada and eve"));
    EXPECT_EQ(header_of(broker_.written(topic).front().record, "ce_users"), R"(["ada"])");
    EXPECT_EQ(figures().deleted, 1u);
    EXPECT_EQ(figures().for_nobody, 2u);
    EXPECT_EQ(figures().fewer_readers, 1u);
}

TEST_F(ReplayTest, TheKeyStaysWhoeverMaySeeItNow) {
    place_.add(Audience::from_stored({.kind = "users", .users = {"eve", "ada"}}), "x");
    place_.gone = {"eve"};
    ASSERT_TRUE(run().ok());
    const auto record = broker_.written(topic).front().record;
    EXPECT_EQ(record.key, "user-eve");
    EXPECT_EQ(header_of(record, "ce_partitionkey"), "user-eve");
    EXPECT_EQ(header_of(record, "ce_users"), R"(["ada"])");
}

TEST_F(ReplayTest, OfOneRoomAlone) {
    place_.add(Audience::members("class-a"), "a");
    place_.add(Audience::members("class-b"), "b");
    ASSERT_TRUE(run({.room = "class-b"}).ok());
    EXPECT_THAT(words(), ElementsAre("b"));
    EXPECT_EQ(figures().other_rooms, 1u);
}

TEST_F(ReplayTest, ADryRunCountsTheSameAndSendsNothing) {
    for (int i = 0; i < 3; ++i) place_.add(Audience::members("class-a"), "a");
    place_.forget(2);
    ASSERT_TRUE(run({.dry_run = true}).ok());
    EXPECT_THAT(words(), IsEmpty());
    EXPECT_EQ(figures().sent, 2u);
    EXPECT_EQ(figures().deleted, 1u);
}

// What was deleted on its way is followed by what tells of it, when the pump has sent that.
TEST_F(ReplayTest, ADeletionMeanwhileIsSentAgainBehindWhatItDeleted) {
    place_.add(Audience::members("class-a"), "secret");
    place_.add(Audience::members("class-a"), "other");
    int reads = 0;
    place_.on_read = [&](Seq) {
        if (++reads != 2) return;
        place_.forget(1);
        place_.add(Audience::members("class-a"), "secret is deleted");
    };
    ASSERT_TRUE(run().ok());
    EXPECT_THAT(words(), ElementsAre("secret", "other", "secret is deleted"));
    EXPECT_GT(place_.asked, 2);
}

TEST_F(ReplayTest, ABadRecordIsLeftOutAndNothingElse) {
    for (const char* word : {"a", "bad", "c"}) place_.add(Audience::members("class-a"), word);
    broker_.refuse("bad");
    ASSERT_TRUE(run().ok());
    EXPECT_THAT(words("class-a"), ElementsAre("a", "c"));
    EXPECT_EQ(figures().refused, 1u);
    EXPECT_EQ(figures().sent, 2u);
}

TEST_F(ReplayTest, AProducerThatBreaksIsMadeAnewAndOrderHolds) {
    for (int i = 0; i < 100; ++i) place_.add(Audience::members("class-a"), std::to_string(i));
    int reads = 0;
    place_.on_read = [&](Seq) {
        if (++reads % 3 == 0) broker_.break_producers();
    };
    ASSERT_TRUE(run({.per_second = 40}).ok());
    std::vector<std::string> wanted;
    for (int i = 0; i < 100; ++i) wanted.push_back(std::to_string(i));
    std::vector<std::string> first_times;
    for (const auto& word : words()) {
        if (std::ranges::find(first_times, word) == first_times.end()) first_times.push_back(word);
    }
    EXPECT_EQ(first_times, wanted);
}

TEST_F(ReplayTest, ItWaitsForABrokerUntilItIsToldToStop) {
    place_.add(Audience::members("class-a"), "a");
    place_.waits_left = 10;
    broker_.set_up(false);
    EXPECT_FALSE(run().ok());
    EXPECT_EQ(figures().sent, 0u);
    EXPECT_EQ(figures().at, 0u);
}

TEST_F(ReplayTest, ItGoesAtItsRate) {
    for (int i = 0; i < 500; ++i) place_.add(Audience::members("class-a"), "a");
    ASSERT_TRUE(run({.per_second = 100}).ok());
    // It is never told that time has passed.
    EXPECT_GE(place_.waited, std::chrono::seconds{4});
}

}  // namespace
}  // namespace homeroom::backbone
