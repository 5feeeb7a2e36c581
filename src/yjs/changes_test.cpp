#include "yjs/changes.h"

#include <gtest/gtest.h>
#include <string>

#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using test::Decoded;
using test::Writing;
using Ranges = std::vector<IdRange>;

// A document in which two have written, and something was deleted.
class YjsChanges : public testing::Test {
protected:
    Changes of(const std::string& update) const {
        const Decoded decoded{update};
        return changes(decoded.one(), known_);
    }
    std::string news(const std::string& update) const {
        const Decoded decoded{update};
        return only_new(decoded.one(), known_);
    }

    const Decoded document_{
        Writing{}.text({2, 0}, "world").text({1, 0}, "hello ").remove(1, 0, 2).bytes()};
    Known known_{document_.one()};
};

TEST_F(YjsChanges, WhatIsKnownChangesNothing) {
    EXPECT_TRUE(of(Writing{}.text({1, 0}, "hel").remove(1, 1)).none());
    EXPECT_TRUE(of(empty_update()).none());
    EXPECT_EQ(news(Writing{}.text({1, 0}, "hel").remove(1, 1)), empty_update());
}

TEST_F(YjsChanges, NewUnitsAreTold) {
    const Changes result = of(Writing{}.text({2, 0}, "world!").text({1, 6}, "x"));
    EXPECT_EQ(result.written, (Ranges{{2, 5, 1}, {1, 6, 1}}));
    EXPECT_EQ(writers(result), (std::vector<ClientId>{2, 1}));
    EXPECT_FALSE(result.none());
}

TEST_F(YjsChanges, AnotherClientsIdIsSeen) {
    EXPECT_EQ(writers(of(Writing{}.text({2, 0}, "world").text_behind({1, 6}, {2, 4}, "mine"))),
              (std::vector<ClientId>{1}));
    EXPECT_EQ(writers(of(Writing{}.text_behind({2, 5}, {2, 4}, "forged"))),
              (std::vector<ClientId>{2}));
}

TEST_F(YjsChanges, NewDeletionsAreTold) {
    const Changes result = of(Writing{}.remove(1, 0, 4).remove(2, 4, 3));
    EXPECT_EQ(result.deleted, (Ranges{{2, 4, 3}, {1, 2, 2}}));
    EXPECT_EQ(result.deleted_ahead, (Ranges{{2, 5, 2}}));
    EXPECT_TRUE(result.written.empty());
    EXPECT_FALSE(result.none());
}

TEST_F(YjsChanges, ADeletionOfWhatComesWithItIsNotAhead) {
    EXPECT_TRUE(of(Writing{}.text({1, 6}, "x").remove(1, 6)).deleted_ahead.empty());
}

TEST_F(YjsChanges, WhatSomebodyWroteCannotBeSaidAgainInOtherWords) {
    EXPECT_EQ(news(Writing{}.text({2, 0}, "WORLD?").remove(1, 0, 3)),
              Writing{}.text_behind({2, 5}, {2, 4}, "?").remove(1, 2).bytes());
}

TEST_F(YjsChanges, NewsAroundWhatIsKnownKeepTheirDistance) {
    const Decoded later{Writing{}.garbage({1, 8}, 2).bytes()};
    known_.add(later.one());
    EXPECT_EQ(known_.holes(), 1U);
    EXPECT_EQ(news(Writing{}.garbage({1, 0}, 12)),
              Writing{}.garbage({1, 6}, 2).skip({1, 8}, 2).garbage({1, 10}, 2).bytes());
}

TEST_F(YjsChanges, HolesAreCountedBeforeTheyAreThere) {
    const auto holes = [this](const std::string& update) { return holes_with(of(update), known_); };
    EXPECT_EQ(holes(Writing{}.garbage({1, 6}, 2)), 0U);
    EXPECT_EQ(holes(Writing{}.garbage({3, 0}, 2)), 0U);
    EXPECT_EQ(holes(Writing{}.garbage({3, 1}, 2).garbage({1, 9}, 1)), 2U);
    const Decoded ahead{Writing{}.garbage({1, 9}, 1).bytes()};
    known_.add(ahead.one());
    EXPECT_EQ(holes(Writing{}.garbage({1, 7}, 1)), 2U);
    EXPECT_EQ(holes(Writing{}.garbage({1, 8}, 1)), 1U);
    EXPECT_EQ(holes(Writing{}.garbage({1, 6}, 3)), 0U);
    EXPECT_EQ(holes(Writing{}.garbage({1, 6}, 10)), 0U);
}

TEST_F(YjsChanges, AHoleIsNotKnown) {
    Known known;
    const Decoded ahead{Writing{}.garbage({1, 0}, 1).skip({1, 1}, 2).garbage({1, 3}, 1).bytes()};
    known.add(ahead.one());
    EXPECT_EQ(known.state()[1], 1U);
    EXPECT_EQ(known.holes(), 1U);
    const Decoded filling{Writing{}.garbage({1, 1}, 2).bytes()};
    EXPECT_EQ(changes(filling.one(), known).written, (Ranges{{1, 1, 2}}));
    known.add(filling.one());
    EXPECT_EQ(known.state()[1], 4U);
    EXPECT_EQ(known.holes(), 0U);
}

}  // namespace
}  // namespace homeroom::yjs
