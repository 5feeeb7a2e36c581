#include "store/writer.h"

#include <cassert>
#include <chrono>
#include <exception>
#include <pthread.h>

#include "base/log.h"
#include "store/batch.h"
#include "store/thrown.h"

namespace homeroom::store {
namespace {

constexpr auto settle_interval = std::chrono::milliseconds{100};

void answer(const Command& command, const Status& status) {
    try {
        command.done(status);
    } catch (const std::exception& thrown) {
        log::error("store: a command's answer threw type={}", type_of(thrown));
    }
}

}  // namespace

void Writer::start(CommitListener& listener) {
    queue_.open();
    thread_ = std::thread([this, &listener] { run(listener); });
    pthread_setname_np(thread_.native_handle(), "store-writer");
}

void Writer::stop() {
    queue_.close();
    assert(thread_.get_id() != std::this_thread::get_id() && "the writer cannot wait for itself");
    if (thread_.joinable()) thread_.join();
}

void Writer::run(CommitListener& listener) {
    for (;;) {
        std::vector<Command> commands = queue_.take(limits::commands_per_commit_max);
        if (commands.empty()) return;
        commit(commands, listener);
        checkpoint();
    }
}

void Writer::commit(std::vector<Command>& commands, CommitListener& listener) {
    std::vector<const Work*> works;
    works.reserve(commands.size());
    for (const Command& command : commands) works.push_back(&command.work);

    std::size_t answered = 0;
    while (answered < commands.size()) {
        const auto outcomes = run_batch(db_, std::span(works).subspan(answered), last_seq(),
                                        [this] { return wait_for_the_database(); });
        move_on(outcomes);
        judge_health(outcomes);
        for (const Outcome& outcome : outcomes) {
            answer(commands[answered++], outcome.status);
            for (const JournalEvent& event : outcome.events) listener.on_event(event);
        }
        listener.on_batch_end(last_seq());
    }
}

Status Writer::run_now(const Work& work) {
    assert(!thread_.joinable() && "only before start()");
    const Work* const works[] = {&work};
    const auto outcomes = run_batch(db_, works, last_seq(), [] { return false; });
    move_on(outcomes);
    checkpoint();
    return outcomes.front().status;
}

// Nobody behind the commit whose outcome is not known can be served before it is: they are refused
// meanwhile, at once, rather than kept waiting.
bool Writer::wait_for_the_database() {
    healthy_.store(false, std::memory_order_relaxed);
    for (const Command& command : queue_.take_all())
        answer(command, Error{Code::unavailable, "the store is away; try again", {}, retry_after});
    if (!queue_.is_open()) return false;
    std::this_thread::sleep_for(settle_interval);
    return true;
}

void Writer::move_on(std::span<const Outcome> outcomes) {
    Seq last = last_seq();
    for (const Outcome& outcome : outcomes) {
        if (!outcome.events.empty()) last = outcome.events.back().seq;
    }
    last_seq_.store(last, std::memory_order_release);
}

// A batch that wrote nothing says nothing: it succeeds on a full disk, too.
void Writer::judge_health(std::span<const Outcome> outcomes) {
    for (const Outcome& outcome : outcomes) {
        const bool failed =
            !outcome.status.ok() && outcome.status.error().code == Code::unavailable;
        if (failed || !outcome.events.empty()) healthy_.store(!failed, std::memory_order_relaxed);
    }
}

// A failure is not the commands': they are safe in the log, which grows until a checkpoint
// succeeds.
void Writer::checkpoint() {
    const Status status = db_.checkpoint_when_due();
    if (!status.ok()) log::warn("store: no checkpoint: {}", status.error().message);
}

}  // namespace homeroom::store
