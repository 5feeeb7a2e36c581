// Delivery: who gets a broadcast, in which order, and how often.
#include "hub/hub.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "hub/test_campus.h"
#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;
using test::wait_until;
using test::WebSocketClient;

class HubTest : public test::ServerTest {
protected:
    static Broadcast to(std::vector<std::string> rooms, const std::string& text,
                        std::uint64_t seq = 0) {
        return {.to = {.rooms = std::move(rooms)},
                .message = {Frame::text("2[\"" + text + "\"]")},
                .seq = seq};
    }
    void deliver(const Broadcast& broadcast) {
        on_loop([&](Hub& hub) { hub.deliver(broadcast); });
    }
    // What the client got before the mark that is sent to it now.
    List received(WebSocketClient& client, const std::string& id) {
        with_socket(id, [](Socket& socket) { socket.emit("mark", {}); });
        List seen;
        while (true) {
            std::string message = client.receive();
            if (message == R"(42["mark"])" || message == "end" || message == "close") return seen;
            seen.push_back(message.substr(4, message.size() - 6));
        }
    }
    // A connected client in these rooms.
    struct Member {
        std::string id{};
        WebSocketClient client;
    };
    Member member(const List& rooms) {
        std::string id;
        WebSocketClient client = join(&id);
        with_socket(id, [&](Socket& socket) {
            for (const auto& room : rooms) socket.join(room);
        });
        return {std::move(id), std::move(client)};
    }
};

TEST_F(HubTest, GivesWhoeverIsExpelledNothingOfWhatWaits) {
    Member out = member({"a", "b"});
    Member other = member({"a"});
    on_loop([&](Hub& hub) {
        // One turn: what was published before does not reach him through that room any more.
        hub.deliver(to({"a"}, "of a"));
        hub.deliver(to({"b"}, "of b"));
        for (Socket* socket : hub.sockets_in("/", "b")) socket->expel("a");
        hub.deliver(to({"a"}, "later"));
    });
    EXPECT_EQ(received(out.client, out.id), (List{"of b"}));
    EXPECT_EQ(received(other.client, other.id), (List{"of a", "later"}));
}

TEST_F(HubTest, ReachesTheMembersOfAnyRoomOnce) {
    Member both = member({"a", "b"});
    Member one = member({"b"});
    Member none = member({});
    deliver(to({"a", "b", "a", "none"}, "x"));
    deliver(to({"a"}, "y"));
    deliver(to({}, "z"));
    deliver(to({none.id}, "own"));  // each socket is in the room of its id
    EXPECT_EQ(received(both.client, both.id), (List{"x", "y"}));
    EXPECT_EQ(received(one.client, one.id), List{"x"});
    EXPECT_EQ(received(none.client, none.id), List{"own"});
}

TEST_F(HubTest, KeepsWithinARoom) {
    Member staff = member({"class", "staff"});
    Member pupil = member({"class"});
    Broadcast broadcast = to({"class"}, "x");
    broadcast.to.within = "staff";
    deliver(broadcast);
    broadcast.to.within = "nobody";
    deliver(broadcast);
    broadcast = to({"class", "staff"}, "y");
    broadcast.to.within = "class";
    deliver(broadcast);
    EXPECT_EQ(received(staff.client, staff.id), (List{"x", "y"}));
    EXPECT_EQ(received(pupil.client, pupil.id), List{"y"});
}

TEST_F(HubTest, KeepsNamespacesApart) {
    Member main = member({"a"});
    Broadcast broadcast = to({"a"}, "x");
    broadcast.to.nsp = "/admin";
    deliver(broadcast);
    EXPECT_EQ(received(main.client, main.id), List{});
}

// --- What one turn has for a room goes out together ----------------------------------------------

// Whatever a turn does with rooms and sockets, each member gets what it would have got had every
// event gone out at once.
TEST_F(HubTest, TellsNobodyThatEventsOfATurnWaitForEachOther) {
    constexpr std::size_t count = 4;
    const List rooms{"a", "b", "c"};
    std::vector<Member> members;
    for (std::size_t i = 0; i < count; ++i) members.push_back(member({"a"}));
    std::vector<std::set<std::string>> in(count, {"a"});
    std::vector<std::uint64_t> floors(count, 0);
    std::uint64_t seq = 0;
    std::minstd_rand random{20'261'127};
    const auto below = [&](std::size_t bound) { return random() % bound; };
    for (int turn = 0; turn < 60; ++turn) {
        std::vector<List> expected(count);
        on_loop([&](Hub& hub) {
            std::vector<Socket*> sockets(count, nullptr);
            hub.for_each("/", [&](Socket& socket) {
                for (std::size_t i = 0; i < count; ++i) {
                    if (members[i].id == socket.id()) sockets[i] = &socket;
                }
            });
            for (int step = 0; step < 40; ++step) {
                const std::size_t one = below(count);
                const std::string& room = rooms[below(rooms.size())];
                const std::string text = std::to_string(turn) + "." + std::to_string(step);
                switch (below(8)) {
                    case 0:
                        sockets[one]->join(room);
                        in[one].insert(room);
                        break;
                    case 1:
                        sockets[one]->leave(room);
                        in[one].erase(room);
                        break;
                    case 2:
                        sockets[one]->send({Frame::text("2[\"" + text + "\"]")});
                        expected[one].push_back(text);
                        break;
                    case 3: sockets[one]->set_floor(floors[one] = seq); break;
                    default: {
                        const std::uint64_t place = below(3) == 0 ? 0 : ++seq;
                        hub.deliver(to({room}, text, place));
                        for (std::size_t i = 0; i < count; ++i) {
                            if (!in[i].contains(room)) continue;
                            expected[i].push_back(text);
                            floors[i] = std::max(floors[i], place);
                        }
                    }
                }
            }
        });
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_EQ(received(members[i].client, members[i].id), expected[i]) << turn;
    }
}

TEST_F(HubTest, SaysWhatATurnSaidBeforeItEndsAConnection) {
    Member one = member({"a"});
    with_socket(one.id, [](Socket& socket) {
        socket.hub().deliver(to({"a"}, "last words"));
        socket.hub().deliver(to({"a"}, "and the very last"));
        socket.drop_transport();
    });
    EXPECT_EQ(one.client.receive(), R"(42["last words"])");
    EXPECT_EQ(one.client.receive(), R"(42["and the very last"])");
    EXPECT_EQ(one.client.receive(), "close");
}

// What waited may be one too many for the connection of whoever is being let in, or refused.
TEST(WaitingBroadcasts, MayEndTheConnectionOfWhoAsksToJoin) {
    for (const bool accepted : {true, false}) {
        test::Campus campus{2'000};
        Socket& slow = campus.add();
        slow.accept();
        slow.join("room");
        slow.send({Frame::text(std::string(1'800, 'x'))});
        Socket& second = campus.add_to_newest("/admin");
        campus.hub.deliver(
            {.to = {.rooms = {"room"}}, .message = {Frame::text(std::string(1'000, 'x'))}});
        if (accepted) {
            second.accept();
        } else {
            second.refuse("no");
        }
        EXPECT_TRUE(slow.is_gone());
        EXPECT_TRUE(second.is_gone());
        EXPECT_EQ(campus.hub.socket_count(), 0U);
    }
}

TEST(AnEnd, MayTakeAnotherSocketOfItsConnectionAlong) {
    for (const bool connected : {true, false}) {
        test::Campus campus;
        Socket& first = campus.add();
        first.accept();
        Socket& second = campus.add_to_newest("/admin");
        if (connected) second.accept();
        campus.on_end = [&](Socket& socket) {
            if (&socket != &first) return;
            if (connected) {
                second.disconnect();
            } else {
                second.refuse("no");
            }
        };
        first.drop_transport();
        EXPECT_TRUE(first.is_gone());
        EXPECT_TRUE(second.is_gone());
        EXPECT_EQ(campus.hub.socket_count(), 0U);
    }
}

// --- Each place in the order once ----------------------------------------------------------------

TEST_F(HubTest, GivesEachPlaceInTheOrderOnce) {
    Member one = member({"a", "b"});
    for (const std::uint64_t seq : {5U, 5U, 4U, 6U, 6U, 9U, 7U, 8U, 10U})
        deliver(to({"a"}, std::to_string(seq), seq));
    deliver(to({"b"}, "again", 10));
    deliver(to({"b"}, "ephemeral"));
    deliver(to({"b"}, "ephemeral"));
    EXPECT_EQ(received(one.client, one.id), (List{"5", "6", "9", "10", "ephemeral", "ephemeral"}));
    with_socket(one.id, [](Socket& socket) { EXPECT_EQ(socket.floor(), 10U); });
}

TEST_F(HubTest, GivesNothingBelowTheFloor) {
    Member one = member({"a"});
    with_socket(one.id, [](Socket& socket) { socket.set_floor(7); });
    for (const std::uint64_t seq : {6U, 7U, 8U}) deliver(to({"a"}, std::to_string(seq), seq));
    EXPECT_EQ(received(one.client, one.id), List{"8"});
}

TEST_F(HubTest, HoldsUntilReleased) {
    Member one = member({"a"});
    with_socket(one.id, [](Socket& socket) {
        socket.hold();
        socket.hold();
    });
    for (const std::uint64_t seq : {3U, 4U, 5U}) deliver(to({"a"}, std::to_string(seq), seq));
    deliver(to({"a"}, "ephemeral"));
    Broadcast volatile_one = to({"a"}, "volatile");
    volatile_one.delivery = Delivery::may_drop;
    deliver(volatile_one);
    deliver(to({"a"}, "5", 5));
    EXPECT_TRUE(one.client.peer().is_silent());
    // The backlog that was read elsewhere ends with 4.
    with_socket(one.id, [](Socket& socket) {
        socket.emit("backlog", {});
        socket.set_floor(4);
        socket.release();
        EXPECT_EQ(socket.floor(), 5U);
        socket.release();
    });
    deliver(to({"a"}, "5", 5));
    deliver(to({"a"}, "6", 6));
    EXPECT_EQ(received(one.client, one.id), (List{"backlog", "5", "ephemeral", "6"}));
}

TEST_F(HubTest, GivesNothingOfARoomThatWasLeftWhileItWasHeld) {
    Member one = member({"a", "b"});
    with_socket(one.id, [](Socket& socket) { socket.hold(); });
    deliver(to({"a"}, "left", 1));
    deliver(to({"b"}, "stays", 2));
    Broadcast within = to({"b"}, "within", 3);
    within.to.within = "a";
    deliver(within);
    with_socket(one.id, [](Socket& socket) {
        socket.leave("a");
        socket.release();
    });
    EXPECT_EQ(received(one.client, one.id), List{"stays"});
}

TEST_F(HubTest, HoldsForASocketThatIsNotAcceptedYet) {
    SocketRef ref{};
    school.connect = [&](Socket& socket, std::string_view) {
        socket.hold();
        socket.join("a");
        ref = socket.ref();
    };
    WebSocketClient client = open();
    client.send("40");
    wait_until([&] { return sockets() == 1; });
    deliver(to({"a"}, "1", 1));
    EXPECT_TRUE(client.peer().is_silent());
    on_loop([&](Hub& hub) {
        hub.find(ref)->accept();
        hub.find(ref)->release();
    });
    EXPECT_TRUE(client.receive().starts_with("40{"));
    EXPECT_EQ(client.receive(), R"(42["1"])");
}

TEST_F(HubTest, DeliversNothingToASocketThatNeitherHoldsNorIsAccepted) {
    SocketRef ref{};
    school.connect = [&](Socket& socket, std::string_view) {
        socket.join("a");
        ref = socket.ref();
    };
    WebSocketClient client = open();
    client.send("40");
    wait_until([&] { return sockets() == 1; });
    deliver(to({"a"}, "1", 1));
    on_loop([&](Hub& hub) {
        EXPECT_EQ(hub.find(ref)->floor(), 0U);
        hub.find(ref)->accept();
    });
    EXPECT_TRUE(client.receive().starts_with("40{"));
    EXPECT_TRUE(client.peer().is_silent());
}

TEST_F(HubTest, EndsTheConnectionOfOneThatHoldsTooLong) {
    Member one = member({"a"});
    on_loop([&](Hub& hub) {
        hub.for_each("/", [](Socket& socket) { socket.hold(); });
        for (std::size_t i = 1; i <= limits::replay_held_events_max + 1; ++i)
            hub.deliver(to({"a"}, "x", i));
    });
    EXPECT_EQ(one.client.receive(), "close");
    EXPECT_EQ(school.notes().back(), "disconnect forced close");
}

// --- Ends in the middle --------------------------------------------------------------------------

TEST_F(HubTest, ServesTheOthersWhenADeliveryEndsOne) {
    std::vector<Member> members;
    for (int i = 0; i < 5; ++i) members.push_back(member({"a", "b"}));
    // The one in the middle reads nothing: the next byte is one too many.
    with_socket(members[2].id, [](Socket& socket) {
        socket.send({Frame::text(net::test::more_than_the_kernel_takes())});
        socket.hub().deliver(to({"a"}, "first"));
        socket.hub().settle();
        EXPECT_TRUE(socket.is_gone());
        socket.hub().deliver(to({"a", "b"}, "second"));
    });
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
        EXPECT_EQ(received(members[i].client, members[i].id), (List{"first", "second"})) << i;
    }
}

TEST_F(HubTest, ServesEachOnceThoughAnEndTakesOthersAlong) {
    std::vector<Member> members;
    for (int i = 0; i < 7; ++i) members.push_back(member({"a"}));
    // When the one that comes fourth ends, whoever is told disconnects the first.
    school.disconnect = [fourth = members[3].id, first = members[0].id](Socket& socket,
                                                                        DisconnectReason) {
        if (socket.id() != fourth) return;
        socket.hub().for_each("/", [&](Socket& other) {
            if (other.id() == first) other.disconnect();
        });
    };
    with_socket(members[3].id, [](Socket& socket) {
        socket.send({Frame::text(net::test::more_than_the_kernel_takes())});
        socket.hub().deliver(to({"a"}, "once"));
        socket.hub().settle();
        EXPECT_TRUE(socket.is_gone());
    });
    for (const std::size_t i : {1U, 2U, 4U, 5U, 6U}) {
        EXPECT_EQ(received(members[i].client, members[i].id), List{"once"}) << i;
    }
}

TEST_F(HubTest, DeliversABroadcastOfABroadcastAfterIt) {
    std::vector<Member> members;
    for (int i = 0; i < 5; ++i) members.push_back(member({"a", "b"}));
    school.disconnect = [](Socket& socket, DisconnectReason) {
        socket.hub().deliver(to({"b", "a"}, "second"));
    };
    with_socket(members[2].id, [](Socket& socket) {
        socket.send({Frame::text(net::test::more_than_the_kernel_takes())});
        socket.hub().deliver(to({"a", "b"}, "first"));
    });
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
        EXPECT_EQ(received(members[i].client, members[i].id), (List{"first", "second"})) << i;
    }
}

TEST_F(HubTest, VisitsMembersThatLeaveMeanwhile) {
    std::vector<Member> members;
    for (int i = 0; i < 6; ++i) members.push_back(member({"a"}));
    on_loop([&](Hub& hub) {
        int visited = 0;
        hub.for_each_in("/", "a", [&](Socket& socket) {
            ++visited;
            socket.leave("a");
            socket.join("b");
        });
        EXPECT_EQ(visited, 6);
        hub.for_each_in("/", "a", [&](Socket&) { FAIL(); });
        hub.for_each_in("/", "b", [&](Socket& socket) { socket.disconnect(); });
        EXPECT_EQ(hub.socket_count(), 0U);
        EXPECT_EQ(hub.room_count(), 0U);
    });
    for (Member& one : members) EXPECT_EQ(one.client.receive(), "41");
}

// --- References ----------------------------------------------------------------------------------

TEST_F(HubTest, FindsASocketByItsReferenceWhileItLives) {
    Member one = member({});
    SocketRef ref{};
    with_socket(one.id, [&](Socket& socket) { ref = socket.ref(); });
    on_loop([&](Hub& hub) {
        EXPECT_EQ(hub.find(ref)->id(), one.id);
        EXPECT_EQ(hub.find({ref.loop, ref.slot + 100, ref.generation}), nullptr);
        hub.find(ref)->disconnect();
        EXPECT_EQ(hub.find(ref), nullptr);
    });
    Member next = member({});  // takes the slot
    on_loop([&](Hub& hub) { EXPECT_EQ(hub.find(ref), nullptr); });
}

}  // namespace
}  // namespace homeroom::hub
