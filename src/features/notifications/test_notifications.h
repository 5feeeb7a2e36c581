// For tests: the small school with notifications in it. What other features would commit is
// published as they would; a clock and an endpoint for what leaves the server.
#pragma once

#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "campus/following.h"
#include "campus/test_surface.h"
#include "features/notifications/deriving.h"
#include "features/notifications/dispatcher.h"
#include "features/notifications/notifications.h"

namespace homeroom::features::notifications {

using campus::Audience;
using campus::Json;

// What an endpoint was sent, and what it answers: 200 unless told otherwise.
class TestEndpoint {
public:
    void post(outgoing::HttpRequest request, const outgoing::HttpClient::Done& done) {
        outgoing::HttpAnswer answer;
        {
            const std::lock_guard lock(mutex_);
            sent_.push_back(std::move(request));
            if (hangs_) {
                waiting_.push_back(done);
                return;
            }
            answer = answer_;
        }
        done(answer);
    }
    void answer(int status) {
        const std::lock_guard lock(mutex_);
        answer_ = {.status = status};
    }
    // From now on it says nothing, until it is broken off.
    void hang() {
        const std::lock_guard lock(mutex_);
        hangs_ = true;
    }
    std::size_t hanging() {
        const std::lock_guard lock(mutex_);
        return waiting_.size();
    }
    void break_off() {
        std::vector<outgoing::HttpClient::Done> waiting;
        {
            const std::lock_guard lock(mutex_);
            hangs_ = false;
            waiting = std::exchange(waiting_, {});
        }
        for (const auto& done : waiting) done({.fault = "broken off"});
    }
    std::vector<outgoing::HttpRequest> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(sent_, {});
    }

private:
    std::mutex mutex_{};
    std::vector<outgoing::HttpRequest> sent_{};
    outgoing::HttpAnswer answer_{.status = 200};
    bool hangs_ = false;
    std::vector<outgoing::HttpClient::Done> waiting_{};
};

class NotificationsFixture : public testing::Test {
protected:
    explicit NotificationsFixture(
        const campus::Directory::Records& records = campus::small_school())
        : school(register_notifications,
                 {campus::following_migrations(), notifications_migrations()}, records) {
        command([](store::Transaction& transaction) -> Status {
            return transaction.db()
                .statement("INSERT INTO journal_followers (name, seq) VALUES ('test', 0)")
                .run();
        });
    }
    ~NotificationsFixture() override { school.store->stop(); }

    void command(const store::Work& work) {
        std::promise<bool> done;
        ASSERT_TRUE(school.store->submit(
            {.work = work, .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        EXPECT_TRUE(done.get_future().get());
    }
    void publish(const std::string& type, const Audience& audience, const Json& body,
                 const Json& notes = nullptr, const std::string& by = "tim") {
        command([&](store::Transaction& transaction) {
            return transaction.publish({.type = type,
                                        .audience = audience.stored(),
                                        .by_json = Json{{"id", by}, {"name", by}}.dump(),
                                        .body = body.dump(),
                                        .notes = notes.is_null() ? "" : notes.dump()});
        });
        derive();
    }
    void derive() {
        following_.look();
        while (following_.busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }

    // Of physics: sam, sue, and tim, who teaches it.
    void comment(const std::string& id, const std::string& by, const std::string& post_author,
                 const Json& more_notes = Json::object(),
                 const Audience& audience = Audience::members("class-physics"),
                 const std::string& post = "post-1") {
        Json notes = more_notes;
        notes["author"] = by;
        notes["postAuthor"] = post_author;
        publish(
            "comment:created", audience,
            {{"postId", post}, {"comment", {{"id", id}, {"author", {{"id", by}, {"name", by}}}}}},
            notes, by);
    }
    void post(const std::string& id, const std::string& by, const Json& mentioned,
              const char* type = "post:created",
              const Audience& audience = Audience::members("class-physics")) {
        publish(type, audience, {{"post", {{"id", id}, {"author", {{"id", by}, {"name", by}}}}}},
                {{"author", by}, {"mentioned", mentioned}}, by);
    }
    void announce(const std::string& id, const std::string& room = "class-physics") {
        publish(
            "announcement:created", Audience::members(room),
            {{"announcement",
              {{"id", id}, {"title", "A test"}, {"author", {{"id", "tim"}, {"name", "tim"}}}}}});
    }
    void grade(const std::string& id, const std::string& student = "sam",
               std::vector<std::string> guardians = {}) {
        publish("grade:updated", Audience::person(student, std::move(guardians)),
                {{"grade",
                  {{"id", id},
                   {"class", "physics"},
                   {"item", "test 1"},
                   {"score", 17},
                   {"student", {{"id", student}, {"name", student}}}}}});
    }

    Json list(const std::string& user, const Json& request = Json::object()) {
        return school.must(user, "notification:list", request);
    }
    // "comment x2 sue sam *": the kind, how many, who did it, "*" when it is not read.
    std::vector<std::string> inbox(const std::string& user, const Json& request = Json::object()) {
        std::vector<std::string> lines;
        const Json answer = list(user, request);
        for (const Json& one : answer.at("notifications")) {
            std::string line = one.at("kind").get<std::string>();
            if (one.at("count") != 1) line += " x" + one.at("count").dump();
            for (const Json& actor : one.at("actors"))
                line += " " + actor.at("id").get<std::string>();
            if (!one.at("read").get<bool>()) line += " *";
            lines.push_back(std::move(line));
        }
        return lines;
    }
    // "unread, unseen"
    std::string counts(const std::string& user) {
        const Json answer = list(user);
        return answer.at("unread").dump() + ", " + answer.at("unseen").dump();
    }
    std::string newest(const std::string& user) {
        return list(user).at("notifications").at(0).at("id");
    }
    // "type: viewers" of what this feature has told since the last time.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& event : school.events()) {
            if (!event.type.starts_with("notification:")) continue;
            std::string line = event.type + ":";
            for (const auto& user : school.viewers(event)) line += " " + user;
            lines.push_back(std::move(line));
        }
        return lines;
    }

    WallTime now() const { return base_ + std::chrono::milliseconds{ahead_.load()}; }
    // The server's clock goes on by so much, and what is due is sent.
    void pass(std::chrono::milliseconds time) {
        ahead_ += time.count();
        do {
            dispatcher_.look();
            while (dispatcher_.busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        } while (count_due() > 0);
    }
    // "push sam comment": what was sent, sorted.
    std::vector<std::string> sent() {
        std::vector<std::string> lines;
        for (const auto& request : endpoint_.take()) {
            const Json body = Json::parse(request.body);
            const Json& data = body.at("data");
            lines.push_back(request.url + " " + data.at("user").at("id").get<std::string>() + " " +
                            data.at("notification").at("kind").get<std::string>() + " x" +
                            data.at("notification").at("count").dump());
        }
        std::ranges::sort(lines);
        return lines;
    }
    // The server ends in order while what it sends is under way.
    void end_meanwhile() {
        dispatcher_.stop();
        endpoint_.break_off();
        while (dispatcher_.busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    void look() { dispatcher_.look(); }
    void advance(std::chrono::milliseconds time) { ahead_ += time.count(); }
    std::int64_t waiting() {
        return school.count("SELECT count(*) FROM webhook_deliveries WHERE given_up_at IS NULL");
    }

    static constexpr std::chrono::seconds push_delay{2};
    static constexpr std::chrono::minutes mail_delay{5};

    campus::SurfaceUnderTest school;
    TestEndpoint endpoint_;

private:
    std::int64_t count_due() {
        std::promise<std::int64_t> counted;
        EXPECT_TRUE(school.store->submit_read([&](Result<store::Database*> db) {
            std::size_t due = 0;
            for (const Channel channel : channels)
                due += due_deliveries(**db, channel, now(), 10).value().size();
            counted.set_value(static_cast<std::int64_t>(due));
        }));
        return counted.get_future().get();
    }

    Deriving deriving_{{.push = push_delay, .mail = mail_delay}};
    campus::Following following_{*school.store, school.directory, "test", deriving_};
    const WallTime base_ = wall_now();
    std::atomic<std::int64_t> ahead_{0};
    Dispatcher dispatcher_{*school.store,
                           school.directory,
                           {.push = {.url = "push", .delay = push_delay},
                            .mail = {.url = "mail", .delay = mail_delay},
                            .keys = {std::string(32, 'k')},
                            .retry = {.first = std::chrono::seconds{4}, .attempts_max = 3},
                            .timeout = std::chrono::seconds{1}},
                           [this](outgoing::HttpRequest request, outgoing::HttpClient::Done done) {
                               endpoint_.post(std::move(request), done);
                           },
                           [this] { return now(); }};
};

}  // namespace homeroom::features::notifications
