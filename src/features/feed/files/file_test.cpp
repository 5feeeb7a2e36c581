// What an attachment may be called, who may name it in a post, and what makes a link valid. The
// bytes themselves: tests/e2e/feed_privacy.test.mjs.
#include "features/feed/files/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using namespace std::chrono_literals;

class Files : public FeedFixture {
protected:
    static Json draft(Json more = Json::object()) {
        Json body{
            {"to", "class-physics"}, {"name", "plan.pdf"}, {"type", "image/png"}, {"bytes", 5}};
        if (more.is_object()) body.update(more);
        return body;
    }
    std::string outcome(const std::string& user, Json more) {
        return feed.outcome(user, "attachment:create", draft(std::move(more)));
    }
};

TEST_F(Files, HaveAPlainNameATypeAndASizeWithinTheLimit) {
    EXPECT_EQ(outcome("sam", {}), "ok");
    EXPECT_EQ(outcome("sam", {{"name", "Übung 1 (neu).pdf"}}), "ok");
    for (const char* name : {"", " ", "a/b", "..", ".", "a\\b", "a\nb", "a\x7F"})
        EXPECT_EQ(outcome("sam", {{"name", name}}), "invalid name") << name;
    for (const char* type : {"image", "/png", "image/", "image/png; x=y", "Image/PNG", "a/b/c"})
        EXPECT_EQ(outcome("sam", {{"type", type}}), "invalid type") << type;
    for (const Json& bytes :
         {Json(0), Json(-1), Json("5"), Json(nullptr), Json(limits::file_bytes_max + 1)}) {
        EXPECT_EQ(outcome("sam", {{"bytes", bytes}}), "invalid bytes") << bytes.dump();
    }
    EXPECT_EQ(outcome("tom", {}), "not_found to");
}

TEST_F(Files, AreInAPostOnlyOnceTheirBytesAreThere) {
    const std::string id = feed.must("sam", "attachment:create", draft()).at("attachment").at("id");
    const Json body{{"to", "class-physics"}, {"text", "x"}, {"attachments", {id}}};
    EXPECT_EQ(feed.outcome("sam", "post:create", body), "not_found attachments");
    EXPECT_EQ(feed.outcome("sam", "attachment:link", {{"attachment", id}}), "not_found attachment");
    Json many = body;
    many["attachments"] = std::vector<std::string>(limits::files_per_post_max + 1, id);
    EXPECT_EQ(feed.outcome("sam", "post:create", many), "too_large attachments");
}

TEST_F(Files, WaitInLimitedNumber) {
    for (std::int64_t i = 0; i < limits::files_unused_per_user_max; ++i)
        feed.must("sam", "attachment:create", draft());
    EXPECT_EQ(outcome("sam", {}), "too_large to");
    EXPECT_EQ(outcome("sue", {}), "ok");
}

TEST(FileLinks, AreForOneFileOneUserAndATime) {
    const WallTime now = wall_now();
    const auto link = make_link("key", "file", "ada", now + 5min);
    EXPECT_TRUE(is_valid(link, "key", "file", now));
    EXPECT_FALSE(is_valid(link, "key", "file", now + 5min));
    EXPECT_FALSE(is_valid(link, "other", "file", now));
    EXPECT_FALSE(is_valid(link, "key", "fil", now));
    for (auto change :
         {+[](FileLink& one) { one.user = "ben"; }, +[](FileLink& one) { one.expires_ms += 1; },
          +[](FileLink& one) { one.signature.pop_back(); },
          +[](FileLink& one) { one.signature.clear(); }}) {
        FileLink changed = link;
        change(changed);
        EXPECT_FALSE(is_valid(changed, "key", "file", now));
    }
    // Where one ends and the next begins is part of what is signed.
    const auto shifted = make_link("key", "filea", "da", now + 5min);
    EXPECT_NE(shifted.signature, link.signature);
}

}  // namespace
}  // namespace homeroom::features::feed
