#include "kafka/producer.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "kafka/test_cluster.h"

namespace homeroom::kafka {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ProducerTest : public testing::Test {
protected:
    ProducerTest() { cluster_.add_topic("events", 4); }

    std::unique_ptr<Producer> producer() const {
        auto made = make_producer(cluster_.options());
        EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
        return std::move(made).value();
    }
    static Taken send(Producer& producer, std::uint64_t tag, int partition = 0,
                      std::string value = "value") {
        std::string reason;
        const Record record{
            .key = "key", .value = std::move(value), .headers = {{"name", "text"}, {"name", ""}}};
        return producer.produce("events", partition, record, tag, reason);
    }
    static std::vector<Report> reports(Producer& producer, std::size_t count) {
        std::vector<Report> all;
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (all.size() < count && std::chrono::steady_clock::now() < end)
            producer.poll(20ms, all);
        return all;
    }

    TestCluster cluster_{};
};

TEST_F(ProducerTest, ReportsEachRecordInOrder) {
    const auto sender = producer();
    for (std::uint64_t tag = 1; tag <= 100; ++tag) ASSERT_EQ(send(*sender, tag), Taken::taken);
    const auto all = reports(*sender, 100);
    ASSERT_THAT(all, SizeIs(100));
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].tag, i + 1);
        EXPECT_EQ(all[i].delivery, Delivery::delivered) << all[i].reason;
    }
    EXPECT_TRUE(sender->reachable());
    EXPECT_THAT(sender->broken(), IsEmpty());
}

TEST_F(ProducerTest, KnowsThePartitions) {
    const auto sender = producer();
    const auto partitions = sender->partitions("events", 10s);
    ASSERT_TRUE(partitions.ok()) << partitions.error().message;
    EXPECT_EQ(*partitions, 4);
}

TEST_F(ProducerTest, ABatchThatIsRefusedBreaksItBeforeWhatIsBehind) {
    const auto sender = producer();
    ASSERT_TRUE(sender->partitions("events", 10s).ok());
    cluster_.fail_produce(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    for (std::uint64_t tag = 1; tag <= 3; ++tag) send(*sender, tag);
    const auto all = reports(*sender, 3);
    ASSERT_THAT(all, SizeIs(3));
    for (const auto& report : all) {
        EXPECT_EQ(report.delivery, Delivery::refused);
        EXPECT_EQ(report.reason, "MSG_SIZE_TOO_LARGE");
    }
    EXPECT_THAT(sender->broken(), Not(IsEmpty()));
    EXPECT_EQ(send(*sender, 4), Taken::broken);
}

TEST_F(ProducerTest, AFatalErrorIsNoRefusal) {
    const auto sender = producer();
    ASSERT_TRUE(sender->partitions("events", 10s).ok());
    cluster_.fail_produce(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    for (std::uint64_t tag = 1; tag <= 3; ++tag) send(*sender, tag);
    const auto all = reports(*sender, 3);
    ASSERT_THAT(all, SizeIs(3));
    for (const auto& report : all) EXPECT_EQ(report.delivery, Delivery::failed) << report.reason;
    EXPECT_THAT(sender->broken(), Not(IsEmpty()));
}

TEST_F(ProducerTest, WhatMayPassLaterIsTriedAgain) {
    const auto sender = producer();
    for (const auto error :
         {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
          RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS}) {
        cluster_.fail_produce(error);
        send(*sender, 1);
        const auto all = reports(*sender, 1);
        ASSERT_THAT(all, SizeIs(1));
        EXPECT_EQ(all.front().delivery, Delivery::delivered) << all.front().reason;
    }
}

TEST_F(ProducerTest, ARecordThatIsTooLargeIsRefusedAtOnce) {
    const auto sender = producer();
    EXPECT_EQ(send(*sender, 1, 0, std::string(2'000'000, 'x')), Taken::refused);
    EXPECT_EQ(send(*sender, 2), Taken::taken);
}

TEST_F(ProducerTest, ARecordAsLargeAsABrokerTakesUntoldIsTaken) {
    const auto sender = producer();
    EXPECT_EQ(send(*sender, 1, 0, std::string(1'040'000, 'x')), Taken::taken);
    const auto all = reports(*sender, 1);
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all.front().delivery, Delivery::delivered) << all.front().reason;
}

TEST_F(ProducerTest, ThePropertiesMayAllowLargerRecords) {
    auto options = cluster_.options();
    options.properties = {{"message.max.bytes", "3000000"}};
    const auto sender = std::move(make_producer(options)).value();
    EXPECT_EQ(send(*sender, 1, 0, std::string(2'000'000, 'x')), Taken::taken);
}

TEST_F(ProducerTest, WithoutABrokerNothingWaits) {
    cluster_.set_up(false);
    const auto sender = producer();
    EXPECT_EQ(send(*sender, 1), Taken::taken);
    EXPECT_FALSE(sender->partitions("events", 200ms).ok());
    const auto end = std::chrono::steady_clock::now() + 30s;
    std::vector<Report> none;
    while (sender->reachable() && std::chrono::steady_clock::now() < end) sender->poll(20ms, none);
    EXPECT_FALSE(sender->reachable());
    EXPECT_THAT(none, IsEmpty());
    cluster_.set_up(true);
    EXPECT_THAT(reports(*sender, 1), SizeIs(1));
    EXPECT_TRUE(sender->reachable());
}

TEST_F(ProducerTest, AnAnswerThatNobodyWaitedForIsNotGivenLater) {
    cluster_.set_up(false);
    const auto sender = producer();
    EXPECT_FALSE(sender->partitions("events", 1ms).ok());
    std::this_thread::sleep_for(200ms);  // it is there by now: that there is none
    cluster_.set_up(true);
    EXPECT_TRUE(sender->partitions("events", 10s).ok());
}

TEST_F(ProducerTest, AFullQueueSaysSo) {
    cluster_.set_up(false);
    const auto sender = producer();
    Taken taken = Taken::taken;
    for (std::uint64_t tag = 1; tag <= 60'000 && taken == Taken::taken; ++tag)
        taken = send(*sender, tag);
    EXPECT_EQ(taken, Taken::full);
}

TEST(Options, AWrongPropertyIsNamed) {
    const auto checked = check({.brokers = "localhost:1", .properties = {{"no.such.thing", "1"}}});
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().field, "no.such.thing");
    EXPECT_TRUE(
        check({.brokers = "localhost:1", .properties = {{"compression.type", "lz4"}}}).ok());
}

}  // namespace
}  // namespace homeroom::kafka
