// Looking things up in the roster of 100,000 users, each in five classes of thirty. Every user in
// turn, in an order that no cache likes.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "campus/audience.h"
#include "campus/roster/directory.h"
#include "campus/session_event.h"

namespace homeroom::campus {
namespace {

constexpr std::size_t users = 100'000;
constexpr std::size_t classes_of_each = 5;
constexpr std::size_t class_size = 30;
constexpr std::size_t classes = users * classes_of_each / class_size;
constexpr std::size_t schools = 20;

std::string user_id(std::size_t n) {
    return fmt::format("user{}", n);
}
// The user's i-th class.
std::size_t class_of(std::size_t user, std::size_t i) {
    return (user / class_size + i * (classes / classes_of_each)) % classes;
}

Directory::Records big_school() {
    Directory::Records records;
    for (std::size_t n = 0; n < schools; ++n)
        records.orgs.push_back({.id = fmt::format("school{}", n),
                                .name = fmt::format("School {}", n),
                                .type = "school"});
    for (std::size_t n = 0; n < classes; ++n) {
        const std::string id = fmt::format("{}", n);
        const std::string school = fmt::format("school{}", n % schools);
        records.courses.push_back({.id = "course" + id, .title = "Course " + id, .org = school});
        records.classes.push_back({.id = "class" + id,
                                   .title = "Class " + id,
                                   .course = "course" + id,
                                   .school = school});
    }
    for (std::size_t n = 0; n < users; ++n) {
        records.users.push_back({.id = user_id(n), .given_name = "Ada", .family_name = user_id(n)});
        for (std::size_t i = 0; i < classes_of_each; ++i)
            records.enrollments.push_back(
                {.id = fmt::format("{}-{}", n, i),
                 .user = user_id(n),
                 .class_id = fmt::format("class{}", class_of(n, i)),
                 .role = n % class_size == 0 ? Role::teacher : Role::student});
    }
    return records;
}

class BigSchool : public benchmark::Fixture {
public:
    void SetUp(benchmark::State&) override {
        if (directory != nullptr) return;
        directory = std::make_unique<Directory>();
        directory->load(big_school(), std::chrono::year{2026} / 11 / 23);
        for (std::size_t n = 0; n < users; ++n) ids.push_back(user_id(n));
    }

    std::size_t next() { return at = (at + 7919) % users; }

    std::size_t at = 0;
    static inline std::unique_ptr<Directory> directory;
    static inline std::vector<std::string> ids;
};

BENCHMARK_F(BigSchool, person)(benchmark::State& state) {
    for (auto _ : state) {
        const auto found = directory->person(ids[next()]);
        if (!found) std::abort();
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_F(BigSchool, rooms_of)(benchmark::State& state) {
    for (auto _ : state) {
        const RoomSet rooms = directory->rooms_of(ids[next()]);
        if (rooms.classes.size() != classes_of_each) std::abort();
    }
    state.SetItemsProcessed(state.iterations());
}

// May this user see what was said in one of his classes? To all (0), or to the staff (1).
BENCHMARK_DEFINE_F(BigSchool, admits)(benchmark::State& state) {
    std::vector<Audience> audiences;
    for (std::size_t n = 0; n < classes; ++n) {
        std::string room = fmt::format("class-class{}", n);
        audiences.push_back(state.range(0) == 0 ? Audience::members(std::move(room))
                                                : Audience::staff(std::move(room), "nobody"));
    }
    std::int64_t admitted = 0;
    for (auto _ : state) {
        const std::size_t user = next();
        admitted += audiences[class_of(user, 2)].admits(ids[user], *directory) ? 1 : 0;
    }
    if (state.range(0) == 0 && admitted != state.iterations()) std::abort();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_REGISTER_F(BigSchool, admits)->Arg(0)->Arg(1);

// The object of the event `session`, as the gateway writes it on every connect: 13 rooms.
BENCHMARK_F(BigSchool, session_json)(benchmark::State& state) {
    std::int64_t bytes = 0;
    for (auto _ : state) {
        const std::string& id = ids[next()];
        const auto person = directory->person(id);
        const auto rooms = directory->rooms_of(id);
        const std::string session =
            to_json_text(SessionEvent{.person = *person, .rooms = rooms, .cursor = 42});
        bytes += static_cast<std::int64_t>(session.size());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(bytes);
}

}  // namespace
}  // namespace homeroom::campus
