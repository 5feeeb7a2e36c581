#include "conformance/engine.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"

namespace homeroom::conformance {
namespace {

using engineio::Frame;
using engineio::Session;

void echo(Session& session, std::string_view data, bool binary) {
    session.send(binary ? Frame::binary(data) : Frame::text(data));
}

class Echo final : public engineio::Application {
    class Handler final : public engineio::SessionHandler {
    public:
        explicit Handler(Session& session) : session_(session) {}
        void on_message(std::string_view data, bool binary) override {
            echo(session_, data, binary);
        }
        void on_close(engineio::CloseReason) override {}

    private:
        Session& session_;
    };

public:
    std::unique_ptr<engineio::SessionHandler> on_session(Session& session,
                                                         const net::HttpRequest&) override {
        return std::make_unique<Handler>(session);
    }
};

// Says "hi", echoes, and gives what a test asks for by name.
class ClientFixtures final : public engineio::Application {
    class Handler final : public engineio::SessionHandler {
    public:
        Handler(ClientFixtures& fixtures, Session& session)
            : fixtures_(fixtures), session_(session) {}

        void on_message(std::string_view data, bool binary) override {
            if (binary) return echo(session_, data, true);
            if (data == "give binary") {
                session_.send(Frame::binary(std::string_view{"\0\1\2\3\4", 5}));
            } else if (data == "give utf8") {
                session_.send(Frame::text("пойду спать всем спокойной ночи"));
            } else if (data == "sendHeaders") {
                session_.send(Frame::text(fixtures_.headers_of(std::string{session_.id()})));
            } else {
                echo(session_, data, false);
            }
        }
        void on_close(engineio::CloseReason) override {
            fixtures_.forget(std::string{session_.id()});
        }

    private:
        ClientFixtures& fixtures_;
        Session& session_;
    };

public:
    std::unique_ptr<engineio::SessionHandler> on_session(Session& session,
                                                         const net::HttpRequest&) override {
        session.send(Frame::text("hi"));
        return std::make_unique<Handler>(*this, session);
    }

    // The headers of each session's last request by polling.
    void note(const net::HttpRequest& request) {
        const auto sid = request.parameter("sid");
        if (!sid) return;
        nlohmann::json headers = nlohmann::json::object();
        for (const net::HttpHeader& header : request.headers) {
            headers[ascii::lower(header.name)] = header.value;
        }
        const std::lock_guard lock(mutex_);
        headers_[*sid] = headers.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }

private:
    std::string headers_of(const std::string& sid) {
        const std::lock_guard lock(mutex_);
        const auto found = headers_.find(sid);
        return found == headers_.end() ? "{}" : found->second;
    }
    void forget(const std::string& sid) {
        const std::lock_guard lock(mutex_);
        headers_.erase(sid);
    }

    std::mutex mutex_;
    std::unordered_map<std::string, std::string> headers_{};  // guarded by mutex_
};

}  // namespace

hub::Server::Applications::Engine echo_engine(engineio::Options options) {
    const auto application = std::make_shared<Echo>();
    options.path = "/engine.io/";
    return {std::move(options),
            [application](std::size_t) -> engineio::Application& { return *application; }};
}

hub::Server::Applications::Engine client_engine(const std::string& path) {
    const auto fixtures = std::make_shared<ClientFixtures>();
    engineio::Options options;
    options.path = path;
    options.ping_interval = std::chrono::milliseconds{500};
    options.ping_timeout = std::chrono::milliseconds{20'000};
    options.message_bytes_max = 100;
    options.hooks.allow_request = [](const net::HttpRequest& request,
                                     const engineio::Hooks::Verdict& verdict) {
        verdict(request.parameter("deny") ? std::optional<std::string>{"Forbidden"} : std::nullopt);
    };
    options.hooks.initial_headers = [](engineio::Hooks::Headers& headers, const net::HttpRequest&) {
        for (const char* cookie :
             {"1=1; Max-Age=86400", "2=2; Path=/; HttpOnly; Secure; SameSite=Strict",
              "3=3; Max-Age=0", "4=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT"})
            headers.push_back({"Set-Cookie", cookie});
    };
    options.hooks.headers = [fixtures](engineio::Hooks::Headers&, const net::HttpRequest& request) {
        fixtures->note(request);
    };
    return {std::move(options),
            [fixtures](std::size_t) -> engineio::Application& { return *fixtures; }};
}

}  // namespace homeroom::conformance
