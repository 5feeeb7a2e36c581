// Why somebody got an event or not: by the rooms of then, the connections of then, and what is not
// known is not said.
#include "campus/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/audit_requests.h"
#include "campus/connection_log.h"
#include "campus/membership_history.h"
#include "campus/roster/roster_store.h"
#include "campus/roster_service.h"
#include "campus/test_surface.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Explain : public testing::Test {
protected:
    ~Explain() override { school.store->stop(); }  // it may still write what the log has
    void SetUp() override {
        command([&](store::Transaction& transaction) { return log.begin(transaction); });
    }
    void command(const store::Work& work) {
        std::promise<Status> done;
        ASSERT_TRUE(school.store->submit(
            {.work = work, .done = [&](const Status& status) { done.set_value(status); }}));
        const Status status = done.get_future().get();
        EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
    }
    // Its id.
    std::string publish(const Audience& audience) {
        command([&](store::Transaction& transaction) {
            return transaction.publish({.type = "post:created",
                                        .audience = audience.stored(),
                                        .by_json = R"({"id":"tim","name":"Tim"})",
                                        .body = R"({"post":{"text":"a-secret"}})",
                                        .subject = "p1"});
        });
        const auto events = school.events();
        return Json::parse(events.back().payload).at("id");
    }
    std::string publish_to(const std::string& room) { return publish(Audience::members(room)); }

    void change(const Directory::Changes& changes) {
        command([&](store::Transaction& transaction) -> Status {
            TRY([[maybe_unused]] const auto affected,
                apply_roster_changes(changes, school.directory, transaction));
            return Ok{};
        });
    }
    void connect(std::uint64_t device, const std::string& user,
                 std::optional<store::Seq> presented = {}, bool gap = false) {
        log.opened(device, user,
                   {.presented = presented, .through = school.store->last_seq(), .gap = gap});
        write_down();
    }
    void write_down() {
        log.write_waiting();
        school.events();  // a command behind it
        school.events();
    }
    void disconnect(std::uint64_t device, const std::string& user) {
        log.closed(device, user);
        write_down();
    }
    // Another start of the server on the same data.
    void begin_again() {
        school.restart({});
        next.emplace(*school.store);
        command([&](store::Transaction& transaction) { return next->begin(transaction); });
    }
    Json explain(const std::string& user, const std::string& event) {
        auto result = school.call_as_platform("explain", {{"user", user}, {"event", event}});
        EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
        return result.ok() ? *result : Json::object();
    }
    std::string outcome(const std::string& user, const std::string& event) {
        return explain(user, event).value("outcome", "");
    }

    SurfaceUnderTest school{[](Surface& surface) {
                                register_explain(surface);
                                register_audit(surface);
                            },
                            {roster_migrations(), connection_log_migrations()}};
    ConnectionLog log{*school.store};  // until the store is another
    std::optional<ConnectionLog> next{};
};

TEST_F(Explain, TellsLiveFromBacklogFromNothing) {
    connect(1, "sam");
    const auto event = publish_to("class-physics");
    disconnect(1, "sam");
    EXPECT_EQ(outcome("sam", event), "sent");
    EXPECT_EQ(explain("sam", event).at("deliveries").at(0).at("how"), "live");
    EXPECT_EQ(explain("sam", event).at("acknowledged"), nullptr);
    EXPECT_EQ(outcome("sue", event), "not_sent");
    EXPECT_EQ(outcome("tom", event), "not_for_him");
    connect(2, "sue", store::Seq{0});
    const Json answer = explain("sue", event);
    EXPECT_EQ(answer.at("outcome"), "sent");
    EXPECT_EQ(answer.at("deliveries").at(0).at("how"), "backlog");
    connect(3, "sue", school.store->last_seq());
    EXPECT_EQ(explain("sue", event).at("acknowledged").at("cursor"),
              store::to_text(school.store->last_seq()));
    EXPECT_THAT(answer.dump(), Not(HasSubstr("a-secret")));
}

TEST_F(Explain, GoesByTheRoomsOfThen) {
    connect(1, "sam");
    connect(2, "pat");
    const auto before = publish_to("class-physics");
    change(Edit{}.remove_enrollment("sam|physics").put(enrolled("pat", "physics")));
    const auto after = publish_to("class-physics");
    EXPECT_EQ(outcome("sam", before), "sent");
    EXPECT_EQ(outcome("sam", after), "not_for_him");
    EXPECT_EQ(outcome("pat", before), "not_for_him");
    EXPECT_EQ(outcome("pat", after), "sent");
    EXPECT_EQ(explain("sam", before).at("membership").at("version"), nullptr);
    EXPECT_EQ(explain("sam", before).at("membership").at("inRoom"), true);
    EXPECT_EQ(explain("sam", before).at("now").at("maySee"), false);
    const Json then = explain("sam", after).at("membership");
    EXPECT_EQ(then.at("inRoom"), false);
    EXPECT_TRUE(then.at("version").is_string());
    change(Edit{}.put(enrolled("sam", "physics", Role::teacher)));
    EXPECT_EQ(outcome("sam", after), "not_for_him");
    EXPECT_EQ(explain("sam", publish_to("class-physics/staff")).at("rule").at("admitted"), true);
}

// Sue came into the circle behind what sam wrote there: his later answer to it is not hers.
TEST_F(Explain, DoesNotGuessWhoseAGroupsPastWas) {
    const store::Seq before = school.store->last_seq();
    publish_to("class-physics");
    school.directory.groups().apply(
        {.group = {.id = "g", .history = GroupHistory::joined, .home = "class-physics"},
         .members = {{.user = "sam", .since = before},
                     {.user = "sue", .since = school.store->last_seq()}}});
    const auto event = publish(Audience::members("group-g").at(before));
    EXPECT_EQ(explain("sam", event).at("rule").at("admitted"), true);
    EXPECT_EQ(explain("sam", event).at("now").at("maySee"), true);
    EXPECT_EQ(outcome("sue", event), "not_recorded");
    EXPECT_EQ(explain("sue", event).at("now").at("maySee"), false);
    EXPECT_EQ(outcome("tom", event), "not_for_him");
}

TEST_F(Explain, KnowsWhoCameOntoTheRosterLater) {
    const auto before = publish_to("global");
    change(Edit{}.put(user("new")).put(enrolled("new", "physics")));
    const auto after = publish_to("class-physics");
    EXPECT_EQ(outcome("new", before), "not_for_him");
    EXPECT_EQ(explain("new", before).at("membership").at("onRoster"), false);
    EXPECT_EQ(outcome("new", after), "not_sent");
    change(Edit{}.remove_user("new"));
    const auto gone = publish_to("class-physics");
    change(Edit{}.put(user("new")).put(enrolled("new", "physics")));
    EXPECT_EQ(outcome("new", after), "not_sent");
    EXPECT_EQ(outcome("new", gone), "not_for_him");
}

TEST_F(Explain, SaysWhatIsNotRecorded) {
    connect(1, "sam");
    const auto event = publish_to("class-physics");
    // The process ends, and nobody saw the connection go.
    begin_again();
    EXPECT_EQ(outcome("sam", event), "perhaps_sent");
    command([&](store::Transaction& transaction) { return transaction.forget("p1"); });
    const Json deleted = explain("sam", event);
    EXPECT_EQ(deleted.at("outcome"), "not_recorded");
    EXPECT_EQ(deleted.at("event").at("deleted"), true);
    EXPECT_EQ(deleted.at("rule").at("admitted"), nullptr);
    EXPECT_EQ(SurfaceUnderTest::words_of(
                  school.call_as_platform("explain", {{"user", "sam"}, {"event", "nothing"}})),
              "not_found event");
}

TEST_F(Explain, FindsAnEventByItsPlaceAndByItsId) {
    publish_to("class-physics");
    const auto id = publish_to("class-art");
    EXPECT_EQ(explain("tom", id).at("event").at("seq"), store::to_text(2));
    EXPECT_EQ(explain("tom", store::to_text(2)).at("event").at("id"), id);
}

TEST_F(Explain, IsForThePlatformAndIsWrittenDown) {
    const auto event = publish_to("class-physics");
    EXPECT_EQ(school.outcome("tim", "explain", {{"user", "sam"}, {"event", event}}), "invalid");
    explain("sam", event);
    const Json log_page = *school.call_as_platform("audit:list", {{"subject", "sam"}});
    ASSERT_EQ(log_page.at("entries").size(), 1U);
    const Json& entry = log_page.at("entries").at(0);
    EXPECT_EQ(entry.at("actor"), "service:platform");
    EXPECT_EQ(entry.at("action"), "explain");
    EXPECT_EQ(entry.at("details").at("event"), event);
    EXPECT_EQ(
        school.call_as_platform("audit:list", {{"action", "audit.read"}})->at("entries").size(),
        1U);
}

// Of what is true now, it says what decides now.
TEST_F(Explain, DecidesAsTheAudienceDoes) {
    const std::vector<Audience> audiences{
        Audience::members("class-physics"),
        Audience::members("user-sam"),
        Audience::members("global"),
        Audience::staff("class-physics", "sam"),
        Audience::users("class-physics", {"sam", "tom"}),
        Audience::people("conversation-x", {"sam", "tom"}),
        Audience::person("sam", {"ann"}),
        Audience::members("institution-north"),
        Audience::users("class-physics", {"sam", "sue"}).for_one("sue"),
        Audience::from_stored({})};
    for (const Audience& audience : audiences) {
        const auto event = publish(audience);
        for (const auto& one : school.directory.members_of("global")) {
            const bool admitted = explain(one, event).at("rule").at("admitted") == true;
            if (audience.stored().kind == "person" && one == "ann") continue;  // judged then
            EXPECT_EQ(admitted, audience.admits(one, school.directory))
                << one << " " << audience.to_text();
        }
    }
}

TEST_F(Explain, KeepsTheLastConnectionsOfEach) {
    connect(1, "sue");
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        log.opened(i, "sam", {});
        log.closed(i, "sam");
    }
    write_down();
    EXPECT_LT(school.count("SELECT count(*) FROM connections WHERE user = 'sam'"),
              10 * connections_logged_per_user_max);
    EXPECT_EQ(school.count("SELECT count(*) FROM connections WHERE closed IS NULL"), 1);
    command([](store::Transaction& transaction) -> Status {
        TRY(const auto known, logged_connections(transaction.db(), "sam"));
        EXPECT_EQ(std::ssize(known), connections_logged_per_user_max);
        return Ok{};
    });
}

TEST_F(Explain, KnowsThatWhatWasOpenAtACleanStopEndedWithIt) {
    connect(1, "sam");
    const auto event = publish_to("class-physics");
    log.finish();
    school.events();
    begin_again();
    const auto later = publish_to("class-physics");
    EXPECT_EQ(outcome("sam", event), "sent");
    EXPECT_NE(explain("sam", event).at("deliveries").at(0).at("closedAt"), nullptr);
    EXPECT_EQ(outcome("sam", later), "not_sent");
}

TEST_F(Explain, TellsAUsersConnectionsOfOneMomentApart) {
    for (std::uint64_t i = 0; i < 20; ++i) log.opened(i, "sam", {});
    for (std::uint64_t i = 0; i < 20; i += 2) log.closed(i, "sam");
    write_down();
    EXPECT_EQ(school.count("SELECT count(*) FROM connections"), 20);
    EXPECT_EQ(
        school.count("SELECT count(*) FROM connections WHERE closed IS NULL AND device % 2 = 1"),
        10);
}

// What is deleted because of its age is not said not to have been.
TEST_F(Explain, KnowsAnOldConnectionForAsLongAsTheEventIsYoung) {
    connect(1, "sam");
    const auto event = publish_to("class-physics");
    disconnect(1, "sam");
    const auto expire = [&](std::chrono::milliseconds from_now) {
        const std::string before = to_rfc3339(wall_now() + from_now);
        command([&](store::Transaction& transaction) -> Status {
            ExpireCall call{transaction, school.directory, before};
            TRY([[maybe_unused]] const bool more, expire_connections(call));
            return Ok{};
        });
    };
    command([](store::Transaction& transaction) {
        return transaction.db().execute("UPDATE connections SET opened = 1000");
    });
    expire(-std::chrono::hours{1});
    EXPECT_EQ(outcome("sam", event), "sent") << "it was opened long ago, and ended just now";
    EXPECT_EQ(outcome("sue", event), "not_sent");
    expire(std::chrono::hours{1});
    EXPECT_EQ(outcome("sam", event), "not_recorded");
    EXPECT_EQ(explain("sam", event).at("connectionsRecorded"), false);
}

// Nor what the store could not keep up with.
TEST_F(Explain, BeginsAnewBehindWhatWasNotWritten) {
    const auto event = publish_to("class-physics");
    EXPECT_EQ(outcome("sue", event), "not_sent");
    std::promise<void> go;
    ASSERT_TRUE(school.store->submit({.work = [&](store::Transaction&) -> Status {
                                          go.get_future().wait();
                                          return Ok{};
                                      },
                                      .done = [](const Status&) {}}));
    for (std::uint64_t i = 0; log.dropped() == 0; ++i) log.opened(i, "sam", {});
    go.set_value();
    school.events();  // a command behind it
    write_down();
    EXPECT_EQ(outcome("sue", event), "not_recorded");
}

// An operator has the post that somebody asks about, not the event.
TEST_F(Explain, TakesWhatTheEventToldOf) {
    const auto event = publish_to("class-physics");
    const auto ask = [&](const Json& request) {
        return school.words_of(school.call_as_platform("explain", request));
    };
    const auto answer = school.call_as_platform("explain", {{"user", "sam"}, {"post", "p1"}});
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->at("event").at("id"), event);
    EXPECT_EQ(ask({{"user", "sam"}, {"post", "p2"}}), "not_found post");
    EXPECT_EQ(ask({{"user", "sam"}}), "invalid event");
    EXPECT_EQ(ask({{"user", "sam"}, {"post", "p1"}, {"event", event}}), "invalid event");
}

// Its author alone was told that it is scheduled; and what told of it where it was before has been
// forgotten.
TEST_F(Explain, TakesTheEventThatToldPeopleOfAPost) {
    const auto asked = [&] {
        const auto answer = school.call_as_platform("explain", {{"user", "sam"}, {"post", "p1"}});
        EXPECT_TRUE(answer.ok());
        return answer.ok() ? answer->at("event").at("id").get<std::string>() : "";
    };
    command([&](store::Transaction& transaction) {
        return transaction.publish({.type = "post:scheduled",
                                    .audience = Audience::members("user-tim").stored(),
                                    .body = "{}",
                                    .subject = "p1"});
    });
    const auto first = publish_to("class-physics");
    EXPECT_EQ(asked(), first);
    command([&](store::Transaction& transaction) { return forget(transaction, "p1"); });
    const auto second = publish_to("class-chemistry");
    EXPECT_EQ(asked(), second);
}

TEST_F(Explain, SaysThatThereIsNoSuchUser) {
    const auto event = publish_to("class-physics");
    const auto ask = [&](const char* user) {
        return school.words_of(
            school.call_as_platform("explain", {{"user", user}, {"event", event}}));
    };
    EXPECT_EQ(ask("smam"), "not_found user");
    EXPECT_EQ(ask("dan"), "ok") << "disabled";
    change(Edit{}.remove_user("pat"));
    EXPECT_EQ(ask("pat"), "ok") << "the journal knows him";
}

}  // namespace
}  // namespace homeroom::campus
