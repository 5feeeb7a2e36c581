// Cross-origin headers on what the transport answers; what they say is tested beside net/cors.h.
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::header_of;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

// A page elsewhere may read why it was refused, too.
TEST(EngineIoCors, IsOnEveryAnswer) {
    Options options;
    options.cors.origins = {"https://school.example"};
    TestServer server{options};
    const std::string origin = "Origin: https://school.example\r\n";
    const auto allowed = [&](std::string_view method, const std::string& target,
                             std::string_view body = {}) {
        return header_of(server.request(method, target, body, origin).head,
                         "Access-Control-Allow-Origin");
    };
    const std::string session = polling + "&sid=" + server.open();
    EXPECT_EQ(allowed("GET", polling), "https://school.example");
    EXPECT_EQ(allowed("POST", session, "4a"), "https://school.example");
    EXPECT_EQ(allowed("GET", session), "https://school.example");
    EXPECT_EQ(allowed("DELETE", session), "https://school.example");
    EXPECT_EQ(allowed("GET", polling + "&sid=abc"), "https://school.example");
    EXPECT_EQ(allowed("GET", "/engine.io/"), "https://school.example");
    const WebSocketClient client{server.port, websocket, origin};
    EXPECT_EQ(header_of(client.head(), "Access-Control-Allow-Origin"), "https://school.example");
}

}  // namespace
}  // namespace homeroom::engineio
