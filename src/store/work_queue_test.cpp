#include "store/work_queue.h"

#include <gtest/gtest.h>
#include <vector>

namespace homeroom::store {
namespace {

using List = std::vector<int>;

TEST(WorkQueue, TakesSeveralAtOnceAsFarAsThereIsRoom) {
    WorkQueue<int> queue{4};
    List items{1, 2};
    queue.give_all(items);  // it is not open yet
    EXPECT_EQ(items, (List{1, 2}));
    queue.open();
    queue.give_all(items);
    EXPECT_TRUE(items.empty());
    items = {3, 4, 5};
    queue.give_all(items);
    EXPECT_EQ(items, List{5});
    EXPECT_EQ(queue.take(3), (List{1, 2, 3}));
    queue.give_all(items);
    EXPECT_TRUE(items.empty());
    queue.close();
    EXPECT_EQ(queue.take(10), (List{4, 5}));
    EXPECT_EQ(queue.take(10), List{});
}

}  // namespace
}  // namespace homeroom::store
