#include "store/work_queue.h"

#include <gtest/gtest.h>
#include <vector>

namespace homeroom::store {
namespace {

using List = std::vector<int>;

// Whose an item is: its hundreds. Those below 100 are nobody's.
Owner owner_of_item(int item) {
    return static_cast<Owner>(item / 100);
}

class Queue : public testing::Test {
protected:
    explicit Queue() { queue.open(); }
    List give(List items) {
        queue.give_all(items, owner_of_item);
        return items;
    }
    WorkQueue<int> queue{10, {.waiting = 6, .at_once = 3}};
};

TEST(WorkQueue, TakesSeveralAtOnceAsFarAsThereIsRoom) {
    WorkQueue<int> queue{4};
    List items{1, 2};
    queue.give_all(items, owner_of_item);  // it is not open yet
    EXPECT_EQ(items, (List{1, 2}));
    queue.open();
    queue.give_all(items, owner_of_item);
    EXPECT_TRUE(items.empty());
    items = {3, 4, 5};
    queue.give_all(items, owner_of_item);
    EXPECT_EQ(items, List{5});
    EXPECT_EQ(queue.take(3), (List{1, 2, 3}));
    queue.give_all(items, owner_of_item);
    EXPECT_TRUE(items.empty());
    queue.close();
    EXPECT_EQ(queue.take(10), (List{4, 5}));
    EXPECT_EQ(queue.take(10), List{});
}

TEST_F(Queue, LetsOwnersTakeTurns) {
    EXPECT_EQ(give({100, 101, 102, 200, 300, 301}), List{});
    EXPECT_EQ(queue.take(10), (List{100, 200, 300, 101, 301, 102}));
}

TEST_F(Queue, WhoComesLaterIsNextAllTheSame) {
    give({100, 101, 102, 103});
    EXPECT_EQ(queue.take(1), List{100});
    give({200});
    EXPECT_EQ(queue.take(2), (List{101, 200}));
    EXPECT_EQ(queue.take(10), (List{102, 103}));
}

TEST_F(Queue, TakesAShareOfEachAtOnce) {
    give({100, 101, 102, 103, 104, 200});
    EXPECT_EQ(queue.take(10), (List{100, 200, 101, 102}));
    EXPECT_EQ(queue.take(10), (List{103, 104}));
}

TEST_F(Queue, ASharesEndIsNoLossOfTheTurn) {
    give({100, 101, 102, 103, 104, 105, 200, 201, 202, 203});
    EXPECT_EQ(queue.take(10), (List{100, 200, 101, 201, 102, 202}));
    EXPECT_EQ(queue.take(10), (List{103, 203, 104, 105}));
}

TEST_F(Queue, WhatIsNobodysHasNoShare) {
    EXPECT_EQ(give({1, 2, 3, 4, 5, 6, 7, 100}), List{});
    EXPECT_EQ(queue.take(10), (List{1, 100, 2, 3, 4, 5, 6, 7}));
}

TEST_F(Queue, HasRoomForOthersWhenOneHasFilledHisPart) {
    EXPECT_EQ(give({100, 101, 102, 103, 104, 105, 106, 107, 200}), (List{106, 107}));
    EXPECT_FALSE(queue.give(108, 1));
    EXPECT_TRUE(queue.give(201, 2));
    EXPECT_EQ(queue.take(1), List{100});
    EXPECT_TRUE(queue.give(108, 1));
}

TEST_F(Queue, RefusesAllWhenItIsFull) {
    EXPECT_EQ(give({100, 101, 102, 103, 104, 200, 201, 202, 203, 204, 300, 1}), (List{300, 1}));
}

}  // namespace
}  // namespace homeroom::store
