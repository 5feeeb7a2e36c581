// What leaves the server, when, and what does not leave it any more.
#include "features/notifications/deliveries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/notifications/test_notifications.h"
#include "outgoing/webhook.h"

namespace homeroom::features::notifications {
namespace {

using namespace std::chrono_literals;
using campus::Edit;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Deliveries : public NotificationsFixture {
protected:
    std::string delivery_id() {
        std::promise<std::string> read;
        EXPECT_TRUE(school.store->submit_read([&](Result<store::Database*> db) {
            auto select = (*db)->statement("SELECT id FROM webhook_deliveries");
            read.set_value(select.step().value() ? std::string{select.text(0)} : "");
        }));
        return read.get_future().get();
    }
};

TEST_F(Deliveries, AreSignedAndHaveNoWordsOfAnybody) {
    comment("c1", "sue", "sam");
    const auto id = delivery_id();
    pass(push_delay + 1s);
    const auto requests = endpoint_.take();
    ASSERT_THAT(requests, SizeIs(1));
    EXPECT_EQ(requests[0].url, "push");
    const Json body = Json::parse(requests[0].body);
    EXPECT_EQ(body.at("type"), "notification.push");
    EXPECT_EQ(body.at("timestamp"), to_rfc3339(now()));
    EXPECT_EQ(body.at("data").at("user").at("id"), "sam");
    EXPECT_EQ(body.at("data").at("roomTitle"), "Class physics");
    EXPECT_EQ(body.at("data").at("unread"), 1);
    const std::string keys[] = {std::string(32, 'k')};
    const auto headers =
        outgoing::webhook_headers({.id = id, .at = now(), .body = requests[0].body}, keys);
    for (const auto& header : headers) EXPECT_THAT(requests[0].headers, testing::Contains(header));
    EXPECT_EQ(waiting(), 0);
}

TEST_F(Deliveries, BrokenOffByOurOwnEndHaveNotFailed) {
    comment("c1", "sue", "sam");
    endpoint_.hang();
    advance(push_delay + 1s);
    while (endpoint_.hanging() == 0) {
        look();
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_EQ(school.count("SELECT attempts FROM webhook_deliveries"), 1);
    end_meanwhile();
    EXPECT_EQ(school.count("SELECT attempts FROM webhook_deliveries"), 0);
    pass(0s);
    EXPECT_EQ(endpoint_.take().size(), 2U) << "it is due at once";
    EXPECT_EQ(waiting(), 0);
}

TEST_F(Deliveries, WaitForMoreOfTheSame) {
    comment("c1", "sue", "sam");
    comment("c2", "tim", "sam");
    pass(1s);
    EXPECT_THAT(sent(), IsEmpty());
    pass(push_delay);
    EXPECT_THAT(sent(), ElementsAre("push sam comment x2"));
    comment("c3", "sue", "sam");
    pass(push_delay + 1s);
    EXPECT_THAT(sent(), ElementsAre("push sam comment x3")) << "still not read";
}

TEST_F(Deliveries, GoByTheWaysThatAreWanted) {
    announce("a1");
    pass(push_delay + 1s);
    EXPECT_THAT(sent(), ElementsAre("push sam announcement x1", "push sue announcement x1"));
    pass(mail_delay);
    EXPECT_THAT(sent(), ElementsAre("mail sam announcement x1", "mail sue announcement x1"));
    school.must("sam", "notification:prefer", {{"kind", "announcement"}, {"mail", false}});
    announce("a2");
    school.must("sue", "notification:prefer", {{"room", "class-physics"}, {"push", false}});
    pass(mail_delay + 1s);
    EXPECT_THAT(sent(), ElementsAre("mail sue announcement x1", "push sam announcement x1"))
        << "what is wanted is asked again when it is sent";
    EXPECT_EQ(waiting(), 0);
}

TEST_F(Deliveries, OfWhatIsReadAreNotNeeded) {
    comment("c1", "sue", "sam");
    school.must("sam", "notification:read", {{"upTo", newest("sam")}});
    pass(push_delay + 1s);
    EXPECT_THAT(sent(), IsEmpty());
    EXPECT_EQ(waiting(), 0);
}

// Case 59: the same rules when it is sent.
TEST_F(Deliveries, AreNotForWhoMayNotSeeItAnyMore) {
    comment("c1", "sue", "sam");
    grade("g1", "sue");
    school.directory.apply(
        Edit{}.remove_enrollment("sam|physics").put(campus::disabled_user("sue")));
    pass(mail_delay + 1s);
    EXPECT_THAT(sent(), IsEmpty());
    EXPECT_EQ(waiting(), 0);
}

TEST_F(Deliveries, AreJudgedAgainAtEachAttempt) {
    endpoint_.answer(500);
    comment("c1", "sue", "sam");
    pass(push_delay + 1s);
    EXPECT_THAT(sent(), SizeIs(1));
    school.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    endpoint_.answer(200);
    pass(1h);
    EXPECT_THAT(sent(), IsEmpty());
    EXPECT_EQ(waiting(), 0);
}

TEST_F(Deliveries, AreTriedAgainUnderTheSameId) {
    endpoint_.answer(500);
    comment("c1", "sue", "sam");
    pass(push_delay + 1s);
    const auto first = endpoint_.take();
    ASSERT_THAT(first, SizeIs(1));
    pass(1s);
    EXPECT_THAT(endpoint_.take(), IsEmpty()) << "not before half of the wait";
    // What comes meanwhile is another one's, so that both attempts tell the same.
    comment("c2", "tim", "sam");
    endpoint_.answer(200);
    pass(4s);
    const auto later = endpoint_.take();
    ASSERT_THAT(later, SizeIs(2));
    const auto id_of = [](const outgoing::HttpRequest& request) {
        for (const auto& header : request.headers) {
            if (header.starts_with("webhook-id: ")) return header;
        }
        return std::string{};
    };
    const bool first_is_first = id_of(later[0]) == id_of(first[0]);
    const auto& again = first_is_first ? later[0] : later[1];
    EXPECT_EQ(id_of(again), id_of(first[0]));
    EXPECT_EQ(Json::parse(again.body).at("data").at("notification"),
              Json::parse(first[0].body).at("data").at("notification"));
    EXPECT_EQ(waiting(), 0);
}

TEST_F(Deliveries, AreGivenUpInTheEnd) {
    endpoint_.answer(302);
    comment("c1", "sue", "sam");
    for (int i = 0; i < 5; ++i) pass(1h);
    EXPECT_THAT(endpoint_.take(), SizeIs(3)) << "attempts_max of the fixture";
    EXPECT_EQ(school.count("SELECT count(*) FROM webhook_deliveries WHERE fault = 'status 302'"
                           " AND attempts = 3 AND given_up_at IS NOT NULL"),
              1);
    // The next of its kind begins anew.
    endpoint_.answer(200);
    comment("c2", "sue", "sam");
    pass(push_delay + 1s);
    EXPECT_THAT(sent(), ElementsAre("push sam comment x2"));
    command([&](store::Transaction& transaction) {
        return drop_old_webhooks(transaction.db(),
                                 wall_now() + limits::webhooks_given_up_kept + 1h);
    });
    EXPECT_EQ(school.count("SELECT count(*) FROM webhook_deliveries"), 0);
}

// The process ends between an attempt and what became of it.
TEST_F(Deliveries, OfWhichNothingIsHeardAreTriedAgain) {
    comment("c1", "sue", "sam");
    const auto id = delivery_id();
    const WallTime at = now() + push_delay + 1s;
    std::optional<Attempt> attempt;
    const auto begin = [&](WallTime when) {
        attempt.reset();
        command([&](store::Transaction& transaction) -> Status {
            TRY(attempt, begin_attempt(transaction, school.directory, id, when, 2s));
            return Ok{};
        });
        return attempt.has_value();
    };
    EXPECT_FALSE(begin(now())) << "not yet";
    EXPECT_TRUE(begin(at));
    EXPECT_EQ(attempt->number, 1);
    EXPECT_FALSE(begin(at)) << "under way";
    EXPECT_TRUE(begin(at + 2s));
    EXPECT_EQ(attempt->number, 2);
    const auto settle = [&](const Attempt& which) {
        command([&](store::Transaction& transaction) {
            return settle_failed(transaction.db(), which, at + 1h);
        });
    };
    // What became of the first is of no importance any more.
    settle({.id = id, .number = 1});
    EXPECT_TRUE(begin(at + 4s));
    settle({.id = id, .number = 3});
    EXPECT_FALSE(begin(at + 30min));
}

TEST_F(Deliveries, WaitForTheEndOfQuietHours) {
    // From an hour ago to two hours ahead, on the clock of a place that knows no summer time.
    const auto minutes = [&](std::chrono::minutes from_now) {
        const auto time = std::chrono::floor<std::chrono::minutes>(now()) + from_now;
        const std::string text = to_rfc3339(time);
        return text.substr(11, 5);
    };
    school.must(
        "sam", "notification:quiet",
        {{"quietHours", {{"from", minutes(-1h)}, {"to", minutes(2h)}, {"timeZone", "UTC"}}}});
    comment("c1", "sue", "sam");
    comment("c1", "sam", "sue", Json::object(), Audience::members("class-physics"), "post-2");
    pass(1h);
    EXPECT_THAT(sent(), ElementsAre("push sue comment x1"));
    comment("c2", "tim", "sam");
    EXPECT_EQ(waiting(), 1);
    pass(61min);
    EXPECT_THAT(sent(), ElementsAre("push sam comment x2"));
}

}  // namespace
}  // namespace homeroom::features::notifications
