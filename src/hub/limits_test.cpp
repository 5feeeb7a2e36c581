// Each limit of a connection or a socket ends in what its client can notice, and is counted under
// its own name once.
#include "base/limits.h"

#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;
using Counts = std::map<std::string_view, std::uint64_t>;
using test::HttpClient;
using test::wait_until;
using test::WebSocketClient;

class LimitsTest : public test::ServerTest {
protected:
    explicit LimitsTest(HubOptions hub = {.unjoined_message_bytes_max = 500,
                                          .attachments_max = 3,
                                          .attachment_bytes_max = 1'000,
                                          .json_depth_max = 4,
                                          .json_values_max = 20,
                                          .namespaces_per_connection_max = 1,
                                          .acks_pending_per_socket_max = 2})
        : ServerTest({.engine = {.message_bytes_max = 10'000}, .hub = std::move(hub)}) {}
    ~LimitsTest() override { server->stop(); }

    // Those that were reached.
    Counts counts() const {
        Counts reached;
        for (std::size_t i = 0; i < limit_count; ++i) {
            const auto limit = static_cast<Limit>(i);
            if (counted(limit) > 0) reached[to_string(limit)] = counted(limit);
        }
        return reached;
    }
    // "fine" when the connection is still of use behind these packets.
    static std::string fate(WebSocketClient& client) {
        client.send(R"(420["echo"])");
        const std::string answer = client.receive();
        return answer == "430[]" ? "fine" : answer;
    }
    std::string fate_after(const List& packets, const List& attachments = {}) {
        WebSocketClient client = join();
        for (const std::string& packet : packets) client.send(packet);
        for (const std::string& bytes : attachments) client.send_bytes(bytes);
        return fate(client);
    }
    List answers;  // on the loop
};

TEST_F(LimitsTest, OfNamespaces) {
    EXPECT_EQ(fate_after({"40/admin,"}), "close");
    EXPECT_EQ(counts(), (Counts{{"namespaces", 1}}));
}

TEST_F(LimitsTest, OfAttachments) {
    EXPECT_EQ(fate_after({R"(453-["e"])"}, {"", "", ""}), "fine");
    EXPECT_EQ(counts(), Counts{});
    EXPECT_EQ(fate_after({R"(454-["e"])"}), "close");
    EXPECT_EQ(fate_after({R"(4618446744073709551615-0["e"])"}), "close");
    EXPECT_EQ(counts(), (Counts{{"attachments", 2}}));
    EXPECT_EQ(fate_after({R"(450-["e"])"}), "close");  // none is invalid, but no limit
    EXPECT_EQ(fate_after({R"(45-["e"])"}), "close");
    EXPECT_EQ(counts(), (Counts{{"attachments", 2}}));
}

// One attachment in a hundred places would be a hundred of them for whoever reads it.
TEST_F(LimitsTest, OfAttachmentBytesInAllTheirPlaces) {
    const std::string place = R"({"_placeholder":true,"num":0})";
    const std::string twice = R"(451-["e",)" + place + "," + place + "]";
    EXPECT_EQ(fate_after({twice}, {std::string(500, 'x')}), "fine");
    EXPECT_EQ(counts(), Counts{});
    EXPECT_EQ(fate_after({twice}, {std::string(501, 'x')}), "close");
    EXPECT_EQ(counts(), (Counts{{"attachment_bytes", 1}}));
}

TEST_F(LimitsTest, OfAttachmentBytes) {
    const std::string half(500, 'x');
    EXPECT_EQ(fate_after({R"(452-["e"])"}, {half, half}), "fine");
    EXPECT_EQ(counts(), Counts{});
    EXPECT_EQ(fate_after({R"(452-["e"])"}, {half, half + "x"}), "close");
    EXPECT_EQ(fate_after({R"(453-["e"])"}, {half + half + "x"}), "close");
    EXPECT_EQ(counts(), (Counts{{"attachment_bytes", 2}}));
}

TEST_F(LimitsTest, OfJson) {
    EXPECT_EQ(fate_after({R"(42["e",[[[1]]]])"}), "fine");
    EXPECT_EQ(fate_after({R"(42["e",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18])"}), "fine");
    EXPECT_EQ(counts(), Counts{});
    EXPECT_EQ(fate_after({R"(42["e",[[[[1]]]]])"}), "close");
    EXPECT_EQ(fate_after({R"(42["e",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19])"}), "close");
    EXPECT_EQ(fate_after({R"(431[[[[[1]]]]])"}), "close");
    EXPECT_EQ(fate_after({R"(451-["e",[[[[1]]]]])"}), "close");
    EXPECT_EQ(counts(), (Counts{{"json", 4}}));
    WebSocketClient client = open();  // of what says who it is as well
    client.send(R"(40{"a":{"b":{"c":{"d":{}}}}})");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(counts(), (Counts{{"json", 5}}));
    EXPECT_EQ(fate_after({R"(42["e",)"}), "close");  // malformed, but no limit
    EXPECT_EQ(counts(), (Counts{{"json", 5}}));
}

TEST_F(LimitsTest, OfMessagesBeforeOneHasJoined) {
    const auto padded = [](std::size_t size) {
        const std::string begin = R"(40{"token":")";
        return begin + std::string(size - begin.size() - 2, 't') + "\"}";
    };
    WebSocketClient small = open();
    small.send(padded(500));
    EXPECT_TRUE(small.receive().starts_with("40{"));
    small.send("42[\"e\",\"" + std::string(9'900, 'x') + "\"]");  // now it may say more
    EXPECT_EQ(fate(small), "fine");
    EXPECT_EQ(counts(), Counts{});
    WebSocketClient large = open();
    large.send(padded(502));
    EXPECT_EQ(large.receive(), "close 1009");
    EXPECT_EQ(counts(), (Counts{{"message_bytes", 1}}));
    small.send("42[\"e\",\"" + std::string(10'000, 'x') + "\"]");
    EXPECT_EQ(small.receive(), "close 1009");
    EXPECT_EQ(counts(), (Counts{{"message_bytes", 2}}));
}

TEST_F(LimitsTest, OfMessagesBeforeOneHasJoinedByPolling) {
    const std::string polling = "/socket.io/?EIO=4&transport=polling";
    const auto target = [&] {
        return polling +
               "&sid=" + test::sid_of(HttpClient{server->port()}.request("GET", polling).body);
    };
    const std::string large = "40{\"token\":\"" + std::string(500, 't') + "\"}";
    const auto refused = HttpClient{server->port()}.request("POST", target(), large);
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(counts(), (Counts{{"body_bytes", 1}}));
    const std::string joined = target();
    EXPECT_EQ(HttpClient{server->port()}.request("POST", joined, "40").body, "ok");
    const std::string event = "42[\"e\",\"" + std::string(500, 'x') + "\"]";
    EXPECT_EQ(HttpClient{server->port()}.request("POST", joined, event).body, "ok");
    EXPECT_EQ(counts(), (Counts{{"body_bytes", 1}}));
}

TEST_F(LimitsTest, OfAcksThatAreAwaited) {
    std::string id;
    WebSocketClient client = join(&id);
    const auto ask = [&](const std::string& name) {
        with_socket(id, [&](Socket& socket) {
            socket.emit_with_ack(name, {}, {}, std::nullopt,
                                 [this, name](const std::optional<Arguments>& answer) {
                                     answers.push_back(name + (answer ? " answered" : " not"));
                                 });
        });
    };
    for (const char* name : {"first", "second", "third"}) ask(name);
    EXPECT_EQ(client.receive(), R"(420["first"])");
    EXPECT_EQ(client.receive(), R"(421["second"])");
    client.send("430[]");
    EXPECT_EQ(fate(client), "fine");  // the third was not even sent
    EXPECT_EQ(counts(), (Counts{{"pending_acks", 1}}));
    ask("fourth");  // there is room again
    EXPECT_EQ(client.receive(), R"(422["fourth"])");
    client.send("432[]");
    EXPECT_EQ(fate(client), "fine");
    on_loop([&](Hub&) {
        EXPECT_EQ(answers, (List{"third not", "first answered", "fourth answered"}));
    });
    EXPECT_EQ(counts(), (Counts{{"pending_acks", 1}}));
}

TEST_F(LimitsTest, OfNamesThatAnEventMayHave) {
    for (const std::string& name : List{"connect", "connect_error", "disconnect", "disconnecting",
                                        "newListener", "removeListener", "\\u0063onnect"}) {
        EXPECT_EQ(fate_after({"42[\"" + name + "\"]"}), "close") << name;
        EXPECT_EQ(fate_after({"451-[\"" + name + "\"]"}), "close") << name;
    }
    for (const std::string& name : List{"connection", "error", "message", "", "Connect"})
        EXPECT_EQ(fate_after({"42[\"" + name + "\"]"}), "fine") << name;
    EXPECT_EQ(counts(), Counts{});
}

class LimitedTimesTest : public LimitsTest {
protected:
    LimitedTimesTest() : LimitsTest({.connect_timeout = 500ms, .attachments_wait = 500ms}) {}
};

TEST_F(LimitedTimesTest, OfAttachmentsThatDoNotCome) {
    WebSocketClient client = join();
    client.send(R"(452-["e"])");
    client.send_bytes("first");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(counts(), (Counts{{"attachment_time", 1}}));
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect forced close"}));
}

TEST_F(LimitedTimesTest, OfAttachmentsIsOverWithTheLast) {
    WebSocketClient client = join();
    client.send(R"(451-["echo",{"_placeholder":true,"num":0}])");
    client.send_bytes("all");
    EXPECT_TRUE(client.receive().starts_with("451-"));
    EXPECT_EQ(client.receive(), "bytes:all");
    EXPECT_TRUE(client.peer().is_silent(700ms));
    EXPECT_EQ(counts(), Counts{});
}

TEST_F(LimitedTimesTest, OfAConnectionThatJoinsNothing) {
    WebSocketClient client = open();
    WebSocketClient half = open();
    half.send(R"(453-["e"])");  // not even what it began
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(half.receive(), "close");
    const Counts seen = counts();
    EXPECT_EQ(seen.count("unjoined_time"), 1U);
    std::uint64_t all = 0;
    for (const auto& [name, count] : seen) all += count;
    EXPECT_EQ(all, 2U);  // each connection once
}

}  // namespace
}  // namespace homeroom::hub
