// Who is in which room, against a map of sets.
#include "hub/room_index.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "engineio/server.h"
#include "hub/client.h"
#include "hub/hub.h"
#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

// A hub with sockets, but without a network: the sessions behind them never open.
class Campus {
public:
    Campus()
        : loop_(std::move(net::EventLoop::create()).value()),
          hub_(*loop_, 0, {}, {.fixed = {{"/", &school_}, {"/admin", &school_}}}),
          server_(*loop_, {}, hub_, {}) {}

    Socket& add(const std::string& nsp = "/") {
        sessions_.push_back(
            std::make_unique<engineio::Session>(server_, "session", engineio::PollingStyle{}));
        clients_.push_back(std::make_unique<Client>(hub_, *sessions_.back(), Handshake{}));
        Socket& socket = hub_.add(*clients_.back(), *hub_.find(nsp));
        sockets.push_back(&socket);
        return socket;
    }
    RoomIndex& rooms(const std::string& nsp = "/") { return hub_.find(nsp)->rooms(); }
    // Makes the loop free what has gone.
    void turn() {
        loop_->stop();
        loop_->run();
    }

    std::vector<Socket*> sockets{};

private:
    std::unique_ptr<net::EventLoop> loop_;
    test::School school_{};
    Hub hub_;
    engineio::Server server_;
    std::vector<std::unique_ptr<engineio::Session>> sessions_{};
    std::vector<std::unique_ptr<Client>> clients_{};
};

std::vector<std::string> sorted_rooms(const Socket& socket) {
    auto names = socket.rooms();
    std::ranges::sort(names);
    return names;
}

TEST(RoomIndex, HasNoEmptyRooms) {
    Campus campus;
    Socket& socket = campus.add();
    EXPECT_EQ(campus.rooms().find("a"), nullptr);
    socket.leave("a");
    socket.join("a");
    socket.join("a");
    EXPECT_EQ(campus.rooms().size(), 1U);
    EXPECT_EQ(campus.rooms().find("a")->members(), std::vector<Socket*>{&socket});
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
    EXPECT_EQ(campus.rooms("/").find("a")->members(), std::vector<Socket*>{&main});
    EXPECT_EQ(campus.rooms("/admin").find("a")->members(), std::vector<Socket*>{&admin});
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
    first.gone(DisconnectReason::transport_close);
    EXPECT_EQ(campus.rooms().size(), 1U);
    first.join("room 8");  // after its end: nothing
    EXPECT_EQ(campus.rooms().size(), 1U);
    EXPECT_TRUE(first.rooms().empty());
    campus.turn();
}

TEST(RoomIndex, KeepsAPinnedRoom) {
    Campus campus;
    Socket& socket = campus.add();
    socket.join("a");
    socket.join("b");
    {
        const RoomIndex::Pin outer{campus.rooms()};
        {
            const RoomIndex::Pin inner{campus.rooms()};
            const Room* room = campus.rooms().find("a");
            socket.leave("a");
            socket.leave("b");
            EXPECT_EQ(campus.rooms().find("a"), room);
            EXPECT_TRUE(room->members().empty());
        }
        EXPECT_EQ(campus.rooms().size(), 2U);
        socket.join("b");  // in use again by the time it would be freed
        socket.leave("b");
        socket.join("b");
    }
    EXPECT_EQ(campus.rooms().find("a"), nullptr);
    EXPECT_EQ(campus.rooms().find("b")->members().size(), 1U);
}

RC_GTEST_PROP(RoomIndex, IsAMapOfSets, ()) {
    Campus campus;
    std::map<std::string, std::set<Socket*>> model;
    for (int i = 0; i < 8; ++i) campus.add();
    std::set<Socket*> gone;
    const auto steps = *rc::gen::inRange(1, 150);
    for (int step = 0; step < steps; ++step) {
        Socket* socket = *rc::gen::elementOf(campus.sockets);
        const std::string room = std::to_string(*rc::gen::inRange(0, 6));
        const int what = *rc::gen::inRange(0, 21);
        if (what == 20) {
            socket->gone(DisconnectReason::transport_close);
            gone.insert(socket);
            for (auto& [name, members] : model) members.erase(socket);
        } else if (what < 12) {
            socket->join(room);
            if (!gone.contains(socket)) model[room].insert(socket);
        } else {
            socket->leave(room);
            model[room].erase(socket);
        }
        std::erase_if(model, [](const auto& one) { return one.second.empty(); });
        RC_ASSERT(campus.rooms().size() == model.size());
        for (const auto& [name, members] : model) {
            const Room* found = campus.rooms().find(name);
            RC_ASSERT(found != nullptr && found->members().size() == members.size());
            RC_ASSERT(std::set<Socket*>(found->members().begin(), found->members().end()) ==
                      members);
        }
        for (Socket* one : campus.sockets) {
            std::vector<std::string> expected;
            for (const auto& [name, members] : model) {
                if (members.contains(one)) expected.push_back(name);
            }
            RC_ASSERT(sorted_rooms(*one) == expected);
        }
    }
    campus.turn();
}

}  // namespace
}  // namespace homeroom::hub
