// For tests: messages in the small school.
#pragma once

#include <algorithm>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "campus/test_surface.h"
#include "features/messages/messages.h"

namespace homeroom::features::messages {

using campus::Json;
using campus::SchoolPolicy;

class MessagesUnderTest : public campus::SurfaceUnderTest {
public:
    explicit MessagesUnderTest(SchoolPolicy::Messages policy = {},
                               const campus::Directory::Records& records = campus::small_school())
        : SurfaceUnderTest(register_messages, {messages_migrations()}, records,
                           {.messages = policy}) {
        load_into(directory);
    }

    // The server again, on the same data, perhaps by other rules.
    void restart(SchoolPolicy::Messages policy = {}) {
        SurfaceUnderTest::restart({.messages = policy});
        load_into(directory);
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

    std::string replayed_text(const std::string& user) {
        std::string all;
        for (const auto& event : replay(user)) all += event.type + event.payload + "\n";
        return all;
    }
    // As a start does.
    void load_into(campus::Directory& other) {
        std::promise<bool> loaded;
        EXPECT_TRUE(store->submit_read([&](Result<store::Database*> db) {
            loaded.set_value(load_conversations(**db, other).ok());
        }));
        EXPECT_TRUE(loaded.get_future().get());
    }
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
