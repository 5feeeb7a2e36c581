// For tests: the small school with its live classes, a clock that a test moves on, and a media
// server that tells what a test has it tell.
#pragma once

#include <future>
#include <string>

#include "campus/test_schedule.h"
#include "campus/test_surface.h"
#include "features/live/hook.h"
#include "features/live/live.h"
#include "features/live/records.h"

namespace homeroom::features::live {

using campus::Json;

class LiveFixture : public testing::Test {
protected:
    LiveFixture() { register_live(later_.schedule); }
    ~LiveFixture() override { school.store->stop(); }

    static std::string in(std::chrono::seconds time) { return to_rfc3339(wall_now() + time); }

    // By tim, who teaches physics. Gives the id.
    std::string scheduled(Json more = Json::object(), const std::string& host = "tim") {
        Json request{{"class", "physics"}, {"title", "Optics"}};
        request.update(more);
        return id_of(school.must(host, "live:schedule", request));
    }
    std::string started(Json more = Json::object(), const std::string& host = "tim") {
        Json request{{"class", "physics"}, {"title", "Optics"}};
        request.update(more);
        return id_of(school.must(host, "live:start", request));
    }
    static std::string id_of(const Json& answer) {
        return answer.empty() ? "" : answer.at("live").at("id").get<std::string>();
    }
    std::string outcome(const std::string& user, const char* name, const std::string& id,
                        Json more = Json::object()) {
        more["live"] = id;
        return school.outcome(user, name, std::move(more));
    }
    // What the media server tells, behind the check of its signature.
    std::string tell(const std::string& id, const char* event, Json more = Json::object()) {
        more["stream"] = id;
        more["event"] = event;
        std::promise<std::string> words;
        school.surface->service_request(
            media_service, "live:hook", std::move(more),
            [&](const Result<Json>& answer) { words.set_value(school.words_of(answer)); });
        return words.get_future().get();
    }
    Json view(const std::string& user, const std::string& id) {
        const Json answer = school.must(user, "live:get", {{"live", id}});
        return answer.empty() ? Json() : answer.at("live");
    }
    std::string status(const std::string& id, const std::string& user = "tim") {
        return view(user, id).at("status");
    }
    std::vector<std::string> told() { return school.told(); }
    // Type and body of what was told last.
    std::pair<std::string, Json> last_told() {
        const auto events = school.events();
        if (events.empty()) return {};
        return {events.back().type, Json::parse(events.back().payload)};
    }
    void pass(std::chrono::milliseconds time) { later_.pass(time); }

    campus::SurfaceUnderTest school{register_live,
                                    {campus::schedule_migrations(), live_migrations()}};

private:
    campus::ScheduleUnderTest later_{school};
};

}  // namespace homeroom::features::live
