// Planning, starting and ending live classes, what the media server's words do, and to whom what is
// told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/live/limits.h"
#include "features/live/test_live.h"

namespace homeroom::features::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class LiveTest : public LiveFixture {};

TEST_F(LiveTest, IsScheduledByTheStaffAndToldToTheirRoom) {
    const auto id = scheduled({{"startsAt", in(1h)}});
    EXPECT_THAT(told(), ElementsAre("live:scheduled: sam sue tim"));
    EXPECT_EQ(status(id, "sam"), "scheduled");
    EXPECT_EQ(view("sam", id).at("host").at("id"), "tim");
    EXPECT_EQ(outcome("pat", "live:get", id), "not_found live");
    EXPECT_EQ(outcome("pat", "live:start", id), "not_found live");
    EXPECT_EQ(outcome("sam", "live:start", id), "forbidden live");
    EXPECT_EQ(outcome("sam", "live:cancel", id), "forbidden live");
    EXPECT_EQ(outcome("tim", "live:cancel", id), "ok");
    EXPECT_EQ(outcome("tim", "live:cancel", id), "ok");
    EXPECT_THAT(told(), ElementsAre("live:cancelled: sam sue tim"));
    EXPECT_EQ(outcome("tim", "live:start", id), "conflict live");
}

TEST_F(LiveTest, IsForRoomsWhoseStaffOneIs) {
    const auto outcome_of = [&](const std::string& user, Json place) {
        place["title"] = "Optics";
        return school.outcome(user, "live:start", place);
    };
    EXPECT_EQ(outcome_of("tim", {{"class", "physics"}}), "ok");
    EXPECT_EQ(outcome_of("tim", {{"course", "science"}}), "ok");
    EXPECT_EQ(outcome_of("pia", {{"institution", "north"}}), "ok");
    EXPECT_EQ(outcome_of("tim", {{"room", "class-physics"}}), "ok");
    EXPECT_EQ(outcome_of("sam", {{"class", "physics"}}), "forbidden class");
    EXPECT_EQ(outcome_of("pat", {{"class", "physics"}}), "not_found class");
    EXPECT_EQ(outcome_of("pat", {{"class", "nowhere"}}), "not_found class");
    EXPECT_EQ(outcome_of("tim", {{"class", "art"}}), "not_found class");
    EXPECT_EQ(outcome_of("tim", {{"room", "class-physics/staff"}}), "forbidden room");
    EXPECT_EQ(outcome_of("tim", {{"room", "user-tim"}}), "forbidden room");
    EXPECT_EQ(outcome_of("tim", {{"room", "global"}}), "forbidden room");
    EXPECT_EQ(outcome_of("tim", Json::object()), "invalid class");
    EXPECT_EQ(outcome_of("tim", {{"class", "physics"}, {"course", "science"}}), "invalid class");
}

TEST_F(LiveTest, RefusesWhatIsNoneOfItsFields) {
    const auto with = [&](const char* field, Json value) {
        Json request{{"class", "physics"}, {"title", "Optics"}};
        request[field] = std::move(value);
        return school.outcome("tim", "live:schedule", request);
    };
    EXPECT_EQ(with("title", " "), "invalid title");
    EXPECT_EQ(with("title", std::string(title_bytes_max + 1, 'x')), "too_large title");
    for (const Json& bad : {Json("tomorrow"), Json(in(-1h)), Json(in(24h * 400)), Json(5)})
        EXPECT_EQ(with("startsAt", bad), "invalid startsAt") << bad;
    for (const char* bad : {"http://a.example/x", "https://u:p@a.example/x", "javascript:alert(1)",
                            "https://", "https://a.example/ x", "https://a.example/#x", "x"})
        EXPECT_EQ(with("url", bad), "invalid url") << bad;
    EXPECT_EQ(with("url", "https://a.example/" + std::string(url_bytes_max, 'x')), "too_large url");
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_EQ(with("url", "https://a.example/live?x=1"), "ok");
    for (std::int64_t i = 1; i < open_max; ++i) scheduled();
    EXPECT_EQ(with("title", "one more"), "too_large title");
}

TEST_F(LiveTest, IsChangedUntilItBegins) {
    const auto id = scheduled({{"startsAt", in(1h)}});
    told();
    EXPECT_EQ(outcome("tim", "live:update", id), "ok");
    EXPECT_THAT(told(), IsEmpty()) << "nothing is different";
    EXPECT_EQ(outcome("tim", "live:update", id, {{"title", "Waves"}, {"startsAt", in(2h)}}), "ok");
    const auto [type, body] = last_told();
    EXPECT_EQ(type, "live:changed");
    EXPECT_EQ(body.at("change"), "plan");
    EXPECT_EQ(body.at("live").at("title"), "Waves");
    pass(1h);
    EXPECT_THAT(told(), IsEmpty()) << "the reminder went with its time";
    EXPECT_EQ(outcome("tim", "live:start", id), "ok");
    EXPECT_EQ(outcome("tim", "live:update", id, {{"startsAt", in(2h)}}), "conflict live");
    EXPECT_EQ(outcome("tim", "live:update", id, {{"url", "https://a.example"}}), "conflict live");
    EXPECT_EQ(outcome("tim", "live:update", id, {{"title", "Light"}}), "ok");
    EXPECT_EQ(outcome("tim", "live:cancel", id), "conflict live");
}

TEST_F(LiveTest, IsRemindedOfTenMinutesBefore) {
    const auto id = scheduled({{"startsAt", in(1h)}});
    told();
    pass(49min);
    EXPECT_THAT(told(), IsEmpty());
    pass(2min);
    EXPECT_THAT(told(), ElementsAre("live:reminder: sam sue tim"));
    pass(25h);
    EXPECT_THAT(told(), ElementsAre("live:cancelled: sam sue tim"));
    EXPECT_EQ(status(id), "cancelled");
}

TEST_F(LiveTest, IsStartedOutOfHandAndEndedOnce) {
    const auto id = started();
    EXPECT_THAT(told(), ElementsAre("live:started: sam sue tim"));
    EXPECT_EQ(outcome("tim", "live:start", id), "ok");
    EXPECT_EQ(outcome("sam", "live:end", id), "forbidden live");
    EXPECT_EQ(outcome("pat", "live:end", id), "not_found live");
    EXPECT_EQ(outcome("tim", "live:end", id), "ok");
    EXPECT_EQ(outcome("tim", "live:end", id), "ok");
    EXPECT_THAT(told(), ElementsAre("live:ended: sam sue tim"));
    EXPECT_EQ(status(id), "ended");
}

TEST_F(LiveTest, ARepeatedStartWithItsKeyIsTheSame) {
    const Json request{{"class", "physics"}, {"title", "Optics"}, {"key", "k"}};
    const Json first = school.must("tim", "live:start", request);
    EXPECT_EQ(school.must("tim", "live:start", request), first);
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(LiveTest, EndsByItselfAfterHalfADay) {
    const auto id = started();
    told();
    pass(12h + 1s);
    EXPECT_THAT(told(), ElementsAre("live:ended: sam sue tim"));
    EXPECT_EQ(outcome("tim", "live:end", id), "ok");
}

TEST_F(LiveTest, OnlyWhoHasPreparedItMaySend) {
    const auto id = scheduled({{"course", "science"}, {"class", nullptr}});
    told();
    EXPECT_EQ(outcome("sue", "live:publish", id), "forbidden live");
    EXPECT_EQ(outcome("tim", "live:publish", id), "ok");
    const auto [type, body] = last_told();
    EXPECT_EQ(body.at("change"), "preparing");
    EXPECT_EQ(status(id), "preparing");
    EXPECT_EQ(outcome("tim", "live:publish", id), "ok") << "for another ticket";
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_EQ(outcome("ann", "live:publish", id), "forbidden live") << "staff, but not who began";
    EXPECT_EQ(outcome("ann", "live:start", id), "ok");
    EXPECT_EQ(outcome("ann", "live:publish", id), "forbidden live");
    EXPECT_EQ(outcome("tim", "live:end", id), "ok");
    EXPECT_EQ(outcome("tim", "live:publish", id), "conflict live");
    const auto elsewhere = scheduled({{"url", "https://a.example/x"}});
    EXPECT_EQ(outcome("tim", "live:publish", elsewhere), "conflict live");
    EXPECT_EQ(school.count("SELECT count(*) FROM audit WHERE action = 'live.publish'"), 2);
}

// Case 52's like: the picture of whoever is not of the staff any more is shown to nobody.
TEST_F(LiveTest, OfWhoHasLeftTheStaffNothingIsShownAndAnotherTakesOver) {
    school.directory.apply(
        campus::Edit{}.put(campus::enrolled("tom", "physics", campus::Role::teacher)));
    const auto id = started();
    EXPECT_EQ(outcome("tom", "live:publish", id), "forbidden live") << "tim sends";
    school.directory.apply(campus::Edit{}.remove_enrollment("tim|physics"));
    EXPECT_EQ(outcome("sam", "live:watch", id), "unavailable live");
    EXPECT_EQ(outcome("tim", "live:publish", id), "not_found live");
    EXPECT_EQ(outcome("sam", "live:publish", id), "forbidden live");
    EXPECT_EQ(outcome("tom", "live:publish", id), "ok");
    EXPECT_EQ(outcome("sam", "live:watch", id), "ok");
    school.directory.apply(
        campus::Edit{}.put(campus::enrolled("tim", "physics", campus::Role::teacher)));
    EXPECT_EQ(outcome("tim", "live:publish", id), "forbidden live");
}

TEST_F(LiveTest, ThatWasPreparedByWhoHasLeftIsOfWhoStartsIt) {
    school.directory.apply(
        campus::Edit{}.put(campus::enrolled("tom", "physics", campus::Role::teacher)));
    const auto id = scheduled();
    EXPECT_EQ(outcome("tim", "live:publish", id), "ok");
    school.directory.apply(campus::Edit{}.remove_enrollment("tim|physics"));
    EXPECT_EQ(outcome("tom", "live:start", id), "ok");
    EXPECT_EQ(outcome("sam", "live:watch", id), "ok");
    EXPECT_EQ(outcome("tom", "live:publish", id), "ok");
}

TEST_F(LiveTest, ItsEncoderStartsInterruptsAndEndsIt) {
    const auto id = scheduled();
    school.must("tim", "live:publish", {{"live", id}});
    told();
    EXPECT_EQ(tell(id, "started", {{"session", "a"}}), "ok");
    EXPECT_THAT(told(), ElementsAre("live:started: sam sue tim"));
    EXPECT_EQ(tell(id, "lost", {{"session", "a"}}), "ok");
    EXPECT_EQ(status(id), "live");
    pass(11s);
    auto change = last_told();
    EXPECT_EQ(change.second.at("change"), "interrupted");
    EXPECT_EQ(tell(id, "started", {{"session", "b"}}), "ok");
    change = last_told();
    EXPECT_EQ(change.second.at("change"), "back");
    EXPECT_EQ(change.second.at("startJitter"), 0);
    tell(id, "lost", {{"session", "b"}});
    pass(11s);
    EXPECT_EQ(status(id), "interrupted");
    told();
    pass(110s);
    EXPECT_THAT(told(), ElementsAre("live:ended: sam sue tim"));
    EXPECT_EQ(tell(id, "started", {{"session", "c"}}), "ok");
    EXPECT_EQ(status(id), "ended");
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(LiveTest, ThatComesAndGoesIsNoNews) {
    const auto id = started();
    tell(id, "started");
    told();
    for (int i = 0; i < 20; ++i) {
        tell(id, "lost");
        tell(id, "started");
        pass(1s);
    }
    pass(200s);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_EQ(status(id), "live");
}

TEST_F(LiveTest, ItsRecordingIsToldToTheRoom) {
    const auto id = started();
    tell(id, "ended");
    told();
    EXPECT_EQ(tell(id, "recording", {{"url", "http://a.example/1"}}), "invalid url");
    EXPECT_EQ(tell(id, "recording", {{"url", "https://a.example/1"}}), "ok");
    const auto [type, body] = last_told();
    EXPECT_EQ(body.at("change"), "recording");
    EXPECT_EQ(body.at("live").at("status"), "recorded");
    const Json watched = school.must("sam", "live:watch", {{"live", id}});
    EXPECT_EQ(watched.at("link"), "https://a.example/1");
    EXPECT_EQ(outcome("sam", "live:recording", id, {{"url", "https://b.example"}}),
              "forbidden live");
    EXPECT_EQ(outcome("tim", "live:recording", id), "invalid url");
    EXPECT_EQ(outcome("tim", "live:recording", id, {{"url", "https://b.example/2"}}), "ok");
    EXPECT_EQ(outcome("tim", "live:recording", started(), {{"url", "https://b.example/2"}}),
              "conflict live");
    EXPECT_EQ(school.journalled("a.example"), 0) << "addresses are for who watches";
}

// A media server that cuts its recordings into parts has the first one long before the end.
TEST_F(LiveTest, ItsRecordingThatCameBeforeTheEndIsToldBehindIt) {
    const auto id = started();
    EXPECT_EQ(tell(id, "recording", {{"url", "https://a.example/1"}}), "ok");
    told();
    EXPECT_EQ(outcome("tim", "live:end", id), "ok");
    const auto events = school.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].type, "live:ended");
    EXPECT_EQ(events[1].type, "live:changed");
    const Json ended = Json::parse(events[0].payload);
    const Json recorded = Json::parse(events[1].payload);
    EXPECT_EQ(recorded.at("change"), "recording");
    EXPECT_EQ(recorded.at("live").at("version").get<int>(),
              ended.at("live").at("version").get<int>() + 1);
    EXPECT_EQ(view("sam", id), recorded.at("live"));
}

TEST_F(LiveTest, AnAddressElsewhereIsGivenToWhoWatchesAndIsInNoEvent) {
    const auto id = started({{"url", "https://secret.example/room"}});
    EXPECT_EQ(view("sam", id).at("source"), "link");
    EXPECT_THAT(view("sam", id).dump(), Not(HasSubstr("secret.example")));
    EXPECT_EQ(school.journalled("secret.example"), 0);
    EXPECT_EQ(school.must("sam", "live:watch", {{"live", id}}).at("link"),
              "https://secret.example/room");
    EXPECT_EQ(outcome("pat", "live:watch", id), "not_found live");
}

TEST_F(LiveTest, IsWatchedOnlyWhileItGoesOn) {
    const auto id = scheduled();
    EXPECT_EQ(outcome("sam", "live:watch", id), "conflict live");
    school.must("tim", "live:start", {{"live", id}});
    EXPECT_EQ(outcome("sam", "live:watch", id), "ok");
    EXPECT_EQ(outcome("pat", "live:watch", id), "not_found live");
    school.must("tim", "live:end", {{"live", id}});
    EXPECT_EQ(outcome("sam", "live:watch", id), "conflict live");
}

TEST_F(LiveTest, IsListedForThoseWhoAreOfTheRoom) {
    const auto first = started();
    school.must("tim", "live:end", {{"live", first}});
    const auto second = scheduled();
    const auto ids = [&](const std::string& user, const Json& request) {
        std::vector<std::string> all;
        const Json answer = school.must(user, "live:list", request);
        for (const Json& one : answer.at("lives")) all.push_back(one.at("id"));
        return all;
    };
    EXPECT_THAT(ids("sam", Json::object()), ElementsAre(second, first));
    EXPECT_THAT(ids("sam", {{"open", true}}), ElementsAre(second));
    EXPECT_THAT(ids("sam", {{"room", "class-physics"}, {"limit", 1}}), ElementsAre(second));
    const Json page = school.must("sam", "live:list", {{"limit", 1}});
    EXPECT_THAT(ids("sam", {{"before", page.at("next")}}), ElementsAre(first));
    EXPECT_THAT(ids("pat", Json::object()), IsEmpty());
    EXPECT_EQ(school.outcome("pat", "live:list", {{"room", "class-physics"}}), "not_found room");
}

// Case 52's like: whoever leaves the class has nothing of it any more.
TEST_F(LiveTest, IsNothingToWhoHasLeft) {
    const auto id = started();
    school.directory.apply(campus::Edit{}.remove_enrollment("sam|physics"));
    EXPECT_EQ(outcome("sam", "live:get", id), "not_found live");
    EXPECT_EQ(outcome("sam", "live:watch", id), "not_found live");
    told();
    school.must("tim", "live:end", {{"live", id}});
    EXPECT_THAT(told(), ElementsAre("live:ended: sue tim"));
}

TEST_F(LiveTest, ThePlatformStartsOneThatStaffThenSendTo) {
    const auto made =
        school.call_as_platform("live:start", {{"room", "class-physics"}, {"title", "Assembly"}});
    ASSERT_TRUE(made.ok());
    const std::string id = id_of(*made);
    const auto [type, body] = last_told();
    EXPECT_EQ(type, "live:started");
    EXPECT_TRUE(body.at("by").is_null());
    EXPECT_EQ(outcome("sam", "live:publish", id), "forbidden live");
    EXPECT_EQ(outcome("tim", "live:publish", id), "ok");
    EXPECT_TRUE(school.call_as_platform("live:end", {{"live", id}}).ok());
    EXPECT_EQ(school.words_of(school.call_as_platform("live:end", {{"live", "x"}})),
              "not_found live");
    EXPECT_EQ(school.words_of(school.call_as_platform("live:start",
                                                      {{"room", "class-nowhere"}, {"title", "x"}})),
              "not_found room");
}

TEST_F(LiveTest, OfUnknownStreamsNothingIsHeard) {
    EXPECT_EQ(tell("x", "started"), "not_found stream");
    EXPECT_EQ(tell(scheduled(), "viewers", {{"count", 5}}), "invalid event");
}

// Neither can a user say what the media server says, nor the platform by Kafka: that is signed.
TEST_F(LiveTest, HooksAreNoRequestOfAnybodyElse) {
    const Json said{{"stream", scheduled()}, {"event", "started"}};
    EXPECT_EQ(school.outcome("tim", "live:hook", said), "invalid");
    EXPECT_EQ(school.words_of(school.call_as_platform("live:hook", said)), "invalid");
    EXPECT_EQ(tell(said.at("stream"), "started"), "ok");
}

TEST_F(LiveTest, OneThatIsPlannedIsStartedInItsOwnRoom) {
    const auto id = scheduled();
    EXPECT_EQ(outcome("tim", "live:start", id, {{"room", "class-nowhere"}}), "invalid live");
    EXPECT_EQ(outcome("tim", "live:start", id, {{"class", "physics"}}), "invalid live");
    EXPECT_EQ(status(id), "scheduled");
}

TEST_F(LiveTest, SettingsAreKeptWithTheRows) {
    std::promise<Status> done;
    Settings read;
    school.store->submit(
        {.work = [&](store::Transaction& transaction) -> Status {
             TRY_OK(save_settings(
                 transaction.db(),
                 {.times = {.reminded_before = 1min, .interrupted_after = 2s, .ended_after = 3s},
                  .joins_per_second = 0.5}));
             TRY(read, load_settings(transaction.db()));
             return Ok{};
         },
         .done = [&](const Status& status) { done.set_value(status); }});
    EXPECT_TRUE(done.get_future().get().ok());
    EXPECT_EQ(read.times.reminded_before, 1min);
    EXPECT_EQ(read.joins_per_second, 0.5);
    const auto id = started();
    tell(id, "lost");
    pass(2'100ms);
    EXPECT_EQ(status(id), "interrupted");
    pass(1s);
    EXPECT_EQ(status(id), "ended");
}

}  // namespace
}  // namespace homeroom::features::live
