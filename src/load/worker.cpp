#include "load/worker.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <nlohmann/json.hpp>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "net/descriptor.h"

namespace homeroom::load {
namespace {

using Json = nlohmann::json;

constexpr std::string_view session_event = R"(42["session",)";
constexpr std::string_view bare_event = R"(42["msg")";
constexpr auto pace_interval = std::chrono::milliseconds{10};
// Enough to keep up with while they read; left to itself the kernel makes megabytes of it.
constexpr int small_buffer_bytes = 64 * 1024;
constexpr std::uint64_t join_ack = 0;
constexpr std::uint32_t first_address = (127U << 24U) + 2;  // 127.0.0.2

// What a server that is none of ours may send as anything: the text there, or none.
std::string text_in(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    const bool there = object.is_object() && found != object.end() && found->is_string();
    return there ? found->get<std::string>() : std::string{};
}

// As JSON, whatever its bytes are.
std::string quoted(const std::string& text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string too_many_rooms() {
    return fmt::format("a room was left out: there are more than {}", rooms_max);
}

std::string refusal_words(std::string_view arguments) {
    const Json answer = Json::parse(arguments, nullptr, false);
    if (!answer.is_array() || answer.empty() || !answer[0].is_object()) return "refused";
    const Json error = answer[0].value("error", Json::object());
    if (!error.is_object()) return "refused";
    const std::string code = text_in(error, "code");
    return fmt::format("{}: {}", code.empty() ? "refused" : code, text_in(error, "message"));
}

}  // namespace

// Reads the wake-up that the parent and the other processes give.
class Worker::Wake final : public net::Watcher {
public:
    Wake(Worker& worker, int descriptor) : worker_(worker), descriptor_(descriptor) {}
    void on_ready(std::uint32_t) override {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = read(descriptor_, &count, sizeof count);
        worker_.on_wake();
    }

private:
    Worker& worker_;
    int descriptor_;
};

Worker::Worker(const Plan& plan, SharedRun& run, std::uint32_t process, std::uint32_t mark_run)
    : plan_(plan),
      run_(run),
      state_(run.process(process)),
      process_(process),
      marker_(mark_run),
      upgrade_request_(plan.target.upgrade_request()),
      here_(rooms_max),
      pace_timer_([](void* self) { static_cast<Worker*>(self)->pace(); }, this) {
    admission_.concurrency = plan.concurrency;
}

Worker::~Worker() {
    pace_timer_.stop();
    role_.reset();
}

Result<std::unique_ptr<Worker>> Worker::create(const Plan& plan, SharedRun& run,
                                               const Tokens& tokens, std::uint32_t process,
                                               std::uint32_t mark_run) {
    std::unique_ptr<Worker> worker{new Worker(plan, run, process, mark_run)};
    TRY(worker->loop_, net::EventLoop::create());
    if (plan.busy_poll) worker->loop_->stay_awake(run.process(process).idle);
    const int descriptor = run.wake_descriptor(process);
    worker->wake_ = std::make_unique<Wake>(*worker, descriptor);
    TRY_OK(worker->loop_->watch(descriptor, EPOLLIN, *worker->wake_));
    const std::uint32_t first = plan.first(process);
    worker->seats_.resize(plan.first(process + 1) - first);
    for (std::uint32_t i = 0; i < worker->seats_.size(); ++i) {
        worker->seats_[i].connection = first + i;
        worker->seats_[i].token = tokens.of(first + i);
    }
    return worker;
}

void Worker::run(RoleMaker make_role) {
    role_ = make_role(*this);
    on_wake();  // the first command may have come before there was a loop
    loop_->run();
}

Seat* Worker::seat(std::uint32_t connection) {
    const std::uint32_t first = plan_.first(process_);
    if (connection < first || connection - first >= seats_.size()) return nullptr;
    return &seats_[connection - first];
}

WindowState* Worker::window_at(std::int64_t time) {
    auto& windows = run_.common().windows;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (windows[i].holds(time)) return &state_.windows[i];
    }
    return nullptr;
}

void Worker::note_reason(std::string_view reason) {
    const std::size_t count = state_.reasons_count.get();
    std::array<char, sizeof(Reason::text)> text{};
    copy_text(reason, text);
    for (std::size_t i = 0; i < count; ++i) {
        if (std::strcmp(state_.reasons[i].text.data(), text.data()) == 0)
            return state_.reasons[i].count.add();
    }
    if (count == reasons_max) return state_.reasons[count - 1].count.add();
    copy_text(count + 1 == reasons_max ? "others" : reason, state_.reasons[count].text);
    state_.reasons[count].count.add();
    state_.reasons_count.add();
}

bool Worker::is_refusal(std::string_view arguments) {
    if (plan_.application != Application::campus) return false;
    if (arguments.substr(0, 64).find(R"("ok":false)") == std::string_view::npos) return false;
    state_.refused_requests.add();
    note_reason("a request was refused: " + refusal_words(arguments));
    return true;
}

// --- Commands ------------------------------------------------------------------------------------

void Worker::on_wake() {
    auto& common = run_.common();
    const std::uint32_t step = common.step.load(std::memory_order_acquire);
    if (step != step_seen_) {
        step_seen_ = step;
        carry_out(common.command.load(std::memory_order_relaxed));
        done(step);
    }
    role_->on_wake();
}

void Worker::done(std::uint32_t step) {
    state_.step_done.store(step, std::memory_order_release);
}

void Worker::carry_out(Command command) {
    switch (command) {
        case Command::none: return;
        case Command::connect: {
            const std::uint32_t until = run_.common().connect_until.load();
            const std::uint32_t first = plan_.first(process_);
            until_ = std::min<std::size_t>(until > first ? until - first : 0, seats_.size());
            ramp_began_ = now_nanoseconds();
            return connect_more();
        }
        case Command::begin: return role_->begin();
        case Command::end: return role_->end();
        case Command::explain: return explain();
        case Command::check: return check();
        case Command::quit: return loop_->stop();
        case Command::assign:
        case Command::stall:
        case Command::cut:
        case Command::come_back: return role_->command(command);
    }
}

// Why those are not let in that are not.
void Worker::explain() {
    for (const Seat& seat : seats_) {
        if (seat.state != SeatState::connecting || seat.client == nullptr) continue;
        const std::string_view awaited = !seat.client->connected() ? seat.client->awaits()
                                         : plan_.application == Application::campus
                                             ? "the session event"
                                             : "the answer to join";
        note_reason(fmt::format("not let in, still waiting for {}", awaited));
    }
}

// What has not come by now never will.
void Worker::check() {
    explain();
    const auto& common = run_.common();
    std::vector<std::vector<std::uint32_t>> streams_of(rooms_max);
    for (std::uint32_t i = 0; i < common.streams_count.load(); ++i)
        streams_of[common.streams[i].room.load()].push_back(i);
    for (const Seat& seat : seats_) {
        if (!seat.ready()) continue;
        for (const std::uint32_t room : seat.rooms) {
            for (const std::uint32_t stream : streams_of[room]) {
                const StreamEntry& entry = common.streams[stream];
                const Tracker* tracker = seat.find_tracker(stream);
                const std::uint64_t published = entry.published.load();
                const std::uint64_t missing =
                    tracker == nullptr ? published : tracker->missing(published);
                const std::uint64_t refused = entry.refused.load();
                state_.lost.add(missing > refused ? missing - refused : 0);
            }
        }
    }
}

// --- Connecting ----------------------------------------------------------------------------------

void Worker::connect_more() {
    if (connecting_) return;  // a refusal within open() asks again
    connecting_ = true;
    std::size_t allowed = until_;
    if (admission_.ramp_seconds > 0) {
        const double share =
            static_cast<double>(now_nanoseconds() - ramp_began_) / 1e9 / admission_.ramp_seconds;
        const auto due =
            static_cast<std::size_t>(std::min(share, 1.0) * static_cast<double>(seats_.size()));
        allowed = std::min(until_, due);
        if (allowed < until_) loop_->start(pace_timer_, pace_interval);
    }
    while (next_ < allowed && under_way_ < admission_.concurrency) {
        Seat& seat = seats_[next_++];
        if (seat.state == SeatState::away) open(seat);
    }
    connecting_ = false;
}

void Worker::return_all(std::uint32_t concurrency) {
    admission_.ramp_seconds = 0;
    admission_.concurrency = concurrency;
    next_ = 0;
    until_ = seats_.size();
    connect_more();
}

void Worker::pace() {
    connect_more();
}

Result<int> Worker::open_socket(const Seat& seat) {
    const auto failed = [](const char* what) {
        return Error{Code::unavailable, fmt::format("no connection was made: {}: {}", what,
                                                    std::system_category().message(errno))};
    };
    const int family = plan_.target.address.ss_family;
    const int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failed("socket");
    net::Descriptor owner{descriptor};
    const int one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (seat.connection + admission_.small_buffers >= plan_.connections)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &small_buffer_bytes,
                   sizeof small_buffer_bytes);
    if (plan_.addresses > 0) {
        // The port is chosen by connect(): one port serves several servers and addresses.
        setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        sockaddr_in source{};
        source.sin_family = AF_INET;
        source.sin_addr.s_addr = htonl(first_address + seat.connection % plan_.addresses);
        if (bind(descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0)
            return failed("bind");
    }
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&plan_.target.address),
                plan_.target.address_bytes) != 0 &&
        errno != EINPROGRESS)
        return failed("connect");
    return owner.release();
}

void Worker::open(Seat& seat) {
    seat.state = SeatState::connecting;
    seat.started = now_nanoseconds();
    ++under_way_;
    const auto descriptor = open_socket(seat);
    if (!descriptor.ok()) return refuse(seat, descriptor.error().message);
    auto* connection = net::Connection::adopt(*loop_, *descriptor, {}, nullptr);
    if (connection == nullptr) {
        close(*descriptor);
        return refuse(seat, "no connection was made: epoll refused it");
    }
    seat.client = &Client::start(
        *connection, *this, static_cast<std::uint32_t>(&seat - seats_.data()), upgrade_request_);
}

void Worker::reset(Seat& seat) {
    if (seat.client != nullptr) std::exchange(seat.client, nullptr)->reset();
    if (seat.ready()) {
        take_from_rooms(seat);
        state_.ready.subtract(1);
    }
    if (seat.state == SeatState::connecting) --under_way_;
    seat.state = SeatState::away;
}

void Worker::refuse(Seat& seat, std::string_view why) {
    seat.state = SeatState::refused;
    --under_way_;
    if (!role_->on_refused(seat)) {
        state_.refused.add();
        note_reason(why);
    }
    connect_more();
}

// It was connected, but is of no use.
void Worker::turn_away(Seat& seat, std::string_view why) {
    std::exchange(seat.client, nullptr)->close();
    refuse(seat, why);
}

void Worker::on_open(Client& client) {
    const Seat& seat = seat_of(client);
    if (seat.token.empty()) return client.send("40");
    std::string packet = R"(40{"token":")" + seat.token + '"';
    if (!seat.pid.empty()) packet += R"(,"pid":)" + quoted(seat.pid);
    if (!seat.pid.empty() && !seat.offset.empty()) packet += R"(,"offset":)" + quoted(seat.offset);
    client.send(packet + '}');
}

void Worker::on_connected(Client& client, std::string_view answer) {
    Seat& seat = seat_of(client);
    if (admission_.recovery) {
        const Json fields = Json::parse(answer, nullptr, false);
        seat.pid = text_in(fields, "pid");
    }
    if (plan_.application == Application::campus) return;  // its `session` follows
    if (!admission_.rooms) return let_in(seat);
    // One room for all, or neighbours in one, so that it is with one process where that can be.
    const std::string room =
        plan_.scenario == Scenario::rooms
            ? fmt::format("{}{}", plan_.room,
                          std::uint64_t{seat.connection} * plan_.rooms / plan_.connections)
            : plan_.room;
    const std::uint32_t index = run_.room_index(room);
    if (index == SharedRun::no_room)
        return turn_away(seat, fmt::format("there are more than {} rooms", rooms_max));
    seat.rooms.assign(1, index);
    client.send(fmt::format(R"(42{}["join",{}])", join_ack, quoted(room)));
}

void Worker::let_in(Seat& seat) {
    seat.state = SeatState::ready;
    --under_way_;
    state_.ready.add();
    add_to_rooms(seat);
    role_->on_ready(seat);
    connect_more();
}

void Worker::on_session(Seat& seat, std::string_view packet) {
    if (admission_.rooms && !read_rooms(seat, packet)) return;
    let_in(seat);
}

bool Worker::read_rooms(Seat& seat, std::string_view packet) {
    const Json event = Json::parse(packet.substr(2), nullptr, false);
    if (!event.is_array() || event.size() < 2 || !event[1].is_object() ||
        !event[1].value("rooms", Json()).is_object()) {
        turn_away(seat, "the session event is not as expected; is this server Homeroom?");
        return false;
    }
    seat.rooms.clear();
    // Those that a user can post in and others are in.
    const Json& rooms = event[1]["rooms"];
    for (const char* kind : {"classes", "courses", "groups", "institutions"}) {
        for (const Json& room : rooms.value(kind, Json::array())) {
            if (!room.is_string()) continue;
            const std::uint32_t index = run_.room_index(room.get<std::string>());
            if (index == SharedRun::no_room) {
                note_reason(too_many_rooms());
            } else if (std::find(seat.rooms.begin(), seat.rooms.end(), index) == seat.rooms.end()) {
                seat.rooms.push_back(index);
            }
        }
    }
    const auto recovered = event[1].find("recovered");
    if (admission_.recovery && recovered != event[1].end() && *recovered == true)
        state_.recovered.add();
    return true;
}

void Worker::add_to_rooms(Seat& seat) {
    for (const std::uint32_t room : seat.rooms) {
        RoomEntry& entry = run_.common().rooms[room];
        entry.members.fetch_add(1);
        if (here_[room]++ == 0) entry.processes.fetch_or(std::uint64_t{1} << process_);
        std::uint32_t lowest = entry.first_member.load();
        while ((lowest == 0 || seat.connection + 1 < lowest) &&
               !entry.first_member.compare_exchange_weak(lowest, seat.connection + 1)) {
        }
    }
}

void Worker::take_from_rooms(Seat& seat) {
    for (const std::uint32_t room : seat.rooms) {
        RoomEntry& entry = run_.common().rooms[room];
        entry.members.fetch_sub(1);
        if (--here_[room] == 0) entry.processes.fetch_and(~(std::uint64_t{1} << process_));
    }
}

// --- What comes ----------------------------------------------------------------------------------

void Worker::on_event(Client& client, std::string_view packet, std::size_t wire_bytes) {
    Seat& seat = seat_of(client);
    if (const auto mark = marker_.find(packet)) {
        if (admission_.recovery) keep_offset(seat, packet);
        return packet.ends_with(']') ? count_delivery(seat, *mark, wire_bytes)
                                     : state_.misdelivered.add();
    }
    // Nobody else speaks on a bare server, but another run.
    if (packet.starts_with(bare_event) && !Marker::is_of_any_run(packet))
        return state_.misdelivered.add();
    if (seat.state == SeatState::connecting && packet.starts_with(session_event))
        on_session(seat, packet);
}

// A mark is what a stranger sent: any numbers.
bool Worker::is_for(const Seat& seat, const Mark& mark) const {
    const auto& common = run_.common();
    if (mark.stream >= common.streams_count.load(std::memory_order_relaxed)) return false;
    const StreamEntry& stream = common.streams[mark.stream];
    if (mark.sequence == 0 || mark.sequence > stream.published.load(std::memory_order_relaxed))
        return false;
    const std::uint32_t room = stream.room.load(std::memory_order_relaxed);
    return std::find(seat.rooms.begin(), seat.rooms.end(), room) != seat.rooms.end();
}

void Worker::count_delivery(Seat& seat, const Mark& mark, std::size_t wire_bytes) {
    const std::int64_t now = now_nanoseconds();
    if (!is_for(seat, mark) || mark.time <= 0 || mark.time > now) return state_.misdelivered.add();
    switch (seat.tracker(mark.stream).on(mark.sequence)) {
        case Arrival::next:
        case Arrival::after_a_gap: break;
        case Arrival::late: state_.disordered.add(); break;
        case Arrival::duplicate: return state_.duplicated.add();
    }
    state_.received.add();
    if (seat.state == SeatState::connecting) state_.recovered_events.add();
    if (WindowState* window = window_at(now)) {
        window->delivered.add();
        window->wire_bytes.add(wire_bytes);
    }
    if (WindowState* window = seat.timed ? window_at(mark.time) : nullptr)
        window->latency.record_nanoseconds(now - mark.time);
    role_->on_delivery(seat, mark);
}

// As the unmodified client does: an event's last argument, if it is a string.
void Worker::keep_offset(Seat& seat, std::string_view packet) {
    if (!packet.ends_with("\"]")) return;
    packet.remove_suffix(2);
    const std::size_t quote = packet.rfind('"');
    if (quote != std::string_view::npos) seat.offset = packet.substr(quote + 1);
}

void Worker::on_ack(Client& client, std::uint64_t id, std::string_view arguments) {
    Seat& seat = seat_of(client);
    if (seat.state == SeatState::connecting) {
        if (id == join_ack) let_in(seat);
        return;
    }
    role_->on_ack(seat, id, arguments);
}

void Worker::on_ended(Client& client, std::string_view why) {
    Seat& seat = seat_of(client);
    seat.client = nullptr;
    if (seat.state == SeatState::connecting) return refuse(seat, why);
    for (const Seat::Reception& one : seat.receptions)
        if (!admission_.comes_back)
            state_.withdrawn.add(one.tracker.last() - one.tracker.missing(one.tracker.last()));
    take_from_rooms(seat);
    state_.ready.subtract(1);
    seat.state = SeatState::lost;
    if (role_->on_lost(seat)) return;
    state_.disconnected.add();
    note_reason(fmt::format("ended: {}", why));
}

}  // namespace homeroom::load
