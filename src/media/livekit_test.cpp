// Tickets are read by another's decoder; commands go to a LiveKit in memory.
#include "media/livekit.h"

#include <algorithm>
#include <deque>
#include <gmock/gmock.h>

#include "base/base64.h"
#include "base/hash.h"
#include "media/limits.h"

namespace homeroom::media {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

const livekit::Keys keys{"APIkey", "the-secret-that-livekit-has-as-well"};
const WallTime noon{std::chrono::milliseconds{1'700'000'000'500}};

// RFC 7515: three parts, and the signature is of the first two.
Json claims_of(const std::string& token, const std::string& secret = keys.secret) {
    const auto first = token.find('.'), last = token.rfind('.');
    EXPECT_LT(first, last);
    EXPECT_EQ(token.substr(last + 1),
              base64::encode_url(hmac_sha256(secret, token.substr(0, last))));
    const auto header = base64::decode_url_strict(token.substr(0, first));
    const auto claims = base64::decode_url_strict(token.substr(first + 1, last - first - 1));
    EXPECT_EQ(Json::parse(header.value()), (Json{{"alg", "HS256"}, {"typ", "JWT"}}));
    return Json::parse(claims.value());
}

// All of LiveKit's `VideoGrant` that its servers give by default where they are missing, or could.
const std::vector<std::string> grants{"roomCreate",
                                      "roomList",
                                      "roomRecord",
                                      "roomAdmin",
                                      "roomJoin",
                                      "canPublish",
                                      "canSubscribe",
                                      "canPublishData",
                                      "canPublishSources",
                                      "ingressAdmin",
                                      "hidden",
                                      "recorder",
                                      "agent",
                                      "canUpdateOwnMetadata",
                                      "canSubscribeMetrics"};

TEST(LiveKitTicket, NamesOneLegOneRoomAndEveryGrant) {
    const Json claims = claims_of(livekit::ticket(keys, "call1", "leg1", {}, 300s, noon));
    EXPECT_EQ(claims.at("iss"), "APIkey");
    EXPECT_EQ(claims.at("sub"), "leg1");
    EXPECT_EQ(claims.at("nbf"), 1'700'000'000);
    EXPECT_EQ(claims.at("exp"), 1'700'000'300);
    const Json& video = claims.at("video");
    EXPECT_EQ(video.at("room"), "call1");
    for (const std::string& grant : grants) {
        ASSERT_TRUE(video.contains(grant)) << grant;
        const bool is_given =
            grant == "roomJoin" || grant == "canPublish" || grant == "canSubscribe";
        if (grant == "canPublishSources") continue;
        EXPECT_EQ(video.at(grant), is_given) << grant;
    }
    EXPECT_EQ(video.at("canPublishSources"), (Json{"camera", "microphone"}));
    EXPECT_EQ(video.size(), grants.size() + 1) << "and nothing else";
}

TEST(LiveKitTicket, LetsWhoShowsHisScreenSendIt) {
    const Json claims =
        claims_of(livekit::ticket(keys, "call1", "leg1", {.screen = true}, 300s, noon));
    EXPECT_EQ(claims.at("video").at("canPublishSources"),
              (Json{"camera", "microphone", "screen_share", "screen_share_audio"}));
}

TEST(LiveKitTicket, OfWhoIsMutedIsForAScreenWithoutItsSound) {
    const livekit::Sending muted{.microphone = false, .screen = true};
    EXPECT_EQ(livekit::sources(muted), (Json{"camera", "screen_share"}));
    EXPECT_EQ(livekit::permission(muted).at("canPublishSources"), (Json{"CAMERA", "SCREEN_SHARE"}));
}

TEST(LiveKitTicket, OfACommandJoinsNothing) {
    const Json claims =
        claims_of(livekit::command_token(keys, "call1", livekit::Power::administer, 30s, noon));
    EXPECT_FALSE(claims.contains("sub"));
    EXPECT_EQ(claims.at("video").at("roomAdmin"), true);
    EXPECT_EQ(claims.at("video").at("roomJoin"), false);
    EXPECT_EQ(claims.at("video").at("roomCreate"), false);
    EXPECT_EQ(claims.at("video").at("room"), "call1");
}

class LiveKitTest : public testing::Test {
protected:
    void follow(std::vector<Seat> seats) {
        livekit.follow({.call = "call1", .people_max = 6, .seats = std::move(seats)});
    }
    void pass(std::chrono::milliseconds time) {
        now += time;
        livekit.tick();
    }
    // "RemoveParticipant leg1", "UpdateParticipant leg1 +screen", answered with this status.
    std::vector<std::string> take(int status = 200) {
        std::vector<std::string> words;
        for (auto& [request, done] : std::exchange(sent, {})) {
            EXPECT_TRUE(request.url.starts_with("http://livekit/twirp/livekit.RoomService/"));
            const Json body = Json::parse(request.body);
            EXPECT_EQ(body.at("room"), "call1");
            EXPECT_EQ(claims_of(request.headers.at(1).substr(22)).at("video").at("roomAdmin"),
                      true);
            std::string text =
                request.url.substr(41) + " " + body.at("identity").get<std::string>();
            if (body.contains("permission")) {
                const Json& list = body.at("permission").at("canPublishSources");
                EXPECT_EQ(body.at("permission").at("canPublish"), !list.empty());
                const auto has = [&](const char* source) {
                    return std::ranges::find(list, Json(source)) != list.end();
                };
                text += has("SCREEN_SHARE") ? " +screen" : " -screen";
                if (!has("MICROPHONE")) text += " -mic";
                if (!has("CAMERA")) text += " -camera";
            }
            words.push_back(text);
            done({.status = status});
        }
        return words;
    }
    Json ticket(const std::string& leg) {
        const Json terms = livekit.terms("call1", leg);
        return terms.is_null() ? terms : claims_of(terms.at("token"));
    }

    WallTime now = noon;
    std::deque<std::pair<outgoing::HttpRequest, outgoing::HttpClient::Done>> sent{};
    LiveKit livekit{
        {.url = "wss://livekit", .api_url = "http://livekit", .keys = keys, .ticket_time = 60s},
        [this](outgoing::HttpRequest request, outgoing::HttpClient::Done done) {
            sent.emplace_back(std::move(request), std::move(done));
        },
        [this] { return now; }};
    const Seat a{.leg = "leg1", .device = 1}, b{.leg = "leg2", .device = 2},
        showing{.leg = "leg1", .device = 1, .shows = true};
};

TEST_F(LiveKitTest, GivesTicketsToThoseWhoAreThere) {
    EXPECT_TRUE(ticket("leg1").is_null());
    follow({a, b});
    EXPECT_EQ(ticket("leg1").at("sub"), "leg1");
    EXPECT_EQ(livekit.terms("call1", "leg1").at("ttl"), 60);
    EXPECT_TRUE(livekit.terms("call2", "leg1").is_null());
    follow({b});
    EXPECT_TRUE(ticket("leg1").is_null());
}

TEST_F(LiveKitTest, TakesOutWhoLeavesForAsLongAsHisTicketIsGood) {
    follow({a, b});
    ticket("leg1");
    follow({b});
    EXPECT_THAT(take(), ElementsAre("RemoveParticipant leg1")) << "at once";
    pass(1s);
    EXPECT_THAT(take(), IsEmpty());
    pass(limits::command_again);
    EXPECT_THAT(take(404), ElementsAre("RemoveParticipant leg1")) << "he might have come back";
    pass(60s);
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_EQ(livekit.counts().rooms, 1U);
}

TEST_F(LiveKitTest, ScreensAreGrantedAndTakenBack) {
    follow({a});
    ticket("leg1");
    follow({showing});
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 +screen"));
    pass(limits::command_again);
    EXPECT_THAT(take(), IsEmpty());
    ticket("leg1");  // he comes again, with a ticket for it
    follow({a});
    pass(limits::command_again);
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 -screen"));
    pass(limits::command_again);
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 -screen"))
        << "his ticket still says so";
    pass(60s);
    take();
    pass(limits::command_again);
    EXPECT_THAT(take(), IsEmpty());
}

TEST_F(LiveKitTest, WhoIsMutedMaySendNothingOfThatKind) {
    follow({a});
    ticket("leg1");
    Seat muted = a;
    muted.speaks = false;
    follow({muted});
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 -screen -mic"));
    EXPECT_EQ(ticket("leg1").at("video").at("canPublishSources"), Json{"camera"});
    muted.is_seen = false;
    follow({muted});
    pass(limits::command_again);
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 -screen -mic -camera"));
    const Json nothing = ticket("leg1").at("video");
    EXPECT_EQ(nothing.at("canPublish"), false) << "an empty list would mean everything";
    EXPECT_EQ(nothing.at("canPublishSources"), Json::array());
    // He may have kept a ticket of before.
    pass(limits::command_again);
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 -screen -mic -camera"));
    pass(60s);
    take();
    follow({a});
    pass(limits::command_again);
    EXPECT_THAT(take(), ElementsAre("UpdateParticipant leg1 -screen"));
}

TEST_F(LiveKitTest, WhatIsNotTakenIsAskedForAgainAndNotMoreThanItsLimitAtOnce) {
    std::vector<Seat> seats;
    for (int i = 0; i < 60; ++i) seats.push_back({.leg = "leg" + std::to_string(i)});
    follow(seats);
    for (const Seat& seat : seats) ticket(seat.leg);
    follow({});
    EXPECT_EQ(sent.size(), limits::requests_in_flight_max);
    EXPECT_EQ(take(0).size(), limits::requests_in_flight_max);
    EXPECT_FALSE(livekit.counts().up);
    pass(limits::command_again);
    EXPECT_EQ(take().size(), limits::requests_in_flight_max);
    EXPECT_TRUE(livekit.counts().up);
    livekit.stop();
    pass(limits::command_again);
    EXPECT_THAT(take(), IsEmpty());
}

}  // namespace
}  // namespace homeroom::media
