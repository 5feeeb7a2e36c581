#include "backbone/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace homeroom::backbone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Letter = Relay::Letter;

// A journal whose events 1, 2, … are for these lanes, and what was sent of it.
class RelayTest : public testing::Test {
protected:
    static std::vector<Relay::Candidate> journal(const std::vector<std::size_t>& lanes) {
        std::vector<Relay::Candidate> events;
        for (std::size_t i = 0; i < lanes.size(); ++i) events.push_back({i + 1, lanes[i]});
        return events;
    }
    // Reads as long as there is room; "lane:seq" of what is sent, with a letter for what is not the
    // event.
    static std::vector<std::string> run(Relay& relay, const std::vector<Relay::Candidate>& events) {
        std::vector<std::string> sent;
        for (int turns = 0; turns < 1'000; ++turns) {
            const auto reading = relay.wants(events.size());
            if (!reading) return sent;
            std::vector<Relay::Candidate> read;
            for (const auto& event : events) {
                if (event.seq > reading->after && event.seq <= reading->until)
                    read.push_back(event);
            }
            for (const auto& send : relay.take(*reading, read, reading->until)) {
                const char* const letter = send.letter == Letter::event  ? ""
                                           : send.letter == Letter::dead ? " dead"
                                                                         : " empty";
                sent.push_back(std::to_string(send.lane) + ":" +
                               std::to_string(read[send.index].seq) + letter);
            }
        }
        ADD_FAILURE() << "it reads for ever";
        return sent;
    }
};

TEST_F(RelayTest, SendsInOrderAndMovesWithWhatIsDelivered) {
    Relay relay({0, 0}, {.events = 10});
    const auto events = journal({0, 1, 0});
    EXPECT_THAT(run(relay, events), ElementsAre("0:1", "1:2", "0:3"));
    EXPECT_THAT(relay.cursors(), ElementsAre(0, 1));
    relay.on_delivered(0, 3);
    EXPECT_EQ(relay.cursor(0), 0) << "the one before it is not there yet";
    relay.on_delivered(0, 1);
    EXPECT_EQ(relay.cursor(0), 3);
    relay.on_delivered(1, 2);
    EXPECT_THAT(relay.cursors(), ElementsAre(3, 3));
}

TEST_F(RelayTest, BeginsWhereItWas) {
    Relay relay({2, 0}, {.events = 10});
    EXPECT_THAT(run(relay, journal({0, 1, 0})), ElementsAre("0:3", "1:2"));
}

TEST_F(RelayTest, ALaneThatStandsHoldsNobodyElse) {
    Relay relay({0, 0}, {.events = 2});
    const auto events = journal({0, 0, 0, 1, 0, 1});
    EXPECT_THAT(run(relay, events), ElementsAre("0:1", "0:2", "1:4", "1:6"));
    EXPECT_EQ(relay.lanes_behind(), 1);
    relay.on_delivered(1, 4);
    relay.on_delivered(1, 6);
    EXPECT_EQ(relay.cursor(1), 6);
    EXPECT_EQ(relay.slowest(), 0);
    relay.on_delivered(0, 1);
    EXPECT_THAT(run(relay, events), ElementsAre("0:3"));
    relay.on_delivered(0, 2);
    relay.on_delivered(0, 3);
    EXPECT_THAT(run(relay, events), ElementsAre("0:5"));
    EXPECT_EQ(relay.lanes_behind(), 0);
}

TEST_F(RelayTest, ALaneThatCatchesUpTakesTurnsWithTheHead) {
    Relay relay({0, 10}, {.events = 100});
    // Four at a time, of ten that lane 0 has missed and four that are new of lane 1.
    const auto read = [&](const Relay::Reading& reading) {
        std::vector<Relay::Candidate> page;
        for (Seq seq = reading.after + 1; seq <= reading.until && page.size() < 4; ++seq)
            page.push_back({seq, seq > 10 ? 1 : 0});
        return relay.take(reading, page, page.back().seq);
    };
    std::vector<std::size_t> lanes;
    while (const auto reading = relay.wants(14)) {
        for (const auto& send : read(*reading)) lanes.push_back(send.lane);
    }
    EXPECT_THAT(lanes, ElementsAre(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    EXPECT_EQ(relay.lanes_behind(), 0);
    // The other way round when it has just been the head's turn.
    Relay again({0, 10}, {.events = 100});
    ASSERT_TRUE(again.wants(14)->lane == std::nullopt);
    EXPECT_EQ(again.wants(14)->lane, 0u);
    EXPECT_EQ(again.wants(14)->lane, std::nullopt);
    EXPECT_EQ(again.wants(10)->lane, 0u);
    EXPECT_EQ(again.wants(10)->lane, 0u) << "the head has nothing to read";
}

TEST_F(RelayTest, ALaneHasItsShareOfTheBytes) {
    Relay relay({0, 0}, {.events = 100, .bytes = 100});
    const std::vector<Relay::Candidate> events{{1, 0, 60}, {2, 0, 60}, {3, 1, 10},
                                               {4, 0, 10}, {5, 1, 90}, {6, 1, 10}};
    EXPECT_THAT(run(relay, events), ElementsAre("0:1", "1:3", "1:5"));
    EXPECT_EQ(relay.lanes_behind(), 2);
    relay.on_delivered(0, 1);
    relay.on_delivered(1, 3);
    EXPECT_THAT(run(relay, events), ElementsAre("0:2", "0:4"));
    relay.on_delivered(1, 5);
    EXPECT_THAT(run(relay, events), ElementsAre("1:6"));
    relay.restart();
    EXPECT_EQ(relay.cursor(0), 1);
    EXPECT_THAT(run(relay, events), ElementsAre("0:2", "0:4", "1:6"));
}

TEST_F(RelayTest, AnEventThatIsLargerThanItsShareGoesAllTheSame) {
    Relay relay({0}, {.events = 100, .bytes = 10});
    const std::vector<Relay::Candidate> events{{1, 0, 1'000}, {2, 0, 1}, {3, 0, 1'000}};
    EXPECT_THAT(run(relay, events), ElementsAre("0:1"));
    relay.on_delivered(0, 1);
    EXPECT_THAT(run(relay, events), ElementsAre("0:2", "0:3"));
}

TEST_F(RelayTest, WhatWasReadForALaneThatIsGoneIsNotTaken) {
    Relay relay({0, 1}, {.events = 10});
    const Relay::Reading of_one_that_is_gone{.after = 0, .until = 1, .lane = 1'000'000};
    EXPECT_THAT(relay.take(of_one_that_is_gone, std::vector<Relay::Candidate>{{1, 0}}, 1),
                IsEmpty());
}

TEST_F(RelayTest, AfterARestartEverythingThatIsNotDeliveredIsSentAgain) {
    Relay relay({0, 0}, {.events = 10});
    const auto events = journal({0, 0, 1, 0});
    run(relay, events);
    relay.on_delivered(0, 1);
    relay.on_delivered(1, 3);
    relay.restart();
    EXPECT_THAT(run(relay, events), ElementsAre("0:2", "0:4"));
}

TEST_F(RelayTest, OfABadBatchOnlyTheCulpritIsDeadLettered) {
    Relay relay({0}, {.events = 10});
    const auto events = journal({0, 0, 0, 0});
    run(relay, events);
    for (const Seq seq : {1U, 2U, 3U}) relay.on_refused(0, seq);
    relay.restart();
    EXPECT_THAT(run(relay, events), ElementsAre("0:1"));
    relay.on_delivered(0, 1);
    EXPECT_THAT(run(relay, events), ElementsAre("0:2"));
    relay.on_refused(0, 2);
    relay.restart();
    EXPECT_THAT(run(relay, events), ElementsAre("0:2 dead"));
    relay.on_delivered(0, 2);
    EXPECT_THAT(run(relay, events), ElementsAre("0:3"));
    relay.on_delivered(0, 3);
    EXPECT_THAT(run(relay, events), ElementsAre("0:4"));
    EXPECT_EQ(relay.dead_lettered(), 1);
}

TEST_F(RelayTest, WhatNotEvenTheDeadLettersTakeIsLeftOut) {
    Relay relay({0}, {.events = 10});
    const auto events = journal({0, 0});
    run(relay, events);
    for (const char* const expected : {"0:1", "0:1 dead", "0:1 empty"}) {
        relay.on_refused(0, 1);
        relay.restart();
        EXPECT_THAT(run(relay, events), ElementsAre(expected));
    }
    relay.on_refused(0, 1);
    relay.restart();
    EXPECT_THAT(run(relay, events), ElementsAre("0:2"));
    EXPECT_EQ(relay.left_out(), 1);
    EXPECT_THAT(relay.take_left_out(), ElementsAre(1));
    EXPECT_THAT(relay.take_left_out(), IsEmpty());
}

TEST_F(RelayTest, WhatIsForNobodyIsPassed) {
    Relay relay({0}, {.events = 10});
    const std::vector<Relay::Candidate> events{{1, std::nullopt}, {2, std::nullopt}};
    EXPECT_THAT(run(relay, events), IsEmpty());
    EXPECT_EQ(relay.cursor(0), 2);
}

TEST_F(RelayTest, WhatWasReadBeforeARestartIsNotTaken) {
    Relay relay({0, 0}, {.events = 1});
    const auto events = journal({0, 0, 1});
    run(relay, events);  // lane 0 is behind
    relay.on_delivered(0, 1);
    const auto reading = relay.wants(3);
    ASSERT_TRUE(reading && reading->lane == 0u);
    EXPECT_THAT(run(relay, events), ElementsAre("0:2"));
    EXPECT_THAT(relay.take(*reading, std::vector<Relay::Candidate>{{2, 0}, {3, 1}}, 3), IsEmpty());
}

// A broker that does everything wrong: partitions without a leader, batches refused for one bad
// record, producers that die, crashes that lose what is in memory. And yet each partition gets
// every event, those it can't take aside, first in the order of the journal.
struct BadBroker {
    std::size_t lanes;
    std::vector<Relay::Candidate> events;
    std::set<Seq> poison;
    std::vector<std::vector<Seq>> log;  // of each partition: first appearances
    std::set<Seq> dead{};
    // that the producer has, in order
    std::vector<std::vector<std::pair<Seq, Letter>>> queues;

    BadBroker(std::vector<Relay::Candidate> journal, std::size_t partitions)
        : lanes(partitions), events(std::move(journal)), log(partitions), queues(partitions) {}

    void read(Relay& relay, std::size_t limit) {
        const auto reading = relay.wants(events.size());
        if (!reading) return;
        std::vector<Relay::Candidate> page;
        for (const auto& event : events) {
            if (event.seq > reading->after && page.size() < limit) page.push_back(event);
        }
        const Seq seen = page.empty() ? reading->until : page.back().seq;
        for (const auto& send : relay.take(*reading, page, seen))
            queues[send.lane].emplace_back(page[send.index].seq, send.letter);
    }
    // True: the producer is dead.
    bool deliver(Relay& relay, std::size_t lane, std::size_t size, bool report) {
        auto& queue = queues[lane];
        const std::size_t count = std::min(size, queue.size());
        const std::vector batch(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
        const bool bad = std::ranges::any_of(batch, [&](const auto& record) {
            return record.second == Letter::event && poison.contains(record.first);
        });
        for (const auto& [seq, letter] : batch) {
            if (bad) {
                relay.on_refused(lane, seq);
                continue;
            }
            if (letter != Letter::event) {
                dead.insert(seq);
            } else if (std::ranges::find(log[lane], seq) == log[lane].end()) {
                log[lane].push_back(seq);
            }
            if (report) relay.on_delivered(lane, seq);
        }
        return bad;
    }
    void forget() {
        for (auto& queue : queues) queue.clear();
    }
};

RC_GTEST_PROP(RelayProperty, EachPartitionGetsAllInOrderWhateverGoesWrong, ()) {
    const auto lanes = *rc::gen::inRange<std::size_t>(1, 5);
    const auto count = *rc::gen::inRange<std::size_t>(0, 60);
    std::vector<Relay::Candidate> events;
    std::set<Seq> poison;
    for (std::size_t i = 1; i <= count; ++i) {
        const bool nobody = *rc::gen::inRange(0, 10) == 0;
        events.push_back(
            {i, nobody ? std::nullopt : std::optional{*rc::gen::inRange<std::size_t>(0, lanes)},
             *rc::gen::inRange<std::size_t>(0, 100)});
        if (*rc::gen::inRange(0, 8) == 0) poison.insert(i);
    }
    BadBroker broker{events, lanes};
    broker.poison = poison;
    const Relay::Limits per_lane{.events = *rc::gen::inRange<std::size_t>(1, 8),
                                 .bytes = *rc::gen::inRange<std::size_t>(0, 300)};
    auto relay = std::make_unique<Relay>(std::vector<Seq>(lanes, 0), per_lane);
    std::vector<Seq> saved(lanes, 0);

    const auto check_cursors = [&] {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (const auto& event : events) {
                if (event.lane != lane || event.seq > relay->cursor(lane)) continue;
                const auto& log = broker.log[lane];
                RC_ASSERT(std::ranges::find(log, event.seq) != log.end() ||
                          broker.dead.contains(event.seq));
            }
        }
    };
    const auto step = [&](int what, std::size_t lane, std::size_t size) {
        bool dead = false;
        switch (what) {
            case 0:
            case 1:
            case 2: broker.read(*relay, size); break;
            case 3:
            case 4:
            case 5: dead = broker.deliver(*relay, lane, size, true); break;
            case 6:  // it is there, but the report is lost with the producer
                static_cast<void>(broker.deliver(*relay, lane, size, false));
                dead = true;
                break;
            case 7: dead = true; break;
            case 8: saved = relay->cursors(); break;
            default:  // kill -9
                broker.forget();
                relay = std::make_unique<Relay>(saved, per_lane);
                break;
        }
        if (dead) {
            broker.forget();
            relay->restart();
        }
        check_cursors();
    };
    const auto steps = *rc::gen::inRange(0, 200);
    for (int i = 0; i < steps; ++i)
        step(*rc::gen::inRange(0, 10), *rc::gen::inRange<std::size_t>(0, lanes),
             *rc::gen::inRange<std::size_t>(1, 6));
    // From now on all goes well.
    for (std::size_t i = 0; i < 20'000 && relay->slowest() < count; ++i) {
        step(0, 0, 5);
        for (std::size_t lane = 0; lane < lanes; ++lane) step(3, lane, 3);
    }
    RC_ASSERT(relay->slowest() == count);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        std::vector<Seq> expected;
        for (const auto& event : events) {
            if (event.lane == lane && !poison.contains(event.seq)) expected.push_back(event.seq);
        }
        RC_ASSERT(broker.log[lane] == expected);
    }
    for (const Seq seq : poison)
        RC_ASSERT(broker.dead.contains(seq) == events[seq - 1].lane.has_value());
}

}  // namespace
}  // namespace homeroom::backbone
