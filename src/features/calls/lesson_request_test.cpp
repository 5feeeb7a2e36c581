// Lessons through the surface: who may do what, who is told, and who is not.
#include <gmock/gmock.h>

#include "features/calls/limits.h"
#include "features/calls/test_calls.h"

namespace homeroom::features::calls {
namespace {

using campus::Edit;
using campus::enrolled;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

// tim teaches physics, and sam and sue are in it; tea teaches it with him, max is in it, too.
class LessonsTest : public testing::Test {
protected:
    LessonsTest() {
        school.directory.apply(Edit{}
                                   .put(campus::user("tea"))
                                   .put(enrolled("tea", "physics", campus::Role::teacher))
                                   .put(campus::user("max"))
                                   .put(enrolled("max", "physics")));
        id = school.start("tim", 3, Json{{"room", "class-physics"}});
        school.must_by("sam", 1, "call:join", {{"call", id}});
        school.events();
    }
    Json with(Json more) const {
        Json request{{"call", id}};
        request.update(more);
        return request;
    }
    std::string ask(const std::string& user, const std::string& name, Json more = Json::object()) {
        return school.outcome_by(user, devices.at(user), name, with(std::move(more)));
    }
    Json must(const std::string& user, const std::string& name, Json more = Json::object()) {
        return school.must_by(user, devices.at(user), name, with(std::move(more)));
    }
    // As somebody is shown it.
    Json seen(const std::string& user) {
        return school.must(user, "call:get", {{"call", id}}).at("call");
    }
    static std::string members(const Json& call) {
        std::string text;
        for (const Json& one : call.at("members")) text += one.at("id").get<std::string>() + " ";
        return text;
    }
    static Json member(const Json& call, const std::string& user) {
        for (const Json& one : call.at("members"))
            if (one.at("id") == user) return one;
        return nullptr;
    }

    const std::map<std::string, std::uint64_t> devices{{"sam", 1}, {"sue", 2}, {"tim", 3},
                                                       {"tea", 4}, {"max", 5}, {"ann", 6}};
    CallsUnderTest school{};
    std::string id{};
};

TEST_F(LessonsTest, MuteAllExceptStaff) {
    must("tea", "call:join");
    school.events();
    EXPECT_EQ(ask("sam", "call:mute", {{"what", "mic"}}), "forbidden call");
    const Json call = must("tim", "call:mute", {{"what", "mic"}}).at("call");
    EXPECT_THAT(school.told(), ElementsAre("call:changed: sam tea tim"));
    EXPECT_EQ(member(call, "sam").at("muted"), (Json{{"mic", true}, {"camera", false}}));
    EXPECT_EQ(member(call, "tea").at("muted").at("mic"), false);
    EXPECT_EQ(call.at("lesson").at("muted").at("mic"), true);
    EXPECT_EQ(ask("tim", "call:mute", {{"what", "mic"}, {"users", {"tea"}}}), "forbidden users");
    EXPECT_EQ(ask("sam", "call:hand", {{"raised", true}}), "ok");
    EXPECT_EQ(ask("tea", "call:mute", {{"what", "mic"}, {"users", {"sam"}}, {"on", false}}), "ok");
    EXPECT_EQ(member(seen("sam"), "sam").at("muted").at("mic"), false);
    for (const Json& wrong : {Json{{"what", "ears"}}, Json{{"what", 1}}, Json::object()})
        EXPECT_EQ(ask("tim", "call:mute", wrong), "invalid what");
    for (const Json& users : {Json("sam"), Json::array(), Json{1}, Json{"a b"}})
        EXPECT_EQ(ask("tim", "call:mute", {{"what", "mic"}, {"users", users}}), "invalid users");
}

TEST_F(LessonsTest, ArePartOfTheCallForThoseWhoAreInItAlone) {
    const std::vector<std::pair<std::string, Json>> requests{
        {"call:mute", {{"what", "mic"}}},
        {"call:devices", {{"mic", false}}},
        {"call:hand", {{"raised", true}}},
        {"call:captioner", {{"user", "sam"}}},
        {"call:settings", {{"locked", true}}},
        {"call:admit", {{"user", "sam"}}},
        {"call:deny", {{"user", "sam"}}},
        {"call:poll", {{"question", "x"}, {"options", {"a", "b"}}}},
        {"call:vote", {{"poll", "1"}, {"options", {0}}}},
        {"call:closePoll", {{"poll", "1"}}},
        {"call:record", {{"on", true}}},
        {"call:consent", {{"agrees", true}}}};
    for (const auto& [name, more] : requests) {
        // ann is not in the class: to her there is none.
        const auto real = school.by("ann", 6, name, with(more));
        ASSERT_FALSE(real.ok()) << name;
        EXPECT_EQ(real.error().code, Code::not_found) << name;
        Json none = with(more);
        none["call"] = "nothing";
        EXPECT_EQ(campus::to_ack(real), campus::to_ack(school.by("ann", 6, name, none))) << name;
        // sue is, but is not in the call.
        const auto outside = ask("sue", name, more);
        EXPECT_TRUE(outside == "forbidden call" || outside == "conflict call") << name << outside;
    }
    EXPECT_EQ(school.stored(id).version, 2);
    EXPECT_THAT(school.events(), IsEmpty());
}

TEST_F(LessonsTest, AreLedFromBesideTheCallAsWell) {
    EXPECT_EQ(school.outcome("tea", "call:settings", with({{"locked", true}})), "ok");
    EXPECT_EQ(ask("sue", "call:join"), "conflict call");
    EXPECT_EQ(ask("tea", "call:join"), "ok") << "for staff there is no lock";
    EXPECT_EQ(school.outcome("tea", "call:hand", with({{"raised", true}})), "ok");
}

TEST_F(LessonsTest, HandsAreTakenDownByWhoLeads) {
    must("sue", "call:join");
    must("sue", "call:hand", {{"raised", true}});
    must("sam", "call:hand", {{"raised", true}});
    const Json hands = seen("tim").at("lesson").at("hands");
    ASSERT_EQ(hands.size(), 2U);
    EXPECT_EQ(hands[0].at("user"), "sue");
    EXPECT_EQ(ask("sam", "call:hand", {{"raised", false}, {"user", "sue"}}), "forbidden call");
    EXPECT_EQ(ask("tim", "call:hand", {{"raised", true}, {"user", "tea"}}), "forbidden raised");
    EXPECT_EQ(ask("tim", "call:hand", {{"raised", false}, {"user", "sue"}}), "ok");
    EXPECT_EQ(ask("tim", "call:hand", {{"raised", false}, {"all", true}}), "ok");
    EXPECT_TRUE(seen("sam").at("lesson").at("hands").empty());
    EXPECT_EQ(ask("sam", "call:hand"), "invalid raised");
}

// --- The lobby

TEST_F(LessonsTest, LobbyDeny) {
    must("tim", "call:settings", {{"lobby", true}});
    school.events();
    const Json answer = must("sue", "call:join");
    EXPECT_EQ(answer.at("waiting"), true);
    EXPECT_TRUE(answer.at("leg").is_null());
    EXPECT_EQ(members(answer.at("call")), "");
    EXPECT_EQ(answer.at("call").at("lesson").at("waiting").size(), 1U);
    EXPECT_THAT(school.told(), ElementsAre("call:changed: sam tim"));
    EXPECT_EQ(ask("sam", "call:deny", {{"user", "sue"}}), "forbidden call");
    EXPECT_EQ(ask("tim", "call:deny", {{"user", "max"}}), "not_found user");
    EXPECT_EQ(ask("tim", "call:deny", {{"user", "sue"}}), "ok");
    const auto events = school.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].type, "call:denied");
    EXPECT_THAT(school.viewers(events[0]), ElementsAre("sue"));
    EXPECT_THAT(events[0].payload, Not(HasSubstr("sam")));
    EXPECT_THAT(school.viewers(events[1]), ElementsAre("sam", "tim"));
    EXPECT_EQ(ask("sue", "call:join"), "forbidden call");
    EXPECT_EQ(school.outcome_by("sue", 77, "call:start", {{"to", {{"room", "class-physics"}}}}),
              "forbidden call")
        << "nor by another way in";
}

TEST_F(LessonsTest, WhoWaitsLearnsNothingOfWhoIsInIt) {
    // max was in it, and comes back when there is a lobby.
    must("max", "call:join");
    must("max", "call:leave");
    must("tim", "call:settings", {{"lobby", true}});
    must("max", "call:join");
    school.events();
    must("sam", "call:hand", {{"raised", true}});
    must("tim", "call:poll", {{"question", "x"}, {"options", {"a", "b"}}});
    for (const auto& event : school.events())
        EXPECT_THAT(school.viewers(event), ElementsAre("sam", "tim")) << event.type;
    for (const char* user : {"max", "sue"}) {
        const Json call = seen(user);
        EXPECT_THAT(call.dump(), Not(HasSubstr("\"sam\""))) << user;
        EXPECT_TRUE(call.at("lesson").at("polls").empty());
        EXPECT_EQ(call.at("lesson").at("lobby"), true);
    }
    EXPECT_EQ(members(seen("tea")), "tim sam ") << "staff see who is there";
    EXPECT_EQ(ask("max", "call:vote", {{"poll", "1"}, {"options", {0}}}), "conflict call");
    EXPECT_EQ(ask("max", "call:hand", {{"raised", true}}), "conflict call");
    must("tim", "call:end");
    const auto ended = school.events().back();
    EXPECT_EQ(ended.type, "call:ended");
    EXPECT_THAT(ended.payload, Not(HasSubstr("\"sam\""))) << "that is told to the whole class";
    EXPECT_EQ(school.outcome("sue", "call:get", {{"call", id}}), "not_found call");
    EXPECT_THAT(members(seen("sam")), HasSubstr("sam"));
}

TEST_F(LessonsTest, WhoIsLetInComesInAndMayBeSeenWaitingByThoseInside) {
    must("tim", "call:settings", {{"lobby", true}});
    must("sue", "call:join");
    EXPECT_EQ(seen("sam").at("lesson").at("waiting").at(0).at("user").at("id"), "sue");
    school.events();
    must("tea", "call:admit", {{"user", "sue"}});
    EXPECT_THAT(school.told(), ElementsAre("call:admitted: sue", "call:changed: sam tim"));
    const Json answer = must("sue", "call:join");
    EXPECT_EQ(answer.at("waiting"), false);
    EXPECT_EQ(members(answer.at("call")), "tim sam sue ");
}

TEST_F(LessonsTest, WhoLeavesTheClassIsAtTheDoorNoMore) {
    must("tim", "call:settings", {{"lobby", true}});
    for (const char* request : {"", "call:deny", "call:admit"}) {
        must("max", "call:join");
        if (*request != 0) must("tim", request, {{"user", "max"}});
        school.directory.apply(Edit{}.remove_enrollment("max|physics"));
        school.judge(id);
        EXPECT_THAT(school.stored(id).lesson.guests, IsEmpty()) << request;
        EXPECT_EQ(school.count("SELECT count(*) FROM calls WHERE instr(state, '\"max\"') > 0"), 0)
            << "and an erasure need not look for him: " << request;
        EXPECT_EQ(ask("tim", "call:admit", {{"user", "max"}}), "not_found user");
        school.directory.apply(Edit{}.put(enrolled("max", "physics")));
    }
}

TEST_F(LessonsTest, WhoWaitsAndBlocksWhoRingsHimWaitsOnAndSeesNobody) {
    must("tim", "call:settings", {{"lobby", true}});
    must("max", "call:join");
    school.surface->wishes().blocks = [](store::Database&, std::string_view who, std::string_view) {
        return Result<bool>{who == "max"};
    };
    EXPECT_EQ(ask("tim", "call:invite", {{"user", "max"}}), "ok");
    EXPECT_EQ(seen("tim").at("lesson").at("waiting").size(), 1U);
    EXPECT_EQ(members(seen("max")), "") << "nor that it rings at his";
    EXPECT_EQ(members(seen("tim")), "tim sam max ");
    EXPECT_EQ(ask("tim", "call:admit", {{"user", "max"}}), "ok");
    EXPECT_EQ(ask("max", "call:join"), "ok");
}

TEST_F(LessonsTest, LiftingTheLobbyOfALockedCallLetsThoseInWhoWereTold) {
    must("tim", "call:settings", {{"lobby", true}});
    must("max", "call:join");
    must("tim", "call:settings", {{"lobby", false}, {"locked", true}});
    EXPECT_THAT(school.told(), Contains("call:admitted: max"));
    EXPECT_EQ(ask("sue", "call:join"), "conflict call");
    EXPECT_EQ(ask("max", "call:join"), "ok");
}

TEST_F(LessonsTest, BetweenPeopleTheStaffAmongThemLeads) {
    const auto talk = school.start_with("sue", 2, "max");
    school.must_by("max", 5, "call:accept", {{"call", talk}});
    EXPECT_EQ(school.outcome_by("sue", 2, "call:mute", {{"call", talk}, {"what", "mic"}}),
              "forbidden call");
    school.must_by("sue", 2, "call:leave", {{"call", talk}});
    const auto help = school.start_with("sue", 2, "tea");
    school.must_by("tea", 4, "call:accept", {{"call", help}});
    EXPECT_EQ(school.outcome_by("sue", 2, "call:mute", {{"call", help}, {"what", "mic"}}),
              "forbidden call");
    EXPECT_EQ(school.outcome_by("tea", 4, "call:mute", {{"call", help}, {"what", "mic"}}), "ok");
    EXPECT_TRUE(school.stored(help).leg_of("sue")->muted.mic);
    EXPECT_FALSE(school.stored(help).leg_of("tea")->muted.mic);
}

// --- Polls

TEST_F(LessonsTest, PollsAreToldWithoutNamesAndAllVotesAtOnce) {
    must("sue", "call:join");
    EXPECT_EQ(ask("sam", "call:poll", {{"question", "x"}, {"options", {"a", "b"}}}),
              "forbidden call");
    const Json call =
        must("tim", "call:poll", {{"question", "which?"}, {"options", {"a", "b"}}}).at("call");
    const std::string poll = call.at("lesson").at("polls").at(0).at("id");
    school.events();
    const Json vote = must("sam", "call:vote", {{"poll", poll}, {"options", {1}}});
    EXPECT_EQ(vote, (Json{{"callId", id}, {"poll", poll}}));
    must("sue", "call:vote", {{"poll", poll}, {"options", {1}}});
    EXPECT_THAT(school.events(), IsEmpty());
    school.later->pass(2s);
    const auto events = school.events();
    ASSERT_EQ(events.size(), 1U);
    const Json told = Json::parse(events[0].payload).at("call").at("lesson").at("polls").at(0);
    EXPECT_EQ(told.at("options").at(1).at("votes"), 2);
    EXPECT_EQ(told.at("voters"), 2);
    EXPECT_THAT(told.dump(), Not(HasSubstr("sam")));
    EXPECT_THAT(events[0].notes, Not(HasSubstr("choices")));
    EXPECT_EQ(ask("tim", "call:closePoll", {{"poll", poll}}), "ok");
    EXPECT_EQ(ask("sam", "call:vote", {{"poll", poll}, {"options", {0}}}), "conflict poll");
    for (const Json& options : {Json("a"), Json{"a"}, Json{-1}, Json{1.5}, Json(nullptr)})
        EXPECT_EQ(ask("sam", "call:vote", {{"poll", poll}, {"options", options}}),
                  "invalid options")
            << options.dump();
}

TEST_F(LessonsTest, HiddenPollsSayNothingUntilTheyAreClosed) {
    must("tim", "call:poll", {{"question", "x"}, {"options", {"a", "b"}}, {"hidden", true}});
    must("sam", "call:vote", {{"poll", "1"}, {"options", {0}}});
    school.later->pass(2s);
    const auto votes = [&] {
        return seen("tim").at("lesson").at("polls").at(0).at("options").at(0).at("votes");
    };
    EXPECT_TRUE(votes().is_null()) << "not even to who asked";
    must("tim", "call:closePoll", {{"poll", "1"}});
    EXPECT_EQ(votes(), 1);
}

TEST_F(LessonsTest, AVoteIsKeptNowhereWithWhatWasChosen) {
    must("tim", "call:poll", {{"question", "x"}, {"options", {"a", "b"}}, {"anonymous", true}});
    must("sam", "call:vote", {{"poll", "1"}, {"options", {1}}, {"key", "k1"}});
    EXPECT_EQ(school.count("SELECT count(*) FROM answered_requests WHERE name = 'call:vote'"), 1);
    EXPECT_EQ(school.count("SELECT count(*) FROM answered_requests WHERE name = 'call:vote'"
                           " AND instr(answer, 'options') > 0"),
              0);
}

TEST_F(LessonsTest, PollsAreWellFormed) {
    const auto outcome = [&](const Json& more) { return ask("tim", "call:poll", more); };
    EXPECT_EQ(outcome({{"options", {"a", "b"}}}), "invalid question");
    EXPECT_EQ(outcome({{"question", " "}, {"options", {"a", "b"}}}), "invalid question");
    for (const Json& options : {Json{"a"}, Json{"a", "a"}, Json{"a", " "}, Json{"a", 1}, Json("a"),
                                Json(std::vector<std::string>(11, "x"))})
        EXPECT_EQ(outcome({{"question", "x"}, {"options", options}}), "invalid options")
            << options.dump();
    EXPECT_EQ(outcome({{"question", "x"}, {"options", {"a", std::string(201, 'x')}}}),
              "too_large options");
    EXPECT_EQ(outcome({{"question", "x"}, {"options", {"a", "b"}}, {"seconds", 1}}),
              "invalid seconds");
}

// --- Recording

TEST_F(LessonsTest, AreRecordedByStaffWithTheConsentOfWhoIsHeard) {
    EXPECT_EQ(ask("sam", "call:record", {{"on", true}}), "forbidden call");
    const Json call = must("tim", "call:record", {{"on", true}}).at("call");
    EXPECT_EQ(call.at("lesson").at("recording").at("by"), "tim");
    EXPECT_EQ(member(call, "sam").at("consent"), "asked");
    EXPECT_EQ(member(call, "tim").at("consent"), "agreed");
    EXPECT_EQ(
        member(must("sam", "call:consent", {{"agrees", false}}).at("call"), "sam").at("consent"),
        "refused");
    EXPECT_EQ(member(must("sue", "call:join").at("call"), "sue").at("consent"), "asked");
    must("tim", "call:record", {{"on", false}});
    EXPECT_TRUE(member(seen("sam"), "sam").at("consent").is_null());
    EXPECT_EQ(school.count("SELECT count(*) FROM audit WHERE action LIKE 'recording.%'"), 3);
}

TEST_F(LessonsTest, WhoRefusesToBeRecordedIsToTheOthersOneWhoHasNotAnswered) {
    must("sue", "call:join");
    must("tim", "call:record", {{"on", true}});
    const auto consent_of_sam = [&](const std::string& user) {
        return member(seen(user), "sam").at("consent");
    };
    school.events();
    const auto version = seen("sue").at("version");
    EXPECT_EQ(
        member(must("sam", "call:consent", {{"agrees", false}}).at("call"), "sam").at("consent"),
        "refused");
    auto events = school.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "call:changed");
    EXPECT_THAT(school.viewers(events[0]), ElementsAre("sam", "tim"));
    EXPECT_THAT(events[0].payload, HasSubstr("refused"));
    EXPECT_EQ(consent_of_sam("sam"), "refused");
    EXPECT_EQ(consent_of_sam("tim"), "refused");
    EXPECT_EQ(consent_of_sam("tea"), "refused") << "who leads it from beside the call";
    EXPECT_EQ(consent_of_sam("sue"), "asked");
    EXPECT_EQ(consent_of_sam("max"), "asked");
    EXPECT_EQ(seen("sue").at("version"), version);
    // Nor is it in anything that is told to all.
    must("sue", "call:hand", {{"raised", true}});
    must("sam", "call:consent", {{"agrees", true}});
    for (const auto& event : school.events())
        EXPECT_THAT(event.payload, Not(HasSubstr("refused"))) << event.type;
    must("sam", "call:consent", {{"agrees", false}});
    events = school.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_THAT(school.viewers(events[0]), ElementsAre("sam", "sue", "tim"));
    EXPECT_THAT(events[0].payload, Not(HasSubstr("refused"))) << "but that he agrees no more";
    EXPECT_THAT(school.viewers(events[1]), ElementsAre("sam", "tim"));
}

TEST_F(LessonsTest, ThatARecordingEndsIsNotedHoweverItEnds) {
    const auto ends = [&](const std::string& actor) {
        const std::string sql =
            "SELECT count(*) FROM audit WHERE action = 'recording.stop' AND actor = '" + actor +
            "' AND subject = '" + id + "'";
        return school.count(sql.c_str());
    };
    must("tea", "call:join");
    must("tim", "call:record", {{"on", true}});
    must("tim", "call:leave");
    EXPECT_EQ(ends("tim"), 1) << "he goes";
    must("tea", "call:record", {{"on", true}});
    school.lose(id, "tea", 4);
    school.later->pass(1min);
    EXPECT_EQ(ends("local:server"), 1) << "he is lost";
    must("tea", "call:join");
    must("tea", "call:record", {{"on", true}});
    must("tim", "call:end");
    EXPECT_EQ(ends("tim"), 2) << "the call ends";
    EXPECT_EQ(school.count("SELECT count(*) FROM audit WHERE action = 'recording.stop'"), 3);
}

TEST_F(LessonsTest, AreNotRecordedWhereTheSchoolDoesNotAllowIt) {
    campus::SurfaceUnderTest strict(
        [](campus::Surface& surface) {
            register_calls(surface);
            register_recording(surface, false);
        },
        {calls_migrations(), campus::schedule_migrations()});
    std::promise<Result<Json>> answered;
    strict.surface->device_request(
        "tim", 3, "call:start", {{"to", {{"room", "class-physics"}}}},
        [&](Result<Json> result) { answered.set_value(std::move(result)); });
    const Json started = *answered.get_future().get();
    const Json call{{"call", started.at("call").at("id")}};
    const auto ask = [&](bool on) {
        Json request = call;
        request["on"] = on;
        return strict.outcome("tim", "call:record", request);
    };
    EXPECT_EQ(ask(true), "forbidden call");
    // Begun when it was allowed.
    std::promise<void> done;
    ASSERT_TRUE(strict.store->submit(
        {.work =
             [](store::Transaction& transaction) {
                 return transaction.db()
                     .statement(
                         "UPDATE calls SET state = substr(state, 1, length(state) - 1) || "
                         "',\"lesson\":{\"recorded\":{\"by\":\"tim\"},\"recordedSince\":1}}'")
                     .run();
             },
         .done = [&](const Status&) { done.set_value(); }}));
    done.get_future().wait();
    const auto recording = [&] {
        return strict.must("tim", "call:get", call).at("call").at("lesson").at("recording");
    };
    EXPECT_EQ(recording().at("by"), "tim");
    EXPECT_EQ(ask(true), "forbidden call");
    EXPECT_EQ(ask(false), "ok");
    EXPECT_TRUE(recording().is_null());
}

// --- Attendance

TEST_F(LessonsTest, AttendanceIsForWhoLeadsIt) {
    EXPECT_EQ(school.outcome("sam", "call:attendance", {{"call", id}}), "forbidden call");
    EXPECT_EQ(school.outcome("ann", "call:attendance", {{"call", id}}), "not_found call");
    must("sue", "call:join");
    school.lose(id, "sue", 2);
    school.must_by("sue", 22, "call:join", {{"call", id}});
    must("sam", "call:leave");
    must("sam", "call:join");
    const auto intervals = [&](const std::string& user) {
        std::string text;
        const Json page = school.must("tea", "call:attendance", {{"call", id}});
        for (const Json& one : page.at("attendance")) {
            if (one.at("user").at("id") != user) continue;
            for (const Json& interval : one.at("intervals"))
                text += interval.at("how").is_null() ? "there "
                                                     : interval.at("how").get<std::string>() + " ";
        }
        return text;
    };
    EXPECT_EQ(intervals("sue"), "there ") << "a short absence is none";
    EXPECT_EQ(intervals("sam"), "left there ");
    school.lose(id, "sue", 22);
    school.later->pass(1min);
    EXPECT_EQ(intervals("sue"), "lost ");
    must("tim", "call:end");
    EXPECT_EQ(intervals("sam"), "left ended ");
    EXPECT_EQ(school.outcome("sam", "call:attendance", {{"call", id}}), "forbidden call");
    const Json first = school.must("tim", "call:attendance", {{"call", id}, {"limit", 1}});
    EXPECT_EQ(first.at("attendance").size(), 1U);
    const Json second = school.must("tim", "call:attendance",
                                    {{"call", id}, {"limit", 1}, {"after", first.at("next")}});
    EXPECT_EQ(second.at("attendance").at(0).at("user").at("id"), "sam");
}

TEST_F(LessonsTest, AttendanceOfACallBetweenPeopleIsNotForWhoDeclined) {
    must("tim", "call:end");
    const auto talk = school.start("tim", 3, Json{{"users", {"sam", "tea"}}});
    school.must_by("sam", 1, "call:accept", {{"call", talk}});
    const auto asks = [&](const char* user) {
        return school.outcome(user, "call:attendance", {{"call", talk}});
    };
    EXPECT_EQ(asks("tea"), "ok") << "as long as it rings at hers";
    school.must_by("tea", 4, "call:decline", {{"call", talk}});
    EXPECT_EQ(school.outcome("tea", "call:get", {{"call", talk}}), "not_found call");
    EXPECT_EQ(asks("tea"), "not_found call");
    EXPECT_EQ(asks("tim"), "ok");
    EXPECT_EQ(school.outcome("tim", "call:attendance", {{"call", talk}, {"after", "zz"}}),
              "invalid after");
    school.must_by("sam", 1, "call:leave", {{"call", talk}});
    EXPECT_EQ(asks("tea"), "ok") << "when it is over, as any of it";
}

TEST_F(LessonsTest, AttendanceOfWhoComesAndGoesWithoutEndHasAnEnd) {
    for (std::int64_t i = 0; i < limits::intervals_max + 5; ++i) {
        must("sam", "call:leave");
        must("sam", "call:join");
    }
    EXPECT_EQ(school.count("SELECT count(*) FROM call_attendance WHERE user = 'sam'"),
              limits::intervals_max);
    EXPECT_EQ(school.count("SELECT count(*) FROM call_attendance WHERE left_at IS NULL"), 2);
}

// --- Screens

TEST_F(LessonsTest, AScreenIsForSomeAndDrawnUponOnABoardOfWhoShowsIt) {
    school.surface->rooms().add(
        "board-",
        [](store::Database&, const campus::Directory&, std::string_view user,
           std::string_view room) -> Result<bool> { return room == "board-b1" && user == "tim"; });
    must("sue", "call:join");
    EXPECT_EQ(ask("tim", "screen:annotate", {{"doc", "b1"}}), "conflict call");
    EXPECT_EQ(ask("tim", "screen:start", {{"viewers", {"max"}}}), "conflict viewers");
    const Json call = must("tim", "screen:start", {{"viewers", {"sue"}}}).at("call");
    EXPECT_EQ(call.at("screen").at("viewers"), Json::array({"sue"}));
    EXPECT_EQ(ask("sam", "screen:annotate", {{"doc", "b1"}}), "forbidden call");
    EXPECT_EQ(ask("tim", "screen:annotate", {{"doc", "b2"}}), "not_found doc");
    EXPECT_EQ(ask("tim", "screen:annotate", {{"doc", "b1"}}), "ok");
    EXPECT_EQ(seen("sam").at("screen").at("board"), "b1");
    EXPECT_EQ(ask("tim", "screen:annotate", {{"doc", nullptr}}), "ok");
    EXPECT_TRUE(seen("sam").at("screen").at("board").is_null());
}

}  // namespace
}  // namespace homeroom::features::calls
