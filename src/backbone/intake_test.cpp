#include "backbone/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class IntakeTest : public testing::Test {
protected:
    void add(std::initializer_list<std::int64_t> offsets) {
        for (const auto offset : offsets) intake_.add(offset);
    }
    std::vector<std::int64_t> begin(std::chrono::milliseconds after = 0ms) {
        now_ += after;
        return intake_.begin(now_);
    }
    Intake intake_{};
    SteadyTime now_{};
};

TEST_F(IntakeTest, OffsetsMoveWithWhatIsSettledInOrder) {
    add({5, 6, 7});
    EXPECT_THAT(begin(), ElementsAre(5, 6, 7));
    EXPECT_THAT(begin(), IsEmpty());
    intake_.settle(6);
    EXPECT_EQ(intake_.take_storable(), std::nullopt);
    intake_.settle(5);
    EXPECT_EQ(intake_.take_storable(), 7);
    EXPECT_EQ(intake_.take_storable(), std::nullopt);
    intake_.settle(7);
    EXPECT_EQ(intake_.take_storable(), 8);
    EXPECT_EQ(intake_.size(), 0);
}

TEST_F(IntakeTest, BytesAreThoseOfWhatIsNotSettled) {
    intake_.add(1, 100);
    intake_.add(2, 10);
    intake_.add(3, 1);
    begin();
    intake_.settle(2);
    EXPECT_EQ(intake_.bytes(), 101);
    intake_.settle(2);
    intake_.refused(1);
    EXPECT_EQ(intake_.bytes(), 101);
    intake_.settle(1);
    intake_.settle(3);
    EXPECT_EQ(intake_.bytes(), 0);
}

TEST_F(IntakeTest, NothingIsBegunBehindWhatWasPutOffUntilAllHasComeBack) {
    add({1, 2, 3});
    begin();
    intake_.put_off(1, now_);
    add({4});
    EXPECT_THAT(begin(1s), IsEmpty()) << "2 and 3 are under way";
    intake_.put_off(2, now_);
    intake_.settle(3);  // it needed nothing
    EXPECT_THAT(begin(), ElementsAre(1, 2, 4));
}

TEST_F(IntakeTest, WaitsLongerEachTime) {
    add({1});
    begin();
    intake_.put_off(1, now_);
    EXPECT_THAT(begin(49ms), IsEmpty());
    EXPECT_THAT(begin(1ms), ElementsAre(1));
    intake_.put_off(1, now_);
    EXPECT_THAT(begin(99ms), IsEmpty());
    EXPECT_THAT(begin(1ms), ElementsAre(1));
    intake_.settle(1);
    add({2});
    begin();
    intake_.put_off(2, now_);
    EXPECT_THAT(begin(50ms), ElementsAre(2));
}

TEST_F(IntakeTest, WhatIsRefusedHoldsTheOffsetUntilItIsReported) {
    add({1, 2});
    begin();
    intake_.refused(1);
    intake_.settle(2);
    EXPECT_EQ(intake_.take_storable(), std::nullopt);
    EXPECT_EQ(intake_.running(), 0);
    add({3});
    EXPECT_THAT(begin(), ElementsAre(3)) << "it holds up nothing else";
    intake_.settle(1);
    EXPECT_EQ(intake_.take_storable(), 3);
}

// Whatever comes back in whatever order: no offset is stored over one that is not settled, and all
// are in the end.
RC_GTEST_PROP(IntakeProperty, StoresNothingThatIsNotDealtWith, ()) {
    Intake intake;
    SteadyTime now{};
    std::int64_t next = 0;
    std::int64_t stored = 0;
    std::set<std::int64_t> running;
    std::set<std::int64_t> settled;
    const auto check = [&] {
        if (const auto offset = intake.take_storable()) {
            RC_ASSERT(*offset > stored);
            stored = *offset;
        }
        for (std::int64_t i = 0; i < stored; ++i) RC_ASSERT(settled.contains(i));
    };
    const auto begin = [&] {
        std::int64_t before = -1;
        for (const auto offset : intake.begin(now)) {
            RC_ASSERT(offset > before);
            RC_ASSERT(running.insert(offset).second);
            RC_ASSERT(!settled.contains(offset));
            before = offset;
        }
    };
    const auto come_back = [&](bool put_off) {
        if (running.empty()) return;
        const auto offset =
            *std::next(running.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(running)));
        running.erase(offset);
        if (put_off) return intake.put_off(offset, now);
        settled.insert(offset);
        intake.settle(offset);
    };
    for (int i = 0; i < 200; ++i) {
        now += std::chrono::milliseconds{*rc::gen::inRange(0, 200)};
        switch (*rc::gen::inRange(0, 4)) {
            case 0: intake.add(next++); break;
            case 1: begin(); break;
            case 2: come_back(false); break;
            default: come_back(true); break;
        }
        check();
    }
    for (int i = 0; i < 2'000 && stored < next; ++i) {
        now += 10s;
        begin();
        come_back(false);
        check();
    }
    RC_ASSERT(stored == next);
}

}  // namespace
}  // namespace homeroom::backbone
