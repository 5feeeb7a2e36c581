// For tests: the small school with announcements in it, and a clock for what is published later.
#pragma once

#include "base/limits.h"
#include "campus/test_schedule.h"
#include "features/announcements/announcements.h"

namespace homeroom::features::announcements {

using campus::Json;

class AnnouncementsFixture : public testing::Test {
protected:
    AnnouncementsFixture() { register_announcements(later_.schedule); }
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
    std::vector<std::string> told() { return school.told(); }
    void pass(std::chrono::milliseconds time) { later_.pass(time); }

    campus::SurfaceUnderTest school{register_announcements,
                                    {campus::schedule_migrations(), announcements_migrations()}};

private:
    campus::ScheduleUnderTest later_{school};
};

}  // namespace homeroom::features::announcements
