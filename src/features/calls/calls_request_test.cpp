// Calls through the surface: who may call whom, who is told, and what is kept. The cases of
// reference calls are named after what happens in them.
#include <gmock/gmock.h>

#include "features/calls/limits.h"
#include "features/calls/rules.h"
#include "features/calls/test_calls.h"

namespace homeroom::features::calls {
namespace {

using campus::affiliated;
using campus::Edit;
using campus::enrolled;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class CallsTest : public testing::Test {
protected:
    // sam calls sue, who answers.
    std::string talk() {
        const auto id = school.start_with("sam", 1, "sue");
        school.must_by("sue", 2, "call:accept", {{"call", id}});
        school.events();
        return id;
    }
    // Everything that may be done with a call, by whom it does not concern: as with none.
    void must_be_none_of(const std::string& user, const std::string& id) {
        for (const char* name : {"call:get", "call:accept", "call:decline", "call:join",
                                 "call:leave", "call:end", "screen:start"}) {
            const auto real = school.by(user, 77, name, {{"call", id}});
            ASSERT_FALSE(real.ok()) << name;
            EXPECT_EQ(real.error().code, Code::not_found) << name;
            EXPECT_EQ(campus::to_ack(real),
                      campus::to_ack(school.by(user, 77, name, {{"call", "nothing"}})))
                << name;
        }
    }

    // What he is shown of the calls that he was of: "ended: sam=left sue=left, …"
    std::string history(const std::string& user) {
        std::string text;
        const Json list = school.must(user, "call:list", Json::object());
        for (const Json& call : list.at("calls")) {
            text += (text.empty() ? "" : ", ") + call.at("state").get<std::string>() + ":";
            for (const Json& member : call.at("members"))
                text += " " + member.at("id").get<std::string>() + "=" +
                        member.at("state").get<std::string>();
        }
        return text;
    }

    CallsUnderTest school{};
};

TEST_F(CallsTest, RingAtTheOtherAndAtNobodyElse) {
    const Json answer =
        school.must_by("sam", 1, "call:start", {{"to", {{"user", "sue"}}}, {"media", "audio"}});
    EXPECT_EQ(answer.at("call").at("state"), "ringing");
    EXPECT_EQ(answer.at("call").at("media"), "audio");
    EXPECT_EQ(answer.at("merged"), false);
    EXPECT_EQ(answer.at("leg"), answer.at("call").at("members").at(0).at("leg"));
    EXPECT_THAT(school.told(), ElementsAre("call:started: sam", "call:ringing: sue"));
    const std::string id = answer.at("call").at("id");
    school.must_by("sue", 2, "call:accept", {{"call", id}});
    EXPECT_THAT(school.told(), ElementsAre("call:accepted: sam sue"));
    must_be_none_of("tim", id);
    must_be_none_of("pat", id);
}

TEST_F(CallsTest, EveryEventHasTheWholeCallAndItsVersion) {
    const auto id = school.start_with("sam", 1, "sue");
    school.must_by("sue", 2, "call:accept", {{"call", id}});
    school.lose(id, "sue", 2);
    school.must_by("sue", 3, "call:join", {{"call", id}});
    school.must_by("sam", 1, "call:end", {{"call", id}});
    std::int64_t version = 0;
    for (const auto& event : school.events()) {
        const Json payload = Json::parse(event.payload);
        EXPECT_GE(payload.at("call").at("version"), version);
        version = payload.at("call").at("version");
        EXPECT_THAT(event.payload, testing::Not(testing::HasSubstr("\"device\"")));
        EXPECT_THAT(event.payload, testing::Not(testing::HasSubstr("hidden")));
    }
    EXPECT_EQ(version, school.stored(id).version);
}

TEST_F(CallsTest, AreForThoseWhoMayWriteToEachOther) {
    EXPECT_EQ(school.outcome_by("sam", 1, "call:start", {{"to", {{"user", "pat"}}}}),
              "not_found to");
    EXPECT_EQ(school.outcome_by("sam", 1, "call:start", {{"to", {{"user", "nobody"}}}}),
              "not_found to");
    CallsUnderTest strict{{.messages = {.peers = false}}};
    EXPECT_EQ(strict.outcome_by("sam", 1, "call:start", {{"to", {{"user", "sue"}}}}),
              "forbidden to");
    EXPECT_EQ(strict.outcome_by("sam", 1, "call:start", {{"to", {{"user", "tim"}}}}), "ok");
    for (const Json& to : {Json{{"user", "sam"}}, Json{{"user", ""}}, Json{{"user", 5}},
                           Json{{"users", Json::array()}}, Json{{"session", "x"}}, Json::object(),
                           Json{{"user", "sue"}, {"room", "x"}}, Json("sue")})
        EXPECT_EQ(school.outcome_by("sam", 1, "call:start", {{"to", to}}), "invalid to")
            << to.dump();
    EXPECT_EQ(school.outcome("sam", "call:start", {{"to", {{"user", "sue"}}}}), "invalid")
        << "by a single request nobody is anywhere";
}

TEST_F(CallsTest, AmongStudentsAreForStaffToComeIntoWhereTheSchoolSupervises) {
    CallsUnderTest watched{{.messages = {.supervised = SchoolPolicy::Supervised::students}}};
    const auto id = watched.start_with("sam", 1, "sue");
    watched.must_by("sue", 2, "call:accept", {{"call", id}});
    EXPECT_EQ(watched.outcome_by("tom", 4, "call:join", {{"call", id}}), "not_found call");
    const Json list = watched.must("tim", "call:supervised", {{"room", "class-physics"}});
    EXPECT_EQ(list.at("calls").at(0).at("id"), id);
    EXPECT_EQ(watched.outcome("sam", "call:supervised", {{"room", "class-physics"}}),
              "not_found room");
    watched.events();
    watched.must_by("tim", 3, "call:join", {{"call", id}});
    EXPECT_THAT(watched.told(), ElementsAre("call:member: sam sue tim")) << "they see him come";
    EXPECT_EQ(watched.outcome_by("tim", 3, "call:end", {{"call", id}}), "ok");
    EXPECT_EQ(watched.outcome_by("sam", 1, "call:start", {{"to", {{"user", "tim"}}}}), "ok");
}

// eve shares no class with sam, and tim teaches both.
class SupervisedCalls : public testing::Test {
protected:
    SupervisedCalls() {
        watched.directory.apply(Edit{}
                                    .put(campus::user("eve"))
                                    .put(campus::class_in("latin", "", "north"))
                                    .put(enrolled("eve", "latin"))
                                    .put(enrolled("tim", "latin", campus::Role::teacher))
                                    .put(campus::user("tea"))
                                    .put(enrolled("tea", "physics", campus::Role::teacher)));
    }
    std::string call_of_sam(const Json& users) {
        const auto id = watched.start("sam", 1, Json{{"users", users}});
        EXPECT_FALSE(id.empty());
        return id;
    }
    std::string by(const std::string& user, std::uint64_t device, const char* what,
                   const std::string& id) {
        auto outcome = watched.outcome_by(user, device, what, {{"call", id}});
        watched.judge(id);
        return outcome;
    }
    std::size_t listed() {
        return watched.must("tea", "call:supervised", {{"room", "class-physics"}})
            .at("calls")
            .size();
    }

    CallsUnderTest watched{
        {.messages = {.institution = true, .supervised = SchoolPolicy::Supervised::students}}};
};

TEST_F(SupervisedCalls, AreForStaffToComeIntoWhoeverOfThemIsRung) {
    const auto id = call_of_sam({"sue", "tim"});
    EXPECT_EQ(by("sue", 2, "call:accept", id), "ok");
    EXPECT_EQ(listed(), 1U) << "tim only rings";
    EXPECT_EQ(by("tim", 3, "call:decline", id), "ok");
    EXPECT_EQ(listed(), 1U);
    EXPECT_EQ(by("tea", 4, "call:join", id), "ok");
    EXPECT_EQ(watched.state(id), "active sam=present sue=present tim=declined tea=present");
}

TEST_F(SupervisedCalls, AreForStaffToComeIntoAfterTheirsHungUp) {
    const auto id = watched.start("tim", 3, Json{{"users", {"sam", "sue"}}});
    EXPECT_EQ(by("sam", 1, "call:accept", id), "ok");
    EXPECT_EQ(by("sue", 2, "call:accept", id), "ok");
    EXPECT_EQ(listed(), 0U) << "tim is there";
    EXPECT_EQ(by("tim", 3, "call:leave", id), "ok");
    EXPECT_EQ(listed(), 1U);
}

TEST_F(SupervisedCalls, AmongStudentsOfNoClassThatTheyShareAreOnlyWithStaff) {
    EXPECT_EQ(watched.outcome_by("sam", 1, "call:start", {{"to", {{"user", "eve"}}}}),
              "forbidden to");
    auto id = call_of_sam({"eve", "tim"});
    EXPECT_EQ(by("eve", 2, "call:accept", id), "forbidden call") << "he is not there yet";
    EXPECT_EQ(by("tim", 3, "call:decline", id), "ok");
    EXPECT_EQ(watched.state(id), "ended:cancelled sam=removed eve=removed tim=declined");
    id = call_of_sam({"eve", "tim"});
    EXPECT_EQ(by("tim", 3, "call:accept", id), "ok");
    EXPECT_EQ(by("eve", 2, "call:accept", id), "ok");
    EXPECT_EQ(watched.stored(id).count_here(), 3U);
    EXPECT_EQ(by("tim", 3, "call:leave", id), "ok");
    EXPECT_EQ(watched.state(id), "ended:revoked sam=removed eve=removed tim=left");
}

TEST_F(SupervisedCalls, AreNotKeptUpByStaffThatOnlyRings) {
    const auto id = call_of_sam({"eve", "tim"});
    EXPECT_EQ(by("tim", 3, "call:accept", id), "ok");
    EXPECT_EQ(by("eve", 2, "call:accept", id), "ok");
    watched.must_by("sam", 1, "call:invite", {{"call", id}, {"user", "tea"}});
    EXPECT_EQ(by("tim", 3, "call:leave", id), "ok");
    EXPECT_EQ(watched.stored(id).state, CallState::ended);
}

TEST_F(CallsTest, AmongStudentsThatAreFullAreForStaffToComeIntoAllTheSame) {
    CallsUnderTest watched{
        {.messages = {.supervised = SchoolPolicy::Supervised::students}, .calls = {.members = 2}}};
    const auto id = watched.start_with("sam", 1, "sue");
    watched.must_by("sue", 2, "call:accept", {{"call", id}});
    EXPECT_EQ(watched.outcome_by("tim", 3, "call:join", {{"call", id}}), "ok");
}

TEST_F(CallsTest, AreMergedWhenTwoCallEachOther) {
    const auto id = school.start_with("sam", 1, "sue");
    school.events();
    const Json answer = school.must_by("sue", 2, "call:start", {{"to", {{"user", "sam"}}}});
    EXPECT_EQ(answer.at("call").at("id"), id);
    EXPECT_EQ(answer.at("merged"), true);
    EXPECT_THAT(school.told(), ElementsAre("call:accepted: sam sue"));
    EXPECT_EQ(school.state(id), "active sam=present sue=present");
    EXPECT_EQ(school.count("SELECT count(*) FROM calls"), 1);
}

TEST_F(CallsTest, ToWhoTalksAreBusyWhereThatMayBeKnown) {
    talk();
    const Json answer = school.must_by("tim", 3, "call:start", {{"to", {{"user", "sue"}}}});
    EXPECT_EQ(answer.at("call").at("state"), "ended");
    EXPECT_EQ(answer.at("call").at("reason"), "busy");
    EXPECT_EQ(answer.at("leg"), nullptr);
    EXPECT_THAT(school.told(),
                ElementsAre("call:started: tim", "call:missed: sue", "call:ended: sue tim"));
}

TEST_F(CallsTest, ToWhoTalksAndIsInvisibleAreToldToHimAloneAndRingOut) {
    talk();
    school.surface->wishes().is_invisible = [](store::Database&, std::string_view user) {
        return Result<bool>{user == "sue"};
    };
    const auto id = school.start_with("tim", 3, "sue");
    EXPECT_EQ(school.stored(id).state, CallState::ringing);
    const auto events = school.events();
    EXPECT_EQ(Json::parse(events.back().payload).at("silent"), true);
    school.later->pass(school.policy.calls.ring);
    EXPECT_EQ(school.state(id), "ended:timeout tim=left sue=missed");
}

TEST_F(CallsTest, ToWhoTalksAreBusyWhereAllWhoAreOfThemMayKnow) {
    CallsUnderTest open{{.messages = {.institution = true}}};
    open.directory.apply(Edit{}
                             .put(campus::user("eve"))
                             .put(campus::class_in("latin", "", "north"))
                             .put(enrolled("eve", "latin")));
    const auto talk = open.start_with("sue", 2, "ann");
    open.must_by("ann", 5, "call:accept", {{"call", talk}});
    const auto id = open.start("sam", 1, Json{{"users", {"sue", "eve"}}});
    EXPECT_EQ(open.state(id), "ringing sam=present sue=ringing eve=ringing")
        << "eve may not see sue's presence";
    EXPECT_TRUE(open.stored(id).leg_of("sue")->silent);
    open.must_by("sam", 1, "call:leave", {{"call", id}});
    const auto other = open.start("sam", 1, Json{{"users", {"sue", "tim"}}});
    EXPECT_EQ(open.state(other), "ringing sam=present sue=busy tim=ringing");
    open.must_by("tim", 3, "call:accept", {{"call", other}});
    open.must_by("sam", 1, "call:invite", {{"call", other}, {"user", "pia"}});
    open.must_by("sue", 2, "call:leave", {{"call", talk}});
    open.must_by("sue", 2, "call:start", {{"to", {{"user", "eve"}}}});
    open.must_by("sam", 1, "call:invite", {{"call", other}, {"user", "sue"}});
    EXPECT_EQ(open.stored(other).leg_of("sue")->state, LegState::ringing)
        << "pia, whom it rings at, may not";
}

TEST_F(CallsTest, InQuietHoursAreToldWithoutRinging) {
    school.surface->wishes().quiet_until = [](store::Database&, std::string_view user,
                                              WallTime now) {
        return Result<std::optional<WallTime>>{user == "sue" ? std::optional{now + 1h}
                                                             : std::nullopt};
    };
    school.start_with("sam", 1, "sue");
    const auto events = school.events();
    ASSERT_EQ(events.back().type, "call:ringing");
    EXPECT_EQ(Json::parse(events.back().payload).at("silent"), true);
}

// Case 33: nothing distinguishes it from somebody who does not answer.
TEST_F(CallsTest, OfWhoIsBlockedNobodyHearsAndTheCallerCannotTell) {
    school.surface->wishes().blocks = [](store::Database&, std::string_view who,
                                         std::string_view whom) {
        return Result<bool>{who == "sue" && whom == "sam"};
    };
    const auto id = school.start_with("sam", 1, "sue");
    EXPECT_THAT(school.told(), ElementsAre("call:started: sam"));
    const auto other = school.start_with("tim", 3, "sue");
    const auto shape = [&](const std::string& call, const char* caller) {
        Json view = school.must(caller, "call:get", {{"call", call}}).at("call");
        return view.at("members").at(1);
    };
    EXPECT_EQ(shape(id, "sam"), shape(other, "tim"));
    must_be_none_of("sue", id);
    school.must_by("tim", 3, "call:leave", {{"call", other}});
    school.events();
    school.later->pass(school.policy.calls.ring);
    EXPECT_THAT(school.told(), ElementsAre("call:ended: sam"));
    EXPECT_EQ(school.must("sue", "call:list", Json::object()).at("calls").size(), 1U)
        << "only tim's";
    EXPECT_EQ(school.outcome_by("sue", 2, "call:start", {{"to", {{"user", "sam"}}}}),
              "forbidden to")
        << "whoever blocks somebody does not call him";
}

TEST_F(CallsTest, InAClassAreForWhoBlocksWhomeverRingsThere) {
    school.surface->wishes().blocks = [](store::Database&, std::string_view who,
                                         std::string_view whom) {
        return Result<bool>{who == "sam" && whom == "tim"};
    };
    const auto id = school.start("tim", 3, Json{{"room", "class-physics"}});
    school.events();
    school.must_by("tim", 3, "call:invite", {{"call", id}, {"user", "sam"}});
    EXPECT_THAT(school.told(), ElementsAre("call:member: tim")) << "it does not ring at his";
    school.must_by("sam", 1, "call:join", {{"call", id}});
    EXPECT_THAT(school.told(), ElementsAre("call:accepted: sam tim"));
}

TEST_F(CallsTest, ThatNobodyAnswersAreMissedOnce) {
    const auto id = school.start_with("sam", 1, "sue");
    school.events();
    school.later->pass(school.policy.calls.ring / 2);
    EXPECT_THAT(school.told(), IsEmpty());
    school.later->pass(school.policy.calls.ring / 2);
    school.later->pass(1h);
    EXPECT_THAT(school.told(), ElementsAre("call:missed: sue", "call:ended: sam sue"));
    EXPECT_EQ(school.outcome_by("sue", 2, "call:accept", {{"call", id}}), "conflict call");
}

TEST_F(CallsTest, ThatAreTakenBackAreOverOnAllDevicesOfBoth) {
    const auto id = school.start_with("sam", 1, "sue");
    school.events();
    school.must_by("sam", 1, "call:leave", {{"call", id}});
    EXPECT_THAT(school.told(), ElementsAre("call:missed: sue", "call:ended: sam sue"));
}

TEST_F(CallsTest, AreOneAtATime) {
    const auto id = talk();
    EXPECT_EQ(school.outcome_by("sam", 1, "call:start", {{"to", {{"user", "tim"}}}}),
              "conflict call");
    school.lose(id, "sam", 1);
    EXPECT_EQ(school.outcome_by("sam", 5, "call:start", {{"to", {{"user", "tim"}}}}), "ok")
        << "what he lost he leaves by it";
    EXPECT_EQ(school.state(id), "ended:completed sam=left sue=left");
}

TEST_F(CallsTest, InAClassAreToldToItAndRingAtNobodys) {
    EXPECT_EQ(school.outcome_by("sam", 1, "call:start", {{"to", {{"room", "class-physics"}}}}),
              "forbidden to");
    for (const char* room : {"class-art", "class-none", "user-sam", "nonsense"})
        EXPECT_EQ(school.outcome_by("tim", 3, "call:start", {{"to", {{"room", room}}}}),
                  "not_found to")
            << room;
    EXPECT_EQ(school.outcome_by("tim", 3, "call:start", {{"to", {{"room", "institution-north"}}}}),
              "forbidden to");
    const auto id = school.start("tim", 3, Json{{"room", "class-physics"}});
    EXPECT_THAT(school.told(), ElementsAre("call:started: sam sue tim"));
    school.must_by("sam", 1, "call:join", {{"call", id}});
    EXPECT_THAT(school.told(), ElementsAre("call:member: sam tim"))
        << "who is not in it is not told";
    const Json again =
        school.must_by("sue", 2, "call:start", {{"to", {{"room", "class-physics"}}}});
    EXPECT_EQ(again.at("call").at("id"), id) << "there is one in a room";
    EXPECT_EQ(school.outcome_by("sam", 1, "call:end", {{"call", id}}), "forbidden call");
    school.events();
    school.must_by("tim", 3, "call:end", {{"call", id}});
    EXPECT_THAT(school.told(), ElementsAre("call:ended: sam sue tim"));
    must_be_none_of("pat", id);
}

TEST_F(CallsTest, InAClassRingAtThoseWhomStaffCallsIn) {
    const auto id = school.start("tim", 3, Json{{"room", "class-physics"}});
    school.must_by("sam", 1, "call:join", {{"call", id}});
    EXPECT_EQ(school.outcome_by("sam", 1, "call:invite", {{"call", id}, {"user", "sue"}}),
              "forbidden call");
    EXPECT_EQ(school.outcome_by("tim", 3, "call:invite", {{"call", id}, {"user", "pat"}}),
              "not_found user");
    school.events();
    school.must_by("tim", 3, "call:invite", {{"call", id}, {"user", "sue"}});
    EXPECT_THAT(school.told(), ElementsAre("call:member: sam sue tim", "call:ringing: sue"));
    school.must_by("sue", 2, "call:decline", {{"call", id}});
    EXPECT_EQ(school.stored(id).state, CallState::active);
}

// Case 52.
TEST_F(CallsTest, InAClassAreLeftAtOnceByWhoLeavesTheClass) {
    const auto id = school.start("tim", 3, Json{{"room", "class-physics"}});
    school.must_by("sam", 1, "call:join", {{"call", id}});
    school.must_by("sue", 2, "call:join", {{"call", id}});
    school.events();
    school.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_FALSE(may_be_in(school.policy, school.directory, school.stored(id), "sam"))
        << "no signal is let through from this moment";
    school.judge(id);
    EXPECT_THAT(school.told(), ElementsAre("call:removed: sam", "call:member: sue tim"));
    must_be_none_of("sam", id);
    EXPECT_EQ(history("sam"), "") << "no more of it in a list than by its id";
    school.must_by("tim", 3, "call:leave", {{"call", id}});
    EXPECT_THAT(school.told(), ElementsAre("call:member: sue tim"));
    school.must_by("sue", 2, "call:leave", {{"call", id}});
    const Json past = school.must("sam", "call:get", {{"call", id}}).at("call");
    EXPECT_EQ(past.at("members"), Json::array());
    EXPECT_EQ(past.at("endedAt"), nullptr);
    EXPECT_EQ(history("sam"), "ended:");
    EXPECT_EQ(history("tim"), "ended: tim=left sue=left");
}

TEST_F(CallsTest, InAClassAreHistoryOfItsMembersAlone) {
    const auto id = school.start("tim", 3, Json{{"room", "class-physics"}});
    school.must_by("sam", 1, "call:join", {{"call", id}});
    school.must_by("sam", 1, "call:leave", {{"call", id}});
    school.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    school.must_by("sue", 2, "call:join", {{"call", id}});
    school.must_by("tim", 3, "call:end", {{"call", id}});
    EXPECT_EQ(history("sam"), "ended: sam=left") << "who came after him is not his to know";
}

TEST_F(CallsTest, BetweenPeopleEndWhenTheyMayNotCallEachOtherAnyMore) {
    const auto id = talk();
    school.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    school.judge(id);
    EXPECT_EQ(school.stored(id).reason, EndReason::revoked);
    EXPECT_EQ(school.outcome_by("sam", 1, "call:join", {{"call", id}}), "not_found call");
    const auto ringing = school.start_with("tim", 3, "sue");
    school.directory.apply(Edit{}.remove_enrollment("tim|physics"));
    EXPECT_EQ(school.outcome_by("sue", 2, "call:accept", {{"call", ringing}}), "not_found call");
    school.judge(ringing);
    EXPECT_EQ(school.stored(ringing).state, CallState::ended);
}

TEST_F(CallsTest, OutliveTheProcessOrEndCleanly) {
    const auto id = talk();
    const auto ringing = school.start_with("tim", 3, "ann");
    school.restart();
    std::vector<Call> calls;
    school.run([&](store::Transaction& transaction) -> Status {
        TRY(calls, take_over(transaction, school.directory, wall_now(), 30s));
        return Ok{};
    });
    EXPECT_EQ(calls.size(), ringing.empty() ? 1U : 2U);
    EXPECT_EQ(school.state(id), "active sam=away sue=away");
    const std::string leg = school.stored(id).leg_of("sam")->leg;
    const Json back = school.must_by("sam", 41, "call:join", {{"call", id}, {"leg", leg}});
    EXPECT_EQ(back.at("leg"), leg);
}

TEST_F(CallsTest, AreInTheHistoryOfThoseOfThem) {
    const auto id = talk();
    school.must_by("sam", 1, "call:leave", {{"call", id}});
    for (const char* user : {"sam", "sue"}) {
        const Json list = school.must(user, "call:list", Json::object());
        ASSERT_EQ(list.at("calls").size(), 1U) << user;
        const Json& call = list.at("calls").at(0);
        EXPECT_EQ(call.at("reason"), "completed");
        EXPECT_EQ(call.at("host").at("id"), "sam");
        EXPECT_FALSE(call.at("endedAt").is_null());
    }
    EXPECT_EQ(school.must("tim", "call:list", Json::object()).at("calls").size(), 0U);
    for (int i = 0; i < 3; ++i)
        school.must_by("sam", 1, "call:leave", {{"call", school.start_with("sam", 1, "sue")}});
    Json page = school.must("sam", "call:list", {{"limit", 3}});
    EXPECT_EQ(page.at("calls").size(), 3U);
    page = school.must("sam", "call:list", {{"limit", 3}, {"before", page.at("next")}});
    EXPECT_EQ(page.at("calls").size(), 1U);
    EXPECT_EQ(page.at("next"), nullptr);
}

TEST_F(CallsTest, AreBegunOnceWhateverIsRepeated) {
    const Json request{{"to", {{"user", "sue"}}}, {"key", "k"}};
    const Json first = school.must_by("sam", 1, "call:start", request);
    EXPECT_EQ(school.must_by("sam", 1, "call:start", request), first);
    EXPECT_EQ(school.count("SELECT count(*) FROM calls"), 1);
    EXPECT_EQ(
        school.count("SELECT count(*) FROM answered_requests WHERE answer LIKE '%credential%'"), 0);
}

TEST_F(CallsTest, HaveNoMorePeopleThanTheyMay) {
    CallsUnderTest small{{.calls = {.members = 2}}};
    EXPECT_EQ(small.outcome_by("sam", 1, "call:start", {{"to", {{"users", {"sue", "tim"}}}}}),
              "too_large to");
    EXPECT_EQ(small.outcome_by("sam", 1, "call:start", {{"to", {{"users", {"sue"}}}}}), "ok");
}

TEST_F(CallsTest, AmongSeveralAreForThoseWhoMayAllTalkToEachOther) {
    EXPECT_EQ(school.outcome_by("sue", 2, "call:start", {{"to", {{"users", {"sam", "ann"}}}}}),
              "ok")
        << "sam and ann share the course";
    CallsUnderTest strict{{.messages = {.peers = false}}};
    EXPECT_EQ(strict.outcome_by("tim", 3, "call:start", {{"to", {{"users", {"sam", "sue"}}}}}),
              "forbidden to");
}

// lou of latin is nobody to sue of physics; tim and max are of both. sue declined.
class CallsAmongSeveral : public CallsTest {
protected:
    CallsAmongSeveral() {
        school.directory.apply(Edit{}
                                   .put(campus::user("lou"))
                                   .put(campus::user("max"))
                                   .put(campus::class_in("latin", "", "north"))
                                   .put(enrolled("lou", "latin"))
                                   .put(enrolled("tim", "latin", campus::Role::teacher))
                                   .put(enrolled("max", "latin"))
                                   .put(enrolled("max", "physics")));
        id = school.start("tim", 3, Json{{"users", {"sue", "max"}}});
        school.must_by("max", 4, "call:accept", {{"call", id}});
        school.must_by("sue", 2, "call:decline", {{"call", id}});
    }
    std::string id{};
};

TEST_F(CallsAmongSeveral, AreForWhoMayWriteToThoseWhoHaveGoneAsWell) {
    const Json lou{{"call", id}, {"user", "lou"}};
    EXPECT_EQ(school.outcome_by("tim", 3, "call:invite", lou), "forbidden user")
        << "sue is in what he would be shown, and he in what she would";
    school.must_by("tim", 3, "call:invite", {{"call", id}, {"user", "sam"}});
}

TEST_F(CallsAmongSeveral, AreNotWatchedByWhoDeclined) {
    school.must_by("tim", 3, "call:invite", {{"call", id}, {"user", "sam"}});
    school.must_by("sam", 1, "call:accept", {{"call", id}});
    EXPECT_EQ(school.outcome("sue", "call:get", {{"call", id}}), "not_found call");
    EXPECT_EQ(history("sue"), "");
    for (const char* again : {"call:decline", "call:leave"}) {
        const Json call = school.must_by("sue", 2, again, {{"call", id}}).at("call");
        ASSERT_EQ(call.at("members").size(), 1U) << again;
        EXPECT_EQ(call.at("members").at(0).at("id"), "sue");
    }
    school.must_by("tim", 3, "call:end", {{"call", id}});
    EXPECT_EQ(history("sue"), "ended: tim=left sue=declined max=left sam=left");
}

TEST_F(CallsAmongSeveral, AreComeIntoAgainByWhoMayWriteToAllWhoAreThere) {
    school.must_by("tim", 3, "call:invite", {{"call", id}, {"user", "sam"}});
    school.must_by("sam", 1, "call:accept", {{"call", id}});
    school.directory.apply(Edit{}.remove_enrollment("max|physics"));
    school.judge(id);
    EXPECT_EQ(school.state(id), "active tim=present sue=declined max=present sam=present");
    EXPECT_EQ(school.outcome_by("sue", 2, "call:join", {{"call", id}}), "not_found call");
    school.must_by("max", 4, "call:leave", {{"call", id}});
    EXPECT_EQ(school.outcome_by("sue", 2, "call:join", {{"call", id}}), "ok");
}

// --- Groups

class CallsInAGroup : public CallsTest {
protected:
    void form(bool listed) {
        school.directory.groups().apply(
            {.group = {.id = "g", .listed = listed, .home = "class-physics"},
             .members = {{.user = "tim", .role = campus::GroupRole::owner},
                         {.user = "sam"},
                         {.user = "sue"}}});
        id = school.start("sam", 1, Json{{"room", "group-g"}});
    }
    std::string ring(const char* by, std::uint64_t device, const char* user) {
        return school.outcome_by(by, device, "call:invite", {{"call", id}, {"user", user}});
    }
    std::string id{};
};

TEST_F(CallsInAGroup, AreRungFromByWhoBeganThem) {
    form(true);
    EXPECT_EQ(ring("sam", 1, "sue"), "ok");
    EXPECT_EQ(ring("sam", 1, "ann"), "not_found user");
}

// Decision 15: its members are kept from each other.
TEST_F(CallsInAGroup, ThatIsNotListedDoNotSayWhoIsInIt) {
    form(false);
    EXPECT_EQ(ring("sam", 1, "sue"), "forbidden call");
    EXPECT_EQ(ring("sam", 1, "ann"), "forbidden call");
    school.must_by("tim", 3, "call:join", {{"call", id}});
    EXPECT_EQ(ring("tim", 3, "sue"), "ok");
    school.later->pass(school.policy.calls.ring);
    school.events();
    school.must_by("sam", 1, "call:end", {{"call", id}});
    const auto events = school.events();
    ASSERT_EQ(events.back().type, "call:ended");
    EXPECT_THAT(events.back().payload, testing::Not(testing::HasSubstr("sue")));
}

// --- Screens

TEST_F(CallsTest, ShowTheScreenOfWhomStaffGrantsIt) {
    const auto id = school.start("tim", 3, Json{{"room", "class-physics"}});
    school.must_by("sam", 1, "call:join", {{"call", id}});
    school.must_by("sue", 2, "call:join", {{"call", id}});
    const Json it{{"call", id}};
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:start", it), "forbidden call");
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:grant", {{"call", id}, {"user", "sam"}}),
              "forbidden call");
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:request", {{"call", id}, {"from", "sue"}}),
              "forbidden call");
    school.events();
    school.must_by("sam", 1, "screen:request", it);
    school.must_by("tim", 3, "screen:grant", {{"call", id}, {"user", "sam"}, {"minutes", 5}});
    school.must_by("sam", 1, "screen:start", it);
    EXPECT_THAT(school.told(),
                ElementsAre("screen:requested: sam sue tim", "screen:granted: sam sue tim",
                            "screen:started: sam sue tim"));
    EXPECT_EQ(school.outcome_by("sue", 2, "screen:stop", it), "forbidden call");
    school.later->pass(5min);
    EXPECT_THAT(school.told(), ElementsAre("screen:stopped: sam sue tim"));
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:start", it), "forbidden call");
    school.must_by("tim", 3, "screen:request", {{"call", id}, {"from", "sue"}});
    school.must_by("tim", 3, "screen:start", it);
    EXPECT_EQ(school.stored(id).screen.presenter, "tim");
}

TEST_F(CallsTest, BetweenTwoStudentsShowEithersScreen) {
    const auto id = talk();
    EXPECT_EQ(school.outcome_by("sue", 2, "screen:start", {{"call", id}}), "ok");
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:start", {{"call", id}}), "ok");
    EXPECT_EQ(school.stored(id).screen.presenter, "sam");
}

TEST_F(CallsTest, BetweenStaffAndStudentShowTheStudentsScreenWhenItIsGranted) {
    const auto id = school.start_with("sam", 1, "tim");
    school.must_by("tim", 3, "call:accept", {{"call", id}});
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:start", {{"call", id}}), "forbidden call");
    EXPECT_EQ(school.outcome_by("tim", 3, "screen:grant", {{"call", id}, {"user", "sam"}}), "ok");
    EXPECT_EQ(school.outcome_by("sam", 1, "screen:start", {{"call", id}}), "ok");
}

}  // namespace
}  // namespace homeroom::features::calls
