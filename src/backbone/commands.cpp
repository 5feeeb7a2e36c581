#include "backbone/commands.h"

#include <algorithm>
#include <pthread.h>
#include <utility>

#include "backbone/inbox.h"
#include "base/log.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t under_way_max = 64;  // of a partition; then it is paused …
constexpr std::size_t under_way_low = 16;  // … until it is down to this
// Of the records of all partitions together, as they came; parsed they are some times as large. No
// partition has more than an eighth of it.
constexpr std::size_t bytes_max = std::size_t{64} * 1024 * 1024;
constexpr std::size_t shares_min = 8;
constexpr std::size_t attempts_max = 3;  // at what fails by our own fault
constexpr std::size_t taken_per_turn_max = 256;
constexpr auto poll_wait = 10ms;
constexpr auto open_wait = 5s;     // after a consumer could not be made
constexpr auto give_up_wait = 5s;  // for those under way when partitions go

// Whether the same command would get the same answer again.
bool is_final(Code code) {
    switch (code) {
        case Code::invalid:
        case Code::unauthenticated:
        case Code::forbidden:
        case Code::not_found:
        case Code::conflict:
        case Code::too_large: return true;
        case Code::rate_limited:
        case Code::unavailable:
        case Code::internal: return false;
    }
    return false;
}

}  // namespace

// Which of a partition's commands is the next that may take effect; none any more, when one that
// seemed to was undone after all. The writer thread's, after it was made.
struct Commands::Order {
    static constexpr std::uint64_t nobody = ~std::uint64_t{0};
    std::uint64_t next = 0;
};

struct Commands::Partition {
    struct Held {
        kafka::Record record;
        Result<Command> command;
        std::size_t failures = 0;  // by our own fault
    };
    std::uint64_t assignment = 0;
    std::int64_t last = -1;  // offset that came in
    Intake intake{};
    std::map<std::int64_t, Held> held{};
    std::shared_ptr<Order> order = std::make_shared<Order>();
    std::uint64_t issued = 0;  // in this order
    bool anew = false;         // something was put off: all that is begun next is in a new order
    bool paused = false;
};

Commands::Commands(store::Store& store, CommandsOptions options, Runner runner,
                   MakeConsumer make_consumer, MakeProducer make_producer, MayWrite may_write)
    : store_(store),
      options_(std::move(options)),
      runner_(std::move(runner)),
      make_consumer_(std::move(make_consumer)),
      may_write_(std::move(may_write)),
      letters_(options_.dead_letters, std::move(make_producer)) {}

Commands::~Commands() {
    stop();
}

void Commands::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "kafka-in");
}

void Commands::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    came_back_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Commands::Figures Commands::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    return figures;
}

void Commands::run() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            if (stopping_) break;
            if (!consumer_) came_back_.wait_for(lock, poll_wait, [this] { return stopping_; });
        }
        if (!open()) continue;
        for (std::size_t i = 0; i < taken_per_turn_max; ++i) {
            auto received = consumer_->poll(i == 0 ? poll_wait : 0ms);
            if (!received) break;
            take_in(std::move(*received));
        }
        take_outcomes();
        begin_all();
        send_letters();
        store_offsets();
        for (auto& [number, partition] : partitions_) keep_within_limits(number, *partition);
        publish_figures();
        if (consumer_->broken().empty()) continue;
        log::error("kafka: a new consumer: {}", consumer_->broken());
        give_up({});
        consumer_.reset();
        open_at_ = steady_now() + open_wait;
    }
    wait_for_those_under_way();
    if (consumer_) store_offsets();
    partitions_.clear();
    consumer_.reset();
}

bool Commands::open() {
    if (consumer_) return true;
    if (steady_now() < open_at_) return false;
    auto made = make_consumer_([this](const std::vector<int>& partitions) { give_up(partitions); });
    if (!made.ok()) {
        log::error("kafka: no consumer: {}", made.error().message);
        open_at_ = steady_now() + open_wait;
        return false;
    }
    consumer_ = std::move(made).value();
    return true;
}

Commands::Partition* Commands::find(const Place& place) {
    const auto found = partitions_.find(place.partition);
    if (found == partitions_.end() || found->second->assignment != place.assignment) return nullptr;
    return found->second.get();
}

void Commands::take_in(kafka::Received received) {
    auto& place = partitions_[received.partition];
    // New, or another topic of the same name: its offsets have begun anew.
    if (!place || received.offset <= place->last) {
        place = std::make_unique<Partition>();
        place->assignment = ++assignments_;
    }
    Partition& partition = *place;
    partition.last = received.offset;
    auto command = to_command(received.record);
    partition.intake.add(received.offset, kafka::bytes_of(received.record));
    partition.held.emplace(received.offset,
                           Partition::Held{std::move(received.record), std::move(command)});
    keep_within_limits(received.partition, partition);
}

void Commands::begin_all() {
    // Nothing is begun that would only be refused: it waits here, and then with the broker.
    if (!may_write_()) return;
    for (auto& [number, partition] : partitions_) {
        const auto offsets = partition->intake.begin(steady_now());
        if (!offsets.empty() && std::exchange(partition->anew, false)) {
            partition->order = std::make_shared<Order>();
            partition->issued = 0;
        }
        for (const std::int64_t offset : offsets)
            begin(*partition, {number, partition->assignment, offset});
    }
}

void Commands::begin(Partition& partition, const Place& place) {
    const auto& command = partition.held.at(place.offset).command;
    if (!command.ok()) {
        // It has no id by which to remember it.
        partition.intake.refused(place.offset);
        return add_letter(partition, place, command.error());
    }
    struct Course {  // what has become of it on the writer thread
        bool had_its_turn = false;
        bool repeated = false;
    };
    const auto course = std::make_shared<Course>();
    Errand errand{.command = *command};
    errand.within = [order = partition.order, number = partition.issued++, course,
                     source = command->source, id = command->id](
                        store::Transaction& transaction, const Errand::Effect& effect) -> Status {
        // Not `unavailable`: by that the writer would know a disk that fails.
        if (order->next != number)
            return Error{Code::rate_limited, "held back behind one that failed"};
        course->had_its_turn = true;
        const auto admitted = admit(transaction, source, id);
        Status status = Ok{};
        if (!admitted.ok()) {
            status = admitted.error();
        } else if (*admitted) {
            status = effect();
        } else {
            course->repeated = true;
        }
        if (status.ok() || is_final(status.error().code)) ++order->next;
        return status;
    };
    errand.done = [this, place, order = partition.order, course](const Status& status) {
        // The commit failed: those behind it, which may be in the next one, must not overtake it.
        if (course->had_its_turn && !status.ok() && !is_final(status.error().code))
            order->next = Order::nobody;
        come_back({.place = place, .status = status, .repeated = course->repeated});
    };
    runner_(std::move(errand));
}

void Commands::come_back(Outcome outcome) {
    {
        const std::lock_guard lock(mutex_);
        outcomes_.push_back(std::move(outcome));
    }
    came_back_.notify_all();
}

void Commands::take_outcomes() {
    std::vector<Outcome> outcomes;
    {
        const std::lock_guard lock(mutex_);
        outcomes.swap(outcomes_);
    }
    for (const Outcome& outcome : outcomes) take_outcome(outcome);
}

void Commands::take_outcome(const Outcome& outcome) {
    Partition* const partition = find(outcome.place);
    if (partition == nullptr) return;
    const std::int64_t offset = outcome.place.offset;
    if (outcome.status.ok()) {
        ++(outcome.repeated ? mine_.repeated : mine_.carried_out);
        partition->intake.settle(offset);
        partition->held.erase(offset);
        return;
    }
    const Error& why = outcome.status.error();
    if (outcome.written_down) {
        partition->intake.refused(offset);
        return add_letter(*partition, outcome.place, why);
    }
    auto& held = partition->held.at(offset);
    const bool given_up = why.code == Code::internal && ++held.failures >= attempts_max;
    if (is_final(why.code) || given_up) return write_down(outcome.place, *held.command, why);
    ++mine_.put_off;
    partition->anew = true;
    partition->intake.put_off(offset, steady_now());
}

// When that can't be stored it is put off like anything else, and refused again. What has been
// carried out before is not refused because its repetition fails.
void Commands::write_down(const Place& place, const Command& command, const Error& why) {
    const auto refused = std::make_shared<bool>();
    const bool taken = store_.submit({
        .work = [source = command.source, id = command.id, why,
                 refused](store::Transaction& transaction) -> Status {
            TRY(*refused, backbone::refuse(transaction, source, id, why));
            return Ok{};
        },
        .done =
            [this, place, why, refused](const Status& status) {
                const bool written_down = status.ok() && *refused;
                come_back({.place = place,
                           .status = written_down ? Status{why} : status,
                           .repeated = status.ok() && !written_down,
                           .written_down = written_down});
            },
    });
    if (!taken) come_back({.place = place, .status = Error{Code::unavailable, "too much to do"}});
}

void Commands::add_letter(Partition& partition, const Place& place, const Error& why) {
    ++mine_.refused;
    auto held = partition.held.extract(place.offset);
    letters_.add(place, std::move(held.mapped().record), why);
}

void Commands::send_letters() {
    for (const Place& place : letters_.advance(steady_now())) {
        if (Partition* const partition = find(place)) partition->intake.settle(place.offset);
    }
}

void Commands::store_offsets() {
    for (auto& [number, partition] : partitions_) {
        if (const auto next = partition->intake.take_storable()) consumer_->store(number, *next);
    }
}

void Commands::keep_within_limits(int number, Partition& partition) {
    const std::size_t size = partition.intake.size();
    const std::size_t bytes = partition.intake.bytes();
    const std::size_t share = bytes_max / std::max(partitions_.size(), shares_min);
    if (!partition.paused && (size >= under_way_max || bytes >= share)) {
        partition.paused = true;
        consumer_->pause(number);
    } else if (partition.paused && size <= under_way_low && bytes <= share / 4) {
        partition.paused = false;
        consumer_->resume(number);
    }
}

std::size_t Commands::under_way() const {
    std::size_t count = 0;
    for (const auto& [number, partition] : partitions_) count += partition->intake.running();
    return count;
}

void Commands::wait_for_those_under_way() {
    const auto deadline = steady_now() + give_up_wait;
    take_outcomes();
    while (under_way() > 0 && steady_now() < deadline) {
        {
            std::unique_lock lock(mutex_);
            came_back_.wait_for(lock, poll_wait, [this] { return !outcomes_.empty(); });
        }
        take_outcomes();
    }
}

// Of those that go; all, when none is named. Dead letters that are on their way still arrive, and
// come once more from whoever has the partition next.
void Commands::give_up(const std::vector<int>& partitions) {
    wait_for_those_under_way();
    if (consumer_) store_offsets();
    std::erase_if(partitions_, [&](const auto& entry) {
        const bool goes =
            partitions.empty() || std::ranges::find(partitions, entry.first) != partitions.end();
        if (goes) letters_.forget(entry.first);
        return goes;
    });
}

void Commands::publish_figures() {
    mine_.under_way = under_way();
    mine_.partitions = consumer_ ? consumer_->assigned() : 0;
    mine_.paused = static_cast<std::uint64_t>(
        std::ranges::count_if(partitions_, [](const auto& entry) { return entry.second->paused; }));
    const std::lock_guard lock(mutex_);
    figures_ = mine_;
}

}  // namespace homeroom::backbone
