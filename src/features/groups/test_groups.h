// For tests: the small school with people who make groups in it.
#pragma once

#include <string>

#include "campus/groups/leaving.h"
#include "campus/roster/roster_store.h"
#include "campus/roster_service.h"
#include "campus/test_surface.h"
#include "features/groups/groups.h"

namespace homeroom::features::groups {

class GroupsUnderTest : public campus::SurfaceUnderTest {
public:
    explicit GroupsUnderTest(const campus::SchoolPolicy& policy = {})
        : SurfaceUnderTest(register_groups,
                           {campus::roster_migrations(), campus::group_migrations()},
                           campus::small_school(), policy) {}

    // The id of a new group of a class, with these in it.
    std::string made(const std::string& owner, const std::string& access,
                     std::initializer_list<const char*> others = {}, campus::Json more = {}) {
        campus::Json body{{"title", "Lab"}, {"access", access}, {"home", "class-physics"}};
        body.update(more.is_null() ? campus::Json::object() : more);
        const std::string id = must(owner, "group:create", body).at("group").at("id");
        for (const char* user : others) {
            must(owner, "group:invite", {{"group", id}, {"user", user}});
            must(user, "group:accept", {{"group", id}});
        }
        return id;
    }
    std::vector<std::string> members(const std::string& id) {
        return directory.members_of("group-" + id);
    }
    // A step of the roster, as the server takes it.
    void change(const campus::Directory::Changes& changes) {
        std::promise<bool> done;
        EXPECT_TRUE(
            store->submit({.work = [&](store::Transaction& transaction) -> Status {
                               TRY([[maybe_unused]] const auto affected,
                                   campus::apply_roster_changes(changes, directory, transaction));
                               return Ok{};
                           },
                           .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        EXPECT_TRUE(done.get_future().get());
    }
};

}  // namespace homeroom::features::groups
