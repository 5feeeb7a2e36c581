#include "yjs/version.h"

#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"
#include "yjs/compact.h"
#include "yjs/document.h"
#include "yjs/merge.h"
#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;
using test::Decoded;
using test::Writing;

std::string text_of(const std::string& update) {
    const Decoded decoded{update};
    return Document::load(decoded.one())->text("t");
}

// "hello" by 1; then 2 writes " world" and 1 deletes "ell".
class YjsVersion : public testing::Test {
protected:
    static std::string first() { return Writing{}.text({1, 0}, "hello"); }
    static std::string later() {
        return Writing{}.text_behind({2, 0}, {1, 4}, " world").remove(1, 1, 3);
    }
    static Version then() {
        const Decoded decoded{first()};
        return Version::of(Known{decoded.one()});
    }
    const Decoded updates_{first(), later()};
    const std::string now_ = compact(updates_.all(), DeletedContent::kept);
};

TEST_F(YjsVersion, IsWrittenAsYjsWritesSnapshots) {
    const Version version{StateVector{}, IdSet{{{1, 1, 3}}}};
    EXPECT_EQ(version.encode(), bytes("01 01 01 0103 00"));
    const auto again = Version::decode(bytes("01 01 01 0103 02 02 06 01 05"), document_limits);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->state[2], 6U);
    EXPECT_TRUE(again->deleted.contains(IdRange{1, 1, 3}));
    for (const char* wrong : {"", "00", "01 01 01 0103", "00 00 00"})
        EXPECT_FALSE(Version::decode(bytes(wrong), document_limits).ok()) << wrong;
}

TEST_F(YjsVersion, ShowsTheDocumentAsItWas) {
    EXPECT_EQ(text_of(now_), "ho world");
    const Decoded decoded{now_};
    EXPECT_EQ(text_of(as_of(decoded.one(), then())), "hello");
    EXPECT_EQ(text_of(as_of(decoded.one(), Version{})), "");
}

TEST_F(YjsVersion, IsRestoredByAChange) {
    const Decoded decoded{now_};
    const auto restored = restore(decoded.one(), then(), {9, 0});
    ASSERT_TRUE(restored.ok());
    EXPECT_EQ(restored->lost, 0U);
    const Decoded all{now_, restored->update};
    const std::string merged = merge(all.all());
    EXPECT_EQ(text_of(merged), "hello");
    // What was there all the time is still its author's.
    const Decoded after{merged};
    const auto authors = Document::load(after.one())->authors("t");
    ASSERT_EQ(authors.size(), 3U);
    EXPECT_EQ(authors[0].first, (Id{1, 0}));
    EXPECT_EQ(authors[1].first, (Id{9, 0}));
    EXPECT_EQ(authors[2].first, (Id{1, 4}));
}

TEST_F(YjsVersion, WhatWasDroppedIsLostAndSaid) {
    const Decoded dropped{compact(updates_.all(), DeletedContent::dropped)};
    const auto restored = restore(dropped.one(), then(), {9, 0});
    ASSERT_TRUE(restored.ok());
    EXPECT_EQ(restored->lost, 3U);
    const Decoded all{now_, restored->update};
    EXPECT_EQ(text_of(merge(all.all())), "ho");
}

TEST_F(YjsVersion, NothingChangedIsNothingToRestore) {
    const Decoded decoded{now_};
    const auto restored = restore(decoded.one(), Version::of(Known{decoded.one()}), {9, 0});
    ASSERT_TRUE(restored.ok());
    EXPECT_EQ(restored->update, empty_update());
}

}  // namespace
}  // namespace homeroom::yjs
