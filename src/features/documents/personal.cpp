// What documents keep of people: their part in an export, and what becomes of it when they are
// erased.
//
// What somebody wrote into a document with others is the document's, as a sentence of a common
// essay is; that it was he goes. Documents of his own room go with him.
#include "campus/personal_data.h"
#include "features/documents/documents.h"
#include "features/documents/records.h"
#include "features/documents/telling.h"

namespace homeroom::features::documents {
namespace {

constexpr campus::PersonalList lists[] = {
    {"documents",
     "SELECT row, CASE WHEN author = ?1 THEN json_object('doc', id, 'room', room, 'title', title,"
     " 'createdAt', created_at) END FROM documents WHERE row > CAST(?2 AS INTEGER)"
     " ORDER BY row LIMIT ?3"},
    {"documents.roles",
     "SELECT document, json_object('doc', document, 'role', role) FROM document_people"
     " WHERE user = ?1 AND document > ?2 ORDER BY document LIMIT ?3"},
    // Each of his client ids, and with it how much he wrote and when.
    {"documents.written",
     "SELECT json_array(part, client), json_object('doc', part, 'since', since, 'units',"
     " (SELECT coalesce(sum(until - first), 0) FROM document_edits WHERE"
     "  document_edits.part = document_clients.part AND"
     "  document_edits.client = document_clients.client), 'lastAt',"
     " (SELECT max(ended_at) FROM document_edits WHERE"
     "  document_edits.part = document_clients.part AND"
     "  document_edits.client = document_clients.client))"
     " FROM document_clients WHERE user = ?1 AND"
     " (part, client) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_NUMBER_IN_POSITION(
         1) ") ORDER BY part, client LIMIT ?3"},
    {"documents.deletions",
     "SELECT row, json_object('doc', part, 'beganAt', began_at, 'endedAt', ended_at)"
     " FROM document_deletions WHERE user = ?1 AND row > CAST(?2 AS INTEGER)"
     " ORDER BY row LIMIT ?3"},
    {"documents.elements",
     "SELECT row, json_object('doc', document, 'element', element, 'at', at)"
     " FROM document_elements WHERE user = ?1 AND row > CAST(?2 AS INTEGER)"
     " ORDER BY row LIMIT ?3"},
    {"documents.versions",
     "SELECT row, json_object('doc', document, 'title', title, 'at', at)"
     " FROM document_versions WHERE author = ?1 AND row > CAST(?2 AS INTEGER)"
     " ORDER BY row LIMIT ?3"},
};

// A few at a time: each may be large.
Result<bool> erase_own_documents(campus::EraseCall& call) {
    constexpr std::int64_t at_once = 5;
    auto select =
        call.transaction.db().statement("SELECT id FROM documents WHERE room = ? LIMIT ?");
    const std::string room = campus::room_name(campus::RoomKind::user, call.user);
    select.bind_all(std::string_view{room}, at_once);
    std::vector<std::string> ids;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        ids.emplace_back(select.text(0));
    }
    for (const std::string& id : ids) {
        TRY_OK(delete_document(call.transaction.db(), id));
        TRY_OK(campus::forget(call.transaction, id));
        ++call.erased;
    }
    return ids.size() == static_cast<std::size_t>(at_once);
}

Result<bool> erase_traces(campus::EraseCall& call) {
    TRY_OK(campus::run_for_user(
        call.transaction.db(),
        {"DELETE FROM document_people WHERE user = ?",
         "UPDATE document_shapes SET user = '~deleted' WHERE user = ?",
         "UPDATE document_elements SET user = '~deleted' WHERE user = ?",
         "UPDATE document_clients SET user = '~deleted', name = 'Deleted user' WHERE user = ?",
         "UPDATE document_deletions SET user = '~deleted', name = 'Deleted user' WHERE user = ?",
         "UPDATE document_versions SET author = '~deleted', author_name = 'Deleted user'"
         " WHERE author = ?",
         "UPDATE documents SET author = '~deleted', author_name = 'Deleted user'"
         " WHERE author = ?"},
        call.user));
    return false;
}

constexpr campus::EraseRule erasing[] = {{"documents of his own", erase_own_documents},
                                         {"documents", erase_traces}};

// Of whoever made it, wrote in it or drew on it.
Result<bool> somebody_is_held(store::Database& db, const Document& document) {
    auto select = db.statement(
        "SELECT 1 FROM legal_holds WHERE user = ?1 OR user IN (SELECT user FROM document_clients"
        " WHERE part IN (?2, ?3) UNION SELECT user FROM document_elements WHERE document = ?2)");
    const std::string comments = Name{document.id, true}.text();
    select.bind_all(std::string_view{document.author}, std::string_view{document.id},
                    std::string_view{comments});
    return select.step();
}

// From when it was changed last. A few at a time: each may be large.
Result<bool> expire(campus::ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN coalesce(changed_at, created_at) < ?1 THEN id END"
                     " FROM documents WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.before, call.position, {.hits = 5}));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const auto document, load_document(db, id));
        if (!document) continue;
        TRY(const bool held, somebody_is_held(db, *document));
        if (held) continue;
        TRY_OK(delete_document(db, id));
        TRY_OK(tell_deleted(call.transaction, call.directory, {.service = true}, *document));
        ++call.deleted;
    }
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"documents", expire}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::documents
