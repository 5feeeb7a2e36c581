// For tests: the small school with its study sessions, and a clock that a test moves on.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>

#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/roster_service.h"
#include "campus/test_schedule.h"
#include "campus/test_surface.h"
#include "features/study/records.h"
#include "features/study/room.h"
#include "features/study/study.h"

namespace homeroom::features::study {

class StudyUnderTest : public campus::SurfaceUnderTest {
public:
    explicit StudyUnderTest(const campus::Directory::Records& records = campus::small_school())
        : SurfaceUnderTest(register_study,
                           {campus::roster_migrations(), campus::group_migrations(),
                            campus::schedule_migrations(), study_migrations()},
                           records) {}

    // The id of a new session of a class or group.
    std::string planned(const std::string& host, const std::string& room, campus::Json more = {}) {
        campus::Json body{{"title", "Fractions"}, {"room", room}};
        body.update(more.is_null() ? campus::Json::object() : more);
        return must(host, "study:create", body).at("session").at("id");
    }
    std::string live(const std::string& host, const std::string& room, campus::Json more = {}) {
        const std::string id = planned(host, room, std::move(more));
        must(host, "study:start", {{"session", id}});
        return id;
    }

    // Something that happens in a session, as live.cpp has it done.
    using Work = std::function<Result<std::optional<Happening>>(RoomCall& call)>;
    Result<std::optional<Happening>> run(const Work& work) {
        auto made = std::make_shared<std::optional<Happening>>();
        std::promise<Status> done;
        EXPECT_TRUE(store->submit({
            .work = [&, made](store::Transaction& transaction) -> Status {
                RoomCall call{transaction, directory, now, grace};
                TRY(*made, work(call));
                return Ok{};
            },
            .done = [&](const Status& status) { done.set_value(status); },
        }));
        const Status status = done.get_future().get();
        if (!status.ok()) return status.error();
        return std::move(*made);
    }
    using Command = Result<Happening> (*)(RoomCall& call, const std::string& user,
                                          const std::string& session, const campus::Json& request);
    Result<Happening> ask(Command command, const std::string& user, const std::string& session,
                          const campus::Json& request = campus::Json::object()) {
        return only(run([&](RoomCall& call) -> Result<std::optional<Happening>> {
            TRY(auto made, command(call, user, session, request));
            return std::optional{std::move(made)};
        }));
    }
    using Going = Result<Happening> (*)(RoomCall& call, const std::string& user,
                                        const std::string& session);
    Result<Happening> go(Going going, const std::string& user, const std::string& session) {
        return only(run([&](RoomCall& call) -> Result<std::optional<Happening>> {
            TRY(auto made, going(call, user, session));
            return std::optional{std::move(made)};
        }));
    }
    Result<Happening> join(const std::string& user, const std::string& session) {
        return go(study::join, user, session);
    }
    Happening must_join(const std::string& user, const std::string& session) {
        auto made = join(user, session);
        EXPECT_TRUE(made.ok()) << user << ": " << (made.ok() ? "" : made.error().message);
        return made.ok() ? *made : Happening{};
    }
    Result<std::optional<Happening>> look(const std::string& session) {
        return run([&](RoomCall& call) { return keep_time(call, session); });
    }
    // As after the process was there no more since `seen`.
    void come_back(const std::string& session, WallTime seen) {
        EXPECT_TRUE(run([&](RoomCall& call) -> Result<std::optional<Happening>> {
                        TRY_OK(await_all(call.transaction.db(), session, to_rfc3339(seen),
                                         call.now + call.grace));
                        return std::optional<Happening>{};
                    }).ok());
    }
    // A step of the roster, as the server takes it.
    void change(const campus::Directory::Changes& changes) {
        EXPECT_TRUE(run([&](RoomCall& call) -> Result<std::optional<Happening>> {
                        TRY([[maybe_unused]] const auto moved,
                            campus::apply_roster_changes(changes, directory, call.transaction));
                        return std::optional<Happening>{};
                    }).ok());
    }
    void put_group(const campus::StudyGroup& group, std::vector<campus::GroupMember> members) {
        directory.groups().apply({group, std::move(members)});
    }

    // "ok", or the error's code and field.
    template <typename T>
    static std::string words(const Result<T>& result) {
        if (result.ok()) return "ok";
        const auto& error = result.error();
        return std::string{to_string(error.code)} + (error.field.empty() ? "" : " " + error.field);
    }
    // "sam joined" of each that is told of members.
    static std::vector<std::string> news(const Happening& happening) {
        std::vector<std::string> lines;
        for (const auto& one : happening.members) lines.push_back(one.user + " " + one.change);
        return lines;
    }
    // "sam 0-60 left": the seconds from the clock's beginning.
    std::vector<std::string> attendance(const std::string& asker, const std::string& session) {
        std::vector<std::string> lines;
        const auto answer = must(asker, "study:attendance", {{"session", session}});
        for (const auto& one : answer.value("attendance", campus::Json::array())) {
            for (const auto& interval : one.at("intervals")) {
                lines.push_back(
                    one.at("user").at("id").get<std::string>() + " " +
                    seconds(interval.at("joinedAt")) + "-" + seconds(interval.at("leftAt")) +
                    (interval.at("how").is_null() ? ""
                                                  : " " + interval.at("how").get<std::string>()));
            }
        }
        return lines;
    }

    const WallTime begin = *parse_rfc3339("2026-11-23T12:00:00Z");
    WallTime now = begin;
    std::chrono::milliseconds grace{60'000};

private:
    static Result<Happening> only(Result<std::optional<Happening>> made) {
        if (!made.ok()) return made.error();
        return std::move(**made);
    }
    std::string seconds(const campus::Json& time) const {
        if (time.is_null()) return "";
        const auto at = parse_rfc3339(time.get<std::string>());
        return std::to_string(
            std::chrono::duration_cast<std::chrono::seconds>(*at - begin).count());
    }
};

}  // namespace homeroom::features::study
