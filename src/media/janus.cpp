#include "media/janus.h"

#include <utility>

#include "media/limits.h"

namespace homeroom::media {
namespace {

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

Result<Json> read(const outgoing::HttpAnswer& answer) {
    if (!answer.accepted())
        return Error{Code::unavailable,
                     answer.status == 0 ? answer.fault : "status " + std::to_string(answer.status)};
    Json json = Json::parse(answer.body, nullptr, false);
    if (!json.is_object() && !json.is_array())
        return Error{Code::unavailable, "it answers no JSON"};
    return json;
}

}  // namespace

Result<std::unique_ptr<Janus>> Janus::create(std::string url, JanusOptions options) {
    TRY(auto client, outgoing::HttpClient::create());
    return std::unique_ptr<Janus>(new Janus(std::move(url), std::move(options), std::move(client)));
}

Janus::Janus(std::string url, JanusOptions options, std::unique_ptr<outgoing::HttpClient> client)
    : url_(std::move(url)),
      core_(std::move(options), wall_now().time_since_epoch().count()),
      client_(std::move(client)) {}

Janus::~Janus() {
    client_->stop();
}

void Janus::follow(const Room& room) {
    JanusCore::Output output;
    {
        const std::lock_guard lock(mutex_);
        core_.follow(room, now(), output);
        tell_all(output);
    }
    send(std::move(output));
}

Result<std::int64_t> Janus::say(const Said& said) {
    JanusCore::Output output;
    auto result = [&] {
        const std::lock_guard lock(mutex_);
        auto number = core_.say(said, now(), output);
        tell_all(output);
        return number;
    }();
    send(std::move(output));
    return result;
}

Json Janus::terms(const std::string& call, const std::string&) {
    const std::lock_guard lock(mutex_);
    return core_.terms(call);
}

void Janus::tick() {
    JanusCore::Output output;
    {
        const std::lock_guard lock(mutex_);
        core_.tick(now(), output);
        tell_all(output);
    }
    send(std::move(output));
}

Counts Janus::counts() {
    const std::lock_guard lock(mutex_);
    return core_.counts();
}

void Janus::on_answer(std::uint64_t id, const outgoing::HttpAnswer& answer) {
    const auto json = read(answer);
    JanusCore::Output output;
    {
        const std::lock_guard lock(mutex_);
        core_.on_answer(id, json, now(), output);
        tell_all(output);
    }
    send(std::move(output));
}

void Janus::tell_all(JanusCore::Output& output) {
    for (Told& one : std::exchange(output.told, {})) listener_->on_told(std::move(one));
}

// Not within the lock: a client that has been stopped answers at once.
void Janus::send(JanusCore::Output output) {
    for (auto& request : output.requests) {
        client_->send(
            {.url = url_ + request.path,
             .headers = {"Content-Type: application/json"},
             .body = std::move(request.body),
             .timeout = request.is_poll ? std::chrono::milliseconds{limits::poll_time}
                                        : std::chrono::milliseconds{limits::request_time},
             .method = request.is_poll ? outgoing::Method::get : outgoing::Method::post,
             .answer_bytes_max = limits::answer_bytes_max},
            [this, id = request.id](const outgoing::HttpAnswer& answer) { on_answer(id, answer); });
    }
}

}  // namespace homeroom::media
