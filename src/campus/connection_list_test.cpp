#include "campus/connection_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "hub/test_server.h"

namespace homeroom::campus {
namespace {

using hub::test::WebSocketClient;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Whoever connects says who he is and in which rooms; "waits" is never let in.
class ConnectionListTest : public hub::test::ServerTest {
protected:
    explicit ConnectionListTest(std::size_t loops = 2, ConnectionList::Options options = {})
        : ServerTest({.loops = loops}), list(*server, options) {
        school.connect = [this](hub::Socket& socket, std::string_view auth) {
            const Json said = Json::parse(auth);
            const auto user = said["user"].get<std::string>();
            socket.join(room_name(RoomKind::user, user));
            for (const Json& room : said["rooms"]) socket.join(room.get<std::string>());
            if (user == "waits") return;
            socket.accept();
            list.on_admission(socket, user, {});
        };
        school.disconnect = [this](hub::Socket& socket, hub::DisconnectReason) {
            if (!socket.is_in("user-waits")) list.on_departure(socket, "");
        };
    }
    ~ConnectionListTest() override { server->stop(); }  // before the list goes

    WebSocketClient come(const std::string& user, const std::vector<std::string>& rooms = {}) {
        WebSocketClient client = open();
        client.send("40" + Json{{"user", user}, {"rooms", rooms}}.dump());
        if (user != "waits") {
            EXPECT_TRUE(client.receive().starts_with("40{\"sid\":\""));
        }
        return client;
    }
    // Closes it, and waits until the server knows.
    void leave(WebSocketClient& client) {
        const std::size_t before = all_sockets();
        client.send("41");
        hub::test::wait_until([&] { return all_sockets() < before; });
    }
    std::size_t all_sockets() {
        std::size_t count = 0;
        for (std::size_t loop = 0; loop < server->loops(); ++loop)
            on_loop([&](hub::Hub& hub) { count += hub.socket_count(); }, loop);
        return count;
    }

    Result<ConnectionPage> read(ConnectionQuery query) {
        std::promise<Result<ConnectionPage>> page;
        list.read(std::move(query),
                  [&](Result<ConnectionPage> result) { page.set_value(std::move(result)); });
        return page.get_future().get();
    }
    Json entries(ConnectionQuery query) {
        auto page = read(std::move(query));
        EXPECT_TRUE(page.ok());
        Json list_of = Json::parse('[' + page->entries + ']');
        EXPECT_EQ(list_of.size(), page->count);
        return list_of;
    }
    std::vector<std::string> users(ConnectionQuery query) {
        std::vector<std::string> names;
        for (const Json& one : entries(std::move(query))) names.push_back(one["user"]);
        return names;
    }
    // Of page after page, `between` each and the next.
    std::vector<std::string> walk(std::size_t limit, const std::function<void()>& between) {
        std::vector<std::string> names;
        for (ConnectionQuery query{.limit = limit};;) {
            auto page = read(query);
            EXPECT_TRUE(page.ok());
            EXPECT_LE(page->count, limit);
            for (const Json& one : Json::parse('[' + page->entries + ']'))
                names.push_back(one["user"]);
            if (!page->next) return names;
            query.after = connection_from_text(*page->next);
            between();
        }
    }

    ConnectionList list;
};

class InSmallSteps : public ConnectionListTest {
protected:
    InSmallSteps() : ConnectionListTest(2, {.step = {.slots = 3, .bytes = 1}}) {}
};

class OnOneLoop : public ConnectionListTest {
protected:
    OnOneLoop() : ConnectionListTest(1, {.step = {.slots = 2}, .pages_at_once_max = 1}) {}
};

class InShortPages : public ConnectionListTest {
protected:
    InShortPages() : ConnectionListTest(2, {.page_bytes_max = 1}) {}
};

TEST_F(ConnectionListTest, SaysSinceWhenOverWhatAndInWhichRoomsOfTheSchool) {
    const auto before = wall_now();
    const auto ada = come("ada", {"class-7b", "class-7b~presence", "doc-01J", "global"});
    const Json list_of = entries({});
    ASSERT_EQ(list_of.size(), 1U);
    const Json& one = list_of[0];
    EXPECT_EQ(one["user"], "ada");
    EXPECT_EQ(one["transport"], "websocket");
    EXPECT_THAT(one["rooms"].get<std::vector<std::string>>(),
                UnorderedElementsAre("user-ada", "class-7b", "global"));
    const auto opened = parse_rfc3339(one["openedAt"].get<std::string>());
    ASSERT_TRUE(opened);
    EXPECT_GE(*opened, before);
    EXPECT_LE(*opened, wall_now());
    std::set<std::string> keys;
    for (const auto& [key, value] : one.items()) keys.insert(key);
    EXPECT_THAT(keys, ElementsAre("connection", "openedAt", "rooms", "transport", "user"));
}

TEST_F(ConnectionListTest, HasNobodyWhoWasNotLetInNorOfAnotherNamespaceNorWhoLeft) {
    auto gone = come("gone");
    const auto waits = come("waits");
    auto other = open();
    other.send("40/admin,");
    EXPECT_TRUE(other.receive().starts_with("40/admin,"));
    leave(gone);
    EXPECT_THAT(users({}), IsEmpty());
    const auto next = come("next");  // perhaps in the place of the one that left
    EXPECT_THAT(users({}), ElementsAre("next"));
}

TEST_F(ConnectionListTest, IsOfAUserOfARoomOrOfBoth) {
    const auto ada = come("ada", {"class-7b"});
    const auto again = come("ada", {"class-7b"});
    const auto ben = come("ben", {"class-7b", "class-7b/staff"});
    const auto cleo = come("cleo", {"class-8a"});
    EXPECT_THAT(users({.user = "ada"}), ElementsAre("ada", "ada"));
    EXPECT_THAT(users({.room = "class-7b"}), UnorderedElementsAre("ada", "ada", "ben"));
    EXPECT_THAT(users({.room = "class-7b/staff"}), ElementsAre("ben"));
    EXPECT_THAT(users({.user = "cleo", .room = "class-7b"}), IsEmpty());
    EXPECT_THAT(users({.user = "ben", .room = "class-7b"}), ElementsAre("ben"));
    EXPECT_THAT(users({.user = "nobody"}), IsEmpty());
    EXPECT_THAT(users({.room = "class-none"}), IsEmpty());
}

TEST_F(ConnectionListTest, SaysThatThereIsMoreOnlyWhereThereIs) {
    const auto ada = come("ada");
    const auto ben = come("ben");
    EXPECT_FALSE(read({.limit = 2})->next);
    const auto first = read({.limit = 1});
    ASSERT_TRUE(first->next);
    const auto second = read({.after = connection_from_text(*first->next), .limit = 1});
    EXPECT_EQ(second->count, 1U);
    EXPECT_FALSE(second->next);
    EXPECT_NE(first->entries, second->entries);
    EXPECT_FALSE(read({.user = "ben", .limit = 1})->next);
}

TEST_F(InSmallSteps, WhoeverIsThereAllTheTimeIsOnExactlyOnePageWhoeverComesAndGoes) {
    std::vector<WebSocketClient> staying;
    std::vector<WebSocketClient> leaving;
    for (int i = 0; i < 20; ++i) {
        staying.push_back(come("stays-" + std::to_string(i)));
        leaving.push_back(come("leaves-" + std::to_string(i)));
    }
    std::vector<WebSocketClient> coming;
    const auto names = walk(4, [&] {
        leave(leaving.back());
        leaving.pop_back();
        coming.push_back(come("comes-" + std::to_string(coming.size())));
    });
    std::map<std::string, int> times;
    for (const std::string& name : names) ++times[name];
    for (int i = 0; i < 20; ++i) EXPECT_EQ(times["stays-" + std::to_string(i)], 1) << i;
    for (const auto& [name, count] : times) EXPECT_EQ(count, 1) << name;
    EXPECT_GE(coming.size(), 5U);
}

TEST_F(InShortPages, APageEndsByItsBytesAndHasOneEntryAtLeast) {
    const auto ada = come("ada");
    const auto ben = come("ben");
    EXPECT_EQ(read({})->count, 1U);
    EXPECT_THAT(walk(100, [] {}), UnorderedElementsAre("ada", "ben"));
}

TEST_F(OnOneLoop, LetsTheLoopServeOthersBetweenItsSteps) {
    std::vector<WebSocketClient> people;
    for (int i = 0; i < 20; ++i) people.push_back(come("user-" + std::to_string(i)));
    std::promise<int> turns;
    int turn = 0;
    bool is_done = false;
    std::function<void(hub::Hub&)> other = [&](hub::Hub&) {
        if (is_done) return turns.set_value(turn);
        ++turn;
        server->post(0, other);
    };
    on_loop([&](hub::Hub&) {
        list.read({}, [&](const Result<ConnectionPage>& page) {
            EXPECT_EQ(page->count, 20U);
            is_done = true;
        });
        server->post(0, other);
    });
    EXPECT_GE(turns.get_future().get(), 9);
}

TEST_F(OnOneLoop, RefusesMoreListsThanItReadsAtOnce) {
    const auto ada = come("ada");
    std::promise<void> first;
    std::optional<Code> second;
    on_loop([&](hub::Hub&) {
        list.read({}, [&](const Result<ConnectionPage>& page) {
            EXPECT_TRUE(page.ok());
            first.set_value();
        });
        list.read({}, [&](const Result<ConnectionPage>& page) {
            if (!page.ok()) second = page.error().code;
        });
    });
    first.get_future().wait();
    EXPECT_EQ(second, Code::rate_limited);
    on_loop([](hub::Hub&) {});  // the first is over
    EXPECT_EQ(entries({}).size(), 1U);
}

TEST_F(ConnectionListTest, APlaceThatThereIsNotIsTheEnd) {
    const auto ada = come("ada");
    EXPECT_THAT(users({.after = hub::SocketRef{.loop = 4'294'967'295U}}), IsEmpty());
    EXPECT_THAT(users({.after = hub::SocketRef{.loop = 7, .slot = 0}}), IsEmpty());
    EXPECT_THAT(users({.after = hub::SocketRef{.loop = 1, .slot = 1'000'000}}), IsEmpty());
    EXPECT_THAT(users({.after = hub::SocketRef{.loop = 1, .slot = 4'294'967'295U}}), IsEmpty());
}

TEST(ConnectionName, IsReadAsItIsWrittenAndInNoOtherForm) {
    const hub::SocketRef ref{.loop = 3, .slot = 15'000, .generation = 4'294'967'295U};
    EXPECT_EQ(to_text(ref), "3-15000-4294967295");
    EXPECT_EQ(connection_from_text(to_text(ref)), ref);
    for (const char* const text :
         {"", "-", "1", "1-2", "1-2-", "1-2-3-", "1-2-3-4", "1--2-3", "-1-2-3", " 1-2-3", "1-2-x",
          "1-2-4294967296", "1.0-2-3", "0000000000000042"})
        EXPECT_FALSE(connection_from_text(text)) << text;
}

}  // namespace
}  // namespace homeroom::campus
