// What may be said between browsers, what of it is hidden, and passwords for relays.
#include "features/calls/signal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/hex.h"
#include "features/calls/addresses.h"
#include "features/calls/ice.h"
#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;
using testing::HasSubstr;
using testing::Not;

Json request(Json data) {
    return Json{{"call", "c"}, {"to", "ben"}, {"from", "eve"}, {"data", std::move(data)}};
}
std::string outcome(Json data) {
    const auto signal = read_signal(request(std::move(data)));
    return signal.ok() ? "ok" : std::string{to_string(signal.error().code)};
}
Json description(std::string type, std::string sdp) {
    return Json{{"description", {{"type", std::move(type)}, {"sdp", std::move(sdp)}}}};
}

TEST(Signal, IsADescriptionOrCandidates) {
    EXPECT_EQ(outcome(description("offer", "v=0")), "ok");
    EXPECT_EQ(outcome({{"candidates", {nullptr}}}), "ok");
    EXPECT_EQ(outcome({{"candidates", {{{"candidate", ""}, {"sdpMid", nullptr}}}}}), "ok");
    auto answer = description("answer", "v=0");
    EXPECT_EQ(outcome(answer), "invalid") << "of which offer?";
    answer["negotiation"] = 7;
    EXPECT_EQ(outcome(answer), "ok");
    for (const Json& wrong :
         {Json::object(), Json{{"candidates", Json::array()}}, Json{{"candidates", "x"}},
          Json{{"candidates", {5}}}, Json{{"candidates", {{{"sdpMid", "0"}}}}},
          Json{{"description", "v=0"}}, description("rollback", ""), Json{{"description", {5}}},
          Json{{"negotiation", 0}, {"candidates", {nullptr}}}})
        EXPECT_EQ(outcome(wrong), "invalid") << wrong.dump();
    EXPECT_EQ(read_signal(Json{{"call", "c"}, {"to", "ben"}}).error().field, "data");
}

TEST(Signal, HasLimits) {
    EXPECT_EQ(outcome(description("offer", std::string(limits::description_bytes_max, 'x'))), "ok");
    EXPECT_EQ(outcome(description("offer", std::string(limits::description_bytes_max + 1, 'x'))),
              "too_large");
    EXPECT_EQ(outcome({{"candidates",
                        {{{"candidate", std::string(limits::candidate_bytes_max + 1, 'x')}}}}}),
              "too_large");
    EXPECT_EQ(outcome({{"candidates", std::vector<Json>(limits::candidates_per_signal_max + 1)}}),
              "too_large");
    std::string many;
    for (int i = 0; i < 30; ++i) many += "a=candidate:1\r\n";
    EXPECT_EQ(read_signal(request(description("offer", many)))->candidates, 30U);
}

TEST(Signal, CarriesNothingElse) {
    Json data = description("offer", "v=0");
    data["from"] = "ada";
    data["description"]["more"] = 1;
    data["candidates"] = {{{"candidate", "x"}, {"address", "1.2.3.4"}}};
    EXPECT_EQ(read_signal(request(data))->data.dump(),
              R"({"description":{"type":"offer","sdp":"v=0"},"candidates":[{"candidate":"x"}]})");
}

// --- Addresses

const std::string origin = "203.0.113.7";

std::string candidate(const std::string& type) {
    return "candidate:842 1 udp 1677729535 198.51.100.9 61665 typ " + type + " raddr " + origin +
           " rport 4242 generation 0 ufrag abcd network-cost 999";
}

TEST(Addresses, OfARelayAreAllThatIsTold) {
    for (const char* type : {"host", "srflx", "prflx", "RELAY", "relayed", ""})
        EXPECT_EQ(relayed_candidate(candidate(type)), std::nullopt) << type;
    const auto relayed = relayed_candidate(candidate("relay"));
    EXPECT_EQ(relayed,
              "candidate:842 1 udp 1677729535 198.51.100.9 61665 typ relay raddr 0.0.0.0 rport 0"
              " generation 0 ufrag abcd network-cost 999");
    EXPECT_EQ(relayed_candidate(""), "") << "the end of candidates";
    for (const char* odd : {"candidate:", "candidate:1 1 udp 1 host typ relay",
                            "candidate:1 1 udp 1 1.2.3.4 5 x relay", "typ relay"})
        EXPECT_EQ(relayed_candidate(odd), std::nullopt) << odd;
}

TEST(Addresses, AreTakenOutOfADescription) {
    const std::string text = "v=0\r\no=- 46 2 IN IP4 " + origin + "\r\ns=-\r\nt=0 0\r\n" +
                             "m=audio 61665 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 " + origin +
                             "\r\na=rtcp:9 IN IP4 " + origin + "\r\na=" + candidate("host") +
                             "\r\na=" + candidate("relay") + "\na=remote-candidates:1 " + origin +
                             " 9\r\na=mid:0\r\nb=AS:30\r\na=end-of-candidates\r\n";
    const std::string told = relayed_description(text);
    EXPECT_THAT(told, Not(HasSubstr(origin)));
    EXPECT_EQ(count_candidates(text), 2U);
    EXPECT_EQ(count_candidates(told), 1U);
    for (const char* kept : {"v=0\r\n", "o=- 46 2 IN IP4 0.0.0.0\r\n", "s=-\r\n", "t=0 0\r\n",
                             "m=audio 61665 UDP/TLS/RTP/SAVPF 111\r\n", "c=IN IP4 0.0.0.0\r\n",
                             "a=mid:0\r\n", "b=AS:30\r\n", "a=end-of-candidates\r\n"})
        EXPECT_THAT(told, HasSubstr(kept));
}

TEST(Addresses, AreTakenOutHoweverTheyAreWritten) {
    EXPECT_EQ(
        relayed_candidate("candidate:1 1 udp 1 198.51.100.9 5 typ relay ufrag raddr " + origin),
        "candidate:1 1 udp 1 198.51.100.9 5 typ relay ufrag raddr 0.0.0.0");
    EXPECT_EQ(relayed_description("a=mid:0\ra=" + candidate("host") + "\r\rc=IN IP4 " + origin),
              "a=mid:0\r\nc=IN IP4 0.0.0.0\r\n");
    // Firefox takes each of these for a candidate, and the last for an address.
    const std::string words = candidate("host").substr(std::string{"candidate:"}.size());
    for (const std::string& line : {"a=CANDIDATE:" + words, "a= candidate:" + words,
                                    "a=:Candidate:" + words, "a=candidate " + words}) {
        EXPECT_EQ(relayed_description("a=mid:0\r\n" + line + "\r\n"), "a=mid:0\r\n") << line;
        EXPECT_EQ(count_candidates(line), 1U) << line;
    }
    EXPECT_EQ(relayed_description("a=RTCP:9 IN IP4 " + origin), "a=rtcp:9 IN IP4 0.0.0.0\r\n");
    EXPECT_EQ(relayed_description("a=candidates:x\r\na=rtcp-mux\r\n"),
              "a=candidates:x\r\na=rtcp-mux\r\n");
}

TEST(Addresses, AreHiddenInASignal) {
    Json data = description("offer", "v=0\r\na=" + candidate("srflx") + "\r\n");
    data["candidates"] = {{{"candidate", candidate("host")}},
                          {{"candidate", candidate("relay")}, {"sdpMid", "0"}},
                          nullptr};
    auto signal = read_signal(request(data)).value();
    hide_addresses(signal);
    EXPECT_THAT(signal.data.dump(), Not(HasSubstr(origin)));
    EXPECT_EQ(signal.data.at("candidates").size(), 2U);
    EXPECT_EQ(signal.data.at("candidates").at(1), nullptr);
}

// --- Relays

TEST(Relays, HavePasswordsThatCoturnTakes) {
    // RFC 2202, test case 2; and its base64.
    EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(turn_password("Jefe", "what do ya want for nothing?"),
              "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    const IceOptions options{.stun_urls = {"stun:r:3478"},
                             .turn_urls = {"turn:r:3478"},
                             .secrets = {"new", "old"},
                             .time = std::chrono::seconds{600}};
    const WallTime now{std::chrono::milliseconds{1'700'000'000'123}};
    const Json ice = ice_of(options, "leg", false, now);
    EXPECT_EQ(ice.at("iceTransportPolicy"), "all");
    EXPECT_EQ(ice.at("ttl"), 600);
    const Json& relay = ice.at("iceServers").at(1);
    EXPECT_EQ(relay.at("username"), "1700000600:leg");
    EXPECT_EQ(relay.at("credential"), turn_password("new", "1700000600:leg"));
    const Json hidden = ice_of(options, "leg", true, now);
    EXPECT_EQ(hidden.at("iceTransportPolicy"), "relay");
    EXPECT_EQ(hidden.at("iceServers").size(), 1U) << "nobody is asked for his address";
    EXPECT_EQ(ice_of({}, "leg", false, now).at("iceServers").size(), 0U);
}

TEST(Relays, HaveUrlsOfTheirKind) {
    for (const char* url : {"turn:a", "turns:a:443?transport=tcp"}) EXPECT_TRUE(is_turn_url(url));
    for (const char* url : {"", "turn:", "stun:a", "http://a", "turn:a b", "turn:\"", "turn:\n"})
        EXPECT_FALSE(is_turn_url(url)) << url;
    EXPECT_TRUE(is_stun_url("stun:a:3478"));
    EXPECT_FALSE(is_stun_url("turn:a"));
}

// --- On a link with a media server

Json on_link(const char* link, Json data) {
    return Json{{"call", "c"}, {"link", link}, {"data", std::move(data)}};
}
const Json offered{{"description", {{"type", "offer"}, {"sdp", "v=0"}}}};
const Json answered{{"negotiation", 7}, {"description", {{"type", "answer"}, {"sdp", "v=0"}}}};

TEST(LinkSignal, OffersACameraAndAScreenAndAnswersWhatIsWatched) {
    for (const char* link : {"camera", "screen"}) {
        EXPECT_TRUE(read_signal(on_link(link, offered)).ok()) << link;
        EXPECT_FALSE(read_signal(on_link(link, answered)).ok()) << link;
        EXPECT_FALSE(read_signal(on_link(link, Json{{"again", true}})).ok()) << link;
    }
    EXPECT_TRUE(read_signal(on_link("watch", answered)).ok());
    EXPECT_FALSE(read_signal(on_link("watch", offered)).ok());
    const auto again = read_signal(on_link("watch", Json{{"again", true}}));
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->again);
    EXPECT_TRUE(again->to.empty());
}

TEST(LinkSignal, IsOfALinkThatThereIsAndToNobodyElse) {
    for (const char* link : {"", "Camera", "all"})
        EXPECT_FALSE(read_signal(on_link(link, offered)).ok()) << link;
    Json both = on_link("camera", offered);
    both["to"] = "sue";
    EXPECT_EQ(read_signal(both).error().field, "to");
    Json made = on_link("camera", offered);
    for (const Json& wrong : {Json(0), Json(-1), Json("1"), Json(1.5)}) {
        made["made"] = wrong;
        EXPECT_FALSE(read_signal(made).ok()) << wrong;
    }
}

}  // namespace
}  // namespace homeroom::features::calls
