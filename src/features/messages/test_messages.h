// For tests: the feature with everything under it — store, directory and surface — and the small
// school in it.
#pragma once

#include <algorithm>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "campus/audience.h"
#include "campus/roster/test_roster.h"
#include "features/messages/messages.h"
#include "store/test_temporary_directory.h"

namespace homeroom::features::messages {

using campus::Json;
using campus::SchoolPolicy;

// What was journalled.
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

// A surface with messages on it. Every call waits for its answer.
class MessagesUnderTest {
public:
    explicit MessagesUnderTest(SchoolPolicy::Messages policy = {},
                               const campus::Directory::Records& records = campus::small_school())
        : policy_(policy) {
        directory.load(records, campus::some_monday);
        start();
    }
    ~MessagesUnderTest() { store_->stop(); }

    // The server again, on the same data, perhaps by other rules.
    void restart(SchoolPolicy::Messages policy = {}) {
        store_->stop();
        surface_.reset();
        store_.reset();
        policy_ = policy;
        start();
    }

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

    Json send(const std::string& from, const std::string& to, const std::string& text = "hello") {
        return must(from, "message:send", {{"to", {{"user", to}}}, {"text", text}}).at("message");
    }
    Json say(const std::string& from, const std::string& conversation,
             const std::string& text = "hello") {
        return must(from, "message:send",
                    {{"to", {{"conversation", conversation}}}, {"text", text}})
            .at("message");
    }
    std::string group(const std::string& owner, const std::vector<std::string>& others) {
        return must(owner, "conversation:create", {{"users", others}, {"title", "a group"}})
            .at("conversation")
            .at("id");
    }
    // The texts that a user reads in a conversation, oldest first; "not_found …" when he is not in
    // it.
    std::vector<std::string> texts(const std::string& user, const std::string& conversation) {
        const auto answer =
            call(user, "message:list", {{"conversation", conversation}, {"limit", 100}});
        if (!answer.ok()) return {std::string{to_string(answer.error().code)}};
        std::vector<std::string> list;
        for (const auto& one : answer->at("messages")) list.push_back(one.at("text"));
        std::ranges::reverse(list);
        return list;
    }
    // The user's own view of a conversation; null when it is not in his list.
    Json listed(const std::string& user, const std::string& conversation) {
        const Json answer = must(user, "conversation:list", {{"limit", 100}});
        for (const auto& one : answer.at("conversations")) {
            if (one.at("id") == conversation) return one;
        }
        return nullptr;
    }
    std::int64_t unread(const std::string& user, const std::string& conversation) {
        const Json view = listed(user, conversation);
        return view.is_null() ? -1 : view.at("unread").get<std::int64_t>();
    }
    std::size_t conversations_of(const std::string& user) {
        return must(user, "conversation:list", {{"limit", 100}}).at("conversations").size();
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
    // "message:created to sam sue", an event a line, of what was journalled since the last time.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& event : events()) {
            std::string line = event.type + " to";
            for (const std::string& user : viewers(event)) line += " " + user;
            lines.push_back(std::move(line));
        }
        return lines;
    }
    // What a client of this user that was away all the time would be sent.
    std::vector<store::JournalEvent> replay(const std::string& user) {
        std::promise<std::vector<store::JournalEvent>> read;
        EXPECT_TRUE(store_->submit_read([&](Result<store::Database*> db) {
            auto page = store::read_after(**db, 0, user, directory.rooms_of(user).all(), 100'000);
            EXPECT_TRUE(page.ok());
            read.set_value(page.ok() ? std::move(page->events)
                                     : std::vector<store::JournalEvent>{});
        }));
        auto events = read.get_future().get();
        std::erase_if(events, [&](const store::JournalEvent& event) {
            return !campus::Audience::from_stored(event.audience).admits(user, directory);
        });
        return events;
    }
    std::string replayed_text(const std::string& user) {
        std::string all;
        for (const auto& event : replay(user)) all += event.type + event.payload + "\n";
        return all;
    }
    // As a start does.
    void load_into(campus::Directory& other) {
        std::promise<bool> loaded;
        EXPECT_TRUE(store_->submit_read([&](Result<store::Database*> db) {
            loaded.set_value(load_conversations(**db, other).ok());
        }));
        EXPECT_TRUE(loaded.get_future().get());
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
    void start() {
        std::vector<store::Migration> migrations;
        for (const auto& list : {campus::surface_migrations(), messages_migrations()}) {
            migrations.insert(migrations.end(), list.begin(), list.end());
        }
        auto opened = store::Store::open(
            {.directory = files_.path(), .durability = store::Durability::normal}, migrations);
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
        store_ = std::move(opened).value();
        const auto loaded = load_conversations(store_->db(), directory);
        EXPECT_TRUE(loaded.ok());
        surface_ = std::make_unique<campus::Surface>(*store_, directory,
                                                     TokenRate{.per_second = 1e9, .burst = 1e9},
                                                     SchoolPolicy{.messages = policy_});
        register_messages(*surface_);
        store_->start(heard_);
    }

    SchoolPolicy::Messages policy_;
    store::TemporaryDirectory files_;
    HeardEvents heard_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<campus::Surface> surface_;
};

inline const std::string unknown_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

class MessagesFixture : public testing::Test {
protected:
    void block(const std::string& blocker, const std::string& blocked, bool on = true) {
        school.must(blocker, "block:set", {{"user", blocked}, {"on", on}});
    }
    // Every request that concerns a message or the conversation it is in.
    static std::vector<std::pair<std::string, Json>> requests_about(const std::string& conversation,
                                                                    const std::string& message) {
        return {
            {"message:list", {{"conversation", conversation}}},
            {"message:read", {{"conversation", conversation}, {"upTo", message}}},
            {"message:send", {{"to", {{"conversation", conversation}}}, {"text", "x"}}},
            {"message:update", {{"message", message}, {"text", "x"}}},
            {"message:delete", {{"message", message}}},
            {"conversation:add", {{"conversation", conversation}, {"users", {"tom"}}}},
            {"conversation:remove", {{"conversation", conversation}, {"user", "tom"}}},
            {"conversation:leave", {{"conversation", conversation}}},
            {"supervision:read", {{"conversation", conversation}}},
        };
    }
    // The very same answers as for what never was.
    void must_be_not_found(const std::string& user, const std::string& conversation,
                           const std::string& message) {
        const auto real = requests_about(conversation, message);
        const auto unknown = requests_about(unknown_id, unknown_id);
        for (std::size_t i = 0; i < real.size(); ++i) {
            const auto hidden = school.call(user, real[i].first, real[i].second);
            ASSERT_FALSE(hidden.ok()) << user << " " << real[i].first;
            EXPECT_EQ(hidden.error().code, Code::not_found) << real[i].first;
            EXPECT_EQ(campus::to_ack(hidden),
                      campus::to_ack(school.call(user, unknown[i].first, unknown[i].second)))
                << real[i].first;
        }
    }

    MessagesUnderTest school;
};

}  // namespace homeroom::features::messages
