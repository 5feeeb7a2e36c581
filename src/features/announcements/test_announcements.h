// For tests: the small school with announcements in it, and a clock for what is published later.
#pragma once

#include <atomic>
#include <thread>

#include "base/limits.h"
#include "campus/test_surface.h"
#include "features/announcements/announcements.h"

namespace homeroom::features::announcements {

using campus::Json;

class AnnouncementsFixture : public testing::Test {
protected:
    AnnouncementsFixture() { register_announcements(schedule_); }
    ~AnnouncementsFixture() override { school.store->stop(); }

    static Json draft(const std::string& room = "class-physics") {
        return {{"to", room}, {"title", "A test"}, {"text", "tomorrow at nine"}};
    }
    static Json draft_with_ack() {
        Json one = draft();
        one["requireAck"] = true;
        return one;
    }
    static Json draft_in(std::chrono::hours wait, const std::string& room = "class-physics") {
        Json one = draft(room);
        one["publishAt"] = to_rfc3339(wall_now() + wait);
        return one;
    }
    // By tim, who teaches physics. Gives the id.
    std::string announce(const Json& one, const std::string& author = "tim") {
        const Json answer = school.must(author, "announcement:create", one);
        return answer.empty() ? "" : answer.at("announcement").at("id").get<std::string>();
    }
    std::string outcome(const std::string& user, const char* name, const std::string& id,
                        Json more = Json::object()) {
        more["announcement"] = id;
        return school.outcome(user, name, std::move(more));
    }
    // The ids that a user sees, newest first.
    std::vector<std::string> list_of(const std::string& user,
                                     const Json& request = Json::object()) {
        std::vector<std::string> ids;
        const Json answer = school.must(user, "announcement:list", request);
        for (const Json& one : answer.at("announcements")) ids.push_back(one.at("id"));
        return ids;
    }
    Json read(const std::string& user, const std::string& id) {
        const Json answer = school.must(user, "announcement:list", {{"limit", 100}});
        for (const Json& one : answer.at("announcements")) {
            if (one.at("id") == id) return one;
        }
        return nullptr;
    }
    // "type: viewers" of what was journalled since the last time.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& event : school.events()) {
            std::string line = event.type + ":";
            for (const auto& user : school.viewers(event)) line += " " + user;
            lines.push_back(std::move(line));
        }
        return lines;
    }
    // The server's clock goes on by so much, and what is due is done.
    void pass(std::chrono::milliseconds time) {
        ahead_ += time.count();
        schedule_.look();
        while (schedule_.busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }

    campus::SurfaceUnderTest school{register_announcements,
                                    {campus::schedule_migrations(), announcements_migrations()}};

private:
    std::atomic<std::int64_t> ahead_{0};
    campus::Schedule schedule_{*school.store, school.directory, [this] {
                                   return wall_now() + std::chrono::milliseconds{ahead_.load()};
                               }};
};

}  // namespace homeroom::features::announcements
