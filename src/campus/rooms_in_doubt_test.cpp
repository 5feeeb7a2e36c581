#include "campus/rooms_in_doubt.h"

#include <gtest/gtest.h>

namespace homeroom::campus {
namespace {

RoomsInDoubt::Rooms classes(std::vector<std::string> rooms) {
    return std::make_shared<const RoomSet>(RoomSet{.classes = std::move(rooms)});
}

TEST(RoomsInDoubt, AreSoUntilEveryChangeOfTheUserIsCommitted) {
    RoomsInDoubt doubt;
    EXPECT_FALSE(doubt.has("ada"));
    for (const char* const user : {"ada", "bob", "ada"}) doubt.add(user, classes({}));
    doubt.remove({"ada", "bob"});
    EXPECT_TRUE(doubt.has("ada"));
    EXPECT_FALSE(doubt.has("bob"));
    doubt.remove({"ada"});
    EXPECT_FALSE(doubt.has("ada"));
    EXPECT_EQ(doubt.undone(), 0U);
}

TEST(RoomsInDoubt, HaveBeenWhatTheLastCommittedChangeMadeOfThem) {
    RoomsInDoubt doubt;
    EXPECT_EQ(doubt.committed("ada"), nullptr);
    doubt.add("ada", classes({"class-a"}));
    doubt.add("ada", classes({"class-a", "class-b"}));
    EXPECT_EQ(doubt.committed("ada")->classes, std::vector<std::string>{"class-a"});
    doubt.remove({"ada"});
    EXPECT_EQ(doubt.committed("ada")->classes, (std::vector<std::string>{"class-a", "class-b"}));
    doubt.remove({"ada"});
    EXPECT_EQ(doubt.committed("ada"), nullptr);
}

TEST(RoomsInDoubt, TellThatWhatWasFoundOutMeanwhileDoesNotHold) {
    RoomsInDoubt doubt;
    doubt.add("ada", classes({}));
    const auto before = doubt.undone();
    doubt.undo();
    EXPECT_FALSE(doubt.has("ada"));
    EXPECT_NE(doubt.undone(), before);
    doubt.remove({"ada"});  // it was not among them any more
    EXPECT_FALSE(doubt.has("ada"));
}

}  // namespace
}  // namespace homeroom::campus
