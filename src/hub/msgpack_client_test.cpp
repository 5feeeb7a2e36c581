// Clients with socket.io-msgpack-parser: each packet is one binary message.
#include <algorithm>
#include <future>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/base64.h"
#include "codec/test_bytes.h"
#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using List = std::vector<std::string>;
using Json = nlohmann::json;
using test::HttpClient;
using test::wait_until;
using test::WebSocketClient;

std::string packet(const Json& fields) {
    const auto bytes = Json::to_msgpack(fields);
    return {bytes.begin(), bytes.end()};
}

// What came, as JSON text; bytes within are {"bytes":[…]}.
std::string read(const std::string& message) {
    if (!message.starts_with("bytes:")) return message;
    return Json::from_msgpack(message.substr(6), true, false).dump();
}

class MsgpackClientTest : public test::ServerTest {
protected:
    explicit MsgpackClientTest(ServerOptions options = {}) : ServerTest(msgpack(options)) {}
    static ServerOptions msgpack(ServerOptions options) {
        options.hub.parser = Parser::msgpack;
        return options;
    }
    WebSocketClient join(std::string* id = nullptr) {
        WebSocketClient client = open();
        client.send_bytes(packet({{"type", 0}, {"nsp", "/"}}));
        const auto answer = Json::parse(read(client.receive()));
        EXPECT_EQ(answer.at("type"), 0) << answer;
        EXPECT_EQ(answer.at("data").at("sid").get<std::string>().size(), 20U);
        if (id != nullptr) *id = answer.at("data").at("sid");
        return client;
    }
};

TEST_F(MsgpackClientTest, JoinsNamespaces) {
    WebSocketClient client = open();
    client.send_bytes(packet({{"type", 0}, {"data", {{"token", "t"}}}, {"nsp", "/admin"}}));
    const auto answer = Json::parse(read(client.receive()));
    EXPECT_EQ(answer.at("type"), 0);
    EXPECT_EQ(answer.at("nsp"), "/admin");
    EXPECT_FALSE(answer.at("data").contains("pid"));
    EXPECT_EQ(admin.notes(), List{R"(connect {"token":"t"})"});
    client.send_bytes(packet({{"type", 0}, {"nsp", "/none"}}));
    EXPECT_EQ(read(client.receive()),
              R"({"data":{"message":"Invalid namespace"},"nsp":"/none","type":4})");
    school.connect = [](Socket& socket, std::string_view) {
        socket.refuse("no", R"({"code":[1,null]})");
    };
    client.send_bytes(packet({{"type", 0}, {"data", nullptr}, {"nsp", "/"}}));
    EXPECT_EQ(read(client.receive()),
              R"({"data":{"data":{"code":[1,null]},"message":"no"},"nsp":"/","type":4})");
    school.connect = [](Socket& socket, std::string_view) { socket.accept("private"); };
    client.send_bytes(packet({{"type", 0}, {"nsp", "/"}}));
    EXPECT_EQ(Json::parse(read(client.receive())).at("data").at("pid"), "private");
}

TEST_F(MsgpackClientTest, SaysAndHearsEvents) {
    std::string id;
    WebSocketClient client = join(&id);
    client.send_bytes(packet({{"type", 2},
                              {"data", {"echo", 1, -1.5, "ü", nullptr, {{"a", {true}}}}},
                              {"options", {{"compress", true}}},
                              {"nsp", "/"}}));
    EXPECT_EQ(read(client.receive()),
              R"({"data":["echo",1,-1.5,"ü",null,{"a":[true]}],"nsp":"/","type":2})");
    EXPECT_EQ(school.notes().back(), R"(event echo 1 -1.5 "ü" null {"a":[true]})");
    server->broadcast({.to = {.rooms = {id}}, .message = server->encoder().event("/", "news", {})});
    EXPECT_EQ(read(client.receive()), R"({"data":["news"],"nsp":"/","type":2})");
}

TEST_F(MsgpackClientTest, AnswersAndIsAnswered) {
    std::string id;
    WebSocketClient client = join(&id);
    client.send_bytes(packet({{"type", 2}, {"data", {"echo", "x"}}, {"id", 7}, {"nsp", "/"}}));
    EXPECT_EQ(read(client.receive()), R"({"data":["x"],"id":7,"nsp":"/","type":3})");
    std::promise<std::string> promise;
    with_socket(id, [&](Socket& socket) {
        socket.emit_with_ack("ask", {}, {}, std::nullopt,
                             [&](const std::optional<Arguments>& answer) {
                                 promise.set_value(answer ? answer->json.at(0) : "none");
                             });
    });
    EXPECT_EQ(read(client.receive()), R"({"data":["ask"],"id":0,"nsp":"/","type":2})");
    client.send_bytes(packet({{"type", 3}, {"data", {{{"x", 1}}}}, {"id", 0}, {"nsp", "/"}}));
    EXPECT_EQ(promise.get_future().get(), R"({"x":1})");
}

TEST_F(MsgpackClientTest, HasBytesInsideObjects) {
    WebSocketClient client = join();
    const auto bytes = [](const std::string& text) {
        return Json::binary(std::vector<std::uint8_t>(text.begin(), text.end()));
    };
    client.send_bytes(packet(
        {{"type", 2}, {"data", {"echo", {{"a", bytes("ab")}, {"b", {bytes("")}}}}}, {"nsp", "/"}}));
    const auto echo = Json::from_msgpack(client.receive().substr(6));
    EXPECT_EQ(echo.at("type"), 2);  // 5 and 6 are the other parser's
    EXPECT_EQ(echo.at("data").at(1).at("a"), bytes("ab"));
    EXPECT_EQ(echo.at("data").at(1).at("b").at(0), bytes(""));
    EXPECT_EQ(
        school.notes().back(),
        R"(event echo {"a":{"_placeholder":true,"num":0},"b":[{"_placeholder":true,"num":1}]})"
        " bytes:ab bytes:");
    client.send_bytes(
        packet({{"type", 2}, {"data", {"echo", bytes("x")}}, {"id", 1}, {"nsp", "/"}}));
    EXPECT_EQ(client.receive().substr(6),
              codec::test::bytes("84 a4'type' 03 a4'data' 91 c4 01'x' a2'id' 01 a3'nsp' a1'/'"));
}

TEST_F(MsgpackClientTest, LeavesAndIsSentAway) {
    std::string id;
    WebSocketClient client = join(&id);
    client.send_bytes(packet({{"type", 1}, {"nsp", "/"}}));
    client.send_bytes(packet({{"type", 2}, {"data", {"late"}}, {"nsp", "/"}}));
    client.send_bytes(packet({{"type", 0}, {"nsp", "/"}}));
    id = Json::parse(read(client.receive())).at("data").at("sid");
    with_socket(id, [](Socket& socket) { socket.disconnect(true); });
    EXPECT_EQ(read(client.receive()), R"({"nsp":"/","type":1})");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect client namespace disconnect",
                                    "connect ", "disconnect server namespace disconnect"}));
}

TEST_F(MsgpackClientTest, PollsItsPackets) {
    const std::string polling = "/socket.io/?EIO=4&transport=polling";
    const std::string target =
        polling + "&sid=" + test::sid_of(HttpClient{server->port()}.request("GET", polling).body);
    const std::string connect = packet({{"type", 0}, {"nsp", "/"}});
    const std::string echo = packet({{"type", 2}, {"data", {"echo"}}, {"nsp", "/"}});
    const std::string body = "b" + base64::encode(connect) + "\x1e" + "b" + base64::encode(echo);
    EXPECT_EQ(HttpClient{server->port()}.request("POST", target, body).body, "ok");
    const std::string answer = HttpClient{server->port()}.request("GET", target).body;
    const auto separator = answer.find('\x1e');
    ASSERT_TRUE(answer.starts_with("b") && separator != std::string::npos) << answer;
    EXPECT_EQ(read("bytes:" + base64::decode_lenient(answer.substr(separator + 2))),
              R"({"data":["echo"],"nsp":"/","type":2})");
}

TEST_F(MsgpackClientTest, LosesItsConnectionForAnInvalidPacket) {
    const Json invalid[] = {
        {{"type", 5}, {"nsp", "/"}, {"data", {"e"}}},
        {{"type", -1}, {"nsp", "/"}},
        {{"type", "2"}, {"nsp", "/"}, {"data", {"e"}}},
        {{"type", 2}, {"data", {"e"}}},
        {{"type", 2}, {"nsp", 1}, {"data", {"e"}}},
        {{"type", 2}, {"nsp", "/"}, {"data", {{"a", 1}}}},
        {{"type", 2}, {"nsp", "/"}, {"data", Json::array()}},
        {{"type", 2}, {"nsp", "/"}, {"data", {"disconnecting"}}},
        {{"type", 2}, {"nsp", "/"}, {"data", {nullptr}}},
        {{"type", 0}, {"nsp", "/admin"}, {"data", Json::array()}},
        {{"type", 3}, {"nsp", "/"}, {"data", "x"}, {"id", 1}},
        {{"type", 1}, {"nsp", "/"}, {"data", {{"a", 1}}}},
        Json::array({2, "/"}),
        nullptr,
    };
    for (const Json& fields : invalid) {
        WebSocketClient client = join();
        client.send_bytes(packet(fields));
        EXPECT_EQ(client.receive(), "close") << fields;
    }
    for (const std::string_view bytes : {"", "\xC1", "\x81", "\x82\xA4type"}) {
        WebSocketClient client = join();
        client.send_bytes(bytes);
        EXPECT_EQ(client.receive(), "close");
    }
    for (const std::string& text : List{"2[\"e\"]", "", "40", "4"}) {
        WebSocketClient client = join();
        client.send("4" + text);
        EXPECT_EQ(client.receive(), "close");
    }
    wait_until([&] { return sockets() == 0; });
    const auto notes = school.notes();
    EXPECT_EQ(std::ranges::count(notes, "disconnect forced close"),
              static_cast<std::ptrdiff_t>(notes.size() / 2));
}

TEST_F(MsgpackClientTest, LosesItsConnectionForAViolation) {
    const Json violations[] = {
        {{"type", 0}, {"nsp", "/"}},
        {{"type", 2}, {"nsp", "/admin"}, {"data", {"e"}}},
        {{"type", 4}, {"nsp", "/"}, {"data", {{"message", "x"}}}},
    };
    for (const Json& fields : violations) {
        WebSocketClient client = join();
        client.send_bytes(packet(fields));
        EXPECT_EQ(client.receive(), "close") << fields;
    }
    wait_until([&] { return sockets() == 0; });
    EXPECT_EQ(std::ranges::count(school.notes(), "disconnect forced server close"), 3);
}

class LimitedMsgpackTest : public MsgpackClientTest {
protected:
    LimitedMsgpackTest()
        : MsgpackClientTest(
              {.engine = {},
               .hub = {.attachments_max = 2, .json_depth_max = 4, .json_values_max = 20}}) {}
    void expect_close_for(const Json& data) {
        WebSocketClient client = join();
        client.send_bytes(packet({{"type", 2}, {"nsp", "/"}, {"data", data}}));
        EXPECT_EQ(client.receive(), "close");
    }
};

TEST_F(LimitedMsgpackTest, IsCounted) {
    const Json bytes = Json::binary({1, 2});
    expect_close_for({"e", bytes, bytes, bytes});
    EXPECT_EQ(counted(Limit::attachments), 1U);
    EXPECT_EQ(counted(Limit::json), 0U);
    expect_close_for({"e", {{{{1}}}}});
    EXPECT_EQ(counted(Limit::json), 1U);
    Json many = {"e"};
    for (int i = 0; i < 20; ++i) many.push_back(i);
    expect_close_for(many);
    EXPECT_EQ(counted(Limit::json), 2U);
    EXPECT_EQ(counted(Limit::attachments), 1U);
}

}  // namespace
}  // namespace homeroom::hub
