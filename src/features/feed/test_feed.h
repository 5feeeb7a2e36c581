// For tests: the feed in the small school, and a clock for what is published later.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "campus/test_schedule.h"
#include "features/feed/feed.h"

namespace homeroom::features::feed {

using campus::Json;

class FeedUnderTest : public campus::SurfaceUnderTest {
public:
    explicit FeedUnderTest(const campus::Directory::Records& records = campus::small_school(),
                           const campus::SchoolPolicy& policy = {})
        : SurfaceUnderTest(register_feed, {campus::schedule_migrations(), feed_migrations()},
                           records, policy) {
        register_feed(later_.schedule);
    }
    ~FeedUnderTest() { store->stop(); }

    std::string post(const std::string& author, const std::string& room = "class-physics",
                     Json visibility = nullptr) {
        return must(author, "post:create",
                    {{"to", room}, {"text", "a post"}, {"visibility", std::move(visibility)}})
            .at("post")
            .at("id");
    }
    std::string comment(const std::string& author, const std::string& post_id) {
        return must(author, "comment:create", {{"post", post_id}, {"text", "a comment"}})
            .at("comment")
            .at("id");
    }
    void pass(std::chrono::milliseconds time) { later_.pass(time); }

    // The posts' ids that a user sees, newest first.
    std::vector<std::string> feed_of(const std::string& user,
                                     const std::string& room = "class-physics") {
        std::vector<std::string> ids;
        const Json answer = must(user, "feed:list", {{"room", room}, {"limit", 100}});
        for (const auto& one : answer.at("posts")) {
            ids.push_back(one.at("id"));
        }
        return ids;
    }

private:
    campus::ScheduleUnderTest later_{*this};
};

class FeedFixture : public testing::Test {
protected:
    FeedUnderTest feed;
};

}  // namespace homeroom::features::feed
