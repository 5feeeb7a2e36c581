// What the feed keeps of people: their part in an export, what becomes of it when they are erased,
// and what is deleted because of its age.
//
// Erased: a post that nobody else wrote under goes; one that others wrote under stays without its
// words, by nobody. Comments, reactions, votes, uploads, pseudonyms and mentions go. What others
// wrote stays as they wrote it.
#include <array>

#include "campus/personal_data.h"
#include "features/feed/erasing.h"
#include "features/feed/feed.h"
#include "features/feed/search/index.h"

namespace homeroom::features::feed {
namespace {

using campus::EraseCall;
using campus::ExpireCall;
using campus::Json;
using campus::walk;
using store::Database;

// The next votes behind a place.
#define FROM_VOTES \
    " FROM poll_votes WHERE (post, user, position) > (" HOMEROOM_POSITION(0) ", "    \
    HOMEROOM_POSITION(1) ", " HOMEROOM_NUMBER_IN_POSITION(2) ")"                     \
    " ORDER BY post, user, position LIMIT ?3"

// --- Export

constexpr campus::PersonalList lists[] = {
    {"posts",
     "SELECT row, CASE WHEN author = ?1 THEN json_object('id', id, 'room', room, 'text', text,"
     " 'visibility', visibility, 'state', state, 'createdAt', created_at, 'editedAt', edited_at,"
     " 'anonymous', json(CASE anonymous WHEN 0 THEN 'false' ELSE 'true' END)) END"
     " FROM posts WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"comments",
     "SELECT row, CASE WHEN author = ?1 THEN json_object('id', id, 'post', post, 'text', text,"
     " 'createdAt', created_at, 'editedAt', edited_at,"
     " 'anonymous', json(CASE anonymous WHEN 0 THEN 'false' ELSE 'true' END)) END"
     " FROM comments WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"earlierTexts",
     "SELECT row, CASE WHEN ?1 IN (SELECT author FROM posts WHERE id = target"
     " UNION ALL SELECT author FROM comments WHERE id = target)"
     " THEN json_object('target', target, 'text', text, 'since', at) END"
     " FROM versions WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"reactions",
     "SELECT json_array(target, user), CASE WHEN user = ?1"
     " THEN json_object('target', target, 'kind', kind) END FROM reactions"
     " WHERE (target, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
         1) ")"
            " ORDER BY target, user LIMIT ?3"},
    {"votes",
     "SELECT json_array(post, user, position), CASE WHEN user = ?1"
     " THEN json_object('post', post, 'option', position) END" FROM_VOTES},
    {"attachments",
     "SELECT id, CASE WHEN uploader = ?1 THEN json_object('id', id, 'room', room, 'post', post,"
     " 'name', name, 'type', type, 'bytes', bytes, 'createdAt', created_at) END"
     " FROM files WHERE id > ?2 ORDER BY id LIMIT ?3"},
    {"reports",
     "SELECT json_array(report, user), CASE WHEN user = ?1"
     " THEN json_object('report', report, 'reason', reason) END FROM report_reasons"
     " WHERE (report, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
         1) ")"
            " ORDER BY report, user LIMIT ?3"},
    {"mutes",
     "SELECT json_array(room, user), CASE WHEN user = ?1"
     " THEN json_object('room', room, 'until', until, 'at', at) END FROM feed_mutes"
     " WHERE (room, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
         1) ")"
            " ORDER BY room, user LIMIT ?3"},
};

// --- Erasure

Result<bool> others_wrote_under(Database& db, std::string_view post, std::string_view user) {
    auto select = db.statement("SELECT 1 FROM comments WHERE post = ? AND author <> ? LIMIT 1");
    select.bind_all(post, user);
    return select.step();
}

// The copy in a report that is not dealt with yet, under his name or his pseudonym.
Status erase_reported(EraseCall& call, std::string_view target) {
    auto& db = call.transaction.db();
    std::string report;
    {
        auto select = db.statement("SELECT id FROM reports WHERE target = ? AND state = 'open'");
        select.bind(1, target);
        TRY(const bool found, select.step());
        if (!found) return Ok{};
        report = std::string{select.text(0)};
    }
    TRY_OK(campus::forget(call.transaction, report));
    return db.statement("UPDATE reports SET author = ?, author_name = ?, text = NULL WHERE id = ?")
        .bind_all(campus::erased_id, campus::erased_name, std::string_view{report})
        .run();
}

// Nor does a replay have why he reported something.
Status forget_reports_by(EraseCall& call) {
    auto& db = call.transaction.db();
    std::vector<std::string> reports;
    {
        auto select = db.statement("SELECT report FROM report_reasons WHERE user = ?");
        select.bind(1, std::string_view{call.user});
        while (true) {
            TRY(const bool more, select.step());
            if (!more) break;
            reports.emplace_back(select.text(0));
        }
    }
    for (const std::string& report : reports) TRY_OK(campus::forget(call.transaction, report));
    return Ok{};
}

Result<bool> erase_posts(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, walk(db,
                               "SELECT row, CASE WHEN author = ?1 THEN id END FROM posts"
                               " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                               call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const auto post, load_post(db, id));
        if (!post) continue;
        TRY_OK(erase_reported(call, id));
        TRY(const bool shared, others_wrote_under(db, id, call.user));
        TRY_OK(shared ? empty_post(call.transaction, call.directory, *post)
                      : remove_post(call.transaction, *post, std::nullopt));
        ++call.erased;
    }
    if (!found.keys.empty()) TRY_OK(tidy_index(call.transaction));
    return found.more;
}

Result<bool> erase_comments(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, walk(db,
                               "SELECT row, CASE WHEN author = ?1 THEN id END FROM comments"
                               " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                               call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const auto comment, load_comment(db, id));
        if (!comment) continue;
        TRY(const auto post, load_post(db, comment->post));
        if (!post) continue;
        TRY_OK(erase_reported(call, id));
        TRY_OK(remove_comment(call.transaction, *comment, *post, std::nullopt));
        ++call.erased;
    }
    if (!found.keys.empty()) TRY_OK(tidy_index(call.transaction));
    return found.more;
}

// An endorsement stays, by nobody: it is said of somebody else's answer.
Result<bool> erase_endorsements(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, walk(db,
                               "SELECT row, CASE WHEN endorser = ?1 THEN id END FROM comments"
                               " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                               call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(db.statement("UPDATE comments SET endorser = ?, endorser_name = ? WHERE id = ?")
                   .bind_all(campus::erased_id, campus::erased_name, std::string_view{id})
                   .run());
        ++call.erased;
    }
    return found.more;
}

struct Mentioning {
    const char* find;
    const char* load;
    const char* store;
};

Result<bool> erase_mentions(EraseCall& call, const Mentioning& in) {
    auto& db = call.transaction.db();
    TRY(const auto found, walk(db, in.find, call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        UserIds users;
        {
            auto select = db.statement(in.load);
            select.bind(1, std::string_view{id});
            TRY(const bool row, select.step());
            if (row) users = users_from_stored(select.text(0));
        }
        std::erase(users, call.user);
        TRY_OK(db.statement(in.store).bind_all(to_stored(users), std::string_view{id}).run());
        ++call.erased;
    }
    return found.more;
}

Result<bool> erase_mentions_in_posts(EraseCall& call) {
    return erase_mentions(
        call, {"SELECT row, CASE WHEN instr(mentions, json_quote(?1)) > 0 THEN id END FROM posts"
               " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
               "SELECT mentions FROM posts WHERE id = ?",
               "UPDATE posts SET mentions = nullif(?, '') WHERE id = ?"});
}

Result<bool> erase_mentions_in_comments(EraseCall& call) {
    return erase_mentions(
        call, {"SELECT row, CASE WHEN instr(mentions, json_quote(?1)) > 0 THEN id END FROM comments"
               " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
               "SELECT mentions FROM comments WHERE id = ?",
               "UPDATE comments SET mentions = nullif(?, '') WHERE id = ?"});
}

Result<bool> erase_reactions(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        walk(db,
             "SELECT json_array(target, user), CASE WHEN user = ?1 THEN target END FROM reactions"
             " WHERE (target, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
                 1) ")"
                    " ORDER BY target, user LIMIT ?3",
             call.user, call.position));
    call.position = found.position;
    for (const std::string& target : found.keys) {
        for (const char* sql :
             {"UPDATE reaction_counts SET count = count - 1 WHERE target = ?1 AND kind ="
              " (SELECT kind FROM reactions WHERE target = ?1 AND user = ?2)",
              "DELETE FROM reaction_counts WHERE target = ?1 AND count <= 0 AND ?2 <> ''",
              "DELETE FROM reactions WHERE target = ?1 AND user = ?2"}) {
            TRY_OK(db.statement(sql)
                       .bind_all(std::string_view{target}, std::string_view{call.user})
                       .run());
        }
        ++call.erased;
    }
    return found.more;
}

Result<bool> erase_votes(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        walk(
            db,
            "SELECT json_array(post, user, position), CASE WHEN user = ?1 THEN post END" FROM_VOTES,
            call.user, call.position));
    call.position = found.position;
    for (const std::string& post : found.keys) {
        // All of his choices in a poll at once; of the others nothing is left to be found.
        for (const char* sql :
             {"UPDATE polls SET voters = voters - CASE WHEN EXISTS"
              " (SELECT 1 FROM poll_votes WHERE post = ?1 AND user = ?2) THEN 1 ELSE 0 END"
              " WHERE post = ?1",
              "UPDATE poll_options SET votes = votes - 1 WHERE post = ?1 AND position IN"
              " (SELECT position FROM poll_votes WHERE post = ?1 AND user = ?2)",
              "DELETE FROM poll_votes WHERE post = ?1 AND user = ?2"}) {
            TRY_OK(db.statement(sql)
                       .bind_all(std::string_view{post}, std::string_view{call.user})
                       .run());
        }
        ++call.erased;
    }
    return found.more;
}

Result<bool> erase_viewing(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        walk(db,
             "SELECT json_array(post, user), CASE WHEN user = ?1 THEN post END FROM post_viewers"
             " WHERE (post, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
                 1) ")"
                    " ORDER BY post, user LIMIT ?3",
             call.user, call.position));
    call.position = found.position;
    for (const std::string& post : found.keys) {
        TRY_OK(db.statement("DELETE FROM post_viewers WHERE post = ? AND user = ?")
                   .bind_all(std::string_view{post}, std::string_view{call.user})
                   .run());
    }
    return found.more;
}

// Tables that are small, or have an index for it.
Result<bool> erase_rest(EraseCall& call) {
    TRY_OK(forget_reports_by(call));
    TRY_OK(campus::run_for_user(
        call.transaction.db(),
        {"DELETE FROM pseudonyms WHERE user = ?", "DELETE FROM feed_mutes WHERE user = ?",
         "UPDATE feed_mutes SET by = '~deleted' WHERE by = ?",
         "DELETE FROM feed_turns WHERE user = ?", "DELETE FROM report_reasons WHERE user = ?",
         "UPDATE reports SET author = '~deleted', author_name = 'Deleted user', text = NULL"
         " WHERE author = ?",
         "UPDATE reports SET resolved_by = '~deleted', resolved_by_name = 'Deleted user'"
         " WHERE resolved_by = ?",
         "INSERT OR IGNORE INTO files_gone (id) SELECT id FROM files WHERE uploader = ?"
         " AND post IS NULL",
         "DELETE FROM files WHERE uploader = ? AND post IS NULL"},
        call.user));
    return false;
}

constexpr campus::EraseRule erasing[] = {
    {"feed.posts", erase_posts},
    {"feed.comments", erase_comments},
    {"feed.endorsements", erase_endorsements},
    {"feed.mentions", erase_mentions_in_posts},
    {"feed.mentions in comments", erase_mentions_in_comments},
    {"feed.reactions", erase_reactions},
    {"feed.votes", erase_votes},
    {"feed.viewers", erase_viewing},
    {"feed.rest", erase_rest},
};

// --- Age

Result<bool> somebody_is_held(Database& db, std::string_view post) {
    auto select = db.statement(
        "SELECT 1 FROM comments JOIN legal_holds ON legal_holds.user = comments.author"
        " WHERE comments.post = ? LIMIT 1");
    select.bind(1, post);
    return select.step();
}

// A post goes with all that hangs on it, by its own age.
Result<bool> expire_posts(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::too_old(db,
                        "SELECT row, id, author, CASE WHEN state = 'published'"
                        " THEN coalesce(published_at, created_at) END"
                        " FROM posts WHERE row > CAST(?1 AS INTEGER) ORDER BY row LIMIT ?2",
                        call));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const auto post, load_post(db, id));
        TRY(const bool held, somebody_is_held(db, id));
        if (!post || held) continue;
        TRY_OK(remove_post(call.transaction, *post, std::nullopt));
        ++call.deleted;
    }
    if (call.deleted > 0) TRY_OK(tidy_index(call.transaction));
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"posts", expire_posts}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::feed
