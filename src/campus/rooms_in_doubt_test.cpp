#include "campus/rooms_in_doubt.h"

#include <gtest/gtest.h>

namespace homeroom::campus {
namespace {

TEST(RoomsInDoubt, AreSoUntilEveryChangeOfTheUserIsCommitted) {
    RoomsInDoubt doubt;
    EXPECT_FALSE(doubt.has("ada"));
    for (const char* const user : {"ada", "bob", "ada"}) doubt.add(user);
    doubt.remove({"ada", "bob"});
    EXPECT_TRUE(doubt.has("ada"));
    EXPECT_FALSE(doubt.has("bob"));
    doubt.remove({"ada"});
    EXPECT_FALSE(doubt.has("ada"));
    EXPECT_EQ(doubt.undone(), 0U);
}

TEST(RoomsInDoubt, TellThatWhatWasFoundOutMeanwhileDoesNotHold) {
    RoomsInDoubt doubt;
    doubt.add("ada");
    const auto before = doubt.undone();
    doubt.undo();
    EXPECT_FALSE(doubt.has("ada"));
    EXPECT_NE(doubt.undone(), before);
    doubt.remove({"ada"});  // it was not among them any more
    EXPECT_FALSE(doubt.has("ada"));
}

}  // namespace
}  // namespace homeroom::campus
