// The cookie that holds the session's id, for load balancers: on the answer that opens a polling
// session, and nowhere else.
#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::header_of;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

Options with_cookie(Cookie cookie = {}) {
    Options options;
    options.cookie = std::move(cookie);
    return options;
}

std::string cookie_of(const Answer& answer) {
    return header_of(answer.head, "Set-Cookie");
}

TEST(EngineIoCookie, IsSetByTheAnswerThatOpensASession) {
    TestServer server{with_cookie()};
    const Answer opened = server.request("GET", polling);
    const std::string sid = test::sid_of(opened.body);
    EXPECT_EQ(cookie_of(opened), "io=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
    EXPECT_EQ(cookie_of(server.post(sid, "4a")), "absent");
    EXPECT_EQ(cookie_of(server.get(sid)), "absent");
    EXPECT_EQ(cookie_of(server.request("GET", polling + "&sid=abc")), "absent");
}

TEST(EngineIoCookie, IsNotSetOnAWebSocket) {
    TestServer server{with_cookie()};
    const WebSocketClient opening{server.port, websocket};
    EXPECT_EQ(header_of(opening.head(), "Set-Cookie"), "absent");
    const WebSocketClient upgrade{server.port, websocket + "&sid=" + server.open()};
    EXPECT_EQ(header_of(upgrade.head(), "Set-Cookie"), "absent");
}

TEST(EngineIoCookie, HasItsAttributesInTheReferencesOrder) {
    TestServer server{with_cookie({.name = "sid",
                                   .path = "/school",
                                   .domain = "school.example",
                                   .same_site = "None",
                                   .max_age = 3600s,
                                   .http_only = true,
                                   .secure = true})};
    const Answer opened = server.request("GET", polling);
    EXPECT_EQ(cookie_of(opened), "sid=" + test::sid_of(opened.body) +
                                     "; Max-Age=3600; Domain=school.example; Path=/school"
                                     "; HttpOnly; Secure; SameSite=None");
}

TEST(EngineIoCookie, LeavesOutWhatIsSwitchedOff) {
    TestServer server{with_cookie({.path = "", .same_site = "", .http_only = false})};
    const Answer opened = server.request("GET", polling);
    EXPECT_EQ(cookie_of(opened), "io=" + test::sid_of(opened.body));
}

TEST(EngineIoCookie, IsOffByDefault) {
    TestServer server;
    EXPECT_EQ(cookie_of(server.request("GET", polling)), "absent");
}

}  // namespace
}  // namespace homeroom::engineio
