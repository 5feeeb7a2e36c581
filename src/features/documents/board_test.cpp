// What may be on a whiteboard, who may change whose shape, what a lock and a template do.
#include "features/documents/board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/test_bytes.h"
#include "features/documents/limits.h"
#include "features/documents/test_documents.h"

namespace homeroom::features::documents {
namespace {

using campus::Json;
using codec::test::bytes;
using testing::ElementsAre;
using yjs::Kind;
using yjs::Struct;

// A value in the map `shapes`, under a key that is new.
Struct shape(const yjs::Id& id, std::string_view key, Kind kind, std::string_view content) {
    Struct item;
    item.id = id;
    item.kind = kind;
    item.length = 1;
    item.parent = yjs::Parent::root;
    item.parent_root = "shapes";
    item.has_key = true;
    item.key = key;
    item.content = content;
    return item;
}
// In the place of another one.
Struct again(const yjs::Id& id, const yjs::Id& before, std::string_view content) {
    Struct item;
    item.id = id;
    item.kind = Kind::any;
    item.length = 1;
    item.has_origin = true;
    item.origin = before;
    item.content = content;
    return item;
}
// Of a shape that is a map.
Struct member(const yjs::Id& id, const yjs::Id& of, std::string_view key,
              std::string_view content) {
    Struct item;
    item.id = id;
    item.kind = Kind::any;
    item.length = 1;
    item.parent = yjs::Parent::item;
    item.parent_item = of;
    item.has_key = true;
    item.key = key;
    item.content = content;
    return item;
}
std::string update(std::initializer_list<Struct> items, std::vector<yjs::IdRange> deleted = {}) {
    yjs::UpdateWriter writer;
    for (const Struct& item : items) writer.add(item);
    return std::move(writer).finish(deleted);
}

const std::string circle = bytes("76 02 04'type' 77 06'circle' 01'x' 7d 05");
const std::string map = bytes("01");

class Board : public testing::Test {
protected:
    std::string made(const std::string& members) {
        return school
            .must("tim", "doc:create",
                  {{"room", "class-physics"},
                   {"title", "Board"},
                   {"kind", "whiteboard"},
                   {"members", members}})
            .at("doc")
            .at("id");
    }
    Json shapes_of(const std::string& id) {
        return school
            .must("tim", "doc:export", {{"doc", id}, {"root", "shapes"}, {"format", "map"}})
            .at("map");
    }

    DocumentsUnderTest school{};
};

TEST_F(Board, ConsistsOfShapesAndNothingElse) {
    const std::string id = made("editor");
    EXPECT_EQ(school.outcome_of("sam", id, update({shape({1, 0}, "a", Kind::any, circle)})), "ok");
    EXPECT_EQ(school.outcome_of("sam", id,
                                update({shape({2, 0}, "m", Kind::type, map),
                                        member({2, 1}, {2, 0}, "x", bytes("7d 05"))})),
              "ok");
    EXPECT_EQ(school.outcome_of("sam", id, yjs::test::Writing{}.text({3, 0}, "x")), "invalid doc");
    EXPECT_EQ(school.outcome_of("sam", id, yjs::test::Writing{}.values({3, 0}, 1)), "invalid doc");
    EXPECT_EQ(
        school.outcome_of("sam", id, update({shape({3, 0}, "b", Kind::binary, bytes("01 00"))})),
        "invalid doc");
    EXPECT_EQ(school.outcome_of("sam", id, update({shape({3, 0}, "b", Kind::type, bytes("04"))})),
              "invalid doc")
        << "XML";
    EXPECT_EQ(shapes_of(id), Json({{"a", {{"type", "circle"}, {"x", 5}}}, {"m", {{"x", 5}}}}));
}

TEST_F(Board, HasPicturesByReferenceOnly) {
    const std::string id = made("editor");
    auto draw = [&, client = yjs::ClientId{10}](const std::string& value) mutable {
        ++client;
        const std::string key = std::to_string(client);
        return school.outcome_of("sam", id, update({shape({client, 0}, key, Kind::any, value)}));
    };
    EXPECT_EQ(draw(bytes("76 02 04'type' 77 05'image' 0a'attachment' 77 03'01J'")), "ok");
    EXPECT_EQ(draw(bytes("76 02 04'type' 77 05'image' 03'src' 77 0a'data:image'")), "invalid doc");
    EXPECT_EQ(draw(bytes("76 02 04'type' 77 05'image' 03'src' 77 0a'DATA:image'")), "invalid doc");
    EXPECT_EQ(draw(bytes("76 02 04'type' 77 05'image' 04'data' 74 02 0001")), "invalid doc");
    EXPECT_EQ(draw(bytes("76 01 0a'attachment' 77 03'a/b'")), "invalid doc");
    EXPECT_EQ(draw(bytes("76 01 04'type' 77 02'<>'")), "invalid doc");
    EXPECT_EQ(
        school.outcome_of("sam", id,
                          update({shape({30, 0}, "m", Kind::type, map),
                                  member({30, 1}, {30, 0}, "attachment", bytes("77 03'a/b'"))})),
        "invalid doc");
    const std::string long_text(limits::document_shape_value_bytes_max, 'x');
    std::string value = bytes("77");
    yjs::append_buffer(value, long_text);
    EXPECT_EQ(draw(value), "too_large doc");
}

TEST_F(Board, KnowsWhoseShapesAre) {
    const std::string id = made("drawer");
    EXPECT_EQ(school.outcome_of("sam", id, update({shape({1, 0}, "s", Kind::any, circle)})), "ok");
    EXPECT_EQ(school.outcome_of("sue", id, update({again({2, 0}, {1, 0}, circle)}, {{1, 0, 1}})),
              "forbidden doc");
    EXPECT_EQ(school.outcome_of("sue", id, update({shape({2, 0}, "s", Kind::any, circle)})),
              "forbidden doc");
    EXPECT_EQ(school.outcome_of("sue", id, update({shape({2, 0}, "u", Kind::any, circle)})), "ok");
    const Json first = school.must("sue", "doc:shapes", {{"doc", id}, {"limit", 1}});
    EXPECT_EQ(first.at("shapes").at(0).at("id"), "s");
    EXPECT_EQ(first.at("shapes").at(0).at("by").at("id"), "sam");
    const Json rest = school.must("sue", "doc:shapes", {{"doc", id}, {"after", first.at("next")}});
    EXPECT_EQ(rest.at("shapes").at(0).at("by").at("id"), "sue");
    EXPECT_EQ(rest.at("next"), nullptr);
    EXPECT_EQ(school.outcome("ann", "doc:shapes", {{"doc", id}}), "not_found doc");
}

TEST_F(Board, IsDrawnOnByWhoMayDraw) {
    const std::string id = made("pointer");
    EXPECT_EQ(school.outcome_of("sam", id, update({shape({1, 0}, "a", Kind::any, circle)})),
              "forbidden doc");
    EXPECT_EQ(school.must("sam", "doc:get", {{"doc", id}}).at("role"), "pointer");
    const std::string text = school.made("tim");
    EXPECT_EQ(school.outcome("tim", "doc:share", {{"doc", text}, {"members", "pointer"}}),
              "invalid members");
}

TEST_F(Board, ThatIsLockedIsItsOwners) {
    const std::string id = made("editor");
    EXPECT_EQ(school.outcome("sam", "doc:lock", {{"doc", id}, {"locked", true}}), "forbidden doc");
    EXPECT_EQ(school.outcome("ann", "doc:lock", {{"doc", id}, {"locked", true}}), "not_found doc");
    school.must("tim", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", "drawer"}});
    EXPECT_EQ(
        school.must("tim", "doc:lock", {{"doc", id}, {"locked", true}}).at("doc").at("locked"),
        true);
    for (const char* user : {"sam", "sue"}) {
        EXPECT_EQ(school.outcome_of(user, id, update({shape({1, 0}, "a", Kind::any, circle)})),
                  "forbidden doc");
        EXPECT_EQ(school.must(user, "doc:get", {{"doc", id}}).at("role"), "commenter") << user;
    }
    EXPECT_EQ(school.outcome_of("tim", id, update({shape({9, 0}, "t", Kind::any, circle)})), "ok");
    school.must("tim", "doc:lock", {{"doc", id}, {"locked", false}});
    EXPECT_EQ(school.outcome_of("sue", id, update({shape({1, 0}, "a", Kind::any, circle)})), "ok");
    EXPECT_EQ(school.must("sue", "doc:get", {{"doc", id}}).at("role"), "drawer");
}

TEST_F(Board, IsClearedOfWhatIsThere) {
    const std::string id = made("editor");
    ASSERT_EQ(school.outcome_of("sam", id,
                                update({shape({1, 0}, "a", Kind::any, circle),
                                        shape({1, 1}, "m", Kind::type, map),
                                        member({1, 2}, {1, 1}, "x", bytes("7d 05"))})),
              "ok");
    ASSERT_EQ(school.outcome_of("sam", id, update({again({1, 3}, {1, 0}, circle)}, {{1, 0, 1}})),
              "ok");
    const std::string gone = clearing(school.part(id).known);
    EXPECT_EQ(school.outcome_of("sam", id, gone), "ok");
    EXPECT_EQ(shapes_of(id), Json::object());
    const auto nothing = yjs::decode_update(clearing(school.part(id).known), yjs::update_limits);
    ASSERT_TRUE(nothing.ok());
    EXPECT_TRUE(nothing->changes_nothing());
}

TEST_F(Board, BeginsAsItsTemplateStands) {
    const std::string first = made("editor");
    const std::string secret = bytes("76 01 04'text' 77 06'secret'");
    ASSERT_EQ(school.outcome_of("sam", first,
                                update({shape({1, 0}, "a", Kind::any, circle),
                                        shape({1, 1}, "b", Kind::any, secret)})),
              "ok");
    ASSERT_EQ(school.outcome_of("sam", first, update({}, {{1, 1, 1}})), "ok");
    const Json wanted{{"room", "class-physics"},
                      {"title", "Copy"},
                      {"kind", "whiteboard"},
                      {"members", "drawer"},
                      {"template", first}};
    const std::string copy = school.must("tim", "doc:create", wanted).at("doc").at("id");
    EXPECT_EQ(shapes_of(copy), Json({{"a", {{"type", "circle"}, {"x", 5}}}}));
    EXPECT_EQ(school.secrets_kept(), 0);
    // All of it is his who made the copy.
    EXPECT_EQ(school.outcome_of("sam", copy, update({again({2, 0}, {1, 0}, circle)}, {{1, 0, 1}})),
              "forbidden doc");
    EXPECT_EQ(school.outcome_of("sam", copy, update({shape({1, 2}, "c", Kind::any, circle)})),
              "forbidden client");
    EXPECT_EQ(
        school.must("sam", "doc:shapes", {{"doc", copy}}).at("shapes").at(0).at("by").at("id"),
        "tim");
    // What one may not see is no template.
    const auto with = [&](const char* user, Json change) {
        Json request = wanted;
        request["room"] = std::string{"user-"} + user;
        request.update(change);
        return school.outcome(user, "doc:create", request);
    };
    EXPECT_EQ(with("ann", Json::object()), "not_found template");
    EXPECT_EQ(with("sam", {{"template", "x"}}), "not_found template");
    EXPECT_EQ(with("sam", {{"template", first + "#comments"}}), "not_found template");
    EXPECT_EQ(with("sam", {{"kind", "text"}, {"members", "editor"}}), "invalid template");
    EXPECT_EQ(with("sam", Json::object()), "ok");
}

}  // namespace
}  // namespace homeroom::features::documents
