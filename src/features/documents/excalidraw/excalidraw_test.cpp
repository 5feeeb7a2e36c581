// Tickets, what is sealed, which of two states holds, and how much of a scene is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "features/documents/excalidraw/cipher.h"
#include "features/documents/excalidraw/limits.h"
#include "features/documents/excalidraw/scene.h"
#include "features/documents/excalidraw/ticket.h"
#include "features/documents/test_documents.h"

namespace homeroom::features::documents::excalidraw {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* board = "01HZZZZZZZZZZZZZZZZZZZZZZZ";

// That WebCrypto seals in the same way: tests/e2e/excalidraw.test.mjs.
TEST(ExcalidrawCipher, OpensWhatWasSealedWithItsKey) {
    const std::string key(16, '\0');
    const std::string iv(12, '\0');
    const Sealed sealed = seal(key, "hello");
    EXPECT_EQ(sealed.bytes.size(), 5U + 16U);
    EXPECT_EQ(unseal(key, sealed), "hello");
    EXPECT_NE(seal(key, "hello").iv, sealed.iv);
    EXPECT_EQ(unseal(key, {.bytes = seal(key, "").bytes, .iv = iv}), std::nullopt);
    for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
        Sealed changed = sealed;
        changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
        EXPECT_EQ(unseal(key, changed), std::nullopt) << i;
    }
    EXPECT_EQ(unseal(std::string(16, 'x'), sealed), std::nullopt);
    EXPECT_EQ(unseal(key, {.bytes = "short", .iv = iv}), std::nullopt);
    EXPECT_EQ(unseal(key, {.bytes = sealed.bytes, .iv = "short"}), std::nullopt);
    EXPECT_EQ(unseal(key, {}), std::nullopt);
    EXPECT_EQ(key_of_board("secret", board).size(), 16U);
    EXPECT_NE(key_of_board("secret", board), key_of_board("secret", "another"));
    EXPECT_NE(key_of_board("secret", board), key_of_board("other", board));
}

TEST(ExcalidrawTicket, IsOneUsersForOneBoardAndSomeHours) {
    const Tickets tickets{"secret"};
    const auto now = WallTime{} + std::chrono::hours{500'000};
    const std::string text = tickets.make(board, "sam", now);
    const auto ticket = tickets.read(text, now);
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->document, board);
    EXPECT_EQ(ticket->user, "sam");
    EXPECT_EQ(ticket->issued, now);
    EXPECT_FALSE(tickets.read(text, now + limits::excalidraw_ticket_time));
    EXPECT_FALSE(Tickets{"another"}.read(text, now));
    const std::string bytes = *base64::decode_url_strict(text);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(tickets.read(base64::encode_url(changed), now)) << i;
    }
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(tickets.read(text.substr(0, length), now)) << length;
    EXPECT_FALSE(tickets.read(std::string(100'000, 'A'), now));
    EXPECT_FALSE(tickets.read(board, now));
}

json element(const char* id, std::int64_t version, std::int64_t nonce = 5) {
    return {{"id", id},
            {"type", "rectangle"},
            {"version", version},
            {"versionNonce", nonce},
            {"x", version}};
}
std::string update(const json& elements) {
    return json{{"type", "SCENE_UPDATE"}, {"payload", {{"elements", elements}}}}.dump();
}

TEST(ExcalidrawScene, HearsWhatIsSaidAndNothingElse) {
    const auto said = read_said(update({element("a", 1), {{"id", "b"}}, 7, nullptr}));
    ASSERT_TRUE(said.ok());
    ASSERT_EQ(said->elements.size(), 1U);
    EXPECT_EQ(said->elements[0].id, "a");
    EXPECT_EQ(json::parse(said->elements[0].body), element("a", 1));
    for (const char* text :
         {"", "7", "[]", "{}", R"({"type":"SCENE_UPDATE"})", R"({"type":7,"payload":{}})",
          R"({"type":"SCENE_UPDATE","payload":{"elements":7}})", R"({"type":"X","payload":{}})",
          "{\"type\":\"SCENE_INIT\",\"payload\":{\"elements\":[]}", "\xff"})
        EXPECT_FALSE(read_said(text).ok()) << text;
    std::string deep(100, '[');
    deep += std::string(100, ']');
    EXPECT_FALSE(read_said(R"({"type":"SCENE_UPDATE","payload":)" + deep + "}").ok());
    const auto shown = read_said(
        R"({"type":"MOUSE_LOCATION","payload":{"socketId":"x","socketID":"y","username":"z","n":1}})");
    ASSERT_TRUE(shown.ok());
    EXPECT_EQ(shown->saying, Saying::pointer);
    EXPECT_EQ(json::parse(shown_text(shown->saying, shown->payload, "me", "Sam")),
              json::parse(R"({"type":"MOUSE_LOCATION","payload":)"
                          R"({"socketId":"me","username":"Sam","n":1}})"));
}

json list(std::initializer_list<json> elements) {
    json all = json::array();
    for (const json& one : elements) all.push_back(one);
    return all;
}

class ExcalidrawElements : public testing::Test {
protected:
    std::vector<std::string> store(const char* user, const json& elements,
                                   Touching touching = Touching::any) {
        auto said = read_said(update(elements));
        std::vector<std::string> news;
        std::promise<bool> done;
        EXPECT_TRUE(school.store->submit(
            {.work = [&](store::Transaction& transaction) -> Status {
                 TRY(const auto stored,
                     store_elements(transaction, board, user, touching, said->elements));
                 for (const Element& one : stored) news.push_back(one.id);
                 return Ok{};
             },
             .done = [&](const Status& status) { done.set_value(status.ok()); }}));
        EXPECT_TRUE(done.get_future().get());
        return news;
    }
    json x_of(Deleted deleted = Deleted::too) {
        std::promise<std::string> read;
        EXPECT_TRUE(school.store->submit_read([&](Result<store::Database*> db) {
            read.set_value(*load_elements_json(**db, board, deleted));
        }));
        json all = json::object();
        for (const json& one : json::parse(read.get_future().get())) all[one["id"]] = one["x"];
        return all;
    }
    DocumentsUnderTest school{};
};

TEST_F(ExcalidrawElements, HoldByVersionThenByTheLowerNonce) {
    EXPECT_THAT(store("sam", list({element("a", 2, 5), element("b", 1)})), ElementsAre("a", "b"));
    EXPECT_THAT(store("sue", list({element("a", 1, 1), element("a", 2, 5), element("a", 2, 6)})),
                IsEmpty());
    EXPECT_THAT(store("sue", list({element("a", 2, 4)})), ElementsAre("a"));
    EXPECT_THAT(store("sam", list({element("a", 3, 9), element("b", 0)})), ElementsAre("a"));
    EXPECT_EQ(x_of(), json({{"a", 3}, {"b", 1}}));
    json gone = element("b", 2);
    gone["isDeleted"] = true;
    EXPECT_THAT(store("sam", list({gone})), ElementsAre("b"));
    EXPECT_THAT(store("sam", list({element("b", 1)})), IsEmpty());
    EXPECT_EQ(x_of(Deleted::left_out), json({{"a", 3}}));
    EXPECT_EQ(x_of(), json({{"a", 3}, {"b", 2}}));
}

TEST_F(ExcalidrawElements, AreTheirsWhoDrewThem) {
    store("sam", list({element("a", 1)}));
    EXPECT_THAT(store("sue", list({element("a", 2), element("b", 1)}), Touching::own_only),
                ElementsAre("b"));
    EXPECT_THAT(store("tim", list({element("a", 3)})), ElementsAre("a"));
    EXPECT_THAT(store("sam", list({element("a", 4)}), Touching::own_only), ElementsAre("a"))
        << "his still";
}

TEST_F(ExcalidrawElements, HaveSoMuchRoom) {
    const std::string large(200 * limits::KiB, 'x');
    json elements = json::array();
    for (int i = 0; i < 20; ++i) {
        json one = element(("e" + std::to_string(i)).c_str(), 1);
        one["link"] = large;
        elements.push_back(one);
    }
    const auto stored = store("sam", elements);
    EXPECT_EQ(stored.size(), 15U);
    EXPECT_THAT(store("sam", list({elements[19]})), IsEmpty());
    EXPECT_THAT(store("sam", list({element("e0", 2)})), ElementsAre("e0")) << "it takes less";
    EXPECT_THAT(store("sam", list({elements[19]})), ElementsAre("e19"));
    EXPECT_EQ(
        school.count("SELECT bytes - (SELECT coalesce(sum(length(body)), 0) FROM document_elements)"
                     " FROM document_scenes"),
        0);
    EXPECT_EQ(school.count("SELECT elements - (SELECT count(*) FROM document_elements)"
                           " FROM document_scenes"),
              0);
}

}  // namespace
}  // namespace homeroom::features::documents::excalidraw
