// Who types where: by example, and against plain sets.
#include "features/typing/typists.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "base/limits.h"

namespace homeroom::features::typing {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Scope post{.kind = "post", .id = "p1"};
const Scope other_post{.kind = "post", .id = "p2"};
const campus::Audience readers = campus::Audience::members("class-7b");
const campus::Audience staff = campus::Audience::staff("class-7b", "ada");

std::vector<std::string> in_words(const Typists::Ended& ended) {
    std::vector<std::string> words;
    for (const auto& one : ended) words.push_back(one.user + " " + one.scope.id);
    return words;
}

class TypingTypists : public testing::Test {
protected:
    Typists typists{6s};
    SteadyTime now{1h};

    bool type(const std::string& user, Typists::Device device = 1, const Scope& scope = post) {
        return typists.want(user, scope, device, now) &&
               typists.show(user, scope, device, readers, now);
    }
};

TEST_F(TypingTypists, TypeUntilTheyStop) {
    EXPECT_TRUE(type("ada"));
    EXPECT_THAT(in_words(typists.stop("ada", other_post, 1)), IsEmpty());
    EXPECT_THAT(in_words(typists.stop("ada", post, 1)), ElementsAre("ada p1"));
    EXPECT_THAT(in_words(typists.stop("ada", post, 1)), IsEmpty());
    EXPECT_TRUE(typists.is_idle());
}

TEST_F(TypingTypists, HaveStoppedWhenTheySayNothing) {
    type("ada");
    now += 5s;
    EXPECT_TRUE(type("ada"));  // told again
    type("bob");
    now += 5s;
    EXPECT_THAT(in_words(typists.expire(now)), IsEmpty());
    now += 1s;
    EXPECT_THAT(in_words(typists.expire(now)), ElementsAre("ada p1", "bob p1"));
    EXPECT_TRUE(typists.is_idle());
}

TEST_F(TypingTypists, AreNotToldOfTooOften) {
    EXPECT_TRUE(type("ada"));
    now += 1s;
    EXPECT_FALSE(type("ada"));
    now += 1s;
    EXPECT_TRUE(type("ada"));
}

TEST_F(TypingTypists, TypeForAsLongAsOneOfTheirDevicesDoes) {
    type("ada", 1);
    type("ada", 2);
    EXPECT_THAT(typists.stop("ada", post, 1), IsEmpty());
    type("ada", 1, other_post);
    EXPECT_THAT(in_words(typists.gone("ada", 2)), ElementsAre("ada p1"));
    EXPECT_THAT(in_words(typists.gone("ada", 1)), ElementsAre("ada p2"));
}

TEST_F(TypingTypists, AreNotShownWhoStoppedBeforeItWasKnownToWhom) {
    typists.want("ada", post, 1, now);
    EXPECT_THAT(typists.stop("ada", post, 1), IsEmpty());
    EXPECT_FALSE(typists.show("ada", post, 1, readers, now));
    typists.want("ada", post, 1, now);
    EXPECT_THAT(typists.gone("ada", 1), IsEmpty());
    EXPECT_FALSE(typists.show("ada", post, 1, readers, now));
    EXPECT_TRUE(typists.is_idle());
}

TEST_F(TypingTypists, EndWhereTheyMayNotGoOn) {
    type("ada");
    EXPECT_THAT(in_words(typists.refuse("ada", post)), ElementsAre("ada p1"));
    type("ada");
    typists.want("ada", other_post, 1, now);
    typists.show("ada", other_post, 1, staff, now);
    const auto sees_staff = [](const campus::Audience& audience) {
        return audience.stored().kind == staff.stored().kind;
    };
    EXPECT_THAT(in_words(typists.judge("ada", sees_staff)), ElementsAre("ada p1"));
    EXPECT_THAT(in_words(typists.judge("bob", sees_staff)), IsEmpty());
    EXPECT_FALSE(typists.is_idle());
}

TEST_F(TypingTypists, TypeInAFewPlacesAtOnce) {
    for (std::size_t i = 0; i < limits::typing_scopes_per_user_max; ++i)
        EXPECT_TRUE(type("ada", 1, {"post", std::to_string(i)}));
    EXPECT_FALSE(typists.want("ada", post, 1, now));
    EXPECT_TRUE(typists.want("ada", {"post", "0"}, 1, now));  // he types there already
    EXPECT_TRUE(typists.want("bob", post, 1, now));
    typists.stop("ada", {"post", "0"}, 1);
    EXPECT_TRUE(typists.want("ada", post, 1, now));
}

// Whatever happens: whoever was told of is ended exactly once, and only when he types no more.
TEST_F(TypingTypists, AreEndedOnceAndInTime) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        const auto pick = [&](unsigned count) { return random() % count; };
        Typists one{6s};
        SteadyTime time{1h};
        std::map<std::tuple<std::string, Scope, Typists::Device>, SteadyTime> leases;
        std::set<std::pair<std::string, Scope>> seen;
        const auto types = [&](const std::string& user, const Scope& scope) {
            return std::ranges::any_of(leases, [&](const auto& lease) {
                return std::get<0>(lease.first) == user && std::get<1>(lease.first) == scope;
            });
        };
        const auto hear = [&](const Typists::Ended& ended) {
            for (const auto& shown : ended) {
                EXPECT_EQ(seen.erase({shown.user, shown.scope}), 1U) << "seed " << seed;
                EXPECT_FALSE(types(shown.user, shown.scope)) << "seed " << seed;
            }
        };
        for (int step = 0; step < 80; ++step) {
            const std::string user = pick(2) == 0 ? "ada" : "bob";
            const Scope scope = pick(2) == 0 ? post : other_post;
            const Typists::Device device = pick(2);
            switch (pick(6)) {
                case 0:
                    one.want(user, scope, device, time);
                    leases[{user, scope, device}] = time + 6s;
                    break;
                case 1:
                    if (one.show(user, scope, device, readers, time)) seen.insert({user, scope});
                    break;
                case 2:
                    leases.erase({user, scope, device});
                    hear(one.stop(user, scope, device));
                    break;
                case 3:
                    std::erase_if(leases, [&](const auto& lease) {
                        return std::get<0>(lease.first) == user &&
                               std::get<2>(lease.first) == device;
                    });
                    hear(one.gone(user, device));
                    break;
                case 4: time += std::chrono::seconds{pick(4)}; break;
                default:
                    std::erase_if(leases, [&](const auto& lease) { return lease.second <= time; });
                    hear(one.expire(time));
            }
            for (const auto& [who, where] : seen) EXPECT_TRUE(types(who, where)) << "seed " << seed;
        }
        leases.clear();
        hear(one.expire(time + 1h));
        EXPECT_THAT(seen, IsEmpty());
        EXPECT_TRUE(one.is_idle());
    }
}

}  // namespace
}  // namespace homeroom::features::typing
