// Updates that were made to cost more than they weigh. Nothing here is timed: what is quadratic
// would not end.
#include <gtest/gtest.h>
#include <string>

#include "yjs/changes.h"
#include "yjs/compact.h"
#include "yjs/document.h"
#include "yjs/merge.h"
#include "yjs/test_updates.h"
#include "yjs/update_writer.h"
#include "yjs/writer.h"

namespace homeroom::yjs {
namespace {

using test::Decoded;
using test::Writing;

Struct text(const Id& id, std::string_view characters, Clock units) {
    Struct item;
    item.id = id;
    item.kind = Kind::string;
    item.content = characters;
    item.length = units;
    item.parent = Parent::root;
    item.parent_root = "t";
    return item;
}

TEST(YjsHostile, ManyChangesAtTheSamePlaceAreRefused) {
    constexpr ClientId clients = 12'000;
    const std::string base(clients + 1, 'x');
    UpdateWriter writer;
    writer.add(text({number_max, 0}, base, base.size()));
    for (ClientId client = clients; client > 0; --client) {
        Struct item = text({client, 0}, "a", 1);
        item.parent = Parent::neighbour;
        item.has_right_origin = true;
        item.right_origin = {number_max, client};
        writer.add(item);
    }
    const Decoded update{std::move(writer).finish({})};
    const auto document = Document::load(update.one());
    ASSERT_FALSE(document.ok());
    EXPECT_EQ(document.error().code, Code::too_large);
    // Keeping and merging it costs what it weighs.
    EXPECT_EQ(compact(update.all(), DeletedContent::dropped), encode_update(update.one()));
}

// Every second unit of one long struct is deleted, or known, or referred to.
class YjsHostileHoles : public testing::Test {
protected:
    static constexpr Clock units = 200'000;
    static std::string alternating() {
        Writing writing;
        for (Clock clock = 1; clock < units; clock += 2) writing.remove(1, clock);
        return writing;
    }
    static std::string one_struct(Kind kind, std::string_view content) {
        UpdateWriter writer;
        Struct item = text({1, 0}, content, units);
        item.kind = kind;
        writer.add(item);
        return std::move(writer).finish({});
    }
};

TEST_F(YjsHostileHoles, DroppingAndLoading) {
    const std::string characters(units, 'x');  // as elements: lib0's true
    for (const Kind kind : {Kind::string, Kind::any}) {
        const Decoded updates{one_struct(kind, characters), alternating()};
        const std::string small = compact(updates.all(), DeletedContent::dropped);
        const auto decoded = decode_update(small, document_limits);
        ASSERT_TRUE(decoded.ok());
        EXPECT_EQ(decoded->structs.size(), units);
        const auto document = Document::load(*decoded);
        ASSERT_TRUE(document.ok());
        EXPECT_EQ(document->text("t").size(), kind == Kind::string ? units / 2 : 0);
        const Decoded merged{merge(updates.all())};
        EXPECT_TRUE(Document::load(merged.one()).ok());
    }
}

TEST_F(YjsHostileHoles, News) {
    const std::string characters(units, 'x');
    const Decoded whole{one_struct(Kind::any, characters)};
    // What others would have to have sent, one unit at a time, each behind a hole.
    Known known;
    Update every_second;
    for (Clock clock = 0; clock < units; clock += 2) {
        Struct item = hole({1, clock}, clock + 1);
        item.kind = Kind::garbage;
        every_second.structs.push_back(item);
    }
    known.add(every_second);
    EXPECT_EQ(known.holes(), units / 2 - 1);
    const std::string news = only_new(whole.one(), known);
    DecodeLimits limits = document_limits;
    EXPECT_FALSE(decode_update(news, limits).ok());  // which is why nobody gets so far
    limits.holes_max = units;
    const auto decoded = decode_update(news, limits);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(holes_with(changes(*decoded, known), known), 0U);
    known.add(*decoded);
    EXPECT_EQ(known.holes(), 0U);
    EXPECT_EQ(known.state()[1], units);
}

TEST_F(YjsHostileHoles, DeletionsInAnyOrder) {
    Known known;
    Update update;
    for (Clock clock = units; clock > 0; --clock)
        update.deleted.push_back({clock % 7, clock * 2, 1});
    known.add(update);
    EXPECT_EQ(known.deleted().ranges().size(), units);
    EXPECT_TRUE(changes(update, known).none());
}

TEST(YjsHostile, ThousandsOfOverlappingUpdates) {
    std::vector<std::string> bytes;
    std::vector<Update> updates;
    std::string characters;
    for (Clock length = 1; length <= 2'000; ++length) {
        characters += 'x';
        bytes.push_back(Writing{}.text({1, 0}, characters));
    }
    for (const std::string& update : bytes)
        updates.push_back(*decode_update(update, update_limits));
    EXPECT_EQ(compact(updates, DeletedContent::kept), bytes.back());
}

TEST(YjsHostile, AChainAcrossClientsIsNoRecursion) {
    constexpr ClientId clients = 100'000;
    UpdateWriter writer;
    for (ClientId client = clients; client > 1; --client) {
        Struct item = text({client, 0}, "a", 1);
        item.parent = Parent::neighbour;
        item.has_origin = true;
        item.origin = {client - 1, 0};
        writer.add(item);
    }
    writer.add(text({1, 0}, "a", 1));
    const Decoded update{std::move(writer).finish({})};
    const auto document = Document::load(update.one());
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(document->text("t").size(), clients);
}

}  // namespace
}  // namespace homeroom::yjs
