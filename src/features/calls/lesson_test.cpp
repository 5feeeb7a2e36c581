// What happens in a lesson: the floor, the lobby, polls, recording, and what is shown of a screen
// to whom.
#include "features/calls/lesson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/calls/call_json.h"
#include "features/calls/floor.h"
#include "features/calls/limits.h"
#include "features/calls/lobby.h"
#include "features/calls/questions.h"
#include "features/calls/recording.h"
#include "features/calls/screens.h"

namespace homeroom::features::calls {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const WallTime noon{std::chrono::milliseconds{1'700'000'000'000}};

// tess began it in her class, and ada and ben are in it; max is not.
class LessonTest : public testing::Test {
protected:
    LessonTest() {
        call = begin_call({.id = "c",
                           .room = "class-math",
                           .user = "tess",
                           .name = "Tess",
                           .leg = "t1",
                           .device = 1,
                           .now = now},
                          {})
                   .call;
        come("ada", 2);
        come("ben", 3);
    }
    Arrival by(const std::string& user, std::uint64_t device) {
        return {.user = user,
                .name = user,
                .device = device,
                .fresh_leg = user + std::to_string(++legs),
                .members = 10,
                .leads = user == "tess",
                .now = now};
    }
    // "ok", or the error's code.
    std::string outcome(const Result<Happenings>& news) {
        if (!news.ok()) return std::string{to_string(news.error().code)};
        for (const News& one : *news) {
            std::string line = one.kind == NewsKind::admitted  ? "admitted"
                               : one.kind == NewsKind::denied  ? "denied"
                               : one.kind == NewsKind::refused ? "refused"
                                                               : std::string{one.word};
            for (const std::string& user : one.users) line += " " + user;
            told.push_back(std::move(line));
        }
        must_be_kept();
        return "ok";
    }
    std::string come(const std::string& user, std::uint64_t device) {
        auto result = outcome(join(call, by(user, device)));
        if (result == "ok" && is_waiting(call, user)) result = "waits";
        return result;
    }
    std::string mute_all(Source what, bool on, const std::string& who = "tess") {
        return mute_some({}, what, on, who);
    }
    std::string mute_some(std::vector<std::string> users, Source what, bool on,
                          const std::string& who = "tess") {
        return outcome(mute(call, {.by = who,
                                   .users = std::move(users),
                                   .what = what,
                                   .on = on,
                                   .is_staff = [](auto user) { return user == "tess"; }}));
    }
    // Who may send it at this moment.
    std::string speakers() const {
        std::string text;
        for (const Leg& leg : call.legs)
            if (leg.is_here() && sending_of(call, leg).mic) text += leg.user + " ";
        return text;
    }
    std::vector<std::string> heard() { return std::exchange(told, {}); }
    // As the row has it, it is the same.
    void must_be_kept() {
        const auto stored = to_stored(call);
        EXPECT_EQ(to_stored(from_stored(stored)).dump(), stored.dump());
    }

    WallTime now = noon;
    Call call{};
    int legs = 0;
    std::vector<std::string> told{};
};

// --- The floor

TEST_F(LessonTest, MuteAllIsForAllButStaff) {
    heard();
    EXPECT_EQ(mute_all(Source::mic, true), "ok");
    EXPECT_THAT(heard(), ElementsAre("muted ada ben"));
    EXPECT_EQ(speakers(), "tess ");
    EXPECT_TRUE(sending_of(call, *call.leg_of("ada")).camera) << "of a camera nothing was said";
    EXPECT_EQ(mute_all(Source::mic, true), "ok");
    EXPECT_THAT(heard(), IsEmpty()) << "it is so already";
    EXPECT_EQ(come("max", 4), "ok");
    EXPECT_EQ(speakers(), "tess ") << "whoever comes later, too";
    EXPECT_EQ(mute_some({"ada"}, Source::mic, false), "ok");
    EXPECT_EQ(speakers(), "tess ada ");
    EXPECT_EQ(mute_all(Source::mic, false), "ok");
    EXPECT_EQ(speakers(), "tess ada ben max ");
    EXPECT_FALSE(call.lesson.muted.any());
}

TEST_F(LessonTest, MutingOutlastsLeavingAndComingBack) {
    mute_some({"ada"}, Source::mic, true);
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_EQ(come("ada", 7), "ok");
    EXPECT_EQ(speakers(), "tess ben ");
    Arrival moved = by("ada", 8);
    moved.moves = true;
    EXPECT_EQ(outcome(join(call, moved)), "ok");
    EXPECT_EQ(speakers(), "tess ben ") << "nor is another device a way around it";
}

TEST_F(LessonTest, NobodyLiftsOfHimselfWhatAnotherHasSaidOfHim) {
    EXPECT_EQ(mute_some({"tess"}, Source::mic, true, "ada"), "forbidden") << "staff are not muted";
    mute_some({"ada"}, Source::mic, true);
    EXPECT_EQ(mute_some({"ada"}, Source::mic, false, "ada"), "forbidden");
    EXPECT_EQ(mute_all(Source::mic, false, "ada"), "ok");
    EXPECT_EQ(speakers(), "tess ben ");
    EXPECT_EQ(mute_some({"nobody"}, Source::mic, true), "conflict");
}

TEST_F(LessonTest, EachSaysWhatHeHasSwitchedOn) {
    heard();
    EXPECT_EQ(outcome(set_devices(call, "ada", false, std::nullopt)), "ok");
    EXPECT_EQ(outcome(set_devices(call, "ada", false, std::nullopt)), "ok");
    EXPECT_THAT(heard(), ElementsAre("devices ada"));
    EXPECT_EQ(call.leg_of("ada")->devices, (Sources{.mic = false, .camera = false}));
    EXPECT_EQ(outcome(set_devices(call, "max", true, true)), "conflict");
}

TEST_F(LessonTest, HandsGoUpInOrder) {
    EXPECT_EQ(outcome(raise_hand(call, "ben", true, now)), "ok");
    EXPECT_EQ(outcome(raise_hand(call, "ada", true, now + 1s)), "ok");
    EXPECT_EQ(outcome(raise_hand(call, "ben", true, now + 2s)), "ok");
    const auto in_order = [&] {
        std::string text;
        for (const Hand& hand : call.lesson.hands) text += hand.user + " ";
        return text;
    };
    EXPECT_EQ(in_order(), "ben ada ");
    EXPECT_EQ(outcome(raise_hand(call, "max", true, now)), "conflict");
    EXPECT_EQ(outcome(leave(call, "ben", now)), "ok");
    EXPECT_EQ(in_order(), "ada ") << "who goes takes his down";
    EXPECT_EQ(outcome(lower_all_hands(call)), "ok");
    EXPECT_EQ(in_order(), "");
}

// --- The lobby

class LobbyTest : public LessonTest {
protected:
    LobbyTest() {
        EXPECT_EQ(outcome(set_door(call, true, std::nullopt)), "ok");
        heard();
    }
};

TEST_F(LobbyTest, IsWhereOneWaitsInOrder) {
    EXPECT_EQ(come("max", 4), "waits");
    EXPECT_EQ(come("cleo", 5), "waits");
    EXPECT_EQ(come("max", 4), "waits");
    EXPECT_THAT(heard(), ElementsAre("waiting max", "waiting cleo"));
    EXPECT_EQ(call.leg_of("max"), nullptr) << "he is of the call in nothing";
    EXPECT_EQ(outcome(admit(call, "cleo")), "ok");
    EXPECT_THAT(heard(), ElementsAre("admitted cleo", "waiting cleo"));
    EXPECT_EQ(come("cleo", 5), "ok");
    EXPECT_EQ(call.leg_of("cleo")->state, LegState::present);
    EXPECT_EQ(guest_of(call, "cleo"), nullptr);
    EXPECT_EQ(come("max", 4), "waits");
}

TEST_F(LobbyTest, WhoIsDeniedIsOutUntilHeIsLetIn) {
    EXPECT_EQ(outcome(deny(call, "max")), "not_found");
    come("max", 4);
    heard();
    EXPECT_EQ(outcome(deny(call, "max")), "ok");
    EXPECT_THAT(heard(), ElementsAre("denied max", "waiting max"));
    EXPECT_EQ(come("max", 4), "forbidden");
    EXPECT_EQ(come("max", 9), "forbidden");
    EXPECT_EQ(outcome(admit(call, "max")), "ok");
    EXPECT_EQ(come("max", 4), "ok");
}

TEST_F(LobbyTest, IsNotForWhoIsInItOrLeadsIt) {
    EXPECT_FALSE(lose(call, "ada", 2, now, 30s).empty());
    EXPECT_EQ(come("ada", 12), "ok") << "back within her time: she was never out";
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_EQ(come("ada", 13), "waits");
    EXPECT_EQ(outcome(leave(call, "tess", now)), "ok");
    EXPECT_EQ(come("tess", 14), "ok");
}

TEST_F(LobbyTest, WhoGoesWaitsNoMore) {
    come("max", 4);
    come("cleo", 5);
    come("eve", 6);
    EXPECT_TRUE(lose(call, "max", 99, now, 30s).empty()) << "another device of his";
    heard();
    EXPECT_EQ(outcome(lose(call, "max", 4, now, 30s)), "ok");
    EXPECT_EQ(outcome(leave(call, "cleo", now)), "ok");
    EXPECT_THAT(heard(), ElementsAre("waiting max", "waiting cleo"));
    EXPECT_EQ(outcome(set_door(call, false, std::nullopt)), "ok");
    EXPECT_THAT(heard(), ElementsAre("admitted eve", "settings"));
    EXPECT_EQ(come("eve", 6), "ok");
    EXPECT_THAT(call.lesson.guests, IsEmpty());
}

TEST_F(LobbyTest, LiftedWhileTheCallIsLockedLetsThoseInWhoWaited) {
    come("max", 4);
    come("cleo", 5);
    EXPECT_EQ(outcome(deny(call, "cleo")), "ok");
    heard();
    EXPECT_EQ(outcome(set_door(call, false, true)), "ok");
    EXPECT_THAT(heard(), ElementsAre("admitted max", "settings"));
    EXPECT_EQ(come("max", 4), "ok") << "as he was told";
    EXPECT_EQ(come("cleo", 5), "conflict");
    EXPECT_EQ(come("eve", 6), "conflict");
    EXPECT_THAT(call.lesson.guests, IsEmpty());
}

TEST_F(LobbyTest, WhoIsRungAtInSecretWaitsOn) {
    come("max", 4);
    const Callee hidden{.user = "max", .name = "Max", .hidden = true};
    EXPECT_EQ(outcome(ring(call, "tess", hidden, now, 45s)), "ok");
    EXPECT_TRUE(is_waiting(call, "max"));
    EXPECT_EQ(outcome(admit(call, "max")), "ok");
    EXPECT_EQ(come("max", 4), "ok");
    EXPECT_THAT(call.lesson.guests, IsEmpty());
    come("cleo", 5);
    EXPECT_EQ(outcome(ring(call, "tess", {.user = "cleo", .name = "Cleo"}, now, 45s)), "ok");
    EXPECT_THAT(call.lesson.guests, IsEmpty()) << "who hears of it need not wait";
}

TEST_F(LobbyTest, WhoIsRungAtInSecretAndGoesGivesUpHisPlaceAlone) {
    come("max", 4);
    const Callee hidden{.user = "max", .name = "Max", .hidden = true};
    EXPECT_EQ(outcome(ring(call, "tess", hidden, now, 45s)), "ok");
    heard();
    EXPECT_EQ(outcome(leave(call, "max", now)), "ok");
    EXPECT_THAT(heard(), ElementsAre("waiting max"));
    EXPECT_EQ(call.leg_of("max")->state, LegState::ringing) << "as who does not notice it";
}

TEST_F(LobbyTest, HasAnEnd) {
    for (std::size_t i = 0; i < limits::guests_max; ++i)
        EXPECT_EQ(come("u" + std::to_string(i), 100 + i), "waits");
    EXPECT_EQ(come("max", 4), "too_large");
    EXPECT_EQ(outcome(close(call, now)), "ok");
    EXPECT_THAT(call.lesson.guests, IsEmpty());
}

TEST_F(LessonTest, ALockedCallIsForThoseWhoAreInIt) {
    EXPECT_EQ(outcome(set_door(call, std::nullopt, true)), "ok");
    EXPECT_EQ(come("max", 4), "conflict");
    EXPECT_EQ(outcome(ring(call, "tess", {.user = "max", .name = "Max"}, now, 45s)), "conflict");
    EXPECT_FALSE(lose(call, "ada", 2, now, 30s).empty());
    EXPECT_EQ(come("ada", 12), "ok");
    EXPECT_EQ(outcome(leave(call, "ben", now)), "ok");
    EXPECT_EQ(come("ben", 13), "conflict");
    EXPECT_EQ(outcome(set_door(call, std::nullopt, false)), "ok");
    EXPECT_EQ(come("ben", 13), "ok");
}

TEST_F(LessonTest, ThereIsNoLobbyBetweenPeople) {
    call.room.clear();
    EXPECT_EQ(outcome(set_door(call, true, std::nullopt)), "conflict");
    EXPECT_EQ(outcome(set_door(call, std::nullopt, true)), "ok");
}

// --- Polls

class PollTest : public LessonTest {
protected:
    std::string ask_for(Poll poll, std::optional<std::chrono::seconds> time = std::nullopt) {
        poll.question = "which?";
        poll.options = {{.text = "a"}, {.text = "b"}, {.text = "c"}};
        const auto result = outcome(ask(call, std::move(poll), time, now));
        return result == "ok" ? call.lesson.polls.back().id : result;
    }
    std::string choose(const std::string& user, const std::string& poll,
                       std::vector<std::int64_t> choices) {
        const auto version = call.version;
        const auto voted = vote(call, user, poll, std::move(choices), now);
        EXPECT_EQ(call.version, version) << "what is shown does not change by it";
        must_be_kept();
        return voted.ok() ? "ok" : std::string{to_string(voted.error().code)};
    }
    void pass(std::chrono::milliseconds time) {
        now += time;
        static_cast<void>(outcome(expire(call, now)));
    }
    std::string told_of(const std::string& poll) const {
        const auto found = std::ranges::find(call.lesson.polls, poll, &Poll::id);
        std::string text;
        for (const auto& option : found->options) text += std::to_string(option.told) + " ";
        return text + "of " + std::to_string(found->voters_told);
    }
};

TEST_F(PollTest, CountsEachOnceUntilItIsClosed) {
    const auto poll = ask_for({});
    EXPECT_EQ(choose("ada", poll, {1}), "ok");
    EXPECT_EQ(choose("ben", poll, {1}), "ok");
    EXPECT_EQ(choose("ben", poll, {0}), "ok");
    EXPECT_EQ(told_of(poll), "0 0 0 of 0");
    heard();
    EXPECT_EQ(next_deadline(call), now + limits::tally_interval);
    pass(limits::tally_interval);
    EXPECT_THAT(heard(), ElementsAre("poll")) << "all votes at once";
    EXPECT_EQ(told_of(poll), "1 1 0 of 2");
    EXPECT_EQ(choose("ada", poll, {}), "ok");
    EXPECT_EQ(outcome(close_poll(call, poll, now)), "ok");
    EXPECT_EQ(told_of(poll), "1 0 0 of 1");
    EXPECT_THAT(call.lesson.polls.front().votes, IsEmpty()) << "who chose what is not kept";
    EXPECT_EQ(choose("ada", poll, {2}), "conflict");
}

TEST_F(PollTest, TakesWhatCanBeChosenByWhoIsThere) {
    const auto one = ask_for({}), many = ask_for({.multiple = true});
    EXPECT_EQ(choose("max", one, {0}), "conflict");
    EXPECT_EQ(choose("ada", "99", {0}), "not_found");
    for (const std::vector<std::int64_t>& wrong :
         {std::vector<std::int64_t>{3}, {-1}, {0, 1}, {0, 0}})
        EXPECT_EQ(choose("ada", one, wrong), "invalid");
    EXPECT_EQ(choose("ada", many, {2, 0}), "ok");
    EXPECT_EQ(choose("ada", many, {1, 1}), "invalid");
}

TEST_F(PollTest, OfAnAnonymousOneIsKeptWhoHasVotedAndNotWhat) {
    const auto poll = ask_for({.anonymous = true});
    EXPECT_EQ(choose("ada", poll, {1}), "ok");
    EXPECT_EQ(choose("ada", poll, {2}), "conflict") << "a vote stays as it is";
    for (const auto& one : call.lesson.polls.front().votes) EXPECT_THAT(one.choices, IsEmpty());
    // What is kept with the events is no more than what was told.
    EXPECT_EQ(to_stored(call, Keeping::told).dump().find("\"user\":\"ada\""), std::string::npos);
    EXPECT_EQ(from_stored(to_stored(call, Keeping::told)).lesson.polls[0].options[1].votes, 0);
    pass(limits::tally_interval);
    EXPECT_EQ(told_of(poll), "0 1 0 of 1");
}

TEST_F(PollTest, ClosesByItselfAndWithTheCall) {
    const auto timed = ask_for({}, 30s), other = ask_for({});
    EXPECT_EQ(choose("ada", timed, {0}), "ok");
    pass(30s);
    EXPECT_EQ(call.lesson.polls[0].closed, noon + 30s);
    EXPECT_EQ(told_of(timed), "1 0 0 of 1");
    EXPECT_EQ(choose("ada", other, {2}), "ok");
    EXPECT_EQ(outcome(close(call, now)), "ok");
    EXPECT_EQ(told_of(other), "0 0 1 of 1");
    EXPECT_EQ(next_deadline(call), std::nullopt);
}

TEST_F(PollTest, ThereAreSoManyAndNoMore) {
    for (std::size_t i = 0; i < 2 * limits::polls_max; ++i) {
        const auto poll = ask_for({});
        EXPECT_EQ(outcome(close_poll(call, poll, now)), "ok");
    }
    EXPECT_EQ(call.lesson.polls.size(), limits::polls_max);
    EXPECT_EQ(call.lesson.polls.back().id, std::to_string(2 * limits::polls_max));
    for (std::size_t i = 0; i < limits::open_polls_max; ++i) ask_for({});
    EXPECT_EQ(ask_for({}), "conflict");
}

// --- Recording

TEST_F(LessonTest, WhoHasNotAgreedIsNotHeardInWhatIsRecorded) {
    EXPECT_EQ(outcome(consent(call, "ada", true)), "conflict") << "nobody asked";
    EXPECT_EQ(outcome(start_recording(call, "tess", now)), "ok");
    EXPECT_EQ(speakers(), "tess ");
    EXPECT_EQ(outcome(consent(call, "ada", true)), "ok");
    EXPECT_EQ(outcome(consent(call, "ben", false)), "ok");
    EXPECT_EQ(speakers(), "tess ada ");
    EXPECT_EQ(come("max", 4), "ok");
    EXPECT_EQ(speakers(), "tess ada ") << "who comes late is asked";
    EXPECT_EQ(outcome(consent(call, "ada", false)), "ok");
    EXPECT_EQ(speakers(), "tess ") << "and what was said can be taken back";
    EXPECT_EQ(outcome(start_screen(call, "ben", true, {}, now)), "ok");
    EXPECT_FALSE(sending_of(call, *call.leg_of("ben")).screen);
    EXPECT_EQ(outcome(stop_recording(call)), "ok");
    EXPECT_EQ(speakers(), "tess ada ben max ");
    EXPECT_TRUE(sending_of(call, *call.leg_of("ben")).screen);
    EXPECT_EQ(outcome(start_recording(call, "tess", now)), "ok");
    EXPECT_EQ(speakers(), "tess ") << "another is another question";
}

TEST_F(LessonTest, ThatSomebodyRefusedChangesNothingForTheOthers) {
    EXPECT_EQ(outcome(start_recording(call, "tess", now)), "ok");
    const auto version = call.version;
    heard();
    EXPECT_EQ(outcome(consent(call, "ben", false)), "ok");
    EXPECT_THAT(heard(), ElementsAre("refused ben"));
    EXPECT_EQ(call.version, version) << "else they would miss one";
    EXPECT_EQ(outcome(consent(call, "ben", true)), "ok");
    EXPECT_THAT(heard(), ElementsAre("consent ben"));
    EXPECT_EQ(outcome(consent(call, "ben", false)), "ok");
    EXPECT_THAT(heard(), ElementsAre("consent ben", "refused ben")) << "he had agreed before all";
    EXPECT_EQ(call.version, version + 2);
    EXPECT_EQ(outcome(leave(call, "ben", now)), "ok");
    EXPECT_EQ(come("ben", 3), "ok");
    EXPECT_EQ(call.leg_of("ben")->consent, Consent::asked) << "who comes anew is asked anew";
}

TEST_F(LessonTest, IsNotRecordedByWhoHasGone) {
    EXPECT_EQ(outcome(start_recording(call, "tess", now)), "ok");
    EXPECT_FALSE(lose(call, "tess", 1, now, 30s).empty());
    EXPECT_TRUE(call.lesson.is_recorded());
    EXPECT_EQ(outcome(expire(call, now + 30s)), "ok");
    EXPECT_FALSE(call.lesson.is_recorded());
    EXPECT_EQ(speakers(), "ada ben ");
}

// --- Captions and screens

TEST_F(LessonTest, CaptionersAreNamed) {
    EXPECT_EQ(outcome(appoint_captioner(call, "ada", true)), "ok");
    EXPECT_EQ(outcome(appoint_captioner(call, "max", true)), "conflict");
    EXPECT_THAT(call.lesson.captioners, ElementsAre("ada"));
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_THAT(call.lesson.captioners, IsEmpty());
}

TEST_F(LessonTest, AScreenIsShownToWhomItIsFor) {
    EXPECT_EQ(outcome(start_screen(call, "ada", true, {"max"}, now)), "conflict");
    EXPECT_EQ(outcome(start_screen(call, "ada", true, {"tess"}, now)), "ok");
    EXPECT_TRUE(call.screen.is_shown_to("tess"));
    EXPECT_TRUE(call.screen.is_shown_to("ada"));
    EXPECT_FALSE(call.screen.is_shown_to("ben"));
    EXPECT_EQ(outcome(annotate_screen(call, "board1")), "ok");
    EXPECT_EQ(outcome(start_screen(call, "ada", true, {}, now)), "ok") << "to all from now on";
    EXPECT_TRUE(call.screen.is_shown_to("ben"));
    EXPECT_EQ(call.screen.board, "board1");
    EXPECT_EQ(outcome(stop_screen(call, "ada")), "ok");
    EXPECT_EQ(call.screen.board, "");
    EXPECT_EQ(outcome(annotate_screen(call, "board1")), "conflict");
}

}  // namespace
}  // namespace homeroom::features::calls
