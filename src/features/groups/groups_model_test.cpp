// Any sequence of what people do with groups, of things said in them, and of changes of the roster:
// who is in what, who leads it, and what each may read of it agrees with plain sets. Nothing extra,
// nothing missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>

#include "base/test_draw.h"
#include "features/groups/test_groups.h"

namespace homeroom::features::groups {
namespace {

using campus::Edit;
using campus::Json;
using test::below;
using UserSet = std::set<std::string>;

// All in physics; sue and tim come and go.
const std::vector<std::string> people{"sam", "sue", "tim"};

struct Said {
    std::string id{};
    std::size_t when = 0;
};

struct GroupModel {
    std::string id{};
    std::string access{};
    bool shared = false;
    std::vector<std::string> members{};  // as they came
    std::map<std::string, std::string> roles{};
    std::map<std::string, std::size_t> since{};
    UserSet invited{};
    std::vector<Said> said{};
    bool closed = false;

    bool has(const std::string& user) const { return roles.contains(user); }
    bool leads(const std::string& user) const { return has(user) && roles.at(user) != "member"; }
    bool owns(const std::string& user) const { return has(user) && roles.at(user) == "owner"; }

    void put(const std::string& user, std::size_t when) {
        members.push_back(user);
        roles[user] = "member";
        since[user] = when;
        invited.erase(user);
    }
    void take_out(const std::string& user) {
        const bool led = owns(user);
        std::erase(members, user);
        roles.erase(user);
        since.erase(user);
        if (members.empty()) return close();
        if (!led) return;
        auto heir = std::ranges::find_if(members, [&](const auto& one) { return leads(one); });
        if (heir == members.end()) heir = members.begin();
        roles[*heir] = "owner";
    }
    void close() {
        members.clear();
        roles.clear();
        since.clear();
        invited.clear();
        closed = true;
    }
};

class Machine {
public:
    void step() {
        const auto user = people[below(people.size())];
        const auto other = people[below(people.size())];
        if (groups_.empty() || below(16) == 0) return make(user);
        if (below(10) == 0) return change_roster(other);
        GroupModel& group = groups_[below(groups_.size())];
        ++now_;
        switch (below(11)) {
            case 0: return say(group);
            case 1: return say(group);
            case 2: return join(group, user);
            case 3: return leave(group, user);
            case 4: return invite(group, user, other);
            case 5: return accept(group, user);
            case 6: return decline(group, user);
            case 7: return remove(group, user, other);
            case 8: return appoint(group, user, other);
            case 9: return transfer(group, user, other);
            default: return close(group, user);
        }
    }

    void must_agree() {
        for (const GroupModel& group : groups_) {
            const auto members = school_.directory.members_of("group-" + group.id);
            RC_ASSERT(UserSet(members.begin(), members.end()) ==
                      UserSet(group.members.begin(), group.members.end()));
            for (const auto& user : people) must_agree(user, group);
        }
        for (const auto& user : people) must_replay(user);
    }

private:
    bool is_home(const std::string& user) const { return !away_.contains(user); }
    std::string ask(const std::string& user, const std::string& name, const GroupModel& group,
                    Json more = Json::object()) {
        more["group"] = group.id;
        return school_.outcome(user, name, std::move(more));
    }
    // What whoever is not in it is told of it.
    std::string unknown(const GroupModel& group, const std::string& user) const {
        const bool seen = !group.closed && group.access != "secret" && is_home(user);
        return seen ? "forbidden group" : "not_found group";
    }

    void make(const std::string& user) {
        static const std::vector<std::string> kinds{"open", "invitation", "secret"};
        GroupModel group{.access = kinds[below(kinds.size())]};
        group.shared = below(2) == 0;
        const Json body{{"title", "x"},
                        {"access", group.access},
                        {"history", group.shared ? "shared" : "joined"},
                        {"home", "class-physics"}};
        const auto made = school_.call(user, "group:create", body);
        RC_ASSERT(made.ok() == is_home(user));
        if (!made.ok()) return;
        group.id = made->at("group").at("id");
        group.put(user, ++now_);
        group.roles[user] = "owner";
        groups_.push_back(std::move(group));
    }

    // As a feature tells the members of something that comes to be now.
    void say(GroupModel& group) {
        const std::string id = "said " + std::to_string(now_);
        std::promise<bool> done;
        RC_ASSERT(school_.store->submit(
            {.work =
                 [&](store::Transaction& transaction) {
                     return transaction.publish(
                         {.type = "said",
                          .audience = campus::Audience::members("group-" + group.id)
                                          .at(transaction.moment())
                                          .stored(),
                          .by_json = "null",
                          .body = Json{{"said", id}}.dump()});
                 },
             .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        RC_ASSERT(done.get_future().get());
        group.said.push_back({id, now_});
    }

    void join(GroupModel& group, const std::string& user) {
        const auto outcome = ask(user, "group:join", group);
        if (group.has(user)) {
            RC_ASSERT(outcome == "ok");
            return;
        }
        const bool may = !group.closed && is_home(user) &&
                         (group.access == "open" || group.invited.contains(user));
        RC_ASSERT(outcome == (may ? "ok" : unknown(group, user)));
        if (may) group.put(user, now_);
    }
    void leave(GroupModel& group, const std::string& user) {
        const bool was = group.has(user);
        RC_ASSERT(ask(user, "group:leave", group) == (was ? "ok" : "not_found group"));
        if (was) group.take_out(user);
    }
    void invite(GroupModel& group, const std::string& user, const std::string& other) {
        const auto outcome = ask(user, "group:invite", group, {{"user", other}});
        if (!group.has(user)) {
            RC_ASSERT(outcome == "not_found group");
            return;
        }
        if (!group.leads(user)) {
            RC_ASSERT(outcome == "forbidden group");
            return;
        }
        if (!is_home(other)) {
            RC_ASSERT(outcome == "not_found user");
            return;
        }
        if (group.has(other)) {
            RC_ASSERT(outcome == "conflict user");
            return;
        }
        RC_ASSERT(outcome == "ok");
        group.invited.insert(other);
    }
    void accept(GroupModel& group, const std::string& user) {
        const auto outcome = ask(user, "group:accept", group);
        if (group.has(user)) {
            RC_ASSERT(outcome == "ok");
            return;
        }
        const bool may = is_home(user) && group.invited.contains(user);
        RC_ASSERT(outcome == (may ? "ok" : "not_found group"));
        if (may) group.put(user, now_);
    }
    void decline(GroupModel& group, const std::string& user) {
        const bool was = group.invited.erase(user) > 0;
        RC_ASSERT(ask(user, "group:decline", group) == (was ? "ok" : "not_found group"));
    }
    void remove(GroupModel& group, const std::string& user, const std::string& other) {
        const auto outcome = ask(user, "group:remove", group, {{"user", other}});
        const bool may = group.leads(user) && group.has(other) && user != other &&
                         !group.owns(other) && (!group.leads(other) || group.owns(user));
        RC_ASSERT((outcome == "ok") == may);
        if (may) group.take_out(other);
    }
    void appoint(GroupModel& group, const std::string& user, const std::string& other) {
        const bool staff = below(2) == 0;
        const auto outcome = ask(user, "group:appoint", group, {{"user", other}, {"staff", staff}});
        const bool may = group.owns(user) && group.has(other) && !group.owns(other);
        RC_ASSERT((outcome == "ok") == may);
        if (may) group.roles[other] = staff ? "staff" : "member";
    }
    void transfer(GroupModel& group, const std::string& user, const std::string& other) {
        const auto outcome = ask(user, "group:transfer", group, {{"user", other}});
        const bool may = group.owns(user) && group.has(other) && user != other;
        RC_ASSERT((outcome == "ok") == may);
        if (!may) return;
        group.roles[user] = "staff";
        group.roles[other] = "owner";
    }
    void close(GroupModel& group, const std::string& user) {
        if (below(4) > 0) return;  // or there would be few left
        const bool may = group.owns(user);
        RC_ASSERT((ask(user, "group:close", group) == "ok") == may);
        if (may) group.close();
    }

    void change_roster(const std::string& user) {
        if (user == "sam") return;
        if (away_.erase(user) > 0)
            return school_.change(Edit{}.put(campus::enrolled(user, "physics")));
        away_.insert(user);
        school_.change(Edit{}.remove_enrollment(user + "|physics"));
        for (GroupModel& group : groups_) {
            if (group.has(user)) group.take_out(user);
        }
    }

    void must_agree(const std::string& user, const GroupModel& group) {
        const auto answer = school_.call(user, "group:get", {{"group", group.id}});
        const bool known =
            group.has(user) || (!group.closed && is_home(user) &&
                                (group.access != "secret" || group.invited.contains(user)));
        RC_ASSERT(answer.ok() == known);
        RC_ASSERT(school_.directory.is_staff(user, "group-" + group.id) == group.leads(user));
        if (!group.has(user)) return;
        RC_ASSERT(answer->at("group").at("mine").at("role") == group.roles.at(user));
        RC_ASSERT(answer->at("members").size() == group.members.size());
    }

    // What a client that was away all the time would be sent of what was said.
    void must_replay(const std::string& user) {
        UserSet expected;
        for (const GroupModel& group : groups_) {
            if (!group.has(user)) continue;
            for (const Said& one : group.said) {
                if (group.shared || one.when >= group.since.at(user)) expected.insert(one.id);
            }
        }
        UserSet replayed;
        for (const auto& event : school_.replay(user)) {
            if (event.type == "said") replayed.insert(Json::parse(event.payload).at("said"));
        }
        RC_ASSERT(replayed == expected);
    }

    GroupsUnderTest school_{{.groups = {.create = campus::SchoolPolicy::Makers::everybody,
                                        .secret = campus::SchoolPolicy::Makers::everybody}}};
    std::vector<GroupModel> groups_{};
    UserSet away_{};
    std::size_t now_ = 0;
};

TEST(GroupsModel, AgreesAfterAnySequenceOfRequests) {
    EXPECT_TRUE(rc::check("who is in a group, leads it and reads it is as plain sets say", [] {
        Machine machine;
        const int steps = *rc::gen::inRange(1, 100);
        for (int i = 0; i < steps; ++i) machine.step();
        machine.must_agree();
    }));
}

}  // namespace
}  // namespace homeroom::features::groups
