#include "yjs/state_vector.h"

#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"
#include "yjs/diff.h"
#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;
using test::Decoded;
using test::Writing;

TEST(YjsStateVector, EndsBeforeTheFirstHole) {
    const Decoded update{Writing{}
                             .text({9, 0}, "ab")
                             .skip({9, 2}, 1)
                             .garbage({9, 3}, 4)
                             .garbage({5, 2}, 1)
                             .garbage({1, 0}, 300)
                             .bytes()};
    EXPECT_EQ(StateVector::of(update.one()).encode(), bytes("02 09 02 01 ac02"));
}

TEST(YjsStateVector, IsReadInAnyOrderAndTheLastWordCounts) {
    const auto vector = StateVector::decode(bytes("03 01 05 07 02 01 06"), 10);
    ASSERT_TRUE(vector.ok());
    EXPECT_EQ((*vector)[1], 6U);
    EXPECT_EQ((*vector)[7], 2U);
    EXPECT_EQ((*vector)[3], 0U);
    EXPECT_EQ(vector->encode(), bytes("02 07 02 01 06"));
}

TEST(YjsStateVector, RefusesWhatIsNone) {
    for (const char* wrong : {"", "01", "01 05", "00 00", "ffffff7f", "01 ffffffffffffff1f 01"})
        EXPECT_FALSE(StateVector::decode(bytes(wrong), 10).ok()) << wrong;
    const auto many = StateVector::decode(bytes("02 01 01 02 01"), 1);
    ASSERT_FALSE(many.ok());
    EXPECT_EQ(many.error().code, Code::too_large);
}

std::string missing(const std::string& update, const char* known) {
    const Decoded decoded{update};
    return diff(decoded.one(), *StateVector::decode(bytes(known), 10));
}

TEST(YjsDiff, LeavesOutWhatIsKnownAndCutsWhatIsPartlyKnown) {
    const std::string update =
        Writing{}.text({2, 0}, "abc").text({1, 0}, "de").text_behind({1, 2}, {1, 0}, "f");
    EXPECT_EQ(missing(update, "00"), update);
    EXPECT_EQ(missing(update, "02 02 03 01 01"),
              Writing{}.text_behind({1, 1}, {1, 0}, "e").text_behind({1, 2}, {1, 0}, "f").bytes());
    EXPECT_EQ(missing(update, "02 02 03 01 09"), empty_update());
}

TEST(YjsDiff, BeginsWithNoHoleAndKeepsLaterOnes) {
    const std::string update =
        Writing{}.garbage({1, 0}, 1).skip({1, 1}, 1).garbage({1, 2}, 1).skip({1, 3}, 1).garbage(
            {1, 4}, 1);
    EXPECT_EQ(missing(update, "01 01 01"),
              Writing{}.garbage({1, 2}, 1).skip({1, 3}, 1).garbage({1, 4}, 1).bytes());
}

TEST(YjsDiff, KeepsAllDeletions) {
    EXPECT_EQ(missing(Writing{}.garbage({1, 0}, 1).remove(1, 0).remove(5, 1), "01 01 01"),
              Writing{}.remove(5, 1).remove(1, 0).bytes());
}

}  // namespace
}  // namespace homeroom::yjs
