#include "backbone/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "backbone/cloud_event.h"
#include "backbone/cursors.h"
#include "campus/audience.h"
#include "kafka/partition.h"
#include "store/test_temporary_directory.h"

namespace homeroom::backbone {
namespace {

using campus::Audience;
using testing::SizeIs;

constexpr const char* topic = "homeroom.events";
constexpr const char* dead_letters = "homeroom.events.dlq";
constexpr int partitions = 4;

// What a topic has, partition after partition.
class TestReader final : public kafka::TopicReader {
public:
    explicit TestReader(const std::map<int, std::vector<kafka::Record>>& log) {
        for (int partition = 0; partition < partitions; ++partition) {
            const auto found = log.find(partition);
            const std::size_t count = found == log.end() ? 0 : found->second.size();
            extents_.push_back({0, static_cast<std::int64_t>(count)});
            for (std::size_t i = 0; i < count; ++i)
                records_.push_back({partition, static_cast<std::int64_t>(i), found->second[i]});
        }
    }
    const std::vector<kafka::Extent>& extents() const override { return extents_; }
    Result<std::optional<kafka::Received>> next() override {
        if (next_ == records_.size()) return std::optional<kafka::Received>{};
        return std::optional{records_[next_++]};
    }

private:
    std::vector<kafka::Extent> extents_{};
    std::vector<kafka::Received> records_{};
    std::size_t next_ = 0;
};

class VerifyTest : public testing::Test {
protected:
    VerifyTest() {
        const std::vector<store::Migration> migrations(backbone_migrations().begin(),
                                                       backbone_migrations().end());
        auto opened = store::Store::open({.directory = files_.path()}, migrations);
        EXPECT_TRUE(opened.ok());
        store_ = std::move(opened).value();
    }
    void publish(const std::string& room, const std::string& subject) {
        ASSERT_TRUE(store_
                        ->run_now([&](store::Transaction& transaction) {
                            return transaction.publish(
                                {.type = "post:created",
                                 .audience = Audience::members(room).stored(),
                                 .body = R"({"text":"x"})",
                                 .subject = subject});
                        })
                        .ok());
    }
    void change(const store::Work& work) { ASSERT_TRUE(store_->run_now(work).ok()); }
    void deliver_all() {
        change([this](store::Transaction& transaction) {
            return save_cursors(transaction.db(), std::vector<Seq>(partitions, store_->last_seq()));
        });
    }
    kafka::Record record(Seq seq) {
        auto events = store::read_on(store_->db(), seq - 1, 1);
        EXPECT_TRUE(events.ok() && events->size() == 1);
        return to_record(events->front(), "/homeroom");
    }
    void send(Seq seq, const char* to = topic) {
        auto one = record(seq);
        const int partition = to == topic ? kafka::partition_of(one.key, partitions) : 0;
        logs_[to][partition].push_back(std::move(one));
    }
    VerifyResult result(const VerifyOptions& options = {}) {
        auto found = verify(
            store_->db(),
            [this](const std::string& name) -> Result<std::unique_ptr<kafka::TopicReader>> {
                if (!logs_.contains(name)) return Error{Code::not_found, "no such topic", "topic"};
                return std::unique_ptr<kafka::TopicReader>{
                    std::make_unique<TestReader>(logs_[name])};
            },
            options);
        EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
        return std::move(found).value();
    }

    store::TemporaryDirectory files_{};
    std::unique_ptr<store::Store> store_{};
    std::map<std::string, std::map<int, std::vector<kafka::Record>>> logs_{};
};

TEST_F(VerifyTest, AllThatWasDeliveredIsLookedFor) {
    for (const char* word : {"a", "b", "c"}) publish("class-a", word);
    deliver_all();
    publish("class-a", "d");  // waits
    for (const Seq seq : {1U, 2U, 3U}) send(seq);
    const auto all = result();
    EXPECT_TRUE(all.report.good());
    EXPECT_EQ(all.report.found, 3u);
    EXPECT_EQ(all.report.waiting, 1u);
    logs_[topic].begin()->second.pop_back();
    const auto less = result();
    EXPECT_FALSE(less.report.good());
    ASSERT_THAT(less.report.missing.examples, SizeIs(1));
    EXPECT_EQ(less.report.missing.examples.front().seq, 3u);
    EXPECT_EQ(less.report.missing.examples.front().key, "class-a");
    EXPECT_THAT(less.report.missing.examples.front().id, SizeIs(26));
}

TEST_F(VerifyTest, WhatIsDeletedOrDeadLetteredIsNotMissing) {
    for (const char* word : {"a", "b", "c"}) publish("class-a", word);
    deliver_all();
    logs_[topic];
    send(2, dead_letters);
    send(3);
    change([](store::Transaction& transaction) { return transaction.forget("a"); });
    const auto found = result();
    EXPECT_TRUE(found.report.good());
    EXPECT_EQ(found.report.deleted, 1u);
    EXPECT_EQ(found.report.dead_lettered, 1u);
    EXPECT_EQ(found.report.found, 1u);
}

// What no broker took, not even as a dead letter, was written down (kafka.md, row 7).
TEST_F(VerifyTest, WhatWasLeftOutIsKnown) {
    for (const char* word : {"a", "b"}) publish("class-a", word);
    deliver_all();
    logs_[topic];
    send(2);
    EXPECT_FALSE(result().report.good());
    change([](store::Transaction& transaction) {
        return transaction.db().execute(
            "INSERT INTO kafka_left_out (seq, reason, at) VALUES (1, 'MSG_SIZE_TOO_LARGE', 'x')");
    });
    const auto found = result();
    EXPECT_TRUE(found.report.good());
    EXPECT_EQ(found.report.dead_lettered, 1u);
}

// As after a restore of an older database: the same seqs are other events.
TEST_F(VerifyTest, WhatAnotherJournalHadIsTold) {
    publish("class-a", "a");
    deliver_all();
    send(1);
    auto other = record(1);
    for (auto& [name, value] : other.headers) {
        if (name == "ce_id") value = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    }
    logs_[topic][0].push_back(other);
    for (auto& [name, value] : other.headers) {
        if (name == "ce_sequence") value = "0000000000000077";
    }
    logs_[topic][0].push_back(other);
    for (auto& [name, value] : other.headers) {
        if (name == "ce_source") value = "/elsewhere";
    }
    logs_[topic][0].push_back(other);
    logs_[topic][0].push_back({.key = "x", .value = "no event"});
    const auto found = result();
    EXPECT_EQ(found.report.never_committed.count, 2u);
    EXPECT_EQ(found.report.foreign, 2u);
}

TEST_F(VerifyTest, WhatTheJournalHasNoMoreIsNotHeldAgainstTheTopic) {
    for (const char* word : {"a", "b", "c"}) publish("class-a", word);
    deliver_all();
    for (const Seq seq : {1U, 2U, 3U}) send(seq);
    change([](store::Transaction& transaction) -> Status {
        TRY([[maybe_unused]] const auto rows, store::prune(transaction.db(), "9999", 2));
        return Ok{};
    });
    const auto found = result();
    EXPECT_TRUE(found.report.good());
    EXPECT_EQ(found.report.before_journal, 2u);
    EXPECT_EQ(found.report.events, 1u);
    EXPECT_EQ(found.journal_first, 3u);
}

TEST_F(VerifyTest, ARangeIsBySeqOrTime) {
    for (int i = 0; i < 5; ++i) publish("class-a", "x");
    deliver_all();
    logs_[topic];
    EXPECT_EQ(result({.from = "2", .to = "0000000000000003"}).report.missing.count, 2u);
    EXPECT_EQ(result({.to = "2020-01-01T00:00:00Z"}).report.events, 0u);
    EXPECT_EQ(result({.from = "2020-01-01T00:00:00Z"}).report.events, 5u);
    EXPECT_EQ(result({.from = "2120-01-01T01:00:00+01:00"}).report.events, 0u);
    EXPECT_TRUE(check_place("", "from").ok());
    EXPECT_EQ(check_place("yesterday", "from").error().field, "from");
    EXPECT_FALSE(check_place("-1", "from").ok());
}

TEST_F(VerifyTest, AnotherTopicIsHeldAgainstAllOfTheRange) {
    for (const char* word : {"a", "b"}) publish("class-a", word);
    logs_["elsewhere"];
    EXPECT_EQ(result({.topic = "elsewhere", .other_topic = true}).report.missing.count, 2u);
}

}  // namespace
}  // namespace homeroom::backbone
