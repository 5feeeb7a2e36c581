// Who is selected: everyone, rooms, except, within; and a walk that changes what it walks over.
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"
#include "hub/test_campus.h"

namespace homeroom::hub {
namespace {

using List = std::vector<std::string>;
using test::Campus;

// Sockets with a name each, in rooms. All but "waiting" are accepted.
class SelectionTest : public testing::Test {
protected:
    Socket& add(const std::string& name, const List& rooms, const std::string& nsp = "/") {
        Socket& socket = campus.add(nsp);
        socket.take_id(name);
        for (const std::string& room : rooms) socket.join(room);
        if (name != "waiting") socket.accept();
        return socket;
    }
    List visited(const Selection& selection) {
        List names;
        campus.hub.for_each_selected(selection,
                                     [&](Socket& socket) { names.push_back(socket.id()); });
        std::ranges::sort(names);
        return names;
    }
    // Who gets a broadcast: each is given its place in the order.
    List receivers(const Selection& selection) {
        campus.hub.deliver({.to = selection, .message = {Frame::text("2[\"e\"]")}, .seq = ++seq});
        campus.hub.settle();
        List names;
        for (Socket* socket : campus.sockets) {
            if (!socket->is_gone() && socket->floor() == seq) names.push_back(socket->id());
        }
        std::ranges::sort(names);
        return names;
    }
    void expect(const Selection& selection, const List& names) {
        EXPECT_EQ(visited(selection), names);
        EXPECT_EQ(receivers(selection), names);
    }

    Campus campus{};
    std::uint64_t seq = 0;
};

TEST_F(SelectionTest, IsEveryoneOrRoomsOrNobody) {
    add("ada", {"maths", "art"});
    add("bob", {"maths"});
    add("eve", {});
    add("waiting", {"maths"});
    add("admin", {"maths"}, "/admin");
    expect({.everyone = true}, {"ada", "bob", "eve"});
    expect({.everyone = true, .rooms = {"art"}}, {"ada", "bob", "eve"});
    expect({.rooms = {"maths"}}, {"ada", "bob"});
    expect({.rooms = {"art", "maths", "art", "none"}}, {"ada", "bob"});
    expect({.rooms = {"eve", "art"}}, {"ada", "eve"});  // each is in the room of its id
    expect({}, {});
    expect({.rooms = {"none"}}, {});
    expect({.nsp = "/admin", .everyone = true}, {"admin"});
    expect({.nsp = "/admin", .rooms = {"maths", "ada"}}, {"admin"});
    expect({.nsp = "/none", .everyone = true}, {});
}

TEST_F(SelectionTest, LeavesOutWhoeverIsInAnExceptedRoom) {
    add("ada", {"maths", "art"});
    add("bob", {"maths"});
    add("eve", {});
    expect({.everyone = true, .except = {"art"}}, {"bob", "eve"});
    expect({.everyone = true, .except = {"bob"}}, {"ada", "eve"});  // all but the sender
    expect({.rooms = {"maths"}, .except = {"bob", "none"}}, {"ada"});
    expect({.rooms = {"maths", "eve"}, .except = {"art", "bob"}}, {"eve"});
    expect({.rooms = {"maths"}, .except = {"maths"}}, {});
    expect({.everyone = true, .except = {"ada", "bob", "eve"}}, {});
}

TEST_F(SelectionTest, KeepsWithinARoom) {
    add("ada", {"maths", "staff"});
    add("bob", {"maths"});
    add("eve", {"staff"});
    expect({.everyone = true, .within = "staff"}, {"ada", "eve"});
    expect({.rooms = {"maths"}, .within = "staff"}, {"ada"});
    expect({.rooms = {"maths", "staff"}, .within = "staff"}, {"ada", "eve"});
    expect({.everyone = true, .except = {"maths"}, .within = "staff"}, {"eve"});
    expect({.rooms = {"maths"}, .within = "none"}, {});
    expect({.rooms = {"maths", "bob"}, .within = "bob"}, {"bob"});
}

TEST_F(SelectionTest, VisitsEachOnceThoughItIsInManyRooms) {
    List rooms;
    for (int i = 0; i < 50; ++i) rooms.push_back("room " + std::to_string(i));
    for (int i = 0; i < 9; ++i) add(std::to_string(i), rooms);
    expect({.rooms = rooms}, {"0", "1", "2", "3", "4", "5", "6", "7", "8"});
}

TEST_F(SelectionTest, VisitsWhoeverWasSelectedThoughAVisitMovesThem) {
    for (const char* name : {"a", "b", "c", "d", "e"}) add(name, {"here"});
    int visits = 0;
    campus.hub.for_each_selected({.rooms = {"here"}}, [&](Socket& socket) {
        ++visits;
        socket.leave("here");
        socket.join("there");
        // Everybody who comes now would be selected as well, but comes too late.
        campus.hub.for_each_in("/", "here", [](Socket& other) { other.join("elsewhere"); });
    });
    EXPECT_EQ(visits, 5);
    expect({.rooms = {"here"}}, {});
    expect({.rooms = {"there"}}, {"a", "b", "c", "d", "e"});
    EXPECT_EQ(campus.rooms().find("here"), nullptr);
}

TEST_F(SelectionTest, VisitsNobodyWhoWentMeanwhile) {
    for (const char* name : {"a", "b", "c", "d", "e"}) add(name, {"here"});
    List names;
    campus.hub.for_each_selected({.everyone = true}, [&](Socket& socket) {
        names.push_back(socket.id());
        for (Socket* other : campus.sockets) {
            if (other != &socket) other->disconnect();
        }
    });
    EXPECT_EQ(names.size(), 1U);
    EXPECT_EQ(visited({.everyone = true}), names);
    campus.hub.for_each_selected({.everyone = true}, [](Socket& socket) { socket.disconnect(); });
    expect({.everyone = true}, {});
    EXPECT_EQ(campus.hub.socket_count(), 0U);
    EXPECT_EQ(campus.hub.room_count(), 0U);
}

TEST_F(SelectionTest, MayBeWalkedWithinAWalk) {
    for (const char* name : {"a", "b", "c"}) add(name, {"here"});
    List names;
    campus.hub.for_each_selected({.rooms = {"here"}, .except = {"b"}}, [&](Socket& outer) {
        campus.hub.for_each_selected(
            {.everyone = true}, [&](Socket& inner) { names.push_back(outer.id() + inner.id()); });
    });
    std::ranges::sort(names);
    EXPECT_EQ(names, (List{"aa", "ab", "ac", "ca", "cb", "cc"}));
}

// A delivery may end a socket, and whoever is told of that may look for others: that must not show
// the message to those who were left out.
TEST(SelectionDuringADelivery, DoesNotUndoAnExcept) {
    Campus campus{10'000};
    std::vector<Socket*> sockets;
    for (const char* name : {"a", "slow", "b", "left out"}) {
        Socket& socket = campus.add();
        socket.take_id(name);
        socket.join("class");
        socket.join("course");
        socket.accept();
        sockets.push_back(&socket);
    }
    int ends = 0;
    campus.on_end = [&](Socket&) {
        ++ends;
        campus.hub.for_each_selected({.everyone = true}, [](Socket&) {});
    };
    sockets[1]->send({Frame::text(std::string(9'900, 'x'))});
    const Broadcast broadcast{
        .to = {.rooms = {"class", "course"}, .except = {"left out"}},
        .message = {Frame::text(std::string(1'000, 'x'))},
        .seq = 1,
    };
    campus.hub.deliver(broadcast);
    EXPECT_EQ(ends, 0);  // it waits for the turn's end, or for whoever could tell
    campus.hub.settle();
    EXPECT_EQ(ends, 1);
    EXPECT_TRUE(sockets[1]->is_gone());
    EXPECT_EQ(sockets[0]->floor(), 1U);
    EXPECT_EQ(sockets[2]->floor(), 1U);
    EXPECT_EQ(sockets[3]->floor(), 0U);
}

}  // namespace
}  // namespace homeroom::hub
