// Any sequence of people coming, going, losing and finding their connections, raising hands, being
// taken out of the class and put back, of the server going and coming back, and of time: who is in
// the session, whose hands are up in which order, and from when to when who was there agree with
// plain lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

#include "base/test_draw.h"
#include "features/study/test_study.h"

namespace homeroom::features::study {
namespace {

using campus::Edit;
using campus::Json;
using test::below;

const std::vector<std::string> people{"sam", "sue", "tim"};
constexpr std::int64_t grace_seconds = 60;

struct Span {
    std::int64_t from = 0;
    std::int64_t to = -1;  // there still
    std::string how{};
};

struct Someone {
    bool in_class = true;
    bool there = false;
    std::int64_t away_since = -1;
    std::int64_t away_until = -1;
    std::vector<Span> spans{};

    bool away() const { return there && away_since >= 0; }
    void come(std::int64_t now) {
        if (!there) spans.push_back({.from = now});
        there = true;
        away_since = -1;
    }
    void go(std::int64_t now, const std::string& how) {
        if (!there) return;
        const bool was_away = away() && how != "removed";
        spans.back().to = std::max(spans.back().from, away() ? away_since : now);
        spans.back().how = was_away ? "lost" : how;
        there = false;
        away_since = -1;
    }
};

struct Model {
    std::map<std::string, Someone> people{};
    std::vector<std::string> hands{};
    std::int64_t now = 0;

    void take_out(const std::string& user, const std::string& how) {
        if (people[user].there) std::erase(hands, user);
        people[user].go(now, how);
    }
    void look() {
        for (auto& [user, one] : people) {
            if (one.away() && one.away_until <= now) take_out(user, "left");
        }
    }
};

class Play {
public:
    Play() : id_(school_.live("tim", "class-physics")) {
        for (const auto& user : people) model_.people[user] = {};
    }

    void step() {
        const std::string& user = people[below(people.size())];
        Someone& one = model_.people[user];
        switch (below(9)) {
            case 0:
            case 1: come(user, one); break;
            case 2:
                RC_ASSERT(school_.go(leave, user, id_).ok() == one.in_class);
                if (one.in_class) model_.take_out(user, "left");
                break;
            case 3: lose_connection(user, one); break;
            case 4:
            case 5: raise(user, one); break;
            case 6: enrol(user, one); break;
            case 7: come_back(); break;
            default: pass(static_cast<std::int64_t>(below(100))); break;
        }
    }

    void check() {
        std::vector<std::string> lines;
        for (const std::string& user : order_) {
            for (const Span& span : model_.people[user].spans) {
                lines.push_back(user + " " + std::to_string(span.from) + "-" +
                                (span.to < 0 ? "" : std::to_string(span.to)) +
                                (span.how.empty() ? "" : " " + span.how));
            }
        }
        RC_ASSERT(school_.attendance("boss", id_) == lines);
        std::vector<std::string> hands;
        std::vector<std::string> there;
        const auto read = school_.run([&](RoomCall& call) -> Result<std::optional<Happening>> {
            TRY(const auto session, load_session(call.transaction.db(), id_));
            for (const Hand& hand : session->shared.hands()) hands.push_back(hand.user);
            TRY(const auto members, present_in(call.transaction.db(), id_));
            for (const auto& member : members)
                there.push_back(member.user + (member.away() ? " away" : ""));
            return std::optional<Happening>{};
        });
        RC_ASSERT(read.ok());
        RC_ASSERT(hands == model_.hands);
        std::vector<std::string> expected;
        for (const auto& [user, one] : model_.people) {
            if (one.there) expected.push_back(user + (one.away() ? " away" : ""));
        }
        std::ranges::sort(there);
        RC_ASSERT(there == expected);
    }

private:
    void come(const std::string& user, Someone& one) {
        const bool came = school_.join(user, id_).ok();
        RC_ASSERT(came == one.in_class);
        if (!came) return;
        if (one.away() && one.away_until < model_.now) one.go(model_.now, "left");
        if (std::ranges::find(order_, user) == order_.end()) order_.push_back(user);
        one.come(model_.now);
    }
    void lose_connection(const std::string& user, Someone& one) {
        RC_ASSERT(school_.go(lose, user, id_).ok() == one.there);
        if (!one.there) return;
        if (!one.in_class) {
            model_.take_out(user, "removed");
        } else if (!one.away()) {
            one.away_since = model_.now;
            one.away_until = model_.now + grace_seconds;
        }
    }
    void raise(const std::string& user, const Someone& one) {
        const bool up = below(2) == 0;
        const bool done = school_.ask(raise_hand, user, id_, {{"raised", up}}).ok();
        RC_ASSERT(done == (one.in_class && one.there));
        if (!done) return;
        const auto place = std::ranges::find(model_.hands, user);
        if (up && place == model_.hands.end()) model_.hands.push_back(user);
        if (!up && place != model_.hands.end()) model_.hands.erase(place);
    }
    void enrol(const std::string& user, Someone& one) {
        one.in_class = !one.in_class;
        if (one.in_class) {
            school_.change(Edit{}.put(campus::enrolled(user, "physics")));
        } else {
            school_.change(Edit{}.remove_enrollment(user + "|physics"));
        }
    }
    // The server was away; everybody has the grace anew.
    void come_back() {
        school_.restart({});
        school_.come_back(id_, school_.now);
        for (auto& [user, one] : model_.people) {
            if (!one.there) continue;
            if (!one.away()) one.away_since = model_.now;
            one.away_until = model_.now + grace_seconds;
        }
    }
    void pass(std::int64_t seconds) {
        school_.now += std::chrono::seconds{seconds};
        model_.now += seconds;
        RC_ASSERT(school_.look(id_).ok());
        model_.look();
    }

    // boss is its teacher whatever happens, and is never in it.
    static campus::Directory::Records records() {
        auto all = campus::small_school();
        all.users.push_back(campus::user("boss"));
        all.enrollments.push_back(campus::enrolled("boss", "physics", campus::Role::teacher));
        return all;
    }
    StudyUnderTest school_{records()};
    std::string id_;
    Model model_{};
    std::vector<std::string> order_{};  // as they first came
};

RC_GTEST_PROP(RoomModel, WhoWasThereAndWhoWaitsAgreesWithPlainLists, ()) {
    Play play;
    for (auto steps = *rc::gen::inRange<std::size_t>(1, 40); steps-- > 0;) {
        play.step();
        play.check();
    }
}

}  // namespace
}  // namespace homeroom::features::study
