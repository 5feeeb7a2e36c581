// Any sequence of posts, for now and for later, anonymous or not, comments, reactions, and of what
// the staff do about them: what is read, found and told agrees with plain lists of them.
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <set>

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
    bool waiting = false;
    bool locked = false;
    bool pinned = false;
    bool anonymous = false;

    bool visible_to(const std::string& user) const {
        if (waiting) return user == author || (user == "tim" && visibility != 'u');
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
        for (const auto& remover : {std::string{"tim"}, std::string{"sam"}, std::string{"sue"}}) {
            for (const char* only : {"", "scheduled"}) {
                for (const auto& id : ids_of(remover, only))
                    feed_.outcome(remover, "post:delete", {{"post", id}});
            }
        }
        for (const auto& user : members)
            feed_.must("tim", "feed:unmute", {{"room", "class-physics"}, {"user", user}});
        feed_.events();
    }

    void step() {
        const auto what = below(20);
        auto user = *rc::gen::elementOf(members);
        if (what < 3 || posts_.empty()) return create_post(user);
        if (what == 3) return change_mute(user);
        if (what == 4) return pass();
        auto& post = posts_[below(posts_.size())];
        CommentModel* comment =
            post.comments.empty() ? nullptr : &post.comments[below(post.comments.size())];
        // Mostly who may: what is refused teaches less.
        const bool rightly = below(4) > 0;
        switch (what) {
            case 5:
            case 6: return update_post(rightly ? post.author : user, post);
            case 7: return delete_post(rightly ? "tim" : user, post);
            case 8: return steer(rightly ? "tim" : user, "post:lock", post, post.locked);
            case 9: return steer(rightly ? "tim" : user, "post:pin", post, post.pinned);
            case 10:
            case 11:
            case 12: return create_comment(user, post);
            case 13:
                if (comment != nullptr)
                    update_comment(rightly ? comment->author : user, post, *comment);
                return;
            case 14:
                if (comment != nullptr)
                    delete_comment(rightly ? comment->author : user, post, *comment);
                return;
            default: react(user, post, below(2) == 0 ? nullptr : comment);
        }
    }

    // What each member reads and finds.
    void must_agree() {
        for (const auto& user : members) {
            const Json answer =
                feed_.must(user, "feed:list", {{"room", "class-physics"}, {"limit", 100}});
            const Json& read = answer.at("posts");
            std::size_t i = 0;
            std::set<std::string> pinned;
            std::set<std::string> waiting;
            for (auto post = posts_.rbegin(); post != posts_.rend(); ++post) {
                must_be_found(user, *post);
                if (!post->visible_to(user)) {
                    RC_ASSERT(feed_.outcome(user, "post:get", {{"post", post->id}}) ==
                              "not_found post");
                    continue;
                }
                if (post->pinned && !post->waiting) pinned.insert(post->id);
                if (post->waiting) {
                    waiting.insert(post->id);
                    continue;
                }
                RC_ASSERT(i < read.size());
                must_agree(read.at(i++), *post, user);
            }
            RC_ASSERT(i == read.size());
            RC_ASSERT(ids_of(user, "pinned") == pinned);
            RC_ASSERT(ids_of(user, "scheduled") == waiting);
        }
    }

private:
    std::set<std::string> ids_of(const std::string& user, const std::string& only) {
        const Json answer = feed_.must(user, "feed:list",
                                       {{"room", "class-physics"},
                                        {"limit", 100},
                                        {"only", only.empty() ? Json(nullptr) : Json(only)}});
        std::set<std::string> ids;
        for (const Json& one : answer.at("posts")) ids.insert(one.at("id").get<std::string>());
        return ids;
    }
    // A word that is the beginning of no other.
    std::string new_text() { return "x" + std::to_string(++texts_) + "y"; }
    bool muted(const std::string& user) const { return muted_.contains(user); }
    // What stands against writing under a post that he sees.
    std::optional<Code> closed(const PostModel& post, const std::string& user) const {
        if (post.waiting) return Code::conflict;
        if (post.locked && user != "tim") return Code::forbidden;
        return muted(user) ? std::optional{Code::forbidden} : std::nullopt;
    }
    static std::optional<Code> unless(bool allowed) {
        return allowed ? std::nullopt : std::optional{Code::forbidden};
    }

    void create_post(const std::string& user) {
        PostModel post;
        post.author = user;
        post.text = new_text();
        post.visibility = *rc::gen::element('e', 'e', 's', 'u');
        post.waiting = below(5) == 0;
        post.anonymous = post.visibility != 'u' && below(3) == 0;
        Json visibility = "everyone";
        if (post.visibility == 's') visibility = "staff";
        if (post.visibility == 'u') {
            post.users = {*rc::gen::elementOf(members)};
            visibility = Json{{"users", post.users}};
        }
        Json body{{"to", "class-physics"},
                  {"text", post.text},
                  {"visibility", visibility},
                  {"anonymous", post.anonymous}};
        if (post.waiting) body["publishAt"] = to_rfc3339(wall_now() + std::chrono::hours{1});
        if (muted(user)) {
            RC_ASSERT(feed_.outcome(user, "post:create", body) == "forbidden to");
            return;
        }
        const Json answer = feed_.must(user, "post:create", body);
        post.id = answer.at("post").at("id");
        posts_.push_back(post);
        must_be_told(user, "post:create", post, true);
    }
    // Of one that waits, in half of the cases it is published by it, and is then the newest.
    void update_post(const std::string& user, PostModel& post) {
        const std::string text = new_text();
        Json body{{"post", post.id}, {"text", text}};
        const bool now = post.waiting && below(2) == 0;
        if (now) body["publishAt"] = nullptr;
        auto refused = unless(user == post.author);
        if (!refused) refused = post.waiting ? unless(!muted(user)) : closed(post, user);
        const auto publish = [&] {
            post.text = text;
            if (now) post.waiting = false;
            return true;
        };
        if (!expect(user, "post:update", body, post, refused, publish)) return;
        if (now) move_to_head(post);
    }
    void move_to_head(PostModel& post) {
        const auto place = posts_.begin() + (&post - posts_.data());
        std::rotate(place, place + 1, posts_.end());
    }
    void delete_post(const std::string& user, PostModel& post) {
        if (expect(user, "post:delete", {{"post", post.id}}, post,
                   unless(user == post.author || user == "tim"))) {
            posts_.erase(posts_.begin() + (&post - posts_.data()));
        }
    }
    void steer(const std::string& user, const char* name, PostModel& post, bool& what) {
        const bool on = below(2) == 0;
        expect(user, name, {{"post", post.id}, {"on", on}}, post, unless(user == "tim"),
               [&] { return std::exchange(what, on) != on; });
    }
    void create_comment(const std::string& user, PostModel& post) {
        const std::string text = new_text();
        if (const auto made = expect(user, "comment:create", {{"post", post.id}, {"text", text}},
                                     post, closed(post, user))) {
            CommentModel added;
            added.id = made->at("comment").at("id");
            added.author = user;
            added.text = text;
            post.comments.push_back(added);
        }
    }
    void update_comment(const std::string& user, PostModel& post, CommentModel& comment) {
        const std::string text = new_text();
        auto refused = unless(user == comment.author);
        if (!refused) refused = closed(post, user);
        if (expect(user, "comment:update", {{"comment", comment.id}, {"text", text}}, post,
                   refused)) {
            comment.text = text;
        }
    }
    void delete_comment(const std::string& user, PostModel& post, CommentModel& comment) {
        if (expect(user, "comment:delete", {{"comment", comment.id}}, post,
                   unless(user == comment.author || user == "tim"))) {
            post.comments.erase(post.comments.begin() + (&comment - post.comments.data()));
        }
    }
    void react(const std::string& user, PostModel& post, CommentModel* comment) {
        ThingModel& thing = comment != nullptr ? static_cast<ThingModel&>(*comment) : post;
        const Json target =
            comment != nullptr ? Json{{"comment", comment->id}} : Json{{"post", post.id}};
        const bool take_back = below(3) == 0;
        const std::string kind = take_back ? "" : *rc::gen::elementOf(kinds);
        const auto before = thing.reactions;
        const auto answer =
            expect(user, "reaction:set",
                   {{"target", target}, {"kind", take_back ? Json(nullptr) : Json(kind)}}, post,
                   closed(post, user), [&] {
                       thing.reactions.erase(user);
                       if (!take_back) thing.reactions[user] = kind;
                       return thing.reactions != before;
                   });
        if (answer) RC_ASSERT(answer->at("counts") == thing.counts());
    }
    void change_mute(const std::string& user) {
        if (user == "tim") return;
        const bool on = below(2) == 0;
        const bool news = on || muted(user);
        feed_.must("tim", on ? "feed:mute" : "feed:unmute",
                   {{"room", "class-physics"}, {"user", user}});
        if (on) {
            muted_.insert(user);
        } else {
            muted_.erase(user);
        }
        const auto events = feed_.events();
        RC_ASSERT(events.size() == (news ? 1U : 0U));
        for (const auto& event : events)
            RC_ASSERT(feed_.viewers(event) == (std::vector<std::string>{user, "tim"}));
    }
    // What waits is published, or held when its author is muted.
    void pass() {
        feed_.pass(std::chrono::hours{2});
        for (const auto& event : feed_.events()) {
            const Json said = Json::parse(event.payload);
            const auto post = std::ranges::find(posts_, said.at("post").at("id").get<std::string>(),
                                                &PostModel::id);
            RC_ASSERT(post != posts_.end() && post->waiting);
            RC_ASSERT(event.type == (muted(post->author) ? "post:updated" : "post:created"));
            if (event.type == "post:created") post->waiting = false;
            must_be_told_of(event, *post);
            if (!post->waiting) move_to_head(*post);
        }
    }

    // Carries out a request; nothing when the model says that it must be refused. `effect` gives
    // whether it is news.
    std::optional<Json> expect(const std::string& user, const char* name, const Json& body,
                               const PostModel& post, std::optional<Code> refused,
                               const std::function<bool()>& effect = nullptr) {
        auto result = feed_.call(user, name, body);
        if (!post.visible_to(user) || refused) {
            RC_ASSERT(!result.ok());
            RC_ASSERT(result.error().code == (post.visible_to(user) ? *refused : Code::not_found));
            must_be_told(user, name, post, false);
            return std::nullopt;
        }
        if (!result.ok())
            RC_FAIL(std::string{name} + " " + body.dump() + ": " + result.error().message);
        const bool news = effect ? effect() : true;
        must_be_told(user, name, post, news);
        return *result;
    }
    void must_be_told(const std::string& actor, const std::string& name, const PostModel& post,
                      bool told) {
        const auto events = feed_.events();
        RC_ASSERT(events.size() == (told ? 1U : 0U));
        for (const auto& event : events) {
            must_be_told_of(event, post);
            // Nothing that an anonymous author does has his name, but what only staff can do.
            const bool as_staff = name == "post:pin" || name == "post:lock" ||
                                  (name == "comment:delete" && actor == "tim");
            if (post.anonymous && actor == post.author && !as_staff)
                RC_ASSERT(event.payload.find('"' + actor + '"') == std::string::npos);
        }
    }
    void must_be_told_of(const store::JournalEvent& event, const PostModel& post) {
        const auto viewers = feed_.viewers(event);
        for (const auto& user : feed_.directory.members_of("global")) {
            const bool is_told = std::ranges::find(viewers, user) != viewers.end();
            const bool is_member = std::ranges::find(members, user) != members.end();
            RC_ASSERT(is_told == (is_member && post.visible_to(user)));
        }
    }
    void must_be_found(const std::string& user, const PostModel& post) {
        const Json found = feed_.must(user, "feed:search", {{"query", post.text}}).at("results");
        RC_ASSERT(found.size() == (!post.waiting && post.visible_to(user) ? 1U : 0U));
        for (const auto& comment : post.comments) {
            const Json comments =
                feed_.must(user, "feed:search", {{"query", comment.text}}).at("results");
            RC_ASSERT(comments.size() == (post.visible_to(user) ? 1U : 0U));
        }
    }
    static void must_be_by(const Json& shown, const PostModel& post, const std::string& author,
                           const std::string& user) {
        const bool anonymous = post.anonymous && author == post.author;
        const std::string face = shown.at("author").at("id");
        RC_ASSERT((anonymous ? face.starts_with("~") : face == author));
        RC_ASSERT(shown.at("mine").contains("author") == (anonymous && user == author));
    }

    void must_agree(const Json& read, const PostModel& post, const std::string& user) {
        RC_ASSERT(read.at("id") == post.id);
        RC_ASSERT(read.at("text") == post.text);
        must_be_by(read, post, post.author, user);
        RC_ASSERT(read.contains("locked") == post.locked);
        RC_ASSERT(read.contains("pinned") == post.pinned);
        RC_ASSERT(read.at("counts").at("comments") == post.comments.size());
        RC_ASSERT(read.at("counts").at("reactions") == post.counts());
        RC_ASSERT(read.at("mine").at("reaction") == post.mine(user).at("reaction"));
        const Json answer = feed_.must(user, "post:get", {{"post", post.id}});
        RC_ASSERT(answer.at("post") == read);
        RC_ASSERT(answer.at("comments").size() == post.comments.size());
        for (std::size_t i = 0; i < post.comments.size(); ++i) {
            const Json& comment = answer.at("comments").at(i);
            RC_ASSERT(comment.at("id") == post.comments[i].id);
            RC_ASSERT(comment.at("text") == post.comments[i].text);
            must_be_by(comment, post, post.comments[i].author, user);
            RC_ASSERT(comment.at("counts").at("reactions") == post.comments[i].counts());
            RC_ASSERT(comment.at("mine").at("reaction") ==
                      post.comments[i].mine(user).at("reaction"));
        }
    }

    FeedUnderTest& feed_;
    std::vector<PostModel> posts_{};
    std::set<std::string> muted_{};
    int texts_ = 0;
};

TEST(FeedModel, AgreesAfterAnySequenceOfRequests) {
    FeedUnderTest feed;
    EXPECT_TRUE(rc::check("what is read is what was written, counts included", [&] {
        Machine machine(feed);
        const int steps = *rc::gen::inRange(1, 80);
        for (int i = 0; i < steps; ++i) machine.step();
        machine.must_agree();
    }));
}

}  // namespace
}  // namespace homeroom::features::feed
