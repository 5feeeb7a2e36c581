#include "hub/broadcast_acks.h"

#include <iterator>
#include <utility>

#include "base/limits.h"
#include "hub/socket.h"

namespace homeroom::hub {

void BroadcastAnswers::finish_part(std::vector<BroadcastAnswer> answers) {
    {
        const std::lock_guard lock(mutex_);
        answers_.insert(answers_.end(), std::make_move_iterator(answers.begin()),
                        std::make_move_iterator(answers.end()));
        if (--parts_left_ > 0) return;
    }
    done_(std::move(answers_));  // the last part: nobody else is here any more
}

struct BroadcastAcks::Waiting {
    Waiting(BroadcastAcks& owner, std::uint64_t ack_id)
        : acks(owner), id(ack_id), timer(on_timeout, this) {}
    static void on_timeout(void* self) {
        auto* waiting = static_cast<Waiting*>(self);
        waiting->acks.finish(waiting->id);
    }

    BroadcastAcks& acks;
    std::uint64_t id;
    std::unordered_map<const Socket*, std::size_t> open{};  // and their places in `given`
    std::vector<BroadcastAnswer> given{};
    std::shared_ptr<BroadcastAnswers> answers{};
    net::Timer timer;
};

BroadcastAcks::BroadcastAcks(net::EventLoop& loop, LimitCounters* counters)
    : loop_(loop), counters_(counters) {}
BroadcastAcks::~BroadcastAcks() = default;

void BroadcastAcks::await(std::uint64_t id, const std::vector<Socket*>& receivers,
                          std::chrono::milliseconds timeout,
                          std::shared_ptr<BroadcastAnswers> answers) {
    auto owned = std::make_unique<Waiting>(*this, id);
    Waiting& waiting = *owned;
    for (const Socket* socket : receivers) {
        waiting.open.emplace(socket, waiting.given.size());
        waiting.given.push_back({.socket_id = socket->id()});
    }
    waiting.answers = std::move(answers);
    const bool too_many = waiting_.size() >= limits::broadcasts_awaiting_acks_max;
    if (too_many && counters_ != nullptr) counters_->reached(Limit::pending_acks);
    if (receivers.empty() || too_many) {
        waiting.answers->finish_part(std::move(waiting.given));
        return;
    }
    loop_.start(waiting.timer, timeout);
    waiting_.emplace(id, std::move(owned));
}

void BroadcastAcks::on_ack(std::uint64_t id, const Socket& socket, Arguments answer) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;  // late or made up: silently ignored
    Waiting& waiting = *found->second;
    const auto open = waiting.open.find(&socket);
    if (open == waiting.open.end()) return;
    waiting.given[open->second].answer = std::move(answer);
    waiting.open.erase(open);
    if (waiting.open.empty()) finish(id);
}

void BroadcastAcks::on_gone(const Socket& socket) {
    std::vector<std::uint64_t> complete;
    for (const auto& [id, waiting] : waiting_) {
        if (waiting->open.erase(&socket) > 0 && waiting->open.empty()) complete.push_back(id);
    }
    for (const std::uint64_t id : complete) finish(id);
}

void BroadcastAcks::finish(std::uint64_t id) {
    auto node = waiting_.extract(id);
    if (node.empty()) return;
    Waiting& waiting = *node.mapped();
    waiting.timer.stop();
    waiting.answers->finish_part(std::move(waiting.given));
}

}  // namespace homeroom::hub
