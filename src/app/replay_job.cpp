#include "app/replay_job.h"

#include <algorithm>
#include <future>
#include <pthread.h>
#include <utility>

#include "api/json_body.h"
#include "backbone/cursors.h"
#include "base/log.h"
#include "campus/audit_requests.h"

namespace homeroom::app {
namespace {

using namespace std::chrono_literals;
using backbone::JournalRange;
using campus::Json;

constexpr auto store_wait = 100ms;  // until it is asked again, when it has too much to do
constexpr std::size_t place_bytes_max = 64;
constexpr std::size_t topic_bytes_max = 249;  // Kafka's own

std::string topic_of(const Config& config, const ReplayRequest& request) {
    return request.topic.empty() ? config.kafka.events_topic : request.topic;
}

bool is_other_topic(const Config& config, const ReplayRequest& request) {
    return topic_of(config, request) != config.kafka.events_topic;
}

backbone::ReplayOptions replay_options(const Config& config, const ReplayRequest& request) {
    return {.topic = topic_of(config, request),
            .source = config.kafka.source,
            .room = request.room,
            .per_second = request.rate,
            .dry_run = request.dry_run};
}

// To the topic of events nothing goes ahead of its first time.
void leave_out_what_waits(ReplayState& state, store::Seq sendable) {
    if (state.range.to <= sendable) return;
    const store::Seq end = std::max(sendable, state.range.from - 1);
    state.waiting = state.range.to - end;
    state.range.to = end;
}

campus::AuditEntry audit_entry(const Config& config, const ReplayRequest& request,
                               std::string_view action, Json details) {
    details["topic"] = topic_of(config, request);
    return {.actor = std::string{campus::local_operator},
            .action = action,
            .subject = request.room.empty() ? topic_of(config, request) : request.room,
            .details = campus::audit_details(
                std::move(details),
                request.reason.empty() ? std::nullopt : std::optional{request.reason})};
}

campus::AuditEntry beginning(const Config& config, const ReplayRequest& request,
                             const JournalRange& range) {
    return audit_entry(
        config, request, "journal.replay",
        Json{{"from", store::to_text(range.from)}, {"to", store::to_text(range.to)}});
}

campus::AuditEntry ending(const Config& config, const ReplayRequest& request,
                          const ReplayState& state) {
    return audit_entry(config, request, "journal.replay.ended",
                       Json{{"state", state.state},
                            {"at", store::to_text(state.figures.at)},
                            {"sent", state.figures.sent}});
}

// How it went, where it began.
ReplayState ended(ReplayState state, const backbone::Replay& replay, const Status& status,
                  bool stopping) {
    state.figures = replay.figures();
    state.state = status.ok() ? "done" : stopping ? "stopped" : "failed";
    if (!status.ok()) state.error = status.error().message;
    return state;
}

// A journal that nobody else writes to.
class OfflinePlace final : public backbone::ReplayPlace {
public:
    OfflinePlace(store::Database& db, const campus::Directory& directory, store::Seq last,
                 store::Seq sendable)
        : db_(db), now_(directory), last_(last), sendable_(sendable) {}

    Result<std::vector<store::JournalEvent>> read(store::Seq after, std::size_t limit) override {
        return store::read_on(db_, after, limit);
    }
    std::optional<store::StoredAudience> audience_now(
        const store::StoredAudience& audience) override {
        return now_.of(audience);
    }
    store::Seq last() override { return last_; }
    store::Seq sendable() override { return sendable_; }
    bool wait(std::chrono::milliseconds time) override {
        if (time > 0ms) std::this_thread::sleep_for(time);
        return true;
    }

private:
    store::Database& db_;
    campus::AudienceNow now_;
    store::Seq last_;
    store::Seq sendable_;
};

}  // namespace

Json to_json(const ReplayRequest& request) {
    return Json{{"from", request.from},     {"to", request.to},         {"room", request.room},
                {"topic", request.topic},   {"reason", request.reason}, {"rate", request.rate},
                {"dryRun", request.dry_run}};
}

Result<ReplayRequest> replay_request_from(const Json& json) {
    ReplayRequest request;
    const auto text = [&](const char* name, std::size_t bytes_max) -> Result<std::string> {
        TRY(auto value, campus::optional_text(json, name, bytes_max));
        return value.value_or("");
    };
    TRY(request.from, text("from", place_bytes_max));
    TRY(request.to, text("to", place_bytes_max));
    TRY(request.room, text("room", limits::identifier_bytes_max));
    TRY(request.topic, text("topic", topic_bytes_max));
    TRY(request.reason, text("reason", campus::audit_reason_bytes_max));
    TRY(const auto dry_run, campus::optional_bool(json, "dryRun"));
    request.dry_run = dry_run.value_or(false);
    const auto rate = json.find("rate");
    if (rate != json.end() && rate->is_number()) request.rate = rate->get<double>();
    return request;
}

Status check_replay(const Config& config, const ReplayRequest& request) {
    if (config.kafka.brokers.empty())
        return Error{Code::invalid, "there is no Kafka in the configuration", "kafka.brokers"};
    TRY_OK(backbone::check_place(request.from, "from"));
    TRY_OK(backbone::check_place(request.to, "to"));
    if (!(request.rate >= 1 && request.rate <= backbone::replay_rate_max))
        return Error{Code::invalid, "rate must be from 1 to 100000", "rate"};
    if (request.topic == config.kafka.commands_topic)
        return Error{Code::invalid, "events are no commands", "topic"};
    return Ok{};
}

Json to_json(const ReplayState& state) {
    const auto& figures = state.figures;
    Json json{{"state", state.state},
              {"from", store::to_text(state.range.from)},
              {"to", store::to_text(state.range.to)},
              {"at", store::to_text(figures.at)},
              {"lookedAt", figures.looked_at},
              {"sent", figures.sent},
              {"otherRooms", figures.other_rooms},
              {"deleted", figures.deleted},
              {"forNobody", figures.for_nobody},
              {"fewerReaders", figures.fewer_readers},
              {"refused", figures.refused},
              {"waiting", state.waiting}};
    if (!state.error.empty()) json["error"] = state.error;
    return json;
}

Result<ReplayState> replay_offline(const Config& config, store::Store& store,
                                   const campus::Directory& directory,
                                   const ReplayRequest& request) {
    ReplayState state;
    TRY(state.range, backbone::find_range(store.db(), request.from, request.to));
    TRY(const auto last, store::last_seq(store.db()));
    store::Seq sendable = last;
    if (!is_other_topic(config, request)) {
        TRY(const auto cursors, backbone::load_cursors(store.db(), 1));
        sendable = cursors.front();
        leave_out_what_waits(state, sendable);
    }
    const auto note = [&](const campus::AuditEntry& entry) {
        return store.run_now(
            [&](store::Transaction& transaction) { return campus::audit(transaction, entry); });
    };
    if (!request.dry_run) TRY_OK(note(beginning(config, request, state.range)));
    OfflinePlace place{store.db(), directory, last, sendable};
    backbone::Replay replay{place, replay_options(config, request),
                            [&config] { return kafka::make_producer(kafka_options(config)); }};
    const Status status = replay.run(state.range);
    state = ended(std::move(state), replay, status, false);
    if (!request.dry_run) TRY_OK(note(ending(config, request, state)));
    return state;
}

// --- In the server -------------------------------------------------------------------------------

class ReplayJob::Place final : public backbone::ReplayPlace {
public:
    Place(ReplayJob& job, bool other_topic)
        : job_(job), now_(job.directory_), other_topic_(other_topic) {}

    template <typename T>
    Result<T> ask_store(const std::function<Result<T>(store::Database&)>& read) {
        for (;;) {
            std::promise<Result<T>> answer;
            const bool taken = job_.store_.submit_read([&](Result<store::Database*> db) {
                answer.set_value(db.ok() ? read(**db) : Result<T>{db.error()});
            });
            if (taken) return answer.get_future().get();
            if (!wait(store_wait)) return Error{Code::unavailable, "it was stopped"};
        }
    }
    Status write(const campus::AuditEntry& entry) {
        for (;;) {
            std::promise<Status> answer;
            const bool taken = job_.store_.submit(
                {.work =
                     [&](store::Transaction& transaction) {
                         return campus::audit(transaction, entry);
                     },
                 .done = [&](const Status& status) { answer.set_value(status); }});
            if (taken) return answer.get_future().get();
            if (!wait(store_wait)) return Error{Code::unavailable, "it was stopped"};
        }
    }

    Result<std::vector<store::JournalEvent>> read(store::Seq after, std::size_t limit) override {
        now_.look_again();
        return ask_store<std::vector<store::JournalEvent>>(
            [=](store::Database& db) { return store::read_on(db, after, limit); });
    }
    std::optional<store::StoredAudience> audience_now(
        const store::StoredAudience& audience) override {
        return now_.of(audience);
    }
    store::Seq last() override { return job_.store_.last_seq(); }
    store::Seq sendable() override { return other_topic_ ? last() : job_.backbone_.out().done; }
    bool wait(std::chrono::milliseconds time) override { return job_.wait(time); }

private:
    ReplayJob& job_;
    campus::AudienceNow now_;
    bool other_topic_;
};

ReplayJob::ReplayJob(const Config& config, store::Store& store, const campus::Directory& directory,
                     const backbone::Backbone& backbone)
    : config_(config), store_(store), directory_(directory), backbone_(backbone) {}

void ReplayJob::add_to(api::Router& router) {
    router.add({.method = "POST",
                .pattern = "/control/replay",
                .caller = api::Caller::local,
                .handler = [this](const api::Request& request) {
                    const auto body = api::read_json_object(request.http());
                    if (!body.ok()) return request.answer_problem(body.error());
                    const auto state = answer(*body);
                    if (!state.ok()) return request.answer_problem(state.error());
                    request.answer_json(200, to_json(*state).dump());
                }});
}

Result<ReplayState> ReplayJob::answer(const Json& asked) {
    TRY(const auto what, campus::required_text(asked, "do", place_bytes_max));
    if (what == "start") {
        TRY(auto request, replay_request_from(asked));
        return start(std::move(request));
    }
    if (what == "stop") {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        woken_.notify_all();
    } else if (what != "state") {
        return Error{Code::invalid, "do must be start, state or stop", "do"};
    }
    return state();
}

Result<ReplayState> ReplayJob::start(ReplayRequest request) {
    TRY_OK(check_replay(config_, request));
    const std::lock_guard lock(mutex_);
    if (closed_) return Error{Code::unavailable, "the server is about to stop"};
    if (state_.state == "running")
        return Error{Code::conflict, "one is under way: `homeroom replay --stop` ends it"};
    // The thread of the one before has nothing left to do but to end.
    if (thread_.joinable()) thread_.join();
    sent_before_ += sent_by_this();
    replay_.reset();
    dry_run_ = request.dry_run;
    state_ = {.state = "running"};
    stopping_ = false;
    thread_ = std::thread([this, request = std::move(request)] { run(request); });
    pthread_setname_np(thread_.native_handle(), "replay");
    return state_;
}

void ReplayJob::run(const ReplayRequest& request) {
    auto result = carry_out(request);
    const std::lock_guard lock(mutex_);
    if (result.ok()) {
        state_ = std::move(*result);
    } else {
        state_.state = "failed";
        state_.error = result.error().message;
    }
    log::info("replay: {} sent={} {}", state_.state, state_.figures.sent, state_.error);
}

Result<ReplayState> ReplayJob::carry_out(const ReplayRequest& request) {
    const bool other_topic = is_other_topic(config_, request);
    Place place{*this, other_topic};
    ReplayState now{.state = "running"};
    TRY(now.range, place.ask_store<JournalRange>([&](store::Database& db) {
        return backbone::find_range(db, request.from, request.to);
    }));
    leave_out_what_waits(now, place.sendable());
    if (!request.dry_run) TRY_OK(place.write(beginning(config_, request, now.range)));
    // It reads through the place, which lives as long as this; its figures are read longer.
    auto made = std::make_unique<backbone::Replay>(place, replay_options(config_, request), [this] {
        return kafka::make_producer(kafka_options(config_));
    });
    backbone::Replay& replay = *made;
    {
        const std::lock_guard lock(mutex_);
        state_ = now;
        replay_ = std::move(made);
    }
    const Status status = replay.run(now.range);
    {
        const std::lock_guard lock(mutex_);
        now = ended(std::move(now), replay, status, stopping_);
    }
    if (!request.dry_run) TRY_OK(place.write(ending(config_, request, now)));
    return now;
}

ReplayState ReplayJob::state() const {
    const std::lock_guard lock(mutex_);
    ReplayState state = state_;
    if (replay_) state.figures = replay_->figures();
    return state;
}

std::uint64_t ReplayJob::sent() const {
    const std::lock_guard lock(mutex_);
    return sent_before_ + sent_by_this();
}

std::uint64_t ReplayJob::sent_by_this() const {
    return replay_ && !dry_run_ ? replay_->figures().sent : 0;
}

bool ReplayJob::wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, time, [this] { return stopping_; });
    return !stopping_;
}

void ReplayJob::stop() {
    std::thread thread;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        stopping_ = true;
        thread = std::move(thread_);
    }
    woken_.notify_all();
    if (thread.joinable()) thread.join();
}

}  // namespace homeroom::app
