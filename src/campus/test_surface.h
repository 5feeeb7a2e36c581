// For tests of features: a surface with what they register, and everything under it — store,
// directory and the small school.
#pragma once

#include <algorithm>
#include <future>
#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "campus/audience.h"
#include "campus/roster/test_roster.h"
#include "campus/surface.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::campus {

// What was journalled, in order.
class HeardEvents final : public store::CommitListener {
public:
    void on_event(const store::JournalEvent& event) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
    }
    void on_batch_end(store::Seq) override {}
    std::vector<store::JournalEvent> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(events_, {});
    }

private:
    std::mutex mutex_{};
    std::vector<store::JournalEvent> events_{};
};

// Every call waits for its answer.
class SurfaceUnderTest {
public:
    using Register = void (*)(Surface& surface);

    SurfaceUnderTest(Register register_feature,
                     std::initializer_list<std::span<const store::Migration>> lists,
                     const Directory::Records& records = small_school(),
                     const SchoolPolicy& policy = {})
        : register_feature_(register_feature),
          migrations_(surface_migrations().begin(), surface_migrations().end()) {
        for (const auto& list : lists)
            migrations_.insert(migrations_.end(), list.begin(), list.end());
        directory.load(records, some_monday);
        start(policy);
    }
    ~SurfaceUnderTest() { store->stop(); }

    // The server again, on the same data, perhaps by other rules.
    void restart(const SchoolPolicy& policy) {
        store->stop();
        surface.reset();
        store.reset();
        start(policy);
    }

    Result<Json> call(const std::string& user, const std::string& name, Json body) {
        return wait([&](Surface::Answer answer) {
            surface->request(user, name, std::move(body), std::move(answer));
        });
    }
    Json must(const std::string& user, const std::string& name, const Json& body) {
        auto result = call(user, name, body);
        EXPECT_TRUE(result.ok()) << user << " " << name << " " << body.dump() << ": "
                                 << (result.ok() ? "" : result.error().message);
        return result.ok() ? *result : Json::object();
    }
    // "ok", or the error's code and field: "invalid text".
    std::string outcome(const std::string& user, const std::string& name, Json body) {
        return words_of(call(user, name, std::move(body)));
    }
    Result<Json> call_as_platform(const std::string& name, Json body) {
        return wait([&](Surface::Answer answer) {
            surface->service_request("platform", name, std::move(body), std::move(answer));
        });
    }
    static std::string words_of(const Result<Json>& result) {
        if (result.ok()) return "ok";
        const auto& error = result.error();
        return std::string{to_string(error.code)} + (error.field.empty() ? "" : " " + error.field);
    }

    const std::filesystem::path& directory_on_disk() const { return files_.path(); }

    // What was journalled since the last time.
    std::vector<store::JournalEvent> events() {
        // A command after all others: the events of those before it have been told.
        std::promise<void> done;
        EXPECT_TRUE(store->submit({.work = [](store::Transaction&) -> Status { return Ok{}; },
                                   .done = [&](const Status&) { done.set_value(); }}));
        done.get_future().wait();
        return heard_.take();
    }
    // "type: viewers" of these.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& event : events()) {
            std::string line = event.type + ":";
            for (const auto& user : viewers(event)) line += " " + user;
            lines.push_back(std::move(line));
        }
        return lines;
    }
    std::vector<std::string> viewers(const store::JournalEvent& event) const {
        auto users = directory.members_of("global");
        const auto audience = Audience::from_stored(event.audience);
        std::erase_if(users,
                      [&](const std::string& user) { return !audience.admits(user, directory); });
        return users;
    }
    // What a client of this user that was away all the time would be sent, told by type and body.
    std::vector<store::JournalEvent> replay(const std::string& user) {
        std::promise<std::vector<store::JournalEvent>> read;
        EXPECT_TRUE(store->submit_read([&](Result<store::Database*> db) {
            auto page = store::read_after(**db, 0, user, directory.rooms_of(user).all(), 100'000);
            EXPECT_TRUE(page.ok());
            read.set_value(page.ok() ? std::move(page->events)
                                     : std::vector<store::JournalEvent>{});
        }));
        auto events = read.get_future().get();
        std::erase_if(events, [&](const store::JournalEvent& event) {
            return !Audience::from_stored(event.audience).admits(user, directory);
        });
        return events;
    }
    // How many rows of the journal contain this text.
    std::int64_t journalled(const std::string& text) {
        std::promise<std::int64_t> counted;
        EXPECT_TRUE(store->submit_read([&](Result<store::Database*> db) {
            auto select =
                (*db)->statement("SELECT count(*) FROM journal WHERE instr(payload, ?) > 0");
            select.bind(1, text);
            counted.set_value(select.step().ok() ? select.number(0) : -1);
        }));
        return counted.get_future().get();
    }
    std::int64_t count(const char* sql) {
        std::promise<std::int64_t> counted;
        EXPECT_TRUE(store->submit_read([&](Result<store::Database*> db) {
            auto select = (*db)->statement(sql);
            counted.set_value(select.step().ok() ? select.number(0) : -1);
        }));
        return counted.get_future().get();
    }

    Directory directory;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Surface> surface;

private:
    void start(const SchoolPolicy& policy) {
        auto opened = store::Store::open({.directory = files_.path(),
                                          .durability = store::Durability::normal,
                                          .postgres = store::test_postgres(files_.path())},
                                         migrations_);
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
        store = std::move(opened).value();
        surface = std::make_unique<Surface>(*store, directory,
                                            TokenRate{.per_second = 1e9, .burst = 1e9}, policy);
        register_feature_(*surface);
        store->start(heard_);
    }
    template <typename Ask>
    static Result<Json> wait(const Ask& ask) {
        auto answered = std::make_shared<std::promise<Result<Json>>>();
        auto answer = answered->get_future();
        ask([answered](Result<Json> result) { answered->set_value(std::move(result)); });
        return answer.get();
    }

    Register register_feature_;
    std::vector<store::Migration> migrations_;
    store::TemporaryDirectory files_;
    HeardEvents heard_;
};

inline std::vector<std::string> types_of(const std::vector<store::JournalEvent>& events) {
    std::vector<std::string> types;
    for (const auto& event : events) types.push_back(event.type);
    return types;
}

}  // namespace homeroom::campus
