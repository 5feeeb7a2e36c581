// The driver of Janus: what JanusCore asks is posted over HTTP by libcurl, on a thread of its own,
// and what is answered is given back to it. The core is under a lock, held for microseconds.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "media/backend.h"
#include "media/janus_core.h"
#include "outgoing/http_client.h"

namespace homeroom::media {

class Janus final : public Backend {
public:
    // `url`: of Janus' HTTP interface, "http://127.0.0.1:8088/janus".
    static Result<std::unique_ptr<Janus>> create(std::string url, JanusOptions options);
    ~Janus() override;

    void tell(Listener& listener) override { listener_ = &listener; }
    bool is_between() const override { return true; }
    void follow(const Room& room) override;
    Result<std::int64_t> say(const Said& said) override;
    Json terms(const std::string& call, const std::string& leg) override;
    void tick() override;
    void stop() override { client_->stop(); }
    Counts counts() override;

private:
    Janus(std::string url, JanusOptions options, std::unique_ptr<outgoing::HttpClient> client);
    void on_answer(std::uint64_t id, const outgoing::HttpAnswer& answer);
    // Within the lock: of one leg in the order in which it came to be.
    void tell_all(JanusCore::Output& output);
    void send(JanusCore::Output output);

    const std::string url_;
    Listener* listener_ = nullptr;
    std::mutex mutex_{};
    JanusCore core_;  // guarded
    // Goes first: its thread uses the rest.
    std::unique_ptr<outgoing::HttpClient> client_;
};

}  // namespace homeroom::media
