// Random days at school against a model of plain lists: each inbox, each count, each replay.
// Nothing is missing, and nothing is there that its owner may not see at that moment.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

#include "features/notifications/test_notifications.h"

namespace homeroom::features::notifications {
namespace {

using campus::Edit;
using campus::Role;

// As many rare choices in small cases as in large ones.
std::size_t below(std::size_t end) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end));
}
bool once_in(std::size_t times) {
    return below(times) == 0;
}

const std::vector<std::string> people{"sam", "sue", "tim", "ann"};
enum class Who { everybody, staff, one };  // of a post

struct Thing {  // what a row is about
    std::string kind{};
    std::string id{};
    std::string parent{};
    std::string collapse{};
    Who who = Who::everybody;
    std::string author{};  // of the post, who sees his own beside the staff
    std::string one{};     // whom it is for, of Who::one; of a grade, its student
};
struct ModelRow {
    Thing about{};
    bool read = false;
    std::string id{};  // as the server gave it
};

class Model : public NotificationsFixture {
public:
    Model() = default;
    void TestBody() override {}

    void step() {
        switch (below(12)) {
            case 0:
            case 1:
            case 2: return write_comment();
            case 3: return mention();
            case 4: return write_announcement();
            case 5: return publish_grade();
            case 6: return take_back();
            case 7: return read_up_to();
            case 8: return read_one();
            case 9: return look();
            case 10: return change_roster();
            default: return prefer();
        }
    }

    void check() {
        for (const auto& user : people) {
            RC_ASSERT(shown(user) == expected(user));
            check_replay(user);
        }
    }

private:
    bool is_member(const std::string& user) const { return members_.contains(user); }
    bool may_see(const std::string& user, const Thing& thing) const {
        if (thing.kind == "grade") return thing.one == user;
        if (!is_member(user)) return false;
        switch (thing.who) {
            case Who::everybody: return true;
            case Who::staff: return user == "tim" || thing.author == user;
            case Who::one: return thing.one == user || thing.author == user;
        }
        return false;
    }
    static Audience audience_of(const Thing& thing) {
        switch (thing.who) {
            case Who::everybody: return Audience::members("class-physics");
            case Who::staff: return Audience::staff("class-physics", thing.author);
            case Who::one: break;
        }
        return Audience::users("class-physics", {thing.one, thing.author});
    }

    void tell(const std::string& user, const Thing& thing) {
        if (!may_see(user, thing) || unwanted_.contains({user, thing.kind})) return;
        auto& rows = rows_[user];
        rows.push_back({.about = thing});
        // The server's newest is this one.
        for (const Json& one : entries(user)) {
            if (one.at("group") == thing.collapse && !one.at("read").get<bool>())
                rows.back().id = one.at("id");
        }
    }
    Json entries(const std::string& user) {
        return list(user, {{"limit", 100}}).at("notifications");
    }

    std::string any_person() { return people[below(people.size())]; }
    Thing any_post() {
        const std::size_t number = below(4);
        Thing post{.parent = "post-" + std::to_string(number), .author = people[number]};
        if (number == 1) post.who = Who::staff;
        if (number == 2) post.who = Who::one;
        post.one = "sam";
        return post;
    }
    std::string next_id(const char* of) { return of + std::to_string(++things_); }

    void write_comment() {
        Thing thing = any_post();
        const auto by = any_person();
        thing.kind = "comment";
        thing.id = next_id("c");
        thing.collapse = "comment:" + thing.parent;
        comment(thing.id, by, thing.author, Json::object(), audience_of(thing), thing.parent);
        all_.push_back(thing);
        if (thing.author != by) tell(thing.author, thing);
    }
    void mention() {
        Thing thing = any_post();
        thing.kind = "mention";
        thing.id = next_id("m");
        thing.parent = "";
        thing.collapse = "mention:" + thing.id;
        post(thing.id, thing.author, {"sam", "sue", "ann"}, "post:created", audience_of(thing));
        all_.push_back(thing);
        for (const char* user : {"ann", "sam", "sue"})
            if (thing.author != user) tell(user, thing);
    }
    void write_announcement() {
        const Thing thing{.kind = "announcement",
                          .id = next_id("a"),
                          .collapse = "announcement:a" + std::to_string(things_)};
        announce(thing.id);
        all_.push_back(thing);
        for (const auto& user : people)
            if (user != "tim") tell(user, thing);
    }
    void publish_grade() {
        Thing thing{.kind = "grade", .one = below(2) == 0 ? "sam" : "sue"};
        thing.id = "g-" + thing.one + std::to_string(below(2));
        thing.collapse = "grade:" + thing.id;
        grade(thing.id, thing.one);
        all_.push_back(thing);
        tell(thing.one, thing);
    }
    void take_back() {
        if (all_.empty()) return;
        const Thing thing = all_[below(all_.size())];
        const bool post = thing.kind == "comment" && once_in(3);
        const std::string id = post ? thing.parent : thing.id;
        const auto audience = Audience::members("class-physics");
        if (post || thing.kind == "mention") {
            publish("post:deleted", audience, {{"postId", id}});
        } else if (thing.kind == "comment") {
            publish("comment:deleted", audience, {{"postId", thing.parent}, {"commentId", id}});
        } else if (thing.kind == "grade") {
            publish("grade:withdrawn", audience, {{"gradeId", id}});
        } else {
            publish("announcement:withdrawn", audience, {{"announcementId", id}});
        }
        const auto is_gone = [&](const Thing& one) { return one.id == id || one.parent == id; };
        std::erase_if(all_, is_gone);
        for (auto& [user, rows] : rows_)
            std::erase_if(rows, [&](const ModelRow& row) { return is_gone(row.about); });
    }
    void read_up_to() {
        const auto user = any_person();
        const Json all = entries(user);
        if (all.empty()) return;
        const std::string id = all[below(all.size())].at("id");
        school.must(user, "notification:read", {{"upTo", id}});
        for (ModelRow& row : rows_[user]) row.read = row.read || row.id <= id;
        seen_[user] = std::max(seen_[user], id);
    }
    void read_one() {
        const auto user = any_person();
        const Json all = entries(user);
        if (all.empty()) return;
        const Json& one = all[below(all.size())];
        const std::string id = one.at("id");
        const std::string group = one.at("group");
        school.must(user, "notification:read", {{"notification", id}});
        for (ModelRow& row : rows_[user])
            row.read = row.read || (row.about.collapse == group && row.id <= id);
    }
    void look() {
        const auto user = any_person();
        const Json all = entries(user);
        if (all.empty()) return;
        const std::string id = all[below(all.size())].at("id");
        school.must(user, "notification:seen", {{"upTo", id}});
        seen_[user] = std::max(seen_[user], id);
    }
    void change_roster() {
        const std::string user = below(2) == 0 ? "sam" : "sue";
        const bool leaves = is_member(user);
        if (leaves) {
            school.directory.apply(Edit{}.remove_enrollment(user + "|physics"));
            members_.erase(user);
        } else {
            school.directory.apply(Edit{}.put(campus::enrolled(user, "physics")));
            members_.insert(user);
        }
        const Json room{"class-physics"};
        publish(
            "rooms:changed", Audience::members("user-" + user),
            {{"joined", leaves ? Json::array() : room}, {"left", leaves ? room : Json::array()}});
    }
    void prefer() {
        const auto user = any_person();
        const bool comments = below(2) == 0;
        const bool wanted = !once_in(3);
        const std::string kind = comments ? "comment" : "announcement";
        school.must(user, "notification:prefer", {{"kind", kind}, {"inbox", wanted}});
        if (wanted) {
            unwanted_.erase({user, kind});
        } else {
            unwanted_.insert({user, kind});
        }
    }

    using Lines = std::vector<std::string>;
    Lines shown(const std::string& user) {
        const Json answer = list(user, {{"limit", 100}});
        Lines lines{answer.at("unread").dump() + " unread, " + answer.at("unseen").dump() + " new"};
        for (const Json& one : answer.at("notifications"))
            lines.push_back(one.at("id").get<std::string>() + " " +
                            one.at("group").get<std::string>() + " x" + one.at("count").dump() +
                            (one.at("read").get<bool>() ? "" : " *"));
        return lines;
    }
    Lines expected(const std::string& user) {
        struct Line {
            std::string id{};
            int count = 0;
        };
        std::map<std::pair<std::string, bool>, Line> entries;
        for (const ModelRow& row : rows_[user]) {
            if (!may_see(user, row.about)) continue;
            auto& line = entries[{row.about.collapse, row.read}];
            line.id = std::max(line.id, row.id);
            ++line.count;
        }
        std::map<std::string, std::string, std::greater<>> by_id;
        int unread = 0;
        int fresh = 0;
        for (const auto& [key, line] : entries) {
            by_id[line.id] = line.id + " " + key.first + " x" + std::to_string(line.count) +
                             (key.second ? "" : " *");
            if (key.second) continue;
            ++unread;
            fresh += line.id > seen_[user] ? 1 : 0;
        }
        Lines lines{std::to_string(unread) + " unread, " + std::to_string(fresh) + " new"};
        for (const auto& [id, line] : by_id) lines.push_back(line);
        return lines;
    }
    // Of what a device that was away gets, nothing is about what he may not see or what is gone.
    void check_replay(const std::string& user) {
        std::set<std::string> visible;
        for (const Thing& thing : all_) {
            if (may_see(user, thing)) visible.insert(thing.id);
        }
        for (const auto& event : school.replay(user)) {
            if (event.type != "notification:created") continue;
            const Json target = Json::parse(event.payload).at("notification").at("target");
            for (const char* field : {"comment", "grade", "announcement"}) {
                if (target.contains(field))
                    RC_ASSERT(visible.contains(target.at(field).get<std::string>()));
            }
            if (target.contains("post") && !target.contains("comment"))
                RC_ASSERT(visible.contains(target.at("post").get<std::string>()));
        }
    }

    std::set<std::string> members_{"sam", "sue", "tim"};
    std::set<std::pair<std::string, std::string>> unwanted_{};  // user, kind
    std::map<std::string, std::vector<ModelRow>> rows_{};
    std::map<std::string, std::string> seen_{};
    std::vector<Thing> all_{};
    int things_ = 0;
};

TEST(NotificationsModel, AgreesWithPlainLists) {
    EXPECT_TRUE(rc::check("each inbox is what a plain list says", [] {
        Model model;
        const std::size_t steps = 1 + below(30);
        for (std::size_t i = 0; i < steps; ++i) {
            model.step();
            model.check();
        }
    }));
}

}  // namespace
}  // namespace homeroom::features::notifications
