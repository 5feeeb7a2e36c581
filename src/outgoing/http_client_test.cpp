// Against a socket of this test: what comes in is read, what is answered is up to the test.
#include "outgoing/http_client.h"

#include <arpa/inet.h>
#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace homeroom::outgoing {
namespace {

using namespace std::chrono_literals;

// Accepts on a free port. Each connection gets one and the same answer once its request is there
// (it ends in "!"); none when that is empty.
class Endpoint {
public:
    explicit Endpoint(std::string answer) : answer_(std::move(answer)) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(listener_, 16), 0);
        socklen_t length = sizeof address;
        EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Endpoint() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
        for (const int connection : open_) close(connection);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
    // The first, once it is there.
    std::string request() const {
        while (requests_.load() == 0) std::this_thread::sleep_for(1ms);
        return request_;
    }
    int requests() const { return requests_.load(); }

private:
    void serve() {
        while (true) {
            const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) return;
            open_.push_back(connection);
            std::string text;
            char bytes[4096];
            while (!text.ends_with("!")) {
                const auto count = recv(connection, bytes, sizeof bytes, 0);
                if (count <= 0) break;
                text.append(bytes, static_cast<std::size_t>(count));
            }
            if (requests_.load() == 0) request_ = text;
            ++requests_;
            if (answer_.empty()) continue;
            send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
            shutdown(connection, SHUT_WR);
        }
    }

    std::string answer_;
    std::string request_{};
    std::atomic<int> requests_{0};
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<int> open_{};
    std::thread thread_{};
};

class HttpClientTest : public testing::Test {
protected:
    HttpClientTest() : client_(HttpClient::create().value()) {}
    std::future<HttpAnswer> post(std::string url, std::chrono::milliseconds timeout = 20s) {
        auto answered = std::make_shared<std::promise<HttpAnswer>>();
        auto answer = answered->get_future();
        client_->send({.url = std::move(url),
                       .headers = {"content-type: application/json", "webhook-id: one"},
                       .body = "hello!",
                       .timeout = timeout},
                      [answered](const HttpAnswer& got) { answered->set_value(got); });
        return answer;
    }
    std::unique_ptr<HttpClient> client_;
};

TEST_F(HttpClientTest, PostsAndTellsTheStatus) {
    Endpoint endpoint("HTTP/1.1 204 No Content\r\n\r\n");
    const auto answer = post(endpoint.url()).get();
    EXPECT_EQ(answer.status, 204);
    EXPECT_TRUE(answer.accepted());
    const auto request = endpoint.request();
    EXPECT_TRUE(request.starts_with("POST /hook HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("\r\nwebhook-id: one\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\ncontent-type: application/json\r\n"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\nhello!"));
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
    Endpoint elsewhere("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    Endpoint endpoint("HTTP/1.1 302 Found\r\nlocation: " + elsewhere.url() +
                      "\r\ncontent-length: 0\r\n\r\n");
    const auto answer = post(endpoint.url()).get();
    EXPECT_EQ(answer.status, 302);
    EXPECT_FALSE(answer.accepted());
    EXPECT_EQ(elsewhere.requests(), 0);
}

TEST_F(HttpClientTest, TellsHowLongItIsAskedToWait) {
    Endpoint endpoint("HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n");
    const auto answer = post(endpoint.url()).get();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.retry_after, 7s);
}

TEST_F(HttpClientTest, WaitsForNobodyForEver) {
    Endpoint silent("");
    Endpoint quick("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    auto hanging = post(silent.url(), 300ms);
    EXPECT_EQ(post(quick.url()).get().status, 200) << "not held up by another";
    const auto answer = hanging.get();
    EXPECT_EQ(answer.status, 0);
    EXPECT_FALSE(answer.fault.empty());
}

TEST_F(HttpClientTest, TakesNoMoreThanItNeeds) {
    Endpoint endpoint("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n" +
                      std::string(1'000'000, 'x'));
    EXPECT_EQ(post(endpoint.url()).get().status, 200);
}

TEST_F(HttpClientTest, SaysWhenThereIsNobody) {
    std::string url;
    {
        Endpoint gone("");
        url = gone.url();
    }
    EXPECT_EQ(post(url).get().status, 0);
    EXPECT_EQ(post("file:///etc/hostname").get().status, 0);
    EXPECT_EQ(post("no url").get().status, 0);
}

TEST_F(HttpClientTest, BreaksOffWhenItIsStopped) {
    Endpoint silent("");
    auto hanging = post(silent.url());
    client_->stop();
    EXPECT_EQ(hanging.get().status, 0);
    EXPECT_EQ(post(silent.url()).get().status, 0) << "refused, but answered";
}

}  // namespace
}  // namespace homeroom::outgoing
