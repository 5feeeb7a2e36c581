#include "backbone/pump.h"

#include <functional>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backbone/cursors.h"
#include "backbone/test_broker.h"
#include "campus/audience.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* topic = "homeroom.events";
constexpr const char* dead_letters = "homeroom.events.dlq";

// A store whose journal a pump sends to a broker that is told what to do.
class PumpTest : public testing::Test {
protected:
    PumpTest() {
        broker_.add_topic(topic, 4);
        broker_.add_topic(dead_letters, 1);
    }
    ~PumpTest() override { end(); }

    // A server's start.
    void start(PumpOptions options = {}) {
        const std::vector<store::Migration> migrations(backbone_migrations().begin(),
                                                       backbone_migrations().end());
        auto opened = store::Store::open({.directory = files_.path(),
                                          .durability = store::Durability::normal,
                                          .postgres = store::test_postgres(files_.path())},
                                         migrations);
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        store_ = std::move(opened).value();
        options.stop_wait = 200ms;
        pump_ = std::make_unique<Pump>(*store_, options, [this] {
            return Result<std::unique_ptr<kafka::Producer>>{broker_.producer()};
        });
        ASSERT_TRUE(pump_->prepare().ok());
        store_->start(*pump_);
        pump_->start();
    }
    void end() {
        if (pump_) pump_->stop();
        if (store_) store_->stop();
        pump_.reset();
        store_.reset();
    }
    void publish(const std::string& room, const std::vector<std::string>& words) {
        std::promise<bool> done;
        ASSERT_TRUE(
            store_->submit({.work = [&](store::Transaction& transaction) -> Status {
                                for (const std::string& word : words)
                                    TRY_OK(transaction.publish(
                                        {.type = "post:created",
                                         .audience = campus::Audience::members(room).stored(),
                                         .body = R"({"text":")" + word + R"("})",
                                         .subject = word}));
                                return Ok{};
                            },
                            .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        ASSERT_TRUE(done.get_future().get());
    }
    // The words of a room that the broker has, each the first time.
    std::vector<std::string> words(const std::string& room, const char* of = topic) const {
        std::vector<std::string> words;
        for (const auto& value : broker_.values(of, room)) {
            const auto begin = value.find(R"("text":")") + 8;
            words.push_back(value.substr(begin, value.find('"', begin) - begin));
        }
        return words;
    }
    // A room in another partition.
    static std::string other_than(int partition) {
        for (int i = 2;; ++i) {
            auto room = "class-" + std::to_string(i);
            if (kafka::partition_of(room, 4) != partition) return room;
        }
    }
    static void eventually(const char* what, const std::function<bool()>& look) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!look()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "never: " << what;
            std::this_thread::sleep_for(2ms);
        }
    }
    void until_sent() {
        eventually("all is sent", [this] {
            const auto figures = pump_->figures();
            return figures.reachable && figures.done >= store_->last_seq();
        });
    }

    TestBroker broker_{};
    store::TemporaryDirectory files_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Pump> pump_;
};

TEST_F(PumpTest, SendsWhatIsCommittedInOrder) {
    start();
    publish("class-1", {"a", "b"});
    publish("class-2", {"c"});
    publish("class-1", {"d"});
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("a", "b", "d"));
    EXPECT_THAT(words("class-2"), ElementsAre("c"));
    EXPECT_THAT(broker_.written(topic), SizeIs(4));
}

TEST_F(PumpTest, GoesOnWhereItWasAfterAStart) {
    start();
    publish("class-1", {"a"});
    until_sent();
    end();
    start();
    publish("class-1", {"b"});
    until_sent();
    EXPECT_THAT(broker_.written(topic), SizeIs(2));
}

TEST_F(PumpTest, WithoutABrokerNothingIsLostAndNobodyWaits) {
    broker_.set_up(false);
    start();
    publish("class-1", {"a", "b"});
    EXPECT_FALSE(pump_->figures().reachable);
    end();
    start();
    publish("class-1", {"c"});
    EXPECT_THAT(broker_.written(topic), IsEmpty());
    broker_.set_up(true);
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("a", "b", "c"));
}

TEST_F(PumpTest, ABrokerThatGoesAndComesBackIsNoticedWithNothingToSend) {
    start();
    until_sent();
    broker_.set_up(false);
    eventually("it is gone", [this] { return !pump_->figures().reachable; });
    broker_.set_up(true);
    eventually("it is back", [this] { return pump_->figures().reachable; });
}

TEST_F(PumpTest, OnePartitionWithoutALeaderHoldsItsKeysAlone) {
    start({.in_flight_max = 1});  // 16 for each
    const auto standing = kafka::partition_of("class-1", 4);
    const std::string other = other_than(standing);
    broker_.set_leader(standing, false);
    std::vector<std::string> held;
    for (int i = 0; i < 100; ++i) held.push_back("held" + std::to_string(i));
    publish("class-1", held);
    std::vector<std::string> free;
    for (int i = 0; i < 100; ++i) free.push_back("free" + std::to_string(i));
    publish(other, free);
    eventually("the others are sent", [&] { return words(other).size() == 100; });
    EXPECT_EQ(words(other), free);
    EXPECT_EQ(pump_->figures().partitions_behind, 1u);
    EXPECT_THAT(words("class-1"), IsEmpty());
    // Also across a start, and without repeating the others.
    end();
    start({.in_flight_max = 1});
    broker_.set_leader(standing, true);
    until_sent();
    EXPECT_EQ(words("class-1"), held);
    EXPECT_THAT(broker_.written(topic), SizeIs(200));
}

TEST_F(PumpTest, NeitherDoesOneWithLargeEventsFillWhatIsForAll) {
    broker_.set_queue_bytes_limit(200'000);
    start({.in_flight_bytes_max = 100'000});
    const auto standing = kafka::partition_of("class-1", 4);
    const std::string other = other_than(standing);
    broker_.set_leader(standing, false);
    for (int i = 0; i < 50; ++i)
        publish("class-1", {"held" + std::to_string(i) + std::string(10'000, 'x')});
    publish(other, {"free"});
    eventually("the other is sent", [&] { return words(other).size() == 1; });
    broker_.set_leader(standing, true);
    until_sent();
    EXPECT_THAT(words("class-1"), SizeIs(50));
}

TEST_F(PumpTest, APartitionThatComesBackStarvesNoOther) {
    start({.drain_per_second = 250, .in_flight_max = 1});
    const auto standing = kafka::partition_of("class-1", 4);
    const std::string other = other_than(standing);
    broker_.set_leader(standing, false);
    publish("class-1", std::vector<std::string>(2'000, "held"));
    publish(other, {"before"});
    eventually("the others are at the head", [&] { return words(other).size() == 1; });
    // From here on it takes eight seconds.
    broker_.set_leader(standing, true);
    eventually("it catches up", [&] { return !words("class-1").empty(); });
    publish(other, {"free"});
    eventually("the other is sent", [&] { return words(other).size() == 2; });
    EXPECT_LT(broker_.written(topic).size(), 1'900u);
}

TEST_F(PumpTest, APartitionThatStandsIsToldLongBeforeItIsFull) {
    start({.standing_after = 50ms});
    publish("class-1", {"a"});
    until_sent();
    EXPECT_EQ(pump_->figures().partitions_behind, 0u);
    broker_.set_leader(kafka::partition_of("class-1", 4), false);
    publish("class-1", {"b"});
    eventually("it is told", [&] { return pump_->figures().partitions_behind == 1; });
    broker_.set_leader(kafka::partition_of("class-1", 4), true);
    until_sent();
    eventually("it is over", [&] { return pump_->figures().partitions_behind == 0; });
}

TEST_F(PumpTest, WhatNoBrokerTakesInAnyFormIsWrittenDown) {
    broker_.refuse("bad");
    broker_.refuse_letters_too(true);
    start();
    // Its headers name the room, too, and stay when its data is left out.
    publish("class-1", {"a"});
    publish("class-bad", {"b"});
    publish("class-1", {"c"});
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("a", "c"));
    EXPECT_THAT(words("class-bad"), IsEmpty());
    EXPECT_THAT(words("class-bad", dead_letters), IsEmpty());
    EXPECT_EQ(pump_->figures().left_out, 1u);
    end();
    start();
    std::promise<std::string> row;
    ASSERT_TRUE(store_->submit_read([&](Result<store::Database*> db) {
        auto select = (*db)->statement("SELECT seq || ' ' || reason FROM kafka_left_out");
        std::string rows;
        while (select.step().value()) rows += select.text(0);
        row.set_value(rows);
    }));
    EXPECT_EQ(row.get_future().get(), "2 INVALID_RECORD");
}

TEST_F(PumpTest, ATopicMadeAnewWithFewerPartitionsGetsWhatIsNotSent) {
    start({.in_flight_max = 1});
    publish("class-1", {"a"});
    until_sent();
    for (int partition = 0; partition < 4; ++partition) broker_.set_leader(partition, false);
    std::vector<std::string> wanted;
    for (int i = 0; i < 200; ++i) wanted.push_back("waits" + std::to_string(i));
    for (int room = 1; room <= 8; ++room) publish("class-" + std::to_string(room), wanted);
    eventually("they are behind", [&] { return pump_->figures().partitions_behind > 0; });
    broker_.add_topic(topic, 1);
    broker_.break_producers();
    broker_.set_leader(0, true);
    until_sent();
    wanted.insert(wanted.begin(), "a");
    EXPECT_EQ(words("class-1"), wanted);
}

TEST_F(PumpTest, AFatalErrorMakesANewProducer) {
    start();
    publish("class-1", {"a"});
    until_sent();
    broker_.break_producers();
    publish("class-1", {"b", "c"});
    eventually("another producer", [this] { return pump_->figures().producers == 2; });
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("a", "b", "c"));
}

TEST_F(PumpTest, OfABatchWithABadRecordOnlyThatIsDeadLettered) {
    broker_.refuse("bad");
    start();
    publish("class-1", {"a", "b", "bad", "c", "d"});
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(words("class-1", dead_letters), ElementsAre("bad"));
    EXPECT_THAT(broker_.written(dead_letters).front().record.headers,
                testing::Contains(testing::Pair("homeroom-reason", "INVALID_RECORD")));
    EXPECT_EQ(pump_->figures().dead_lettered, 1u);
}

TEST_F(PumpTest, AFullQueueOnlyMeansLater) {
    broker_.set_queue_limit(3);
    start();
    std::vector<std::string> many;
    for (int i = 0; i < 200; ++i) many.push_back("word" + std::to_string(i));
    publish("class-1", many);
    until_sent();
    EXPECT_EQ(words("class-1"), many);
}

TEST_F(PumpTest, WhatIsForgottenBeforeItIsSentIsNotSent) {
    broker_.set_up(false);
    start();
    publish("class-1", {"secret", "plain"});
    std::promise<void> done;
    ASSERT_TRUE(store_->submit(
        {.work = [](store::Transaction& transaction) { return transaction.forget("secret"); },
         .done = [&](const Status&) { done.set_value(); }}));
    done.get_future().wait();
    broker_.set_up(true);
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("plain"));
}

TEST_F(PumpTest, MorePartitionsAreTakenAtTheNextStart) {
    start();
    publish("class-1", {"a"});
    until_sent();
    end();
    broker_.add_topic(topic, 6);
    start();
    publish("class-1", {"b"});
    until_sent();
    EXPECT_THAT(words("class-1"), ElementsAre("a", "b"));
}

TEST_F(PumpTest, KeepsFromPruningWhatIsNotSent) {
    broker_.set_up(false);
    start();
    publish("class-1", {"a"});
    std::promise<std::string> oldest;
    ASSERT_TRUE(store_->submit_read(
        [&](Result<store::Database*> db) { oldest.set_value(oldest_undelivered(**db).value()); }));
    EXPECT_FALSE(oldest.get_future().get().empty());
    broker_.set_up(true);
    until_sent();
    end();
    start();
    std::promise<std::string> none;
    ASSERT_TRUE(store_->submit_read(
        [&](Result<store::Database*> db) { none.set_value(oldest_undelivered(**db).value()); }));
    EXPECT_EQ(none.get_future().get(), "");
}

}  // namespace
}  // namespace homeroom::backbone
