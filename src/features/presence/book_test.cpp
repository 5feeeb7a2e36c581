// What watchers are told: by example, and against a model that knows everybody's status at once.
#include "features/presence/book.h"

#include <algorithm>
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace homeroom::features::presence {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t all = 1'000;

// "ada online", in the order of the ids.
std::vector<std::string> in_words(const std::vector<Sight>& sights) {
    std::vector<std::string> words;
    for (const Sight& sight : sights)
        words.push_back(sight.user + " " + std::string{to_string(sight.status)});
    std::ranges::sort(words);
    return words;
}

class PresenceBook : public testing::Test {
protected:
    static constexpr Book::Device watcher = 100;
    Book book{5s};
    std::set<std::string, std::less<>> hidden{};
    Times now{.steady = SteadyTime{1h}, .wall = WallTime{1h}};
    std::map<std::string, std::vector<std::string>, std::less<>> members{
        {"class-7b", {"ada", "bob", "eve"}}, {"group-chess", {"ada", "bob"}}};

    bool is_member(std::string_view user, std::string_view room) const {
        const auto found = members.find(room);
        return found != members.end() &&
               std::ranges::find(found->second, user) != found->second.end();
    }
    std::vector<std::string> rooms_of(std::string_view user) const {
        std::vector<std::string> rooms;
        for (const auto& [room, list] : members) {
            if (is_member(user, room)) rooms.push_back(room);
        }
        return rooms;
    }
    void pass(std::chrono::milliseconds time) {
        now.steady += time;
        now.wall += time;
    }
    Reach reach_in(std::string_view user, std::string_view room) const {
        if (!is_member(user, room)) return Reach::nobody;
        return hidden.contains(user) ? Reach::staff : Reach::everyone;
    }
    std::vector<Book::News> news(std::size_t per_room_max = all, std::size_t users_max = all) {
        return book.changes(
            now, [this](auto user) { return rooms_of(user); },
            [this](auto user, auto room) { return reach_in(user, room); },
            {.users = users_max, .changes_per_room = per_room_max});
    }
    // Of one room; there is no other.
    std::vector<std::string> told(std::size_t per_room_max = all) {
        const auto list = news(per_room_max);
        EXPECT_LE(list.size(), 1U);
        return list.empty() ? std::vector<std::string>{} : in_words(list.front().sights);
    }
    void watch(const std::string& room, Book::Device device = watcher) {
        book.watch(room, device, members[room],
                   [this](auto user, auto in) { return reach_in(user, in); });
    }
};

TEST_F(PresenceBook, ShowsARoomToWhoeverWatchesIt) {
    book.arrive("ada", 1, now);
    watch("class-7b");
    EXPECT_THAT(in_words(book.look("class-7b")), ElementsAre("ada online"));
    EXPECT_THAT(told(), IsEmpty());  // they know
    book.arrive("bob", 2, now);
    EXPECT_THAT(told(), ElementsAre("bob online"));
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_THAT(in_words(book.look("class-7b")), ElementsAre("ada online", "bob online"));
}

TEST_F(PresenceBook, IsOfAllDevicesTogether) {
    watch("class-7b");
    book.arrive("ada", 1, now);
    book.arrive("ada", 2, now);
    EXPECT_THAT(told(), ElementsAre("ada online"));
    book.wish("ada", 1, Availability::away, now);
    EXPECT_THAT(told(), IsEmpty());
    book.wish("ada", 2, Availability::away, now);
    EXPECT_THAT(told(), ElementsAre("ada away"));
    book.wish("ada", 2, Availability::busy, now);
    EXPECT_THAT(told(), ElementsAre("ada busy"));
    book.depart("ada", 2, now);
    EXPECT_THAT(told(), IsEmpty());  // the wish is hers, not the device's
}

TEST_F(PresenceBook, WaitsBeforeSomebodyIsGone) {
    watch("class-7b");
    book.arrive("ada", 1, now);
    EXPECT_THAT(told(), ElementsAre("ada online"));
    book.depart("ada", 1, now);
    pass(4s);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_FALSE(book.is_idle());
    book.arrive("ada", 2, now);  // the page was loaded anew
    pass(10s);
    EXPECT_THAT(told(), IsEmpty());
    book.depart("ada", 2, now);
    pass(5s);
    EXPECT_THAT(told(), ElementsAre("ada offline"));
    EXPECT_EQ(book.users(), 0U);
    EXPECT_TRUE(book.is_idle());
}

TEST_F(PresenceBook, ShowsNothingOfTheInvisible) {
    watch("class-7b");
    book.arrive("ada", 1, now);
    book.wish("ada", 1, Availability::invisible, now);
    EXPECT_THAT(told(), IsEmpty());  // not even that she came
    book.depart("ada", 1, now);
    pass(10s);
    EXPECT_THAT(told(), IsEmpty());
    book.arrive("ada", 2, now);  // comes back as she went
    EXPECT_THAT(told(), IsEmpty());
    book.wish("ada", 2, Availability::online, now);
    EXPECT_THAT(told(), ElementsAre("ada online"));
    book.wish("ada", 2, Availability::invisible, now);
    EXPECT_THAT(told(), ElementsAre("ada offline"));
}

// Also while those who watch already are yet to be told.
TEST_F(PresenceBook, ShowsNobodyWhoHasJustBecomeInvisible) {
    watch("class-7b");
    book.arrive("ada", 1, now);
    EXPECT_THAT(told(), ElementsAre("ada online"));
    book.wish("ada", 1, Availability::invisible, now);
    watch("class-7b", watcher + 1);
    EXPECT_THAT(in_words(book.look("class-7b")), IsEmpty());
    EXPECT_THAT(told(), ElementsAre("ada offline"));
}

TEST_F(PresenceBook, FollowsWhoIsInTheRoom) {
    watch("class-7b");
    watch("group-chess");
    book.arrive("ada", 1, now);
    EXPECT_EQ(news().size(), 2U);
    members["group-chess"] = {"bob"};
    book.rerouted("ada");
    const auto list = news();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list.front().room, "group-chess");
    EXPECT_THAT(in_words(list.front().sights), ElementsAre("ada offline"));
    book.wish("ada", 1, Availability::away, now);
    EXPECT_THAT(told(), ElementsAre("ada away"));  // in her class alone
}

TEST_F(PresenceBook, SaysWhatIsLeftNextTime) {
    watch("class-7b");
    for (const char* user : {"ada", "bob", "eve"}) book.arrive(user, 1, now);
    EXPECT_EQ(told(2).size(), 2U);
    EXPECT_FALSE(book.is_idle());
    EXPECT_EQ(told(2).size(), 1U);
    EXPECT_TRUE(book.is_idle());
}

TEST_F(PresenceBook, ForgetsARoomThatNobodyWatches) {
    watch("class-7b", 1);
    watch("class-7b", 1);  // asks again
    watch("class-7b", 2);
    book.arrive("ada", 1, now);
    book.unwatch("class-7b", 1);
    book.unwatch("class-7b", 1);
    EXPECT_THAT(told(), ElementsAre("ada online"));
    book.unwatch("class-7b", 2);
    book.arrive("bob", 2, now);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_THAT(book.look("class-7b"), IsEmpty());
}

std::vector<std::string> in_words(const std::vector<Book::News>& list) {
    std::vector<std::string> words;
    for (const Book::News& one : list) {
        const std::array to{"everyone", "staff", "all but staff"};
        for (const std::string& sight : in_words(one.sights))
            words.push_back(std::string{to[static_cast<std::size_t>(one.to)]} + ": " + sight);
    }
    return words;
}

TEST_F(PresenceBook, ShowsWhoHasOptedOutToStaffAlone) {
    watch("class-7b");
    hidden = {"ada"};
    book.arrive("ada", 1, now);
    EXPECT_THAT(in_words(news()), ElementsAre("staff: ada online"));
    EXPECT_EQ(book.look("class-7b").at(0).reach, Reach::staff);
    hidden.clear();
    book.rerouted("ada");
    EXPECT_THAT(in_words(news()), ElementsAre("everyone: ada online"));
    hidden = {"ada"};
    book.wish("ada", 1, Availability::busy, now);
    EXPECT_THAT(in_words(news()), ElementsAre("staff: ada busy", "all but staff: ada offline"));
    members["class-7b"] = {"bob"};
    book.rerouted("ada");
    EXPECT_THAT(in_words(news()), ElementsAre("staff: ada offline"));
}

// Neither when he came nor that he still is there.
TEST_F(PresenceBook, TellsOfOneWhoLeavesTheRoomAsOfOneWhoGoes) {
    watch("class-7b");
    book.arrive("ada", 1, now);
    ASSERT_EQ(news().size(), 1U);
    pass(60s);
    members["class-7b"] = {"bob"};
    book.rerouted("ada");
    const auto list = news();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].sights.at(0).status, Availability::offline);
    EXPECT_EQ(list[0].sights.at(0).since, now.wall);
}

TEST_F(PresenceBook, KnowsWhoIsThere) {
    book.arrive("ada", 1, now);
    book.arrive("bob", 2, now);
    book.arrive("eve", 3, now);
    book.wish("bob", 2, Availability::invisible, now);
    book.depart("eve", 3, now);  // a moment ago: it is no news yet
    auto present = book.present();
    std::ranges::sort(present);
    EXPECT_EQ(present, (std::vector<std::string>{"ada", "eve"}));
}

TEST_F(PresenceBook, KnowsWhenSomebodyWasLastSeen) {
    const WallTime before = now.wall - 24h;
    book.restore("bob", Availability::invisible, before);
    EXPECT_EQ(book.last_seen("bob"), before);
    book.arrive("bob", 2, now);
    EXPECT_EQ(book.last_seen("bob"), before);  // invisible: nobody saw him
    EXPECT_THAT(told(), IsEmpty());
    book.arrive("ada", 1, now);
    EXPECT_EQ(book.last_seen("ada"), std::nullopt);  // is there
    book.wish("ada", 1, Availability::invisible, now);
    EXPECT_EQ(book.last_seen("ada"), now.wall);
    const auto seen = now.wall;
    pass(60s);
    book.depart("ada", 1, now);
    pass(60s);
    news();
    EXPECT_EQ(book.last_seen("ada"), seen);
    EXPECT_THAT(book.take_gone(), ElementsAre("ada"));
    EXPECT_THAT(book.take_gone(), IsEmpty());
    EXPECT_EQ(book.last_seen("eve"), std::nullopt);
}

TEST_F(PresenceBook, SaysWhetherAWishIsTheUsers) {
    book.arrive("ada", 1, now);
    EXPECT_FALSE(book.wish("ada", 1, Availability::away, now));
    EXPECT_EQ(book.status_of("ada"), Availability::away);
    EXPECT_TRUE(book.wish("ada", 1, Availability::invisible, now));
    EXPECT_FALSE(book.wish("ada", 1, Availability::invisible, now));
    EXPECT_EQ(book.wish_of("ada"), Availability::invisible);
    EXPECT_TRUE(book.wish("ada", 1, Availability::online, now));
    EXPECT_EQ(book.wish_of("ada"), std::nullopt);
    EXPECT_FALSE(book.wish("ada", 7, Availability::busy, now));  // no device of hers
    EXPECT_FALSE(book.wish("nobody", 1, Availability::busy, now));
}

TEST_F(PresenceBook, ShowsNobodyWhoseClientSaysByItselfThatHeIsIdle) {
    watch("class-7b");
    book.arrive("ada", 1, now);
    book.arrive("ada", 2, now);
    book.wish("ada", 1, Availability::invisible, now);
    for (const auto said : {Availability::away, Availability::online}) {
        EXPECT_FALSE(book.wish("ada", 2, said, now));
        EXPECT_EQ(book.status_of("ada"), Availability::invisible);
        EXPECT_THAT(told(), IsEmpty());
    }
    EXPECT_TRUE(book.wish("ada", 2, Availability::online, now));
    EXPECT_THAT(told(), ElementsAre("ada online"));
}

// 2,000 come within three seconds, and each is told of once, in as many messages as there are
// intervals and portions.
TEST_F(PresenceBook, TellsOfAClassThatArrivesInAFewMessages) {
    auto& hall = members["class-hall"];
    for (int i = 0; i < 2'000; ++i) hall.push_back("p" + std::to_string(i));
    watch("class-hall");
    std::size_t messages = 0;
    std::size_t sights = 0;
    std::size_t came = 0;
    for (int turn = 0; turn < 10; ++turn) {
        for (int i = 0; i < 200; ++i, ++came) book.arrive(hall[came], 1, now);
        pass(300ms);
        for (const auto& one : news(200)) {
            ++messages;
            sights += one.sights.size();
        }
    }
    EXPECT_TRUE(book.is_idle());
    EXPECT_EQ(sights, 2'000U);
    EXPECT_EQ(messages, 10U);  // in three seconds
}

TEST_F(PresenceBook, LooksAtAPortionOfTheUsersAtATime) {
    watch("class-7b");
    for (const char* user : {"ada", "bob", "eve"}) book.arrive(user, 1, now);
    std::size_t told_of = 0;
    for (int turn = 0; turn < 3; ++turn) {
        EXPECT_FALSE(book.is_idle());
        for (const auto& one : news(all, 1)) told_of += one.sights.size();
    }
    EXPECT_EQ(told_of, 3U);
    EXPECT_TRUE(book.is_idle());
}

// Whatever happens: once there is no more news, what a watcher was shown and told is what is true,
// and nobody invisible was ever in it.
TEST_F(PresenceBook, TellsTheTruthInTheEnd) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        const auto pick = [&](unsigned count) { return random() % count; };
        const std::vector<std::string> users{"ada", "bob", "eve", "max"};
        const std::vector<std::string> rooms{"class-7b", "group-chess"};
        book = Book{5s};
        members = {{"class-7b", {"ada", "bob", "eve"}}, {"group-chess", {"ada", "max"}}};
        std::map<std::string, std::set<Book::Device>> devices;
        // by room, or room and "/staff"; watched for good
        std::map<std::string, std::map<std::string, Availability>> seen;
        hidden.clear();
        std::set<std::string> invisible;
        const auto tell = [&] {
            for (const Book::News& one : news(1 + pick(3), 1 + pick(4))) {
                for (const Sight& sight : one.sights) {
                    if (one.to != Book::News::To::staff)
                        seen.at(one.room)[sight.user] = sight.status;
                    if (one.to != Book::News::To::all_but_staff)
                        seen.at(one.room + "/staff")[sight.user] = sight.status;
                    EXPECT_TRUE(sight.status == Availability::offline ||
                                !invisible.contains(sight.user))
                        << "seed " << seed;
                }
            }
        };
        for (int step = 0; step < 60; ++step) {
            const std::string& user = users[pick(4)];
            const Book::Device device = pick(2);
            switch (pick(9)) {
                case 0:
                case 1:
                    if (devices[user].insert(device).second) book.arrive(user, device, now);
                    break;
                case 2:
                    if (devices[user].erase(device) > 0) book.depart(user, device, now);
                    break;
                case 3: {
                    if (!devices[user].contains(device)) break;
                    const auto status =
                        std::array{Availability::away, Availability::online, Availability::busy,
                                   Availability::invisible}[pick(4)];
                    book.wish(user, device, status, now);
                    if (book.wish_of(user) != Availability::invisible) invisible.erase(user);
                    if (status == Availability::invisible) invisible.insert(user);
                    break;
                }
                case 4: {
                    auto& list = members[rooms[pick(2)]];
                    if (std::erase(list, user) == 0) list.push_back(user);
                    book.rerouted(user);
                    break;
                }
                case 5: {
                    const std::string& room = rooms[pick(2)];
                    watch(room);
                    for (const Reach lowest : {Reach::everyone, Reach::staff}) {
                        auto& view = seen[room + (lowest == Reach::staff ? "/staff" : "")];
                        view.clear();
                        for (const Sight& sight : book.look(room)) {
                            if (sight.reach >= lowest) view[sight.user] = sight.status;
                        }
                    }
                    break;
                }
                case 7:
                    if (hidden.erase(user) == 0) hidden.insert(user);
                    book.rerouted(user);
                    break;
                case 6: pass(std::chrono::seconds{pick(7)}); break;
                default: tell();
            }
        }
        pass(10s);
        while (!book.is_idle()) tell();
        for (const auto& [viewed, view] : seen) {
            const bool to_staff = viewed.ends_with("/staff");
            const std::string room = viewed.substr(0, viewed.find('/'));
            for (const std::string& user : users) {
                const auto told_of = view.find(user);
                const Availability shown =
                    told_of == view.end() ? Availability::offline : told_of->second;
                const bool is_there = is_member(user, room) && !devices[user].empty() &&
                                      !invisible.contains(user) &&
                                      (to_staff || !hidden.contains(user));
                EXPECT_EQ(shown != Availability::offline, is_there)
                    << "seed " << seed << " " << user << " in " << viewed;
            }
        }
    }
}

}  // namespace
}  // namespace homeroom::features::presence
