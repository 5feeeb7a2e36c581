// Any sequence of posts, comments and reactions: what is read, and what is told, agrees with plain
// lists of them.
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <rapidcheck.h>

#include "base/test_draw.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using test::below;

struct ThingModel {
    std::map<std::string, std::string> reactions{};  // user → kind

    Json counts() const {
        std::map<std::string, int> by_kind;
        for (const auto& [user, kind] : reactions) ++by_kind[kind];
        Json json = Json::object();
        for (const auto& [kind, count] : by_kind) json[kind] = count;
        return json;
    }
    Json mine(const std::string& user) const {
        const auto found = reactions.find(user);
        return Json{{"reaction", found == reactions.end() ? Json(nullptr) : Json(found->second)}};
    }
};

struct CommentModel : ThingModel {
    std::string id{};
    std::string author{};
    std::string text{};
};

struct PostModel : ThingModel {
    std::string id{};
    std::string author{};
    std::string text{};
    char visibility = 'e';  // everyone, staff, users
    std::vector<std::string> users{};
    std::vector<CommentModel> comments{};

    bool visible_to(const std::string& user) const {
        if (visibility == 'e' || user == author) return true;
        if (visibility == 's') return user == "tim";
        return std::ranges::find(users, user) != users.end();
    }
};

const std::vector<std::string> members{"sam", "sue", "tim"};  // tim is staff
const std::vector<std::string> kinds{"like", "wow", "sad"};

class Machine {
public:
    explicit Machine(FeedUnderTest& feed) : feed_(feed) {
        // What an earlier case wrote.
        for (const auto& user : members) {
            for (const auto& id : feed_.feed_of(user))
                feed_.outcome("tim", "post:delete", {{"post", id}});
            for (const auto& id : feed_.feed_of(user))
                feed_.outcome(user, "post:delete", {{"post", id}});
        }
        feed_.events();
    }

    void step() {
        const auto user = *rc::gen::elementOf(members);
        const std::size_t what = below(12);
        if (what < 2 || posts_.empty()) return create_post(user);
        auto& post = posts_[below(posts_.size())];
        CommentModel* comment =
            post.comments.empty() ? nullptr : &post.comments[below(post.comments.size())];
        const std::string text = std::to_string(++texts_);
        switch (what) {
            case 2:
                if (expect(user, "post:update", {{"post", post.id}, {"text", text}}, post,
                           user == post.author)) {
                    post.text = text;
                }
                return;
            case 3: {
                const Json body{{"post", post.id}};
                if (expect(user, "post:delete", body, post, user == post.author || user == "tim")) {
                    posts_.erase(posts_.begin() + (&post - posts_.data()));
                }
                return;
            }
            case 4:
            case 5:
                if (const auto made = expect(user, "comment:create",
                                             {{"post", post.id}, {"text", text}}, post, true)) {
                    CommentModel added;
                    added.id = made->at("comment").at("id");
                    added.author = user;
                    added.text = text;
                    post.comments.push_back(added);
                }
                return;
            case 6:
                if (comment == nullptr) return;
                if (expect(user, "comment:update", {{"comment", comment->id}, {"text", text}}, post,
                           user == comment->author)) {
                    comment->text = text;
                }
                return;
            case 7: {
                if (comment == nullptr) return;
                const Json body{{"comment", comment->id}};
                if (expect(user, "comment:delete", body, post,
                           user == comment->author || user == "tim")) {
                    post.comments.erase(post.comments.begin() + (comment - post.comments.data()));
                }
                return;
            }
            default: {
                const bool on_comment = comment != nullptr && *rc::gen::arbitrary<bool>();
                ThingModel& thing = on_comment ? static_cast<ThingModel&>(*comment) : post;
                const Json target =
                    on_comment ? Json{{"comment", comment->id}} : Json{{"post", post.id}};
                const bool take_back = below(3) == 0;
                const std::string kind = take_back ? "" : *rc::gen::elementOf(kinds);
                const auto before = thing.reactions;
                const auto answer =
                    expect(user, "reaction:set",
                           {{"target", target}, {"kind", take_back ? Json(nullptr) : Json(kind)}},
                           post, true, [&] {
                               thing.reactions.erase(user);
                               if (!take_back) thing.reactions[user] = kind;
                               return thing.reactions != before;
                           });
                if (answer) RC_ASSERT(answer->at("counts") == thing.counts());
            }
        }
    }

    // What each member reads.
    void must_agree() {
        for (const auto& user : members) {
            const Json answer =
                feed_.must(user, "feed:list", {{"room", "class-physics"}, {"limit", 100}});
            const Json& read = answer.at("posts");
            std::size_t i = 0;
            for (auto post = posts_.rbegin(); post != posts_.rend(); ++post) {
                if (!post->visible_to(user)) {
                    RC_ASSERT(feed_.outcome(user, "post:get", {{"post", post->id}}) ==
                              "not_found post");
                    continue;
                }
                RC_ASSERT(i < read.size());
                must_agree(read.at(i++), *post, user);
            }
            RC_ASSERT(i == read.size());
        }
    }

private:
    void create_post(const std::string& user) {
        PostModel post;
        post.author = user;
        post.text = std::to_string(++texts_);
        post.visibility = *rc::gen::element('e', 'e', 's', 'u');
        Json visibility = "everyone";
        if (post.visibility == 's') visibility = "staff";
        if (post.visibility == 'u') {
            post.users = {*rc::gen::elementOf(members)};
            visibility = Json{{"users", post.users}};
        }
        const Json answer =
            feed_.must(user, "post:create",
                       {{"to", "class-physics"}, {"text", post.text}, {"visibility", visibility}});
        post.id = answer.at("post").at("id");
        posts_.push_back(post);
        must_be_told(post, true);
    }

    // Carries out a request; nothing when the model says that it must be refused.
    std::optional<Json> expect(const std::string& user, const char* name, const Json& body,
                               const PostModel& post, bool allowed,
                               const std::function<bool()>& effect = nullptr) {
        auto result = feed_.call(user, name, body);
        if (!post.visible_to(user) || !allowed) {
            RC_ASSERT(!result.ok());
            RC_ASSERT(result.error().code ==
                      (post.visible_to(user) ? Code::forbidden : Code::not_found));
            must_be_told(post, false);
            return std::nullopt;
        }
        if (!result.ok())
            RC_FAIL(std::string{name} + " " + body.dump() + ": " + result.error().message);
        must_be_told(post, effect ? effect() : true);
        return *result;
    }

    void must_be_told(const PostModel& post, bool told) {
        const auto events = feed_.events();
        RC_ASSERT(events.size() == (told ? 1U : 0U));
        for (const auto& event : events) {
            for (const auto& user : feed_.directory.members_of("global")) {
                const auto viewers = feed_.viewers(event);
                const bool is_told = std::ranges::find(viewers, user) != viewers.end();
                const bool is_member = std::ranges::find(members, user) != members.end();
                RC_ASSERT(is_told == (is_member && post.visible_to(user)));
            }
        }
    }

    void must_agree(const Json& read, const PostModel& post, const std::string& user) {
        RC_ASSERT(read.at("id") == post.id);
        RC_ASSERT(read.at("text") == post.text);
        RC_ASSERT(read.at("author").at("id") == post.author);
        RC_ASSERT(read.at("counts").at("comments") == post.comments.size());
        RC_ASSERT(read.at("counts").at("reactions") == post.counts());
        RC_ASSERT(read.at("mine") == post.mine(user));
        const Json answer = feed_.must(user, "post:get", {{"post", post.id}});
        RC_ASSERT(answer.at("post") == read);
        RC_ASSERT(answer.at("comments").size() == post.comments.size());
        for (std::size_t i = 0; i < post.comments.size(); ++i) {
            const Json& comment = answer.at("comments").at(i);
            RC_ASSERT(comment.at("id") == post.comments[i].id);
            RC_ASSERT(comment.at("text") == post.comments[i].text);
            RC_ASSERT(comment.at("author").at("id") == post.comments[i].author);
            RC_ASSERT(comment.at("counts").at("reactions") == post.comments[i].counts());
            RC_ASSERT(comment.at("mine") == post.comments[i].mine(user));
        }
    }

    FeedUnderTest& feed_;
    std::vector<PostModel> posts_{};
    int texts_ = 0;
};

TEST(FeedModel, AgreesAfterAnySequenceOfRequests) {
    FeedUnderTest feed;
    EXPECT_TRUE(rc::check("what is read is what was written, counts included", [&] {
        Machine machine(feed);
        const int steps = *rc::gen::inRange(1, 30);
        for (int i = 0; i < steps; ++i) machine.step();
        machine.must_agree();
    }));
}

}  // namespace
}  // namespace homeroom::features::feed
