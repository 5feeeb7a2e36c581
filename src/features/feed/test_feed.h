// For tests: a feed with everything under it — store, directory and surface — and the small school
// in it.
#pragma once

#include <algorithm>
#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "campus/audience.h"
#include "campus/roster/test_roster.h"
#include "campus/schedule.h"
#include "features/feed/feed.h"
#include "store/test_temporary_directory.h"

namespace homeroom::features::feed {

using campus::Json;

// What was journalled, and who may see it at the time of asking.
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

// A surface with the feed on it. Every call waits for its answer.
class FeedUnderTest {
public:
    explicit FeedUnderTest(campus::Directory::Records records = campus::small_school(),
                           campus::SchoolPolicy policy = {}) {
        std::vector<store::Migration> migrations;
        for (const auto& list :
             {campus::surface_migrations(), campus::schedule_migrations(), feed_migrations()}) {
            migrations.insert(migrations.end(), list.begin(), list.end());
        }
        auto opened = store::Store::open(
            {.directory = files_.path(), .durability = store::Durability::normal}, migrations);
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
        store_ = std::move(opened).value();
        directory.load(records, campus::some_monday);
        surface_ = std::make_unique<campus::Surface>(
            *store_, directory, TokenRate{.per_second = 1e9, .burst = 1e9}, policy);
        register_feed(*surface_);
        schedule_ = std::make_unique<campus::Schedule>(*store_, directory, [this] {
            return wall_now() + std::chrono::milliseconds{ahead_.load()};
        });
        register_feed(*schedule_);
        store_->start(heard_);
    }
    ~FeedUnderTest() { store_->stop(); }

    Result<Json> call(const std::string& user, const std::string& name, Json body) {
        auto answered = std::make_shared<std::promise<Result<Json>>>();
        auto answer = answered->get_future();
        surface_->request(user, name, std::move(body), [answered](Result<Json> result) {
            answered->set_value(std::move(result));
        });
        return answer.get();
    }
    Json must(const std::string& user, const std::string& name, Json body) {
        auto result = call(user, name, body);
        EXPECT_TRUE(result.ok()) << user << " " << name << " " << body.dump() << ": "
                                 << (result.ok() ? "" : result.error().message);
        return result.ok() ? *result : Json::object();
    }
    // "ok", or the error's code and field: "invalid text".
    std::string outcome(const std::string& user, const std::string& name, Json body) {
        const auto result = call(user, name, std::move(body));
        if (result.ok()) return "ok";
        const auto& error = result.error();
        return std::string{to_string(error.code)} + (error.field.empty() ? "" : " " + error.field);
    }

    std::string post(const std::string& author, const std::string& room = "class-physics",
                     Json visibility = nullptr) {
        return must(author, "post:create",
                    {{"to", room}, {"text", "a post"}, {"visibility", std::move(visibility)}})
            .at("post")
            .at("id");
    }
    std::string comment(const std::string& author, const std::string& post_id) {
        return must(author, "comment:create", {{"post", post_id}, {"text", "a comment"}})
            .at("comment")
            .at("id");
    }
    // The server's clock goes on by so much for what is due, and that is done.
    void pass(std::chrono::milliseconds time) {
        ahead_ += time.count();
        schedule_->look();
        while (schedule_->busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    // "type: viewers" of what was journalled since the last time.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& event : events()) {
            std::string line = event.type + ":";
            for (const auto& user : viewers(event)) line += " " + user;
            lines.push_back(std::move(line));
        }
        return lines;
    }

    // The posts' ids that a user sees, newest first.
    std::vector<std::string> feed_of(const std::string& user,
                                     const std::string& room = "class-physics") {
        std::vector<std::string> ids;
        const Json answer = must(user, "feed:list", {{"room", room}, {"limit", 100}});
        for (const auto& one : answer.at("posts")) {
            ids.push_back(one.at("id"));
        }
        return ids;
    }

    // What was journalled since the last time.
    std::vector<store::JournalEvent> events() {
        // A command after all others: the events of those before it have been told.
        std::promise<void> done;
        EXPECT_TRUE(store_->submit({.work = [](store::Transaction&) -> Status { return Ok{}; },
                                    .done = [&](const Status&) { done.set_value(); }}));
        done.get_future().wait();
        return heard_.take();
    }
    std::vector<std::string> viewers(const store::JournalEvent& event) const {
        auto users = directory.members_of("global");
        const auto audience = campus::Audience::from_stored(event.audience);
        std::erase_if(users,
                      [&](const std::string& user) { return !audience.admits(user, directory); });
        return users;
    }
    std::int64_t count(const char* sql) {
        std::promise<std::int64_t> counted;
        EXPECT_TRUE(store_->submit_read([&](Result<store::Database*> db) {
            auto select = (*db)->statement(sql);
            counted.set_value(select.step().ok() ? select.number(0) : -1);
        }));
        return counted.get_future().get();
    }

    campus::Directory directory;

private:
    store::TemporaryDirectory files_;
    HeardEvents heard_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<campus::Surface> surface_;
    std::atomic<std::int64_t> ahead_{0};
    std::unique_ptr<campus::Schedule> schedule_;
};

class FeedFixture : public testing::Test {
protected:
    FeedUnderTest feed;
};

}  // namespace homeroom::features::feed
