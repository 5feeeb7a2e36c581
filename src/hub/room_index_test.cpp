// Who is in which room, against a map of sets.
#include "hub/room_index.h"

#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "hub/test_campus.h"
#include "hub/test_room_operations.h"

namespace homeroom::hub {
namespace {

using test::Campus;

TEST(RoomIndex, HasNoEmptyRooms) {
    Campus campus;
    Socket& socket = campus.add();
    EXPECT_EQ(campus.rooms().find("a"), nullptr);
    socket.leave("a");
    socket.join("a");
    socket.join("a");
    EXPECT_EQ(campus.rooms().size(), 1U);
    EXPECT_THAT(campus.rooms().find("a")->members(), testing::ElementsAre(&socket));
    EXPECT_TRUE(socket.is_in("a"));
    socket.leave("a");
    socket.leave("a");
    EXPECT_EQ(campus.rooms().size(), 0U);
    EXPECT_FALSE(socket.is_in("a"));
}

TEST(RoomIndex, KeepsNamespacesApart) {
    Campus campus;
    Socket& main = campus.add("/");
    Socket& admin = campus.add("/admin");
    main.join("a");
    admin.join("a");
    EXPECT_THAT(campus.rooms("/").find("a")->members(), testing::ElementsAre(&main));
    EXPECT_THAT(campus.rooms("/admin").find("a")->members(), testing::ElementsAre(&admin));
    EXPECT_EQ(admin.rooms(), std::vector<std::string>{"a"});
}

TEST(RoomIndex, TakesAnyName) {
    Campus campus;
    Socket& socket = campus.add();
    for (const std::string& name :
         std::vector<std::string>{"", "/", "\n", "class-ä/staff", std::string(10'000, 'r')}) {
        socket.join(name);
        EXPECT_TRUE(socket.is_in(name));
        EXPECT_EQ(socket.rooms(), std::vector<std::string>{name});
        socket.leave(name);
    }
}

TEST(RoomIndex, LeavesAllWithTheSocket) {
    Campus campus;
    Socket& first = campus.add();
    Socket& second = campus.add();
    for (int i = 0; i < 100; ++i) first.join("room " + std::to_string(i));
    second.join("room 7");
    first.disconnect();
    EXPECT_EQ(campus.rooms().size(), 1U);
    first.join("room 8");  // after its end: nothing
    EXPECT_EQ(campus.rooms().size(), 1U);
    EXPECT_TRUE(first.rooms().empty());
    campus.turn();
}

RC_GTEST_PROP(RoomIndex, IsAMapOfSets, ()) {
    const auto bytes = *rc::gen::container<std::vector<std::uint8_t>>(
        *rc::gen::inRange<std::size_t>(1, 600), rc::gen::inRange<std::uint8_t>(0, 255));
    test::RoomOperations{bytes, [](bool holds) { RC_ASSERT(holds); }}.run();
}

}  // namespace
}  // namespace homeroom::hub
