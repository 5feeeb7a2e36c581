#include "load/publishing.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace homeroom::load {
namespace {

// At a call; readers have their turn before the next.
constexpr std::size_t burst_max = 256;
constexpr std::size_t queued_bytes_max = std::size_t{4} << 20U;
constexpr std::size_t unanswered_max = 65'536;  // of a publisher in an open loop
constexpr auto give_up_interval = std::chrono::seconds{1};
constexpr std::int64_t give_up_after = 5'000'000'000;
constexpr unsigned processes_bits = 16;
constexpr std::uint64_t processes_mask = (1U << processes_bits) - 1;

std::uint64_t pack(std::uint64_t sequence, std::uint64_t processes) {
    return sequence << processes_bits | processes;
}

// Below 2^53, where JavaScript's integers end, for 2^37 events of each of all streams.
std::uint64_t ack_id(std::uint32_t stream, std::uint64_t sequence) {
    return sequence * streams_max + stream;
}

}  // namespace

Publishing::Publishing(Worker& worker, Until until)
    : worker_(worker),
      until_(until),
      give_up_timer_([](void* self) { static_cast<Publishing*>(self)->give_up(); }, this) {}

// --- Beginning and end ---------------------------------------------------------------------------

// Those that are new. Another process's first event may be here before this one's begin().
void Publishing::take_streams() {
    auto& common = worker_.shared().common();
    const std::uint32_t count = common.streams_count.load();
    for (auto i = static_cast<std::uint32_t>(awaited_.size()); i < count; ++i) {
        awaited_.emplace_back();
        streams_of_[common.streams[i].room.load()].push_back(i);
        Seat* const seat = worker_.seat(common.streams[i].publisher.load());
        if (seat == nullptr) continue;
        const RoomEntry& room = common.rooms[common.streams[i].room.load()];
        publishers_.push_back({.stream = i,
                               .seat = seat,
                               .to = nlohmann::json(room.name()).dump(),
                               .times = std::vector<std::int64_t>(worker_.plan().in_flight)});
    }
}

void Publishing::begin() {
    take_streams();
    for (Publisher& publisher : publishers_) publisher.end = publisher.next + events_max_;
    running_ = true;
    if (counts_receivers()) worker_.loop().start(give_up_timer_, give_up_interval);
    if (!open_loop()) return publish_all();
    if (publishers_.empty()) return;
    if (pacer_ == nullptr) {
        auto made = Pacer::create(worker_.loop(), [this] { publish_due(now_nanoseconds()); });
        if (!made.ok()) return worker_.note_reason(made.error().message);
        pacer_ = std::move(*made);
    }
    std::vector<std::uint32_t> turns;
    turns.reserve(publishers_.size());
    for (const Publisher& publisher : publishers_) turns.push_back(publisher.stream);
    schedule_.emplace(Schedule::Options{.rate = worker_.plan().rate,
                                        .began = now_nanoseconds(),
                                        .all = worker_.shared().common().streams_count.load()},
                      std::move(turns));
    pacer_->wake_at(schedule_->due());
}

void Publishing::end() {
    if (schedule_) {
        // What became due since the last turn is not late.
        const std::int64_t now = now_nanoseconds();
        publish_due(now);
        worker_.state().unsent.add(schedule_->due_until(now));
        pacer_->stop();
    }
    running_ = false;
}

// --- Sending -------------------------------------------------------------------------------------

void Publishing::publish(Publisher& publisher, std::int64_t time, Client::Leaves leaves) {
    StreamEntry& stream = worker_.shared().common().streams[publisher.stream];
    const RoomEntry& room = worker_.shared().common().rooms[stream.room.load()];
    const std::uint64_t sequence = publisher.next++;
    if (counts_receivers()) {
        const auto processes = static_cast<unsigned>(std::popcount(room.processes.load()));
        worker_.shared().slot(publisher.stream, sequence).store(pack(sequence, processes));
    }
    publisher.times[sequence % publisher.times.size()] = time;
    const bool is_answered = worker_.plan().application == Application::campus;
    if (is_answered) {
        publisher.unanswered.emplace(sequence, time);
        worker_.state().outstanding.add();
    }
    stream.published.store(sequence);
    const std::string text = worker_.marker().text(
        {.stream = publisher.stream, .sequence = sequence, .time = time}, worker_.plan().payload);
    publisher.seat->client->send(
        is_answered ? fmt::format(R"(42{}["post:create",{{"to":{},"text":"{}"}}])",
                                  ack_id(publisher.stream, sequence), publisher.to, text)
                    : fmt::format(R"(42["publish",{{"room":{},"data":"{}"}}])", publisher.to, text),
        leaves);
    if (WindowState* window = worker_.window_at(time)) window->sent.add();
}

void Publishing::publish_all() {
    for (Publisher& publisher : publishers_) publish_free(publisher);
}

void Publishing::publish_free(Publisher& publisher) {
    // Several of a connection that become free within a turn leave as one write.
    const auto leaves =
        worker_.plan().in_flight > 1 ? Client::Leaves::at_turn_end : Client::Leaves::at_once;
    for (std::uint32_t i = 0; i < worker_.plan().in_flight; ++i) {
        if (!running_ || !publisher.seat->ready() || publisher.next == publisher.end) return;
        if (!has_place(publisher)) return;
        publish(publisher, now_nanoseconds(), leaves);
    }
}

bool Publishing::has_place(const Publisher& publisher) const {
    if (!counts_receivers()) return publisher.unanswered.size() < worker_.plan().in_flight;
    const auto slot = worker_.shared().slot(publisher.stream, publisher.next).load();
    return (slot & processes_mask) == 0;
}

void Publishing::publish_due(std::int64_t now) {
    if (!running_) return;
    for (std::size_t i = 0; i < burst_max && schedule_->due() <= now; ++i) {
        Publisher& publisher = publishers_[schedule_->publisher()];
        const std::int64_t due = schedule_->due();
        schedule_->advance();
        const bool is_last = schedule_->due() > now;
        if (takes_more(publisher)) {
            publish(publisher, due,
                    is_last ? Client::Leaves::at_once : Client::Leaves::at_turn_end);
        } else {
            worker_.state().unsent.add();
        }
    }
    pacer_->wake_at(schedule_->due());
}

bool Publishing::takes_more(const Publisher& publisher) {
    if (!publisher.seat->ready() || publisher.unanswered.size() >= unanswered_max) return false;
    auto& connection = publisher.seat->client->connection();
    if (connection.queued_bytes() > queued_bytes_max) connection.write_early();
    return connection.queued_bytes() <= queued_bytes_max;
}

// --- Arriving ------------------------------------------------------------------------------------

void Publishing::on_delivery(Seat&, const Mark& mark) {
    if (!counts_receivers()) return;
    take_streams();
    const std::uint32_t room = worker_.shared().common().streams[mark.stream].room.load();
    count_down(mark.stream, mark.sequence, worker_.here(room));
}

// One of this process is not waited for any more; `members` are, at the first.
void Publishing::count_down(std::uint32_t stream, std::uint64_t sequence, std::uint32_t members) {
    const std::size_t in_flight = worker_.plan().in_flight;
    auto& awaited = awaited_[stream];
    if (awaited.empty()) awaited.resize(in_flight);
    Awaited& one = awaited[sequence % in_flight];
    if (one.sequence != sequence) {
        if (sequence < one.sequence) return;  // was given up
        one = {sequence, members};
    }
    if (one.left > 0 && --one.left == 0) wait_no_longer(stream, sequence);
}

void Publishing::wait_no_longer(std::uint32_t stream, std::uint64_t sequence) {
    auto& slot = worker_.shared().slot(stream, sequence);
    std::uint64_t value = slot.load();
    do {
        if (value >> processes_bits != sequence || (value & processes_mask) == 0) return;
    } while (!slot.compare_exchange_weak(value, value - 1));
    if ((value & processes_mask) != 1) return;
    const auto connection = worker_.shared().common().streams[stream].publisher.load();
    const std::uint32_t process = worker_.plan().process_of(connection);
    if (process != worker_.process()) return worker_.shared().wake(process);
    if (Publisher* publisher = publisher_of(stream)) publish_free(*publisher);
}

Publishing::Publisher* Publishing::publisher_of(std::uint32_t stream) {
    const auto found = std::lower_bound(
        publishers_.begin(), publishers_.end(), stream,
        [](const Publisher& one, std::uint32_t wanted) { return one.stream < wanted; });
    return found != publishers_.end() && found->stream == stream ? &*found : nullptr;
}

void Publishing::on_wake() {
    if (running_ && !open_loop()) publish_all();
}

void Publishing::on_ack(Seat& seat, std::uint64_t id, std::string_view arguments) {
    const std::int64_t now = now_nanoseconds();
    Publisher* const publisher = publisher_of(static_cast<std::uint32_t>(id % streams_max));
    if (publisher == nullptr || publisher->seat != &seat) return worker_.state().duplicated.add();
    const std::uint64_t sequence = id / streams_max;
    const auto sent = publisher->unanswered.find(sequence);
    if (sent == publisher->unanswered.end()) return worker_.state().duplicated.add();
    const std::int64_t time = sent->second;
    publisher->unanswered.erase(sent);
    worker_.state().outstanding.subtract(1);
    worker_.state().acked.add();
    if (is_put_off(arguments)) {
        ++publisher->end;
        worker_.shared().common().streams[publisher->stream].refused.fetch_add(1);
        return;
    }
    if (worker_.is_refusal(arguments)) return refused(*publisher, sequence);
    if (WindowState* window = worker_.window_at(now)) window->acked.add();
    if (WindowState* window = worker_.window_at(time))
        window->ack_latency.record_nanoseconds(now - time);
    if (until_ == Until::answered && !open_loop()) publish_free(*publisher);
}

// Nobody will ever get it.
void Publishing::refused(Publisher& publisher, std::uint64_t sequence) {
    worker_.shared().common().streams[publisher.stream].refused.fetch_add(1);
    if (open_loop()) return;
    if (counts_receivers())
        worker_.shared().slot(publisher.stream, sequence).store(pack(sequence, 0));
    publish_free(publisher);
}

// Nobody waits any more for its answers, nor for what it has not received of what is under way.
bool Publishing::on_lost(Seat& seat) {
    for (Publisher& publisher : publishers_) {
        if (publisher.seat != &seat) continue;
        worker_.state().outstanding.subtract(publisher.unanswered.size());
        // How much of it has reached the server nobody knows: none of it is missed.
        StreamEntry& stream = worker_.shared().common().streams[publisher.stream];
        if (worker_.plan().application == Application::campus) {
            stream.refused.fetch_add(publisher.unanswered.size());
        } else {
            stream.refused.store(stream.published.load());
        }
        publisher.unanswered.clear();
    }
    if (!counts_receivers()) return false;
    take_streams();
    const std::uint64_t in_flight = worker_.plan().in_flight;
    for (const std::uint32_t room : seat.rooms) {
        const auto streams = streams_of_.find(room);
        if (streams == streams_of_.end()) continue;
        for (const std::uint32_t stream : streams->second) {
            const Tracker* const tracker = seat.find_tracker(stream);
            const auto published = worker_.shared().common().streams[stream].published.load();
            for (auto sequence = published - std::min(published, in_flight) + 1;
                 sequence <= published; ++sequence) {
                // It is no member of the room any more, but was when this was published. What
                // another process published between the two waits for one too few.
                if (tracker == nullptr || !tracker->has(sequence))
                    count_down(stream, sequence, worker_.here(room) + 1);
            }
        }
    }
    return false;
}

// An event that does not arrive must not end the measurement; that it is lost is found by the
// trackers.
void Publishing::give_up() {
    if (!running_) return;
    worker_.loop().start(give_up_timer_, give_up_interval);
    const std::int64_t now = now_nanoseconds();
    for (Publisher& publisher : publishers_) {
        auto& slot = worker_.shared().slot(publisher.stream, publisher.next);
        const std::uint64_t value = slot.load();
        if ((value & processes_mask) == 0) continue;
        if (now - publisher.times[publisher.next % publisher.times.size()] < give_up_after)
            continue;
        slot.store(pack(value >> processes_bits, 0));
        worker_.state().given_up.add();
        publish_free(publisher);
    }
}

}  // namespace homeroom::load
