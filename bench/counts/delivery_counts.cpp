// What it takes to deliver a message: allocations, and under callgrind instructions, through the
// real server: hub, session, connection, gathered write to a TCP socket. And what a connection
// holds that does nothing. bench/counts/run runs it and compares.
//
//   delivery_counts              everything, as one JSON object
//   delivery_counts deliveries   without the idle connections, for callgrind
#include <cstdio>
#include <fmt/format.h>
#include <malloc.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "campus/fanout.h"
#include "measurement.h"
#include "school.h"

namespace homeroom::counts {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t clients = 200;
constexpr std::size_t burst = 16;
constexpr std::size_t rooms = 30;
constexpr std::size_t rooms_of_each = 5;
constexpr std::size_t idle_clients = 2'000;
constexpr std::size_t idle_rooms = 8;

// One argument of 128 bytes, quotes included.
const std::string text = '"' + std::string(126, 'x') + '"';

std::string room_name(std::size_t n) {
    return fmt::format("class-{}", n);
}

std::vector<std::string> first_room(std::size_t) {
    return {room_name(0)};
}

std::vector<std::string> five_of_the_rooms(std::size_t n) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rooms_of_each; ++i)
        names.push_back(room_name((n + i * rooms / rooms_of_each) % rooms));
    return names;
}

void say_to(hub::Server& server, const std::string& room) {
    const std::string_view arguments[] = {text};
    server.broadcast({.to = {.rooms = {room}},
                      .message = server.encoder().event("/", "post:created", arguments)});
}

struct Plan {
    std::string name;
    std::size_t turns;
    std::size_t messages_each;  // that each client gets in a turn
    std::size_t events;         // in a turn
    std::size_t message_bytes;
};

// Once for practice, so that what grows has grown; then counted.
Json measure(School& school, const Plan& plan, const std::function<void()>& turn) {
    const std::size_t bytes_each = plan.messages_each * plan.message_bytes;
    school.on_loop([&](hub::Hub&) { turn(); });
    school.crowd().read(bytes_each);
    Measurement measurement{school.server(), plan.name, plan.turns, turn};
    const Allocations allocations = measurement.run();
    school.crowd().read(bytes_each * plan.turns);
    return Json{{"turns", plan.turns},
                {"events", plan.turns * plan.events},
                {"messages", plan.turns * plan.messages_each * school.crowd().size()},
                {"allocations", allocations.made},
                {"allocated_bytes", allocations.bytes}};
}

std::size_t message_bytes(hub::Server& server) {
    const std::string_view arguments[] = {text};
    return server.encoder().event("/", "post:created", arguments).size();
}

Json measure_one_room(const std::string& name, std::size_t turns, std::size_t events) {
    School school{first_room};
    school.join(clients);
    return measure(school,
                   {.name = name,
                    .turns = turns,
                    .messages_each = events,
                    .events = events,
                    .message_bytes = message_bytes(school.server())},
                   [&] {
                       for (std::size_t i = 0; i < events; ++i)
                           say_to(school.server(), room_name(0));
                   });
}

Json measure_rooms() {
    School school{five_of_the_rooms};
    school.join(clients);
    return measure(school,
                   {.name = "rooms",
                    .turns = 8,
                    .messages_each = rooms_of_each,
                    .events = rooms,
                    .message_bytes = message_bytes(school.server())},
                   [&] {
                       for (std::size_t i = 0; i < rooms; ++i)
                           say_to(school.server(), room_name(i));
                   });
}

// What an event costs that nobody is there for.
Json measure_nobody() {
    School school{first_room};
    school.join(clients);
    return measure(
        school,
        {.name = "nobody", .turns = 8, .messages_each = 0, .events = burst, .message_bytes = 0},
        [&] {
            for (std::size_t i = 0; i < burst; ++i) say_to(school.server(), "class-empty");
        });
}

// From the commit on, as the feed's posts come out of the journal.
Json measure_campus() {
    School school{first_room};
    school.join(clients);
    const campus::Directory directory;
    campus::Fanout fanout{school.server(), directory};
    store::JournalEvent event{
        .type = "post:created",
        .audience = {.room = room_name(0), .kind = "room", .users = {}},
        .payload =
            R"({"seq":"0000000000000042","id":"01JD9Z6N3V8Y4QXKQ5T7W2M0AB","room":"class-0",)"
            R"("at":"2026-11-23T09:15:00.123Z","by":{"id":"ada","name":"Ada Lovelace"},)"
            R"("post":{"id":"01JD9Z6N3V8Y4QXKQ5T7W2M0AB","room":"class-0",)"
            R"("author":{"id":"ada","name":"Ada Lovelace"},"text":)" +
            text +
            R"(,"visibility":{"kind":"everyone"},"attachments":[],)"
            R"("createdAt":"2026-11-23T09:15:00.123Z","editedAt":null,)"
            R"("counts":{"comments":0,"reactions":{}}}})"};
    const std::size_t bytes = campus::message_of(event, school.server().encoder()).size();
    return measure(school,
                   {.name = "campus",
                    .turns = 4,
                    .messages_each = burst,
                    .events = burst,
                    .message_bytes = bytes},
                   [&] {
                       for (std::size_t i = 0; i < burst; ++i) {
                           ++event.seq;
                           fanout.on_event(event);
                       }
                       fanout.on_batch_end(event.seq);
                   });
}

std::int64_t heap_bytes() {
    const auto info = mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

// By the allocator's own accounting, its headers and padding included: what 2,000 connected clients
// hold, each in one of eight rooms.
Json measure_idle() {
    School school{[](std::size_t n) { return std::vector{room_name(n % idle_rooms)}; }};
    school.join(idle_rooms);  // so that the rooms are there
    std::int64_t before = 0;
    std::int64_t after = 0;
    school.on_loop([&](hub::Hub&) {
        before = heap_bytes();
        start_counting_allocations();
    });
    school.join(idle_clients);
    Allocations allocations;
    school.on_loop([&](hub::Hub&) {
        after = heap_bytes();
        allocations = stop_counting_allocations();
    });
    return Json{{"connections", idle_clients},
                {"bytes", after - before},
                {"blocks", allocations.made - allocations.freed}};
}

int run(std::string_view what) {
    log::start(log::Level::warn);
    Json counts;
    counts["burst"] = measure_one_room("burst", 4, burst);
    counts["single"] = measure_one_room("single", 16, 1);
    counts["rooms"] = measure_rooms();
    counts["nobody"] = measure_nobody();
    counts["campus"] = measure_campus();
    if (what != "deliveries") counts["idle"] = measure_idle();
    std::puts(counts.dump(2).c_str());
    return 0;
}

}  // namespace
}  // namespace homeroom::counts

int main(int argc, char** argv) {
    return homeroom::counts::run(argc > 1 ? argv[1] : "");
}
