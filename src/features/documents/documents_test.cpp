#include "features/documents/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/documents/limits.h"
#include "features/documents/test_documents.h"
#include "store/test_counted_statements.h"

namespace homeroom::features::documents {
namespace {

using campus::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using yjs::test::Writing;

class Documents : public testing::Test {
protected:
    DocumentsUnderTest school{};
};

TEST_F(Documents, AreSeenByTheirRoomAndNobodyElse) {
    const std::string id = school.made("sam");
    EXPECT_THAT(school.told(), ElementsAre("doc:created: sam sue tim"));
    EXPECT_EQ(school.outcome("sue", "doc:get", {{"doc", id}}), "ok");
    EXPECT_EQ(school.outcome("ann", "doc:get", {{"doc", id}}), "not_found doc");
    EXPECT_EQ(school.outcome("sue", "doc:get", {{"doc", "01HZZZZZZZZZZZZZZZZZZZZZZZ"}}),
              "not_found doc");
    EXPECT_EQ(school.outcome("ann", "doc:list", {{"room", "class-physics"}}), "not_found room");
    EXPECT_EQ(school.must("sue", "doc:list", {{"room", "class-physics"}})
                  .at("documents")
                  .at(0)
                  .at("doc")
                  .at("id"),
              id);
    for (const char* name : {"doc:rename", "doc:delete", "doc:share", "doc:export"})
        EXPECT_EQ(school.outcome("pat", name, {{"doc", id}, {"title", "x"}}), "not_found doc")
            << name;
}

TEST_F(Documents, AreMadeInARoomOfTheirMaker) {
    const auto create = [&](const char* user, const char* room) {
        return school.outcome(user, "doc:create", {{"room", room}, {"title", "x"}});
    };
    EXPECT_EQ(create("sam", "class-physics"), "ok");
    EXPECT_EQ(create("sam", "user-sam"), "ok");
    EXPECT_EQ(create("pia", "institution-north"), "ok");
    EXPECT_EQ(create("sam", "institution-north"), "forbidden room");
    EXPECT_EQ(create("sam", "class-art"), "not_found room");
    EXPECT_EQ(create("sam", "user-sue"), "not_found room");
    EXPECT_EQ(create("tim", "class-physics/staff"), "invalid room");
    EXPECT_EQ(create("sam", "global"), "invalid room");
    EXPECT_EQ(school.outcome("sam", "doc:create", {{"room", "class-physics"}, {"title", " "}}),
              "invalid title");
    EXPECT_EQ(school.outcome("sam", "doc:create",
                             {{"room", "class-physics"}, {"title", "x"}, {"kind", "sheet"}}),
              "invalid kind");
    EXPECT_EQ(school.outcome("sam", "doc:create",
                             {{"room", "class-physics"}, {"title", "x"}, {"members", "owner"}}),
              "invalid members");
}

TEST_F(Documents, AreMadeOnceForAKey) {
    const Json body{{"room", "class-physics"}, {"title", "x"}, {"key", "k"}};
    EXPECT_EQ(school.must("sam", "doc:create", body), school.must("sam", "doc:create", body));
    EXPECT_EQ(school.count("SELECT count(*) FROM documents"), 1);
}

TEST_F(Documents, BelongToWhoMadeThemAndToTheStaff) {
    const std::string id = school.made("sam");
    EXPECT_EQ(school.outcome("sue", "doc:rename", {{"doc", id}, {"title", "y"}}), "forbidden doc");
    EXPECT_EQ(school.outcome("sam", "doc:rename", {{"doc", id}, {"title", "y"}}), "ok");
    EXPECT_EQ(school.outcome("tim", "doc:rename", {{"doc", id}, {"title", "z"}}), "ok");
    EXPECT_EQ(school.outcome("sue", "doc:share", {{"doc", id}, {"members", "viewer"}}),
              "forbidden doc");
    EXPECT_EQ(school.outcome("sam", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", "owner"}}),
              "ok");
    EXPECT_EQ(school.outcome("sue", "doc:share", {{"doc", id}, {"members", "viewer"}}), "ok");
    EXPECT_EQ(
        school.outcome("sam", "doc:share", {{"doc", id}, {"user", "pat"}, {"role", "viewer"}}),
        "not_found user");
    EXPECT_EQ(school.outcome("sam", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", "none"}}),
              "invalid role");
}

TEST_F(Documents, ThatMembersDoNotSeeAreNoneToThem) {
    const std::string id = school.made("sam", "none");
    EXPECT_THAT(school.told(), ElementsAre("doc:created: sam tim"));
    EXPECT_EQ(school.outcome("sue", "doc:get", {{"doc", id}}), "not_found doc");
    EXPECT_THAT(school.must("sue", "doc:list", {{"room", "class-physics"}}).at("documents"),
                IsEmpty());
    school.must("sam", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", "viewer"}});
    EXPECT_THAT(school.told(), ElementsAre("doc:updated: sam sue tim"));
    EXPECT_EQ(school.must("sue", "doc:get", {{"doc", id}}).at("role"), "viewer");
    school.must("sam", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", nullptr}});
    EXPECT_EQ(school.outcome("sue", "doc:get", {{"doc", id}}), "not_found doc");
}

TEST_F(Documents, ThatWereClosedAreNotToldOfAfterwards) {
    const std::string id = school.made("sam");
    school.must("sam", "doc:rename", {{"doc", id}, {"title", "Answers"}});
    school.must("sam", "doc:share", {{"doc", id}, {"members", "none"}});
    EXPECT_THAT(school.replay("sue"), IsEmpty());
    ASSERT_EQ(school.replay("tim").size(), 1U);
    EXPECT_THAT(school.replay("tim").at(0).payload, testing::HasSubstr("Answers"));
    school.must("sam", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", "viewer"}});
    EXPECT_EQ(school.replay("sue").size(), 1U);
    school.must("sam", "doc:share", {{"doc", id}, {"user", "sue"}, {"role", nullptr}});
    EXPECT_THAT(school.replay("sue"), IsEmpty());
}

TEST_F(Documents, GoWithAllThatThereIsOfThem) {
    const std::string id = school.made("sam");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text({1, 0}, "secret")), "ok");
    EXPECT_EQ(school.outcome_of("sam", id + "#comments", Writing{}.text({1, 0}, "secret")), "ok");
    school.must("sam", "doc:saveVersion", {{"doc", id}, {"title", "v"}});
    school.must("sam", "doc:delete", {{"doc", id}});
    for (const char* sql :
         {"SELECT count(*) FROM documents", "SELECT count(*) FROM document_people",
          "SELECT count(*) FROM document_updates", "SELECT count(*) FROM document_clients",
          "SELECT count(*) FROM document_edits", "SELECT count(*) FROM document_versions"})
        EXPECT_EQ(school.count(sql), 0) << sql;
    EXPECT_EQ(school.journalled("Essay"), 0);
    EXPECT_EQ(school.outcome("sam", "doc:get", {{"doc", id}}), "not_found doc");
}

TEST_F(Documents, AreWrittenByEditorsAndOwnersOnly) {
    const std::string id = school.made("tim", "viewer");
    const std::string by_tim = Writing{}.text({1, 0}, "a");
    EXPECT_EQ(school.outcome_of("tim", id, by_tim), "ok");
    EXPECT_EQ(school.outcome_of("sam", id, by_tim), "ok") << "known: it changes nothing";
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text({2, 0}, "b")), "forbidden doc");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.remove(1, 0)), "forbidden doc");
    EXPECT_EQ(school.outcome_of("ann", id, by_tim), "not_found doc");
    EXPECT_EQ(school.count("SELECT count(*) FROM document_updates"), 1);
    school.must("tim", "doc:share", {{"doc", id}, {"members", "commenter"}});
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text({2, 0}, "b")), "forbidden doc");
    EXPECT_EQ(school.outcome_of("sam", id + "#comments", Writing{}.text({2, 0}, "b")), "ok");
    school.must("tim", "doc:share", {{"doc", id}, {"user", "sam"}, {"role", "editor"}});
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text({2, 0}, "b")), "ok");
}

TEST_F(Documents, KnowWhoseClientIdsAre) {
    const std::string id = school.made("tim");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text({1, 0}, "a")), "ok");
    EXPECT_EQ(school.outcome_of("sue", id, Writing{}.text_behind({1, 1}, {1, 0}, "b")),
              "forbidden client");
    EXPECT_EQ(
        school.outcome_of("sue", id, Writing{}.text({2, 0}, "b").text_behind({1, 1}, {1, 0}, "c")),
        "forbidden client")
        << "as a whole";
    EXPECT_EQ(school.outcome_of("sue", id, Writing{}.text({2, 0}, "b")), "ok");
    EXPECT_EQ(school.text_of("tim", id).size(), 2U);
    // Deleting is everybody's who writes, but not what is still to come.
    EXPECT_EQ(school.outcome_of("sue", id, Writing{}.remove(1, 0)), "ok");
    EXPECT_EQ(school.outcome_of("sue", id, Writing{}.remove(1, 1)), "forbidden client");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.remove(1, 1)), "ok") << "his own";
}

// By as many clients as an update may have, each of one letter.
Writing by_many(yjs::ClientId first, std::size_t clients) {
    Writing writing;
    for (std::size_t i = clients; i > 0; --i) writing.text({first + i, 0}, "x");
    return writing;
}

TEST(DocumentClients, AreCountedOnceForAnUpdateHoweverManyItNames) {
    if (store::on_postgres()) GTEST_SKIP() << "SQLite's statements are counted";
    store::CountedStatements counted{"SELECT count(*) FROM document_clients"};
    DocumentsUnderTest school;
    const std::string id = school.made("sam");
    const auto count = [&] { return school.count("SELECT count(*) FROM document_clients"); };
    EXPECT_EQ(school.outcome_of("sam", id, by_many(1, yjs::update_limits.clients_max)),
              "too_large client");
    EXPECT_EQ(school.outcome_of("sam", id, by_many(1, limits::document_clients_at_once_max + 1)),
              "too_large client");
    EXPECT_EQ(counted.take(), 0) << "refused before";
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(counted.take(), 1) << "the test's own";
    EXPECT_EQ(school.outcome_of("sam", id, by_many(1, limits::document_clients_at_once_max)), "ok");
    EXPECT_EQ(counted.take(), 2) << "his, and all";
    for (yjs::ClientId first = 1'001; first < 5'000; first += 1'000)
        EXPECT_EQ(school.outcome_of("sam", id, by_many(first, 1'000)), "ok") << first;
    EXPECT_EQ(school.outcome_of("sam", id, by_many(5'001, 1)), "too_large doc");
    EXPECT_EQ(count(), limits::document_clients_per_user_max);
    EXPECT_EQ(school.outcome_of("sue", id, by_many(5'001, 1)), "ok");
}

TEST_F(Documents, ThatAreWhiteboardsTakeANewShapeUnderAnIdOnce) {
    const std::string id = school.made_board("tim");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.shape({1, 0}, "a")), "ok");
    EXPECT_EQ(school.outcome_of("tim", id, Writing{}.key_again({2, 0}, {1, 0}, "\x7d\x01")), "ok");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.shape({9, 0}, "a")), "forbidden doc")
        << "as if he did not know of what tim made of it";
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.key_again({9, 0}, {2, 0}, "\x7d\x01")),
              "forbidden doc");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.shape({9, 0}, "b")), "ok");
    EXPECT_EQ(school.outcome_of("tim", id, Writing{}.shape({2, 1}, "b")), "ok");
}

TEST_F(Documents, HaveAHistoryForThoseWhoMayWriteAllOfThem) {
    const std::string id = school.made_board("tim");
    const auto save = [&](const char* user) {
        return school.outcome(user, "doc:saveVersion", {{"doc", id}, {"title", "v"}});
    };
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.shape({1, 0}, "a")), "ok");
    EXPECT_EQ(save("sam"), "forbidden doc");
    EXPECT_EQ(save("tim"), "ok");
    EXPECT_EQ(school.outcome("sam", "doc:deletions", {{"doc", id}}), "forbidden doc");
    EXPECT_EQ(school.outcome("sam", "doc:deletions", {{"doc", id + "#comments"}}), "ok");
    school.must("tim", "doc:share", {{"doc", id}, {"user", "sam"}, {"role", "editor"}});
    EXPECT_EQ(save("sam"), "ok");
    EXPECT_EQ(school.outcome("sam", "doc:deletions", {{"doc", id}}), "ok");
}

TEST_F(Documents, TakeSoManyNewShapesAtOnce) {
    const std::string id = school.made_board("tim");
    std::vector<std::string> keys;
    for (std::size_t i = 0; i <= limits::document_shapes_at_once_max; ++i)
        keys.push_back(std::to_string(i));
    Writing writing;
    for (std::size_t i = 0; i < keys.size(); ++i) writing.shape({1, i}, keys[i]);
    for (const char* user : {"sam", "tim"})
        EXPECT_EQ(school.outcome_of(user, id, writing), "too_large doc") << user;
    EXPECT_EQ(school.count("SELECT count(*) FROM document_shapes"), 0);
}

TEST_F(Documents, TellWhoWroteAndWhoTookOut) {
    const std::string id = school.made("tim");
    EXPECT_EQ(
        school.outcome_of("sam", id, Writing{}.text({1, 0}, "a").text_behind({1, 1}, {1, 0}, "b")),
        "ok");
    EXPECT_EQ(school.outcome_of("sue", id, Writing{}.text_behind({2, 0}, {1, 1}, "c")), "ok");
    EXPECT_EQ(school.outcome_of("sue", id, Writing{}.remove(1, 0)), "ok");
    const Json told = school.must("tim", "doc:authors", {{"doc", id}, {"root", "t"}});
    EXPECT_EQ(told.at("text"), "bc");
    ASSERT_EQ(told.at("parts").size(), 2U);
    EXPECT_EQ(told.at("parts").at(0).at("by").at("id"), "sam");
    EXPECT_EQ(told.at("parts").at(1).at("by").at("id"), "sue");
    const Json gone = school.must("tim", "doc:deletions", {{"doc", id}}).at("deletions");
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone.at(0).at("by").at("id"), "sue");
    EXPECT_EQ(gone.at(0).at("ranges").at(0), Json({{"client", 1}, {"clock", 0}, {"length", 1}}));
    EXPECT_EQ(school.count("SELECT count(*) FROM document_edits"), 2);
    school.must("tim", "doc:share", {{"doc", id}, {"members", "viewer"}});
    EXPECT_EQ(school.outcome("sam", "doc:deletions", {{"doc", id}}), "forbidden doc");
}

// Many ranges of one clock each of what has been written, every other one.
std::string every_other(yjs::ClientId client, yjs::Clock first, std::size_t ranges) {
    Writing writing;
    for (std::size_t i = 0; i < ranges; ++i) writing.remove(client, first + 2 * i);
    return writing;
}

TEST_F(Documents, TellOfWhatWasTakenOutNoMoreThanFitsOnAPage) {
    const std::string id = school.made("tim");
    const std::size_t ranges = 90'000;
    const std::string letters(2 * ranges, 'x');
    std::size_t told = 0;
    // Two people by turns, so that each time is an entry of its own.
    for (yjs::ClientId client = 1; client <= 4; ++client) {
        const char* who = client % 2 == 0 ? "sam" : "sue";
        ASSERT_EQ(school.outcome_of(who, id, Writing{}.long_text({client, 0}, letters)), "ok");
        ASSERT_EQ(school.outcome_of(who, id, every_other(client, 0, ranges)), "ok");
    }
    std::size_t pages = 0;
    for (Json before = nullptr; pages == 0 || !before.is_null(); ++pages) {
        Json asked{{"doc", id}, {"limit", 200}};
        if (!before.is_null()) asked["before"] = before;
        const Json page = school.must("tim", "doc:deletions", asked);
        EXPECT_LT(page.dump().size(), 2 * limits::page_bytes_max);
        for (const Json& one : page.at("deletions")) {
            EXPECT_EQ(one.at("ranges").size(), limits::document_deletion_ranges_told_max);
            EXPECT_EQ(one.at("omitted"), ranges - limits::document_deletion_ranges_told_max);
            EXPECT_EQ(one.at("by").at("id"), told % 2 == 0 ? "sam" : "sue");
            ++told;
        }
        before = page.at("next");
    }
    EXPECT_EQ(told, 4U);
    const Json first = school.must("tim", "doc:deletions", {{"doc", id}, {"limit", 1}});
    EXPECT_EQ(first.at("deletions").size(), 1U);
    EXPECT_TRUE(first.at("next").is_string());
}

TEST_F(Documents, StayTheSameWhenTheyAreMadeSmall) {
    const std::string id = school.made("sam");
    std::string last = "";
    for (yjs::Clock clock = 0; clock < 50; ++clock) {
        const Writing writing = clock == 0 ? Writing{}.text({1, 0}, "x")
                                           : Writing{}.text_behind({1, clock}, {1, clock - 1}, "x");
        ASSERT_EQ(school.outcome_of("sam", id, writing), "ok");
    }
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.remove(1, 10, 5)), "ok");
    const std::string before = school.text_of("sam", id);
    EXPECT_EQ(before.size(), 45U);
    EXPECT_TRUE(school.compact(id));
    EXPECT_FALSE(school.compact(id)) << "there is nothing to do";
    EXPECT_EQ(school.count("SELECT count(*) FROM document_updates"), 0);
    EXPECT_EQ(school.text_of("sam", id), before);
    EXPECT_EQ(school.part(id).updates_behind, 0U);
    EXPECT_LT(school.part(id).bytes, 150U);
    for (const bool anew : {false, true}) {
        if (anew) school.forget_parts();
        const yjs::Clock clock = anew ? 51 : 50;
        EXPECT_EQ(
            school.outcome_of("sam", id, Writing{}.text_behind({1, clock}, {1, clock - 1}, "y")),
            "ok");
    }
    EXPECT_EQ(school.text_of("sam", id), before + "yy");
    // A version needs what is deleted after it.
    school.must("sam", "doc:saveVersion", {{"doc", id}, {"title", "v"}});
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.remove(1, 0, 10)), "ok");
    EXPECT_TRUE(school.compact(id));
    const std::string version =
        school.must("sam", "doc:versions", {{"doc", id}}).at("versions").at(0).at("id");
    EXPECT_EQ(
        school.must("sue", "doc:viewVersion", {{"doc", id}, {"version", version}, {"root", "t"}})
            .at("text"),
        before + "yy");
}

TEST_F(Documents, LoseWhatWasDeletedWithTheLastVersionThatNeededIt) {
    const std::string id = school.made("sam");
    const auto left = [&] { return school.uncompacted(); };
    const auto kept = [&] { return school.secrets_kept(); };
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.text({1, 0}, "secret")), "ok");
    EXPECT_THAT(left(), ElementsAre(id)) << "as the server was stopped before it was closed";
    const std::string version =
        school.must("sam", "doc:saveVersion", {{"doc", id}, {"title", "v"}}).at("version").at("id");
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.remove(1, 0, 6)), "ok");
    EXPECT_TRUE(school.compact(id));
    EXPECT_EQ(kept(), 1);
    EXPECT_THAT(left(), IsEmpty()) << "the version needs it";
    school.must("sam", "doc:deleteVersion", {{"doc", id}, {"version", version}});
    EXPECT_THAT(left(), ElementsAre(id));
    EXPECT_TRUE(school.compact(id));
    EXPECT_EQ(kept(), 0);
    EXPECT_THAT(left(), IsEmpty());
    EXPECT_FALSE(school.compact(id)) << "there is nothing to do";
    school.must("sam", "doc:saveVersion", {{"doc", id}, {"title", "v"}});
    EXPECT_FALSE(school.compact(id)) << "what it needs is there";
    EXPECT_EQ(school.text_of("sam", id), "");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text({1, 6}, "more")), "ok");
}

TEST_F(Documents, OfTooManyPiecesHaveNoVersions) {
    const std::string id = school.made("sam");
    const auto save = [&] {
        return school.outcome("sam", "doc:saveVersion", {{"doc", id}, {"title", "v"}});
    };
    const std::size_t at_once = yjs::update_limits.structs_max;
    ASSERT_EQ(limits::document_version_source_structs_max % at_once, 0U);
    yjs::Clock clock = 0;
    while (clock < limits::document_version_source_structs_max) {
        // None continues another, so they stay as many.
        Writing writing;
        for (std::size_t i = 0; i < at_once; ++i) writing.text({1, clock++}, "x");
        ASSERT_EQ(school.outcome_of("sam", id, writing), "ok");
    }
    EXPECT_EQ(save(), "ok");
    EXPECT_TRUE(school.compact(id));
    EXPECT_EQ(save(), "ok");
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.text({1, clock}, "x")), "ok");
    EXPECT_EQ(save(), "too_large doc");
    EXPECT_TRUE(school.compact(id));
    EXPECT_EQ(save(), "too_large doc");
}

TEST_F(Documents, ForgetWhatWasNeverCommitted) {
    const std::string id = school.made("sam");
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.text({1, 0}, "a")), "ok");
    // As if a commit had failed behind the judging: the part has what the tables have not.
    const std::string lost = Writing{}.text_behind({1, 1}, {1, 0}, "b");
    auto& part = school.part(id);
    part.known.add(*yjs::decode_update(lost, yjs::update_limits));
    ++part.through;
    EXPECT_EQ(school.outcome_of("sam", id, lost), "ok");
    EXPECT_EQ(school.text_of("sam", id), "ab");
}

TEST_F(Documents, RefuseTooManyHoles) {
    const std::string id = school.made("sam");
    Writing writing;
    for (std::size_t i = 0; i <= limits::document_holes_max; ++i) {
        if (i > 0) writing.skip({1, 2 * i - 1}, 1);
        writing.text({1, 2 * i}, "x");
    }
    EXPECT_EQ(school.outcome_of("sam", id, writing), "ok");
    Writing one_more;
    one_more.text({1, 4 * limits::document_holes_max}, "x");
    EXPECT_EQ(school.outcome_of("sam", id, one_more), "too_large doc");
}

TEST_F(Documents, AreOneByOneForgottenWithTheirPeople) {
    const std::string own =
        school.must("sam", "doc:create", {{"room", "user-sam"}, {"title", "x"}}).at("doc").at("id");
    const std::string id = school.made("sam");
    ASSERT_EQ(school.outcome_of("sam", id, Writing{}.text({1, 0}, "a")), "ok");
    std::promise<bool> erased;
    ASSERT_TRUE(school.store->submit(
        {.work = [&](store::Transaction& transaction) -> Status {
             const std::string user = "sam";
             for (const auto& rule : personal_data().erasing) {
                 campus::EraseCall call{transaction, school.directory, user};
                 TRY([[maybe_unused]] const bool more, rule.step(call));
             }
             return Ok{};
         },
         .done = [&](const Status& status) { erased.set_value(status.ok()); }}));
    ASSERT_TRUE(erased.get_future().get());
    EXPECT_EQ(school.count("SELECT count(*) FROM documents"), 1);
    EXPECT_EQ(school.must("tim", "doc:authors", {{"doc", id}, {"root", "t"}})
                  .at("parts")
                  .at(0)
                  .at("by")
                  .at("id"),
              "~deleted");
    EXPECT_EQ(school.outcome_of("sam", id, Writing{}.text_behind({1, 1}, {1, 0}, "b")),
              "forbidden client");
}

}  // namespace
}  // namespace homeroom::features::documents
