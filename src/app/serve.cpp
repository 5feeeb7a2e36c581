#include "app/serve.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>
#include <thread>

#include "app/running.h"
#include "backbone/inbox.h"
#include "base/log.h"
#include "campus/restart_notice.h"
#include "campus/roster/sources.h"
#include "features/notifications/notifications.h"

namespace homeroom::app {
namespace {

constexpr auto housekeeping_interval = std::chrono::seconds{20};
// How late a new day is noticed at most.
constexpr std::chrono::nanoseconds day_check_interval = std::chrono::milliseconds{250};
// How soon more of the journal is dropped, when there was more than at once.
constexpr auto drop_interval = std::chrono::seconds{2};
// rows, so that the writer is not kept from posts
constexpr std::int64_t dropped_at_once_max = 20'000;
constexpr auto drain_wait = std::chrono::milliseconds{500};  // for the last frames to leave

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

// As many descriptors as the system lets us have: each connection is one.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::string url_of(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    const std::string name = host == "127.0.0.1" || host == "0.0.0.0" || host == "::" ? "localhost"
                             : v6 ? "[" + host + "]"
                                  : host;
    return "http://" + name + ":" + std::to_string(port);
}

}  // namespace

void Running::announce() const {
    const std::string url = url_of(config_.server.host, server_->port());
    std::printf("Homeroom %s is listening at %s (admin: %s)\n", HOMEROOM_VERSION, url.c_str(),
                url_of(config_.server.admin_host, admin_port_).c_str());
    if (config_.demo) {
        std::printf(
            "Demo school: open %s in two browser windows, sign in as two people of one class, and "
            "post.\n"
            "Anyone who reaches this address can sign in as anyone: never use --demo with real "
            "people.\n",
            url.c_str());
    }
    std::fflush(stdout);
}

void Running::wait_for_signal() {
    const sigset_t signals = stop_signals();
    auto house_kept = std::chrono::steady_clock::now();
    auto dropped = house_kept;
    while (true) {
        const timespec interval{.tv_sec = 0, .tv_nsec = day_check_interval.count()};
        const int signal = sigtimedwait(&signals, nullptr, &interval);
        if (signal == SIGINT || signal == SIGTERM) return;
        turn_the_day();
        connections_->write_waiting();
        if (journal_->has_more() && std::chrono::steady_clock::now() - dropped >= drop_interval) {
            journal_->look(wall_now());
            dropped = std::chrono::steady_clock::now();
        }
        roster_->tick();
        media_->tick();
        calls_->tick();
        if (std::chrono::steady_clock::now() - house_kept < housekeeping_interval) continue;
        keep_house();
        house_kept = std::chrono::steady_clock::now();
    }
}

// Enrolments and roles begin and end with it. The wall clock is asked each time, so it may jump.
void Running::turn_the_day() {
    const Date today = day_->today();
    if (today != directory_.today()) roster_->set_today(today);
}

void Running::keep_house() {
    files_->tidy();
    presence_->keep_house();
    typing_->keep_house();
    calls_->keep_house();
    documents_->keep_house();
    surface_->allowance().forget_idle(std::chrono::steady_clock::now());
    failures_->forget_idle(std::chrono::steady_clock::now());
    server_->keep_house();
    following_->look();
    journal_->look(wall_now());
    const auto before = wall_now() - config_.store.keep_events;
    const bool taken = store_->submit({
        .work = [limit = to_rfc3339(before)](store::Transaction& transaction) -> Status {
            auto& db = transaction.db();
            TRY_OK(campus::forget_answers(db, limit, dropped_at_once_max));
            TRY_OK(campus::drop_old_changes(db, dropped_at_once_max));
            TRY_OK(campus::drop_old_claims(
                db, to_rfc3339(wall_now() - campus::removals_claimed_for), dropped_at_once_max));
            TRY_OK(backbone::drop_old_commands(db, limit, dropped_at_once_max));
            return features::notifications::drop_old_webhooks(transaction.db(), wall_now());
        },
        .done =
            [](const Status& status) {
                if (!status.ok()) log::warn("housekeeping failed: {}", status.error().message);
            },
    });
    if (!taken) log::warn("housekeeping waits: too much to do");
}

void Running::drain() {
    log::info("draining");
    ready_.store(false);
    gateway_->start_draining();
    server_->stop_accepting();
    // What was accepted is finished and answered before the connections end.
    imports_->stop();
    if (replay_) replay_->stop();
    if (backbone_) backbone_->stop();
    schedule_->stop();
    dispatcher_->stop();
    http_client_->stop();
    media_->stop();
    if (media_client_) media_client_->stop();
    files_->stop();
    presence_->remember();
    study_->remember();
    connections_->finish();
    store_->stop();
    const auto spread = std::chrono::duration<double>{
        static_cast<double>(gateway_->users_connected()) / config_.limits.returns_per_second};
    server_->post_all([spread](hub::Hub& hub) {
        campus::tell_restart(hub, std::chrono::ceil<std::chrono::milliseconds>(spread));
    });
    server_->close_sessions();
    std::this_thread::sleep_for(drain_wait);
    server_->stop();
    log::info("stopped");
}

Status serve(const Config& config) {
    // Blocked before the first thread starts, so that all inherit it and only the wait below gets
    // them.
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is a full disk, and no death
    raise_descriptor_limit();
    TRY(const auto running, Running::start(config));
    running->wait_for_signal();
    running->drain();
    return Ok{};
}

}  // namespace homeroom::app
