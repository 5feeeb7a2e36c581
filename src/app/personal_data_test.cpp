// A person's data over all features: exported whole, erased to the last byte, deleted when old.
#include "app/personal_data.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <set>

#include "backbone/cursors.h"
#include "backbone/fallback.h"
#include "campus/blocks.h"
#include "campus/connection_log.h"
#include "campus/following.h"
#include "campus/groups/group_records.h"
#include "campus/own_personal_data.h"
#include "campus/roster/roster_store.h"
#include "campus/sign_outs.h"
#include "campus/test_schedule.h"
#include "features/announcements/announcements.h"
#include "features/calls/calls.h"
#include "features/documents/documents.h"
#include "features/feed/feed.h"
#include "features/grades/grades.h"
#include "features/live/live.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"
#include "features/presence/presence.h"
#include "features/study/study.h"
#include "store/test_postgres.h"

namespace homeroom::app {
namespace {

using campus::Edit;
using campus::Json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

void register_all(campus::Surface& surface) {
    features::feed::register_feed(surface);
    features::grades::register_grades(surface);
    features::announcements::register_announcements(surface);
    features::messages::register_messages(surface);
    features::notifications::register_notifications(surface);
    features::study::register_study(surface);
    features::live::register_live(surface);
    features::documents::register_documents(surface);
    register_personal_data(surface);
}

class PersonalData : public testing::Test {
protected:
    PersonalData() {
        features::feed::register_feed(later.schedule);
        features::announcements::register_announcements(later.schedule);
        register_personal_data(later.schedule);
    }
    ~PersonalData() override { school.store->stop(); }

    void command(const store::Work& work) {
        std::promise<Status> done;
        ASSERT_TRUE(school.store->submit(
            {.work = work, .done = [&](const Status& status) { done.set_value(status); }}));
        const Status status = done.get_future().get();
        EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
    }
    void execute(const char* sql) {
        command([sql](store::Transaction& transaction) { return transaction.db().execute(sql); });
    }
    Json platform(const std::string& name, const Json& body) {
        auto result = school.call_as_platform(name, body);
        EXPECT_TRUE(result.ok()) << name << ": " << (result.ok() ? "" : result.error().message);
        return result.ok() ? *result : Json::object();
    }
    std::string platform_outcome(const std::string& name, const Json& body) {
        return campus::SurfaceUnderTest::words_of(school.call_as_platform(name, body));
    }
    std::string post(const std::string& user, const std::string& text, Json more = Json::object()) {
        more["to"] = "class-physics";
        more["text"] = text;
        return school.must(user, "post:create", more).at("post").at("id");
    }
    std::string comment(const std::string& user, const std::string& on, const std::string& text) {
        return school.must(user, "comment:create", {{"post", on}, {"text", text}})
            .at("comment")
            .at("id");
    }
    void leave(const std::string& user) { school.directory.apply(Edit{}.remove_user(user)); }
    // Until it ends. Its state.
    std::string erase(const std::string& user) {
        platform("erasure:request", {{"user", user}, {"reason", "he asked for it"}});
        std::string state = "running";
        for (int i = 0; i < 200 && state == "running"; ++i) {
            later.pass(1s);
            state = platform("erasure:get", {{"user", user}}).at("erasure").at("state");
        }
        return state;
    }
    // All lists of an export in one object.
    Json exported(const std::string& user) {
        Json all = Json::object();
        Json request{{"user", user}};
        while (true) {
            const Json page = platform("export:read", request);
            for (const Json& entry : page.at("entries"))
                all[page.at("list").get<std::string>()].push_back(entry);
            if (page.at("next").is_null()) return all;
            request["after"] = page.at("next");
        }
    }
    std::vector<std::string> audited() {
        std::vector<std::string> lines;
        const Json page = platform("audit:list", {{"limit", 500}});
        for (const Json& one : page.at("entries"))
            lines.push_back(one.at("action").get<std::string>() + " " +
                            one.at("subject").get<std::string>());
        return lines;
    }
    void set_age(const std::string& kind, std::chrono::seconds age) {
        const campus::RetentionPeriod period{kind, age};
        command([&](store::Transaction& transaction) {
            return campus::set_retention(transaction, {&period, 1}, wall_now());
        });
    }
    // All bytes of the database, its log included. Of PostgreSQL, whose files keep what is no row
    // any more until they are vacuumed: all that its tables have.
    std::string bytes_on_disk() {
        // So many commits later the log has been emptied, also if a reader used it at first.
        for (int i = 0; i < 50; ++i) school.events();
        std::string bytes;
        if (store::on_postgres()) {
            command([&](store::Transaction& transaction) -> Status {
                auto tables = transaction.db().statement(
                    "SELECT CAST(schema_to_xml(current_schema(), true, false, '') AS text)");
                TRY([[maybe_unused]] const bool row, tables.step());
                bytes = tables.text(0);
                return Ok{};
            });
            return bytes;
        }
        for (const char* name : {"homeroom.db", "homeroom.db-wal"}) {
            std::ifstream stream{school.directory_on_disk() / name, std::ios::binary};
            bytes.append(std::istreambuf_iterator<char>{stream}, {});
        }
        return bytes;
    }

    campus::SurfaceUnderTest school{
        register_all,
        {campus::roster_migrations(), campus::group_migrations(), campus::sign_out_migrations(),
         campus::schedule_migrations(), campus::connection_log_migrations(),
         campus::personal_data_migrations(), features::feed::feed_migrations(),
         features::grades::grades_migrations(), features::announcements::announcements_migrations(),
         features::messages::messages_migrations(), features::calls::calls_migrations(),
         features::documents::documents_migrations(), campus::block_migrations(),
         features::presence::presence_migrations(), campus::following_migrations(),
         features::notifications::notifications_migrations(), backbone::backbone_migrations(),
         features::study::study_migrations(), features::live::live_migrations()}};
    campus::ScheduleUnderTest later{school};
};

TEST_F(PersonalData, IsExportedWholeAndOnlyHis) {
    const auto own = post("sam", "words of sam");
    const auto other = post("sue", "words of sue");
    comment("sam", other, "answer of sam");
    school.must("sam", "post:update", {{"post", own}, {"text", "new words of sam"}});
    school.must("sam", "reaction:set", {{"target", {{"post", other}}}, {"kind", "like"}});
    school.must("sam", "message:send", {{"to", {{"user", "sue"}}}, {"text", "message of sam"}});
    school.must("sue", "message:send", {{"to", {{"user", "sam"}}}, {"text", "message of sue"}});
    school.must("tim", "grade:publish",
                {{"class", "physics"}, {"student", "sam"}, {"item", "essay"}, {"score", 7}});
    school.must("tim", "grade:save",
                {{"class", "physics"}, {"student", "sam"}, {"item", "draft"}, {"score", 3}});
    const Json all = exported("sam");
    EXPECT_EQ(all.at("posts").at(0).at("text"), "new words of sam");
    EXPECT_EQ(all.at("earlierTexts").at(0).at("text"), "words of sam");
    EXPECT_EQ(all.at("comments").at(0).at("text"), "answer of sam");
    EXPECT_EQ(all.at("reactions").at(0).at("kind"), "like");
    EXPECT_EQ(all.at("messages").at(0).at("text"), "message of sam");
    EXPECT_EQ(all.at("grades").at(0).at("score"), 7);
    EXPECT_THAT(all.at("grades"), SizeIs(1)) << "a draft is not his yet";
    EXPECT_THAT(all.dump(), Not(HasSubstr("of sue")));
    EXPECT_EQ(exported("sue").at("posts").at(0).at("text"), "words of sue");
    EXPECT_THAT(audited(), Contains("export.read sam"));
    for (const Json& after : {Json("x"), Json("99:"), Json("-1:"), Json("1")})
        EXPECT_EQ(platform_outcome("export:read", {{"user", "sam"}, {"after", after}}),
                  "invalid after");
}

TEST_F(PersonalData, OfManyPagesIsExportedOnce) {
    for (int i = 0; i < 60; ++i) post("sam", std::string(19'000, 'x') + std::to_string(i));
    std::set<std::string> ids;
    std::size_t entries = 0;
    std::size_t pages = 0;
    Json request{{"user", "sam"}};
    while (true) {
        const Json page = platform("export:read", request);
        ++pages;
        EXPECT_LE(page.dump().size(), limits::page_bytes_max);
        if (page.at("list") == "posts") {
            for (const Json& entry : page.at("entries")) ids.insert(entry.at("id"));
            entries += page.at("entries").size();
        }
        if (page.at("next").is_null()) break;
        request["after"] = page.at("next");
    }
    EXPECT_EQ(ids.size(), 60U);
    EXPECT_EQ(entries, 60U);
    EXPECT_GT(pages, 20U);
}

TEST_F(PersonalData, IsNotErasedOfWhoIsThereOrHeld) {
    const Json ask{{"user", "sam"}, {"reason", "x"}};
    EXPECT_EQ(platform_outcome("erasure:request", ask), "conflict user");
    leave("sam");
    platform("hold:set", {{"user", "sam"}, {"reason", "a dispute"}, {"unknown", true}});
    EXPECT_EQ(platform_outcome("erasure:request", ask), "conflict user");
    platform("hold:lift", {{"user", "sam"}});
    EXPECT_EQ(platform_outcome("erasure:request", {{"user", "sam"}}), "invalid reason");
    EXPECT_EQ(platform_outcome("erasure:request", ask), "ok");
    // He comes back before it has begun.
    school.directory.apply(Edit{}.put(campus::user("sam")));
    later.pass(1s);
    EXPECT_EQ(platform("erasure:get", {{"user", "sam"}}).at("erasure").at("state"), "stopped");
    EXPECT_THAT(audited(), Contains("erasure.stopped sam"));
    EXPECT_EQ(school.outcome("tim", "erasure:request", ask), "invalid");
}

// Nothing may be written any more, as when what waits for Kafka fills the disk.
class ReadOnly final : public campus::WriteAdmission {
public:
    Status admit(campus::Need need) const override {
        if (!backbone::refuses(backbone::State::read_only, need)) return Ok{};
        return Error{Code::unavailable, "nothing can be stored at the moment"};
    }
};

// It is the school's duty, which no backlog puts off: it makes room, or takes next to none.
TEST_F(PersonalData, IsErasedAndHeldWhenNothingElseMayBeWritten) {
    post("sam", "words of sam");
    leave("sam");
    const ReadOnly read_only;
    school.surface->ask(read_only);
    EXPECT_EQ(school.outcome("sue", "post:create", {{"to", "class-physics"}, {"text", "more"}}),
              "unavailable");
    EXPECT_EQ(platform_outcome("alert", {{"title", "a"}, {"text", "b"}}), "unavailable");
    platform("hold:set", {{"user", "sam"}, {"reason", "a dispute"}, {"unknown", true}});
    EXPECT_EQ(platform_outcome("erasure:request", {{"user", "sam"}, {"reason", "x"}}),
              "conflict user");
    platform("hold:lift", {{"user", "sam"}});
    EXPECT_EQ(erase("sam"), "done");
    EXPECT_EQ(school.count("SELECT count(*) FROM posts WHERE author = 'sam'"), 0);
}

// His words are secrets; after it no byte of them is left, and nothing names him but the audit log.
TEST_F(PersonalData, IsErasedToTheLastByte) {
    const auto alone = post("sam", "sekretalpha alone");
    const auto shared = post("sam", "sekretbeta shared");
    const auto others = post("sue", "words of sue", {{"mentions", {"sam"}}});
    const auto kept = comment("sue", shared, "answer of sue");
    comment("sam", others, "sekretgamma comment");
    school.must("sam", "post:update", {{"post", alone}, {"text", "sekretdelta alone"}});
    school.must("sam", "reaction:set", {{"target", {{"post", others}}}, {"kind", "like"}});
    post("sam", "sekretepsilon anonymous", {{"anonymous", true}});
    post("sam", "sekretzeta later",
         {{"publishAt", to_rfc3339(wall_now() + std::chrono::hours{1000})}});
    school.must("sam", "message:send", {{"to", {{"user", "sue"}}}, {"text", "sekreteta message"}});
    school.must("sue", "message:send", {{"to", {{"user", "sam"}}}, {"text", "message of sue"}});
    school.must("tim", "grade:publish",
                {{"class", "physics"},
                 {"student", "sam"},
                 {"item", "essay"},
                 {"score", 7},
                 {"comment", "sekrettheta grade"}});
    school.must("sue", "report:create",
                {{"target", {{"post", alone}}}, {"reason", "sue's own words"}});
    school.must("sam", "report:create",
                {{"target", {{"post", others}}}, {"reason", "sekretkappa by sam"}});
    school.events();
    leave("sam");
    ASSERT_EQ(erase("sam"), "done");

    EXPECT_EQ(school.outcome("sue", "post:get", {{"post", alone}}), "not_found post");
    const Json thread = school.must("sue", "post:get", {{"post", shared}});
    EXPECT_EQ(thread.at("post").at("author").at("id"), campus::erased_id);
    EXPECT_EQ(thread.at("post").at("text"), campus::erased_text);
    EXPECT_EQ(thread.at("comments").at(0).at("id"), kept);
    const Json seen = school.must("sue", "post:get", {{"post", others}});
    EXPECT_THAT(seen.at("comments"), IsEmpty());
    EXPECT_EQ(seen.at("post").at("counts").at("reactions"), Json::object());
    EXPECT_FALSE(seen.at("post").contains("mentions"));
    const Json conversations = school.must("sue", "conversation:list", Json::object());
    ASSERT_THAT(conversations.at("conversations"), SizeIs(1));
    const std::string id = conversations.at("conversations").at(0).at("id");
    const Json messages = school.must("sue", "message:list", {{"conversation", id}});
    ASSERT_THAT(messages.at("messages"), SizeIs(1));
    EXPECT_EQ(messages.at("messages").at(0).at("text"), "message of sue");
    for (const char* query : {"sekretalpha", "sekretbeta", "sekretgamma"})
        EXPECT_THAT(school.must("sue", "feed:search", {{"query", query}}).at("results"), IsEmpty());

    // The others are told, and no replay has any of it.
    for (const char* user : {"sue", "tim"}) {
        for (const auto& event : school.replay(user)) {
            EXPECT_THAT(event.payload, Not(HasSubstr("\"sam\""))) << user;
            EXPECT_THAT(event.payload, Not(HasSubstr("sekret"))) << user;
        }
    }
    EXPECT_EQ(school.count("SELECT count(*) FROM journal_audience WHERE user = 'sam'"), 0);
    EXPECT_EQ(
        school.count("SELECT count(*) FROM answered_requests WHERE instr(answer, 'sekret') > 0"),
        0);
    EXPECT_THAT(exported("sam").dump(), Not(HasSubstr("sekret")));

    const std::string bytes = bytes_on_disk();
    ASSERT_THAT(bytes, HasSubstr("message of sue")) << "it reads what is there";
    for (const char* secret :
         {"sekretalpha", "sekretbeta", "sekretgamma", "sekretdelta", "sekretepsilon", "sekretzeta",
          "sekreteta", "sekrettheta", "sekretkappa"}) {
        EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
    }
    EXPECT_THAT(audited(), Contains("erasure.completed sam"));
}

TEST_F(PersonalData, OfAPersonLeavesOthersWithTheSameLettersAlone) {
    Json event = Json::parse(R"({"by":{"id":"sam","name":"Sam"},"grade":{"class":"sam",
        "student":{"id":"sam","name":"Sam"},"comment":"sam"},"mentioned":["sam","sue"],
        "user":"sam","item":["sam"]})");
    EXPECT_TRUE(campus::replace_person(event, "sam"));
    EXPECT_EQ(event.at("by").at("name"), campus::erased_name);
    EXPECT_EQ(event.at("grade").at("class"), "sam");
    EXPECT_EQ(event.at("grade").at("comment"), "sam");
    EXPECT_EQ(event.at("grade").at("student").at("id"), campus::erased_id);
    EXPECT_EQ(event.at("mentioned"), Json({campus::erased_id, "sue"}));
    EXPECT_EQ(event.at("user"), campus::erased_id);
    EXPECT_EQ(event.at("item"), Json({"sam"}));
    EXPECT_FALSE(campus::replace_person(event, "sam"));
}

TEST_F(PersonalData, GoesOnWhereItWasWhenManyThingsAreErased) {
    for (int i = 0; i < 130; ++i) post("sam", "mass " + std::to_string(i));
    const auto other = post("sue", "stays");
    leave("sam");
    platform("erasure:request", {{"user", "sam"}, {"reason", "x"}});
    later.pass(1s);
    const auto left = school.count("SELECT count(*) FROM posts WHERE author = 'sam'");
    EXPECT_GT(left, 0) << "one step is not all";
    EXPECT_LT(left, 130);
    EXPECT_EQ(erase("sam"), "done");
    EXPECT_EQ(school.count("SELECT count(*) FROM posts"), 1);
    EXPECT_EQ(school.outcome("sue", "post:get", {{"post", other}}), "ok");
}

// --- Age

TEST_F(PersonalData, OfAnAgeIsDeletedInSmallSteps) {
    for (int i = 0; i < 250; ++i) post("sam", "old " + std::to_string(i));
    set_age("posts", 24h * 30);
    later.pass(24h * 29);
    EXPECT_EQ(school.count("SELECT count(*) FROM posts"), 250);
    later.pass(24h * 2);
    EXPECT_EQ(school.count("SELECT count(*) FROM posts"), 150) << "one step";
    later.pass(1s);
    later.pass(1s);
    EXPECT_EQ(school.count("SELECT count(*) FROM posts"), 0);
    later.pass(1s);
    const auto line = platform("audit:list", {{"action", "retention.deleted"}}).at("entries").at(0);
    EXPECT_EQ(line.at("subject"), "posts");
    EXPECT_EQ(line.at("details").at("deleted"), 250);
    EXPECT_THAT(campus::types_of(school.events()), Contains("post:deleted").Times(250));
}

TEST_F(PersonalData, OfAnAgeGoesWithItsWholeThreadAndFromTheJournal) {
    const auto old = post("sam", "sekretlambda old");
    comment("sue", old, "sekretmu comment");
    set_age("posts", 24h);
    later.pass(25h);
    later.pass(2h);
    EXPECT_EQ(school.outcome("sue", "post:get", {{"post", old}}), "not_found post");
    EXPECT_EQ(school.journalled("sekretlambda"), 0);
    const std::string bytes = bytes_on_disk();
    EXPECT_EQ(bytes.find("sekretlambda"), std::string::npos);
    EXPECT_EQ(bytes.find("sekretmu"), std::string::npos);
}

TEST_F(PersonalData, OfAnAgeStaysUnderALegalHold) {
    const auto held = post("sam", "held");
    const auto answered = post("sue", "answered by who is held");
    comment("sam", answered, "held");
    const auto free = post("tim", "free");
    school.must("sam", "message:send", {{"to", {{"user", "sue"}}}, {"text", "held"}});
    school.must("sue", "message:send", {{"to", {{"user", "sam"}}}, {"text", "held, too"}});
    school.must("sue", "message:send", {{"to", {{"user", "tim"}}}, {"text", "free"}});
    platform("hold:set", {{"user", "sam"}, {"reason", "a dispute"}});
    set_age("posts", 24h);
    set_age("messages", 24h);
    later.pass(48h);
    EXPECT_EQ(school.outcome("tim", "post:get", {{"post", held}}), "ok");
    EXPECT_EQ(school.outcome("tim", "post:get", {{"post", answered}}), "ok");
    EXPECT_EQ(school.outcome("tim", "post:get", {{"post", free}}), "not_found post");
    EXPECT_EQ(school.count("SELECT count(*) FROM messages"), 2);
    EXPECT_EQ(platform("hold:list", Json::object()).at("holds").at(0).at("user"), "sam");
    platform("hold:lift", {{"user", "sam"}});
    later.pass(2h);
    EXPECT_EQ(school.count("SELECT count(*) FROM messages"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM posts"), 0);
}

// A hold on a mistyped id would hold nobody, and look as if it did.
TEST_F(PersonalData, OfNobodyIsNotHeldByMistake) {
    const Json ask{{"user", "smam"}, {"reason", "a dispute"}};
    EXPECT_EQ(platform_outcome("hold:set", ask), "not_found user");
    EXPECT_EQ(platform("export:read", {{"user", "smam"}}).at("onRoster"), false);
    EXPECT_EQ(platform("export:read", {{"user", "sam"}}).at("onRoster"), true);
    Json anyway = ask;
    anyway["unknown"] = true;  // who left before all that is looked at
    EXPECT_EQ(platform_outcome("hold:set", anyway), "ok");
}

TEST_F(PersonalData, OfOtherKindsIsDeletedByAge) {
    school.must("tim", "announcement:create",
                {{"to", "class-physics"}, {"title", "a"}, {"text", "b"}});
    execute(
        "INSERT INTO presence (user, wish, seen_at) VALUES ('sam', NULL, 1000),"
        " ('sue', 'busy', 1000)");
    execute(
        "INSERT INTO connections (user, opened, device, run, through, closed)"
        " VALUES ('sam', 1000, 1, 1, 0, 2000), ('sue', 1000, 2, 1, 0, 2000),"
        " ('sue', 3000, 3, 1, 0, 9000000000000), ('tim', 1000, 4, 1, 0, NULL)");
    execute("INSERT INTO connection_runs (run, began) VALUES (1, 500)");
    platform("hold:list", Json::object());  // something in the audit log
    for (const char* kind : {"announcements", "presence", "connections", "audit", "notifications"})
        set_age(kind, 24h);
    later.pass(48h);
    later.pass(1s);
    EXPECT_EQ(school.count("SELECT count(*) FROM announcements"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM presence WHERE seen_at IS NOT NULL"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM presence"), 1) << "who is busy is so still";
    EXPECT_EQ(school.count("SELECT count(*) FROM connections"), 2)
        << "what ended a short while ago stays, and what is open";
    EXPECT_EQ(school.count("SELECT count(*) FROM audit WHERE action = 'hold.listed'"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM audit_beginning"), 1);
}

TEST_F(PersonalData, OfDocumentsGoesWithTheirAgeUnlessSomebodyIsHeld) {
    for (const char* user : {"sam", "sue"})
        school.must(user, "doc:create", {{"room", "class-physics"}, {"title", "old"}});
    platform("hold:set", {{"user", "sam"}, {"reason", "a dispute"}});
    set_age("documents", 24h);
    later.pass(48h);
    EXPECT_EQ(school.count("SELECT count(*) FROM documents"), 1);
    EXPECT_EQ(school.count("SELECT count(*) FROM documents WHERE author = 'sam'"), 1);
    EXPECT_THAT(campus::types_of(school.events()), Contains("doc:deleted").Times(1));
    platform("hold:lift", {{"user", "sam"}});
    later.pass(2h);
    EXPECT_EQ(school.count("SELECT count(*) FROM documents"), 0);
}

TEST_F(PersonalData, OfLiveClassesIsWhoPlannedAndPresentedThem) {
    const auto made = school.must("tim", "live:start", {{"class", "physics"}, {"title", "x"}});
    const std::string id = made.at("live").at("id");
    EXPECT_THAT(exported("tim").at("live.classes"), SizeIs(1));
    leave("tim");
    ASSERT_EQ(erase("tim"), "done");
    EXPECT_EQ(school.must("sue", "live:get", {{"live", id}}).at("live").at("host"),
              (Json{{"id", "~deleted"}, {"name", "Deleted user"}}));
    EXPECT_EQ(school.count("SELECT count(*) FROM live_classes WHERE presenter = 'tim'"), 0);
}

TEST_F(PersonalData, OfStudySessionsIsWhoWasThereAndWhoMadeThem) {
    const auto made = [&](const char* host) {
        const auto session =
            school.must(host, "study:create", {{"class", "physics"}, {"title", "x"}});
        const std::string id = session.at("session").at("id");
        school.must(host, "study:start", {{"session", id}});
        return id;
    };
    const auto of_sam = made("sam");
    const auto of_sue = made("sue");
    execute(
        "INSERT INTO study_attendance (session, user, name, joined_at)"
        " SELECT s.id, u.value, u.value, '2026-11-23T12:00:00.000Z' FROM study_sessions s,"
        " json_each('[\"sam\",\"sue\"]') u");
    school.must("sam", "study:end", {{"session", of_sam}});
    const Json all = exported("sam");
    EXPECT_THAT(all.at("study.attendance"), SizeIs(2));
    EXPECT_THAT(all.at("study.sessions"), SizeIs(1));
    EXPECT_EQ(all.at("study.sessions")[0].at("led"), true);
    leave("sam");
    ASSERT_EQ(erase("sam"), "done");
    EXPECT_EQ(school.count("SELECT count(*) FROM study_attendance WHERE user = 'sam'"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM study_attendance"), 2);
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions WHERE 'sam' IN (host, led_by)"), 0);
    EXPECT_EQ(school.must("sue", "study:get", {{"session", of_sam}}).at("session").at("host"),
              (Json{{"id", "~deleted"}, {"name", "Deleted user"}}));
    // One that goes on is never too old; held is kept.
    set_age("study", 24h);
    platform("hold:set", {{"user", "sue"}, {"reason", "a dispute"}});
    later.pass(48h);
    later.pass(1s);
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions"), 2);
    platform("hold:lift", {{"user", "sue"}});
    later.pass(24h);
    later.pass(1s);
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions"), 1);
    EXPECT_EQ(school.outcome("sue", "study:get", {{"session", of_sue}}), "ok");
    EXPECT_EQ(school.count("SELECT count(*) FROM study_attendance"), 1);
}

// Also out of one that goes on, and in which he was not present when he left the roster.
TEST_F(PersonalData, IsTakenOutOfStudySessionsThatGoOn) {
    const auto session = school.must("sue", "study:create", {{"class", "physics"}, {"title", "x"}});
    const std::string id = session.at("session").at("id");
    school.must("sue", "study:start", {{"session", id}});
    execute(
        "UPDATE study_sessions SET state = replace(replace(state, '\"leader\":\"sue\"',"
        " '\"leader\":\"sam\"'), '\"hands\":[]',"
        " '\"hands\":[[\"sam\",\"2026-11-23T12:00:00.000Z\"]]'), breakouts = '{\"endsAt\": null,"
        " \"rooms\": [{\"id\": \"1-1\", \"title\": \"A\", \"users\": [\"sam\", \"sue\"],"
        " \"state\": ' || state || '}]}'");
    ASSERT_EQ(school.count("SELECT count(*) FROM study_sessions WHERE state LIKE '%sam%sam%'"), 1);
    leave("sam");
    ASSERT_EQ(erase("sam"), "done");
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions"
                           " WHERE instr(state || breakouts, '\"sam\"') > 0"),
              0);
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions"
                           " WHERE instr(breakouts, '[\"sue\"]') > 0"),
              1);
    school.must("sue", "study:end", {{"session", id}});
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions WHERE led_by = 'sam'"), 0);
}

// An id is in the names of what events told of, too.
TEST_F(PersonalData, LeavesNoIdInTheNamesOfThings) {
    const auto tell = [&](const std::string& subject) {
        command([&](store::Transaction& transaction) {
            return transaction.publish(
                {.type = "group:invited",
                 .audience = campus::Audience::members("class-physics").stored(),
                 .body = "{}",
                 .subject = subject});
        });
    };
    for (const char* subject : {"invitation/g1/sam", "notification/sam/1", "invitation/g1/samuel"})
        tell(subject);
    leave("sam");
    ASSERT_EQ(erase("sam"), "done");
    EXPECT_EQ(school.count("SELECT count(*) FROM journal WHERE subject LIKE '%/sam%'"), 1);
    EXPECT_EQ(school.count("SELECT count(*) FROM journal WHERE subject LIKE '%/samuel'"), 1);
}

TEST_F(PersonalData, IsKeptForEverWhereNoAgeIsSet) {
    post("sam", "kept");
    set_age("posts", 24h);
    const campus::RetentionPeriod forever{"posts", std::nullopt};
    command([&](store::Transaction& transaction) {
        return campus::set_retention(transaction, {&forever, 1}, wall_now());
    });
    later.pass(24h * 4000);
    EXPECT_EQ(school.count("SELECT count(*) FROM posts"), 1);
    EXPECT_EQ(school.count("SELECT count(*) FROM schedule WHERE kind = 'retention'"), 0);
}

// --- What is written down

TEST_F(PersonalData, DisclosedOrModeratedIsWrittenDownWithoutContent) {
    const auto one = post("sam", "sekretnu");
    school.must("sam", "post:update", {{"post", one}, {"text", "sekretxi"}});
    school.must("tim", "feed:history", {{"target", {{"post", one}}}});
    school.must("tim", "post:lock", {{"post", one}, {"on", true}});
    school.must("tim", "feed:mute", {{"room", "class-physics"}, {"user", "sam"}});
    school.must("tim", "feed:unmute", {{"room", "class-physics"}, {"user", "sam"}});
    school.must("tim", "feed:slow", {{"room", "class-physics"}, {"seconds", 10}});
    school.must("tim", "post:delete", {{"post", one}});
    EXPECT_THAT(audited(),
                ElementsAre("post.deleted " + one, "feed.slowed class-physics", "feed.unmuted sam",
                            "feed.muted sam", "post.locked " + one, "history.read " + one));
    EXPECT_THAT(platform("audit:list", {{"limit", 500}}).dump(), Not(HasSubstr("sekret")));
    // What its author does himself is nobody's business.
    school.must("sue", "post:delete", {{"post", post("sue", "mine")}});
    EXPECT_THAT(audited(), Not(Contains(HasSubstr("sue"))));
}

}  // namespace
}  // namespace homeroom::app
