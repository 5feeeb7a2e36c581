#include "backbone/dead_letters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backbone/test_broker.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr const char* topic = "homeroom.commands.dlq";

class DeadLettersTest : public testing::Test {
protected:
    DeadLettersTest() { broker_.add_topic(topic, 1); }

    void add(std::int64_t offset, const std::string& value, const std::string& header = "text") {
        letters_.add({.partition = 3, .offset = offset},
                     {.key = "key", .value = value, .headers = {{"ce_id", header}}},
                     {Code::forbidden, "you may not", "text"});
    }
    // The offsets that are dealt with, as long as it goes on.
    std::vector<std::int64_t> settled() {
        std::vector<std::int64_t> offsets;
        for (int turn = 0; turn < 50; ++turn) {
            for (const Place& place : letters_.advance(now_)) offsets.push_back(place.offset);
            now_ += 1s;
        }
        return offsets;
    }
    kafka::Record letter(std::size_t number) const {
        return broker_.written(topic).at(number).record;
    }

    TestBroker broker_{};
    int producers_ = 0;
    DeadLetters letters_{topic, [this] {
                             ++producers_;
                             return Result<std::unique_ptr<kafka::Producer>>{broker_.producer()};
                         }};
    SteadyTime now_{};
};

TEST_F(DeadLettersTest, ARecordArrivesAsItCameWithWhatBecameOfIt) {
    add(7, "value");
    EXPECT_THAT(settled(), UnorderedElementsAre(7));
    const auto record = letter(0);
    EXPECT_EQ(record.key, "key");
    EXPECT_EQ(record.value, "value");
    EXPECT_THAT(
        record.headers,
        UnorderedElementsAre(Pair("ce_id", "text"), Pair("homeroom-code", "forbidden"),
                             Pair("homeroom-reason", "you may not"), Pair("homeroom-field", "text"),
                             Pair("homeroom-partition", "3"), Pair("homeroom-offset", "7")));
}

TEST_F(DeadLettersTest, WhatIsTooLargeGoesWithoutItsData) {
    broker_.set_record_limit(1'000);
    add(1, std::string(1'000, 'x'));
    add(2, "small");
    EXPECT_THAT(settled(), UnorderedElementsAre(1, 2));
    EXPECT_EQ(letter(0).value, "");
    EXPECT_EQ(letter(0).key, "key");
    EXPECT_THAT(letter(0).headers, AllOf(Contains(Pair("homeroom-data", "left out")),
                                         Contains(Pair("ce_id", "text"))));
    EXPECT_THAT(letter(1).headers, Not(Contains(Key("homeroom-data"))));
    EXPECT_EQ(producers_, 1);
}

TEST_F(DeadLettersTest, WhatStillIsTooLargeGoesWithoutTheHeadersThatItCameWith) {
    broker_.set_record_limit(1'000);
    add(1, "value", std::string(1'000, 'x'));
    add(2, "small");
    EXPECT_THAT(settled(), UnorderedElementsAre(1, 2));
    EXPECT_EQ(letter(0).key, "");
    EXPECT_THAT(letter(0).headers,
                AllOf(Not(Contains(Key("ce_id"))),
                      IsSupersetOf({Pair(std::string{"homeroom-headers"}, std::string{"left out"}),
                                    Pair(std::string{"homeroom-offset"}, std::string{"1"})})));
    EXPECT_EQ(letter(1).value, "small");
}

TEST_F(DeadLettersTest, WhatIsTooLargeInWhateverFormHoldsNobody) {
    broker_.set_record_limit(5);
    add(1, "value");
    add(2, "value");
    EXPECT_THAT(settled(), UnorderedElementsAre(1, 2));
    EXPECT_THAT(broker_.written(topic), IsEmpty());
    EXPECT_EQ(producers_, 1);
}

TEST_F(DeadLettersTest, OfABatchThatIsRefusedOnlyTheCulpritLosesAnything) {
    broker_.refuse("bad");
    broker_.refuse_letters_too(true);
    add(1, "before");
    add(2, "bad");
    add(3, "value", "bad");
    add(4, "behind");
    EXPECT_THAT(settled(), UnorderedElementsAre(1, 2, 3, 4));
    EXPECT_THAT(broker_.values(topic), UnorderedElementsAre("before", "", "behind"));
    EXPECT_THAT(broker_.written(topic), SizeIs(4));
}

TEST_F(DeadLettersTest, WhatComesAgainIsNotKept) {
    broker_.set_queue_limit(0);
    add(1, "value");
    EXPECT_THAT(settled(), IsEmpty());
    letters_.forget(2);
    EXPECT_THAT(settled(), IsEmpty());
    letters_.forget(3);
    broker_.set_queue_limit(10);
    EXPECT_THAT(settled(), IsEmpty());
    EXPECT_THAT(broker_.written(topic), IsEmpty());
}

TEST_F(DeadLettersTest, AProducerThatBreaksIsReplacedAfterAWhile) {
    broker_.set_up(false);
    add(1, "value");
    EXPECT_THAT(letters_.advance(now_), IsEmpty());
    broker_.break_producers();
    EXPECT_THAT(letters_.advance(now_), IsEmpty());
    broker_.set_up(true);
    EXPECT_THAT(letters_.advance(now_ + 999ms), IsEmpty());
    EXPECT_EQ(producers_, 1);
    EXPECT_THAT(letters_.advance(now_ + 1s), SizeIs(1));
    EXPECT_EQ(producers_, 2);
}

}  // namespace
}  // namespace homeroom::backbone
