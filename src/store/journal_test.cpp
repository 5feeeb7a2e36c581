#include "store/journal.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <string>

#include "store/derived.h"
#include "store/migrations.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* monday = "2026-11-23T08:00:00.000Z";
constexpr const char* tuesday = "2026-11-24T08:00:00.000Z";
constexpr const char* wednesday = "2026-11-25T08:00:00.000Z";

class Journal : public testing::Test {
protected:
    Journal() { EXPECT_TRUE(migrate(db, journal_migrations()).ok()); }

    JournalEvent write(StoredAudience audience, std::string body = "{}", const char* at = monday) {
        const EventDraft draft{"post:created", std::move(audience), "", std::move(body)};
        return append(db, last_seq(db).value() + 1, draft, at).value();
    }
    JournalEvent to_room(std::string room, const char* at = monday) {
        return write({std::move(room), "room", {}}, "{}", at);
    }
    JournalEvent to_users(std::vector<std::string> users, const char* at = monday) {
        return write({"", "users", std::move(users)}, "{}", at);
    }

    JournalPage read(Seq after, std::string_view user, std::vector<std::string> rooms,
                     std::size_t limit = 100) {
        return read_after(db, after, user, rooms, limit).value();
    }
    static std::vector<Seq> seqs(const JournalPage& page) {
        std::vector<Seq> result;
        for (const JournalEvent& event : page.events) result.push_back(event.seq);
        return result;
    }
    std::int64_t count(const char* sql) {
        auto select = db.statement(sql);
        EXPECT_TRUE(select.step().value());
        return select.number(0);
    }

    TemporaryDirectory directory;
    Database db = Database::open(test_database(directory.path())).value();
};

// What is derived inside the server sees all events and their notes; what is for clients has none.
TEST_F(Journal, IsReadOnWithItsNotes) {
    to_room("class-7b");
    EventDraft draft{"post:created",
                     {"user-ada", "room", {}, R"(["class-7b","room",[]])", 7},
                     "",
                     "{}",
                     "p1",
                     R"({"mentioned":["ada"]})"};
    ASSERT_TRUE(append(db, 2, draft, monday).ok());
    to_room("class-7c");
    const auto events = read_on(db, 1, 100).value();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].notes, R"({"mentioned":["ada"]})");
    EXPECT_EQ(events[0].audience.part_of, R"(["class-7b","room",[]])");
    EXPECT_EQ(events[1].audience.room, "class-7c");
    EXPECT_EQ(read_on(db, 0, 2).value().size(), 2U);
    const auto shown = read(0, "ada", {"user-ada"}).events;
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown[0].notes, "");
    EXPECT_EQ(shown[0].audience.moment, 7U);
    EXPECT_EQ(shown[0].audience.part_of, R"(["class-7b","room",[]])");
    EXPECT_EQ(shown[0].payload.find("mentioned"), std::string::npos);
    ASSERT_TRUE(forget(db, "p1").ok());
    EXPECT_EQ(read_on(db, 1, 1).value().front().notes, "");
}

TEST_F(Journal, ForgetsWhatWasSaidOfASubject) {
    EventDraft draft{
        "post:created", {"class-7b", "users", {"ada"}}, "", R"({"text":"oops"})", "p1"};
    ASSERT_TRUE(append(db, 1, draft, monday).ok());
    draft.subject = "p2";
    ASSERT_TRUE(append(db, 2, draft, monday).ok());
    ASSERT_TRUE(forget(db, "p1").ok());
    draft = {"post:deleted", {"class-7b", "room", {}}, "", R"({"postId":"p1"})", "p1"};
    ASSERT_TRUE(append(db, 3, draft, monday).ok());
    EXPECT_EQ(count("SELECT count(*) FROM journal WHERE payload LIKE '%oops%'"), 1);
    EXPECT_THAT(seqs(read(0, "ben", {"class-7b"})), ElementsAre(2, 3));
    // Who was named still finds the place, and there nothing that is for anybody.
    const auto named = read(0, "ada", {"class-7b"}).events;
    ASSERT_EQ(named.size(), 3U);
    EXPECT_EQ(named[0].payload, "{}");
    EXPECT_EQ(named[0].audience.room, "");
    EXPECT_EQ(named[0].audience.kind, "forgotten");
    EXPECT_EQ(first_seq(db).value(), 1U);
    EXPECT_EQ(prune(db, tuesday).value(), 3);
    EXPECT_EQ(count("SELECT count(*) FROM journal_audience"), 0);
}

TEST(Seq, HasOneTextForm) {
    EXPECT_EQ(to_text(42), "0000000000000042");
    EXPECT_EQ(seq_from_text("0000000000000042"), 42U);
    EXPECT_EQ(seq_from_text("9999999999999999"), 9'999'999'999'999'999U);
    for (const char* text : {"", "42", "00000000000000042", "000000000000004x", "-000000000000042",
                             "+000000000000042", " 000000000000042"}) {
        EXPECT_EQ(seq_from_text(text), std::nullopt) << text;
    }
}

TEST_F(Journal, AddsWhatEveryEventHasToItsBody) {
    const EventDraft draft{"post:created",
                           {"class-7b", "room", {}},
                           R"({"id":"t-1","name":"Ms Frizzle"})",
                           R"({"post":{"text":"Hi"}})"};
    const JournalEvent event = append(db, 42, draft, monday).value();
    const auto payload = nlohmann::json::parse(event.payload);
    const std::string id = payload.at("id");
    EXPECT_EQ(id.size(), 26U);
    EXPECT_EQ(event.payload, R"({"seq":"0000000000000042","id":")" + id +
                                 R"(","room":"class-7b","at":"2026-11-23T08:00:00.000Z",)"
                                 R"("by":{"id":"t-1","name":"Ms Frizzle"},"post":{"text":"Hi"}})");
    EXPECT_EQ(event.seq, 42U);
    EXPECT_EQ(event.type, "post:created");
}

TEST_F(Journal, AnEmptyBodyAddsNothing) {
    for (const char* body : {"{}", "{ }", "{\n}"}) {
        const auto payload = nlohmann::json::parse(write({"a", "room", {}}, body).payload);
        EXPECT_EQ(payload.size(), 5U) << body;
        EXPECT_TRUE(payload.at("by").is_null());
    }
}

TEST_F(Journal, TheRoomOnTheWireIsTheUsersOwnOnlyWhenHeIsAlone) {
    const auto room = [&](StoredAudience audience) {
        return nlohmann::json::parse(write(std::move(audience)).payload).at("room");
    };
    EXPECT_EQ(room({"", "users", {"ada"}}), "user-ada");
    EXPECT_EQ(room({"", "users", {"ada", "bob"}}), nullptr);
    EXPECT_EQ(room({"", "users", {}}), nullptr);
    EXPECT_EQ(room({"class-1", "users", {"ada"}}), "class-1");
    EXPECT_EQ(room({"a\"\\\n", "room", {}}), "a\"\\\n");
    if (on_postgres()) return;  // it keeps UTF-8 only
    EXPECT_EQ(room({"a\xff", "room", {}}), "a\xEF\xBF\xBD") << "not UTF-8: replaced, not thrown";
}

TEST_F(Journal, GivesBackWhatWasWritten) {
    const JournalEvent written = write({"class-1", "staff", {"bob", "ada"}}, R"({"x":"ä\u0000"})");
    const JournalPage page = read(0, "ada", {});
    ASSERT_EQ(page.events.size(), 1U);
    const JournalEvent& event = page.events[0];
    EXPECT_EQ(event.seq, written.seq);
    EXPECT_EQ(event.type, "post:created");
    EXPECT_EQ(event.audience.room, "class-1");
    EXPECT_EQ(event.audience.kind, "staff");
    EXPECT_THAT(event.audience.users, ElementsAre("bob", "ada"));
    EXPECT_EQ(event.payload, written.payload);
}

TEST_F(Journal, FindsByRoomAndByNameEachEventOnce) {
    to_room("a");                     // 1
    to_room("b");                     // 2
    to_users({"ada"});                // 3
    to_users({"bob", "ada", "ada"});  // 4
    write({"a", "users", {"ada"}});   // 5
    write({"b", "staff", {"ada"}});   // 6
    write({"a", "staff", {"bob"}});   // 7
    EXPECT_THAT(seqs(read(0, "ada", {"a"})), ElementsAre(1, 3, 4, 5, 6, 7));
    EXPECT_THAT(seqs(read(0, "ada", {"a", "a", "b"})), ElementsAre(1, 2, 3, 4, 5, 6, 7));
    EXPECT_THAT(seqs(read(3, "bob", {})), ElementsAre(4, 7));
    EXPECT_THAT(seqs(read(0, "eve", {})), IsEmpty());
    EXPECT_THAT(seqs(read(0, "", {""})), IsEmpty()) << "no room is not a room, nobody not a user";
}

TEST_F(Journal, SaysHowFarItHasRead) {
    for (int i = 0; i < 5; ++i) to_room(i < 3 ? "a" : "b");
    JournalPage page = read(0, "ada", {"a"}, 2);
    EXPECT_TRUE(page.more);
    EXPECT_EQ(page.through, 2U);
    page = read(page.through, "ada", {"a"}, 2);
    EXPECT_FALSE(page.more);
    EXPECT_EQ(page.through, 5U) << "nothing else up to the end";
    EXPECT_FALSE(read(0, "ada", {"a"}, 3).more) << "as many as there are";
    EXPECT_EQ(read(99, "ada", {"a"}).through, 5U);
    const JournalPage none = read(1, "ada", {"a"}, 0);
    EXPECT_TRUE(none.more);
    EXPECT_EQ(none.through, 1U);
}

TEST_F(Journal, AnEmptyOneHasNoFirstAndNoLast) {
    EXPECT_EQ(last_seq(db).value(), 0U);
    EXPECT_EQ(first_seq(db).value(), 1U);
    EXPECT_EQ(read(0, "ada", {"a"}).through, 0U);
    EXPECT_EQ(prune(db, wednesday).value(), 0);
}

TEST_F(Journal, PrunesWhatIsOld) {
    to_room("a", monday);
    to_users({"ada", "bob"}, monday);
    to_users({"ada"}, tuesday);
    EXPECT_EQ(prune(db, tuesday).value(), 2);
    EXPECT_EQ(first_seq(db).value(), 3U);
    EXPECT_EQ(last_seq(db).value(), 3U);
    EXPECT_EQ(count("SELECT count(*) FROM journal_audience"), 1);
    EXPECT_THAT(seqs(read(0, "ada", {"a"})), ElementsAre(3));
    EXPECT_EQ(prune(db, tuesday).value(), 0);
}

TEST_F(Journal, NeverGoesBackWhateverIsPruned) {
    to_room("a");
    to_users({"ada"});
    EXPECT_EQ(prune(db, tuesday).value(), 2);
    EXPECT_EQ(last_seq(db).value(), 2U);
    EXPECT_EQ(first_seq(db).value(), 3U);
    EXPECT_EQ(read(0, "ada", {"a"}).through, 2U);
    EXPECT_EQ(to_room("a").seq, 3U);
}

TEST_F(Journal, PrunesNoHolesWhenTheClockWentBack) {
    to_room("a", monday);
    to_room("a", wednesday);
    to_room("a", monday);
    EXPECT_EQ(prune(db, tuesday).value(), 1);
    EXPECT_THAT(seqs(read(0, "ada", {"a"})), ElementsAre(2, 3));
}

TEST_F(Journal, PrunesInPortions) {
    for (int i = 0; i < 5; ++i) to_room("a", i < 4 ? monday : tuesday);
    EXPECT_EQ(prune(db, tuesday, 3).value(), 3);
    EXPECT_EQ(prune(db, tuesday, 3).value(), 1);
    EXPECT_EQ(prune(db, tuesday, 3).value(), 0);
    EXPECT_EQ(first_seq(db).value(), 5U);
}

TEST_F(Journal, ReadsRunsThatAreLongerThanOneSearch) {
    std::vector<Seq> expected;
    for (Seq seq = 1; seq <= 500; ++seq) {
        if (seq % 3 == 0)
            to_users({"ada"});
        else
            to_room(seq % 2 == 0 ? "a" : "b");
        if (seq > 7) expected.push_back(seq);
    }
    EXPECT_EQ(seqs(read(7, "ada", {"a", "b"}, 1000)), expected);
}

// --- Against a plain list ------------------------------------------------------------------------

using Model = std::vector<JournalEvent>;

StoredAudience any_audience() {
    StoredAudience audience;
    audience.room = *rc::gen::element<std::string>("", "a", "b", "c");
    audience.kind = *rc::gen::element<std::string>("room", "staff", "users");
    const auto users = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("ada", "bob", "eve"));
    audience.users.assign(users.begin(),
                          users.begin() + std::min<std::ptrdiff_t>(4, std::ssize(users)));
    return audience;
}

bool is_meant(const JournalEvent& event, const std::string& user,
              const std::vector<std::string>& rooms) {
    const auto& audience = event.audience;
    return (!audience.room.empty() && std::ranges::count(rooms, audience.room) > 0) ||
           std::ranges::count(audience.users, user) > 0;
}

void expect_equal(const JournalEvent& actual, const JournalEvent& expected) {
    RC_ASSERT(actual.seq == expected.seq);
    RC_ASSERT(actual.type == expected.type);
    RC_ASSERT(actual.payload == expected.payload);
    RC_ASSERT(actual.audience.room == expected.audience.room);
    RC_ASSERT(actual.audience.kind == expected.audience.kind);
    RC_ASSERT(actual.audience.users == expected.audience.users);
}

TEST_F(Journal, ReadsLikeAPlainList) {
    const bool holds = rc::check([this] {
        if (db.in_transaction()) RC_ASSERT(db.execute("COMMIT").ok());  // of one that failed
        RC_ASSERT(db.execute("BEGIN; DELETE FROM journal; DELETE FROM journal_audience").ok());
        const Seq before = last_seq(db).value();
        Model model;
        const int appends = *rc::gen::inRange(0, 120);
        for (int i = 0; i < appends; ++i) model.push_back(write(any_audience()));
        if (*rc::gen::inRange(0, 3) == 0) {
            const auto rows = *rc::gen::inRange<std::int64_t>(0, 60);
            const auto pruned = prune(db, tuesday, rows).value();
            RC_ASSERT(pruned == std::min<std::int64_t>(rows, std::ssize(model)));
            model.erase(model.begin(), model.begin() + pruned);
        }
        const Seq last = before + static_cast<Seq>(appends);
        RC_ASSERT(last_seq(db).value() == last);
        RC_ASSERT(first_seq(db).value() == (model.empty() ? last + 1 : model.front().seq));

        const Seq after = before + *rc::gen::inRange<Seq>(0, 130);
        const auto user = *rc::gen::element<std::string>("ada", "bob", "nobody");
        const auto rooms = *rc::gen::container<std::vector<std::string>>(
            rc::gen::element<std::string>("a", "b", "c", "d", ""));
        const auto limit = *rc::gen::inRange<std::size_t>(1, 140);

        Model expected;
        for (const JournalEvent& event : model) {
            if (event.seq > after && is_meant(event, user, rooms)) expected.push_back(event);
        }
        // Page by page to the end.
        std::size_t read_so_far = 0;
        Seq from = after;
        for (;;) {
            const JournalPage page = read_after(db, from, user, rooms, limit).value();
            RC_ASSERT(page.events.size() == std::min(limit, expected.size() - read_so_far));
            for (const JournalEvent& event : page.events) {
                expect_equal(event, expected[read_so_far++]);
            }
            RC_ASSERT(page.more == (read_so_far < expected.size()));
            RC_ASSERT(page.through == (page.more ? page.events.back().seq : last));
            if (!page.more) break;
            from = page.through;
        }
        RC_ASSERT(db.execute("COMMIT").ok());
    });
    EXPECT_TRUE(holds);
}

// --- Notes ---

TEST_F(Journal, KeepsNotesBesideThePayloadAndForgetsThemWithIt) {
    EventDraft draft{"post:created", {"class-1", "room", {}}, "", R"({"post":1})", "subject"};
    draft.notes = R"({"mentioned":["ada"]})";
    const auto written = append(db, 1, draft, monday).value();
    EXPECT_EQ(written.notes, draft.notes);
    EXPECT_EQ(written.payload.find("mentioned"), std::string::npos);
    const auto page = read(0, "ada", {"class-1"});
    ASSERT_EQ(page.events.size(), 1U);
    EXPECT_EQ(page.events[0].payload, written.payload);
    const auto kept = [&] {
        auto select = db.statement("SELECT notes FROM journal");
        EXPECT_TRUE(select.step().value());
        return std::string{select.text(0)};
    };
    EXPECT_EQ(kept(), draft.notes);
    EXPECT_TRUE(forget(db, "subject").ok());
    EXPECT_EQ(kept(), "");
}

}  // namespace
}  // namespace homeroom::store
