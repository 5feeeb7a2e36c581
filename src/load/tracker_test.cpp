#include "load/tracker.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <vector>

namespace homeroom::load {
namespace {

TEST(Tracker, EverythingInOrderLacksNothing) {
    Tracker tracker;
    for (std::uint64_t i = 1; i <= 1'000; ++i) EXPECT_EQ(tracker.on(i), Arrival::next);
    EXPECT_EQ(tracker.missing(1'000), 0U);
}

TEST(Tracker, NothingAtAllLacksAll) {
    const Tracker tracker;
    EXPECT_EQ(tracker.missing(5), 5U);
}

TEST(Tracker, AJumpIsALoss) {
    Tracker tracker;
    tracker.on(1);
    EXPECT_EQ(tracker.on(4), Arrival::after_a_gap);
    EXPECT_EQ(tracker.missing(4), 2U);
    EXPECT_EQ(tracker.missing(6), 4U);
}

TEST(Tracker, UntilItComesAfterAll) {
    Tracker tracker;
    for (const auto sequence : {1U, 5U}) tracker.on(sequence);
    EXPECT_EQ(tracker.on(3), Arrival::late);
    EXPECT_EQ(tracker.missing(5), 2U);
    EXPECT_EQ(tracker.on(2), Arrival::late);
    EXPECT_EQ(tracker.on(4), Arrival::late);
    EXPECT_EQ(tracker.missing(5), 0U);
}

TEST(Tracker, TheSameAgainIsADuplicate) {
    Tracker tracker;
    for (const auto sequence : {1U, 2U, 5U, 3U}) tracker.on(sequence);
    for (const auto sequence : {1U, 2U, 3U, 5U})
        EXPECT_EQ(tracker.on(sequence), Arrival::duplicate) << sequence;
    EXPECT_EQ(tracker.on(4), Arrival::late);
}

TEST(Tracker, GapsBeyondItsMemoryAreLost) {
    Tracker tracker;
    const std::uint64_t last = 2 * (Tracker::gaps_max + 10);
    for (std::uint64_t i = 2; i <= last; i += 2) tracker.on(i);
    EXPECT_EQ(tracker.missing(last), last / 2);
    EXPECT_EQ(tracker.on(1), Arrival::duplicate);  // forgotten
    EXPECT_EQ(tracker.on(last - 1), Arrival::late);
    EXPECT_EQ(tracker.missing(last), last / 2 - 1);
}

// A stream of which some are dropped, some repeated, and some put elsewhere, against a set.
RC_GTEST_PROP(Tracker, AgreesWithASetWhateverComes, ()) {
    const auto published = *rc::gen::inRange<std::uint64_t>(1, 200);
    std::vector<std::uint64_t> stream;
    for (std::uint64_t i = 1; i <= published; ++i) {
        const auto copies = *rc::gen::weightedElement<int>({{8, 1}, {1, 0}, {1, 2}});
        stream.insert(stream.end(), static_cast<std::size_t>(copies), i);
    }
    const auto swaps = *rc::gen::inRange<std::size_t>(0, 10);
    for (std::size_t i = 0; i < swaps && stream.size() > 1; ++i) {
        const auto one = *rc::gen::inRange<std::size_t>(0, stream.size());
        const auto other = *rc::gen::inRange<std::size_t>(0, stream.size());
        std::swap(stream[one], stream[other]);
    }
    Tracker tracker;
    std::set<std::uint64_t> seen;
    for (const auto sequence : stream) {
        const std::uint64_t last = seen.empty() ? 0 : *seen.rbegin();
        const Arrival wanted = seen.contains(sequence) ? Arrival::duplicate
                               : sequence == last + 1  ? Arrival::next
                               : sequence > last       ? Arrival::after_a_gap
                                                       : Arrival::late;
        RC_ASSERT(tracker.on(sequence) == wanted);
        seen.insert(sequence);
        RC_ASSERT(tracker.missing(published) == published - seen.size());
        const auto any = *rc::gen::inRange<std::uint64_t>(1, published + 2);
        RC_ASSERT(tracker.has(any) == seen.contains(any));
    }
}

}  // namespace
}  // namespace homeroom::load
