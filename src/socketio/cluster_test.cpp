#include <stdexcept>

#include "socketio/test_application.h"

namespace homeroom::socketio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ClusterTest : public test::ApplicationTest {
protected:
    // Two servers that are one.
    ClusterTest() {
        auto links = make_local_cluster(3);
        silent_link = links[2];
        for (std::size_t i = 0; i < 2; ++i) {
            Options options{.port = 0, .loops = 2};
            options.cluster = links[i];
            nodes.push_back(std::make_unique<Server>(std::move(options)));
            Server& node = *nodes.back();
            node.on_connection([](Socket& socket) {
                add_fence(socket);
                socket.join("room");
                socket.on("tell", [](Socket& from) { from.broadcast().emit("told"); });
                socket.on("last words", [](Socket& from) {
                    from.on_disconnect([&from](DisconnectReason) { from.nsp().emit("gone"); });
                });
            });
        }
        nodes[1]->of("/").on_server_event("question", [this](const ServerEvent& event) {
            notes.add("asked " + event.arguments().at(0).text());
            event.answer("answer");
            event.answer("only once");
        });
        for (auto& node : nodes) EXPECT_EQ(node->start(), std::nullopt);
    }
    test::Client join_node(std::size_t index) const {
        test::Client client{nodes[index]->port()};
        client.join();
        return client;
    }
    template <typename T, typename Start>
    T wait_for(const Start& begin) {
        std::promise<T> promise;
        begin([&promise](T result) { promise.set_value(std::move(result)); });
        return promise.get_future().get();
    }

    std::vector<std::unique_ptr<Server>> nodes{};
    std::shared_ptr<ClusterLink> silent_link{};
};

TEST_F(ClusterTest, CarriesBroadcastsButNotLocalOnes) {
    auto here = join_node(0);
    auto there = join_node(1);
    nodes[0]->to("room").emit("all", Bytes{"b"});
    for (auto* client : {&here, &there}) {
        EXPECT_EQ(client->receive(), R"(451-["all",{"_placeholder":true,"num":0}])");
        EXPECT_EQ(client->receive(), "bytes:b");
    }
    nodes[0]->local().emit("here only");
    EXPECT_EQ(here.receive(), R"(42["here only"])");
    here.send(R"(42["tell"])");
    EXPECT_EQ(there.receive(), R"(42["told"])");
    expect_quiet(here);
}

TEST_F(ClusterTest, ReachesTheSocketsOfAllNodes) {
    auto here = join_node(0);
    auto there = join_node(1);
    const auto found = wait_for<RemoteSockets>([&](auto done) { nodes[0]->fetch_sockets(done); });
    EXPECT_THAT(found.sockets, SizeIs(2));
    EXPECT_THAT(found.missing_nodes, IsEmpty());
    const std::vector<std::string> others = silent_link->others();
    for (const RemoteSocket& one : found.sockets) {
        if (one.id == here.id) {
            EXPECT_EQ(one.node, "");
        } else {
            EXPECT_EQ(std::ranges::count(others, one.node), 1);
        }
    }
    nodes[0]->in(there.id).sockets_join({"new"});
    nodes[0]->to("new").emit("to new");
    EXPECT_EQ(there.receive(), R"(42["to new"])");
    nodes[0]->in("new").sockets_leave({"new"});
    nodes[0]->to("new").emit("to nobody");
    nodes[0]->in(there.id).disconnect_sockets();
    EXPECT_EQ(there.receive(), "41");
    expect_quiet(here);
}

TEST_F(ClusterTest, GathersAnswersOfAllNodes) {
    auto here = join_node(0);
    auto there = join_node(1);
    std::promise<BroadcastAnswers> promise;
    nodes[0]->emit("ready?",
                   [&](BroadcastAnswers answers) { promise.set_value(std::move(answers)); });
    for (auto* client : {&here, &there}) {
        const std::string question = client->receive();
        client->send("43" + question.substr(2, question.find('[') - 2) + R"(["yes"])");
    }
    const auto answers = promise.get_future().get();
    ASSERT_THAT(answers.answers, SizeIs(2));
    for (const auto& one : answers.answers) {
        ASSERT_TRUE(one.answer);
        EXPECT_EQ((*one.answer)[0].text(), "\"yes\"");
    }
}

TEST_F(ClusterTest, KeepsTheOrderOfQuestionsAndOtherEvents) {
    auto here = join_node(0);
    auto there = join_node(1);
    for (int i = 0; i < 20; ++i) {
        nodes[0]->emit("question", [](const BroadcastAnswers&) {});
        nodes[0]->emit("next");
        for (auto* client : {&here, &there}) {
            EXPECT_THAT(client->receive(), HasSubstr("question"));
            EXPECT_EQ(client->receive(), R"(42["next"])");
        }
    }
}

TEST_F(ClusterTest, CarriesWhatIsSentAtAServersEnd) {
    auto here = join_node(0);
    auto there = join_node(1);
    here.send(R"(42["last words"])");
    expect_quiet(here);
    nodes[0]->close();
    EXPECT_EQ(there.receive(), R"(42["gone"])");
}

TEST_F(ClusterTest, CarriesEventsBetweenServers) {
    const auto answers = wait_for<NodeAnswers>(
        [&](auto done) { nodes[0]->of("/").emit_to_servers("question", {Value{42}}, done); });
    ASSERT_THAT(answers.answers, SizeIs(1));
    EXPECT_EQ(answers.answers[0].text(), "\"answer\"");
    nodes[0]->server_side_emit("question", 43);
    notes.wait_for("asked 43");
    EXPECT_THAT(notes.all(), ElementsAre("asked 42", "asked 43"));
}

TEST_F(ClusterTest, NamesTheNodesThatDidNotReport) {
    silent_link->open("silent", [](const std::string&) {});
    auto here = join_node(0);
    std::promise<BroadcastAnswers> promise;
    nodes[0]->timeout(std::chrono::milliseconds{10}).emit("ready?", [&](BroadcastAnswers answers) {
        promise.set_value(std::move(answers));
    });
    const auto answers = promise.get_future().get();
    EXPECT_THAT(answers.missing_nodes, ElementsAre("silent"));
    EXPECT_THAT(answers.answers, SizeIs(1));
}

class ThrowingLink final : public ClusterLink {
public:
    void open(const std::string&, Receive) override {}
    void close() override { fail(); }
    void publish(std::string) override { fail(); }
    void send(const std::string&, std::string) override { fail(); }
    std::vector<std::string> others() const override { return fail(); }

private:
    static std::vector<std::string> fail() { throw std::runtime_error{"no network"}; }
};

TEST_F(ClusterTest, OutlivesALinkThatThrows) {
    Options options;
    options.cluster = std::make_shared<ThrowingLink>();
    make(std::move(options)).on_connection(add_fence);
    start();
    auto client = join();
    server->emit("here");
    EXPECT_EQ(client.receive(), R"(42["here"])");
    const auto found = wait_for<RemoteSockets>([&](auto done) { server->fetch_sockets(done); });
    EXPECT_THAT(found.sockets, SizeIs(1));
}

class ClosedLink final : public ClusterLink {
public:
    void open(const std::string&, Receive) override {
        if (++opened == 1) throw std::runtime_error{"no network"};
    }
    void close() override { ++closed; }
    void publish(std::string) override {}
    void send(const std::string&, std::string) override {}
    std::vector<std::string> others() const override { return {}; }
    int opened = 0;
    int closed = 0;
};

TEST_F(ClusterTest, DoesNotStartWithoutItsLink) {
    Options options;
    const auto link = std::make_shared<ClosedLink>();
    options.cluster = link;
    make(std::move(options));
    const auto fault = server->start();
    ASSERT_TRUE(fault);
    EXPECT_THAT(*fault, HasSubstr("other nodes"));
    EXPECT_EQ(link->closed, 1);
    start();  // the network is back
    EXPECT_EQ(link->opened, 2);
}

TEST_F(ClusterTest, IgnoresNonsense) {
    for (const std::string& nonsense : {std::string{"\xc1"}, std::string{}, std::string{"\x80"}})
        silent_link->publish(nonsense);
    auto here = join_node(0);
    nodes[1]->emit("still there");
    EXPECT_EQ(here.receive(), R"(42["still there"])");
}

}  // namespace
}  // namespace homeroom::socketio
