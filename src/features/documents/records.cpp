#include "features/documents/records.h"

#include <initializer_list>
#include <utility>

namespace homeroom::features::documents {
namespace {

using store::Database;
using store::Statement;

// A part is a document's name, or that of its comments ("id#comments"). Bytes are Yjs' updates,
// version 1.
//   documents.version             counts the changes of who may do what
//   document_updates              what came since the snapshot; `sequence` counts up in each part
//   document_snapshots            everything up to `through` as one update
//   document_clients              whose a client id is, for good
//   document_edits                who made which of a client's units, and when; as one entry what
//                                 one person did without a break
//   document_deletions            the same of what was taken out: a delete set
//   document_versions             yjs/version.h: the document as it was
constexpr store::Migration migrations[] = {
    {"documents/1", R"sql(
        CREATE TABLE documents (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            room TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
            author TEXT NOT NULL, author_name TEXT NOT NULL, created_at TEXT NOT NULL,
            moment INTEGER NOT NULL,
            members TEXT NOT NULL, version INTEGER NOT NULL,
            changed_at TEXT  -- its comments aside; NULL: nothing was written yet
        );
        CREATE INDEX documents_of_room ON documents (room, row);
        CREATE INDEX documents_of_author ON documents (author, created_at);

        CREATE TABLE document_people (
            document TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
            moment INTEGER NOT NULL,  -- of the journal: when it was given
            PRIMARY KEY (document, user)
        ) WITHOUT ROWID;
        CREATE INDEX documents_of_person ON document_people (user);

        CREATE TABLE document_updates (
            row INTEGER PRIMARY KEY,
            part TEXT NOT NULL, sequence INTEGER NOT NULL,
            structs INTEGER NOT NULL,  -- how many it has
            bytes BLOB NOT NULL,
            UNIQUE (part, sequence)
        );
        CREATE TABLE document_snapshots (
            part TEXT NOT NULL PRIMARY KEY,
            through INTEGER NOT NULL, keeps_deleted INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );

        CREATE TABLE document_clients (
            part TEXT NOT NULL, client INTEGER NOT NULL,
            user TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL,
            PRIMARY KEY (part, client)
        ) WITHOUT ROWID;
        CREATE INDEX document_clients_of_user ON document_clients (user, part);

        CREATE TABLE document_edits (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            part TEXT NOT NULL, client INTEGER NOT NULL,
            first INTEGER NOT NULL, until INTEGER NOT NULL,
            began_at TEXT NOT NULL, ended_at TEXT NOT NULL
        );
        CREATE INDEX document_edits_of_client ON document_edits (part, client, first);

        CREATE TABLE document_deletions (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            part TEXT NOT NULL,
            user TEXT NOT NULL, name TEXT NOT NULL,
            began_at TEXT NOT NULL, ended_at TEXT NOT NULL,
            ranges BLOB NOT NULL
        );
        CREATE INDEX document_deletions_of_part ON document_deletions (part, row);
        CREATE INDEX document_deletions_of_user ON document_deletions (user);

        -- Whose the id of a whiteboard's shape is.
        CREATE TABLE document_shapes (
            part TEXT NOT NULL, shape TEXT NOT NULL, user TEXT NOT NULL,
            PRIMARY KEY (part, shape)
        ) WITHOUT ROWID;
        CREATE INDEX document_shapes_of_user ON document_shapes (user);

        CREATE TABLE document_versions (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            document TEXT NOT NULL, title TEXT NOT NULL,
            author TEXT NOT NULL, author_name TEXT NOT NULL, at TEXT NOT NULL,
            version BLOB NOT NULL
        );
        CREATE INDEX document_versions_of_document ON document_versions (document, row);
        CREATE INDEX document_versions_of_author ON document_versions (author);
    )sql"},
    // Few, and found without the others' bytes.
    {"documents/keeping", R"sql(
        CREATE INDEX document_snapshots_keeping ON document_snapshots (part)
            WHERE keeps_deleted = 1;
    )sql"},
    // How many a snapshot has; NULL: not counted, from before.
    {"documents/structs", "ALTER TABLE document_snapshots ADD COLUMN structs INTEGER"},
    {"documents/2", R"sql(
        ALTER TABLE documents ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
    )sql"},
    {"documents/3", R"sql(
        -- What Excalidraw has drawn on a whiteboard: its elements, deleted ones included. Of two with
        -- the same version the one with the lower nonce holds. `user` drew it first.
        CREATE TABLE document_elements (
            row INTEGER PRIMARY KEY,
            document TEXT NOT NULL, element TEXT NOT NULL,
            version INTEGER NOT NULL, nonce INTEGER NOT NULL, deleted INTEGER NOT NULL,
            user TEXT NOT NULL, at TEXT NOT NULL,
            body BLOB NOT NULL,  -- JSON
            UNIQUE (document, element)
        );
        CREATE INDEX document_elements_of_user ON document_elements (user);
        -- How much of them there is.
        CREATE TABLE document_scenes (
            document TEXT NOT NULL PRIMARY KEY,
            elements INTEGER NOT NULL, bytes INTEGER NOT NULL,
            tidied_at TEXT NOT NULL  -- when those deleted long ago were looked for
        );
    )sql"},
};

// In the order in which document_of() reads them.
#define DOCUMENT_COLUMNS                                                                       \
    "row, id, room, kind, title, author, author_name, created_at, documents.moment, members, " \
    "version,"                                                                                 \
    " changed_at, locked"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

// What is not understood lets nobody do anything.
Document document_of(const Statement& row) {
    return {.row = row.number(0),
            .id = text(row, 1),
            .kind = text(row, 3),
            .title = text(row, 4),
            .author = text(row, 5),
            .author_name = text(row, 6),
            .created_at = text(row, 7),
            .changed_at = text(row, 11),
            .access = {.room = text(row, 2),
                       .moment = static_cast<store::Seq>(row.number(8)),
                       .members = role_from(row.text(9)).value_or(Role::none),
                       .version = row.number(10),
                       .is_locked = row.number(12) != 0}};
}

Result<std::optional<Document>> load_alone(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " DOCUMENT_COLUMNS " FROM documents WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Document>{};
    return std::optional<Document>{document_of(select)};
}

Status insert_people(Database& db, const Document& document) {
    auto insert = db.statement(
        "INSERT INTO document_people (document, user, role, moment) VALUES (?, ?, ?, ?)");
    for (const auto& [user, given] : document.access.people) {
        insert.bind_all(std::string_view{document.id}, std::string_view{user},
                        to_string(given.role), static_cast<std::int64_t>(given.moment));
        TRY_OK(insert.run());
    }
    return Ok{};
}

// Of a row that has them in these columns.
Given given_in(const Statement& row, int role, int moment) {
    return {role_from(row.text(role)).value_or(Role::none),
            static_cast<store::Seq>(row.number(moment))};
}

Status run_for(Database& db, std::initializer_list<const char*> statements, std::string_view one) {
    for (const char* sql : statements) TRY_OK(db.statement(sql).bind(1, one).run());
    return Ok{};
}

}  // namespace

std::span<const store::Migration> migrations_of_records() {
    return migrations;
}

Status insert_document(Database& db, const Document& document) {
    const Access& access = document.access;
    TRY_OK(db.statement("INSERT INTO documents (id, room, kind, title, author, author_name,"
                        " created_at, moment, members, version)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
               .bind_all(std::string_view{document.id}, std::string_view{access.room},
                         std::string_view{document.kind}, std::string_view{document.title},
                         std::string_view{document.author}, std::string_view{document.author_name},
                         std::string_view{document.created_at},
                         static_cast<std::int64_t>(access.moment), to_string(access.members),
                         access.version)
               .run());
    return insert_people(db, document);
}

Status update_document(Database& db, const Document& document) {
    TRY_OK(db.statement("UPDATE documents SET title = ?, members = ?, version = ?, locked = ?"
                        " WHERE id = ?")
               .bind_all(std::string_view{document.title}, to_string(document.access.members),
                         document.access.version, std::int64_t{document.access.is_locked},
                         std::string_view{document.id})
               .run());
    TRY_OK(run_for(db, {"DELETE FROM document_people WHERE document = ?"}, document.id));
    return insert_people(db, document);
}

Status delete_document(Database& db, std::string_view id) {
    TRY_OK(run_for(
        db,
        {"DELETE FROM documents WHERE id = ?", "DELETE FROM document_people WHERE document = ?",
         "DELETE FROM document_versions WHERE document = ?",
         "DELETE FROM document_elements WHERE document = ?",
         "DELETE FROM document_scenes WHERE document = ?"},
        id));
    for (const bool comments : {false, true}) {
        const std::string part = Name{std::string{id}, comments}.text();
        TRY_OK(run_for(db,
                       {"DELETE FROM document_updates WHERE part = ?",
                        "DELETE FROM document_snapshots WHERE part = ?",
                        "DELETE FROM document_clients WHERE part = ?",
                        "DELETE FROM document_shapes WHERE part = ?",
                        "DELETE FROM document_edits WHERE part = ?",
                        "DELETE FROM document_deletions WHERE part = ?"},
                       part));
    }
    db.clean_log_soon();
    return Ok{};
}

Result<std::optional<Document>> load_document(Database& db, std::string_view id) {
    TRY(auto document, load_alone(db, id));
    if (!document) return document;
    auto select = db.statement("SELECT user, role, moment FROM document_people WHERE document = ?");
    select.bind(1, id);
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return document;
        document->access.people.emplace(text(select, 0), given_in(select, 1, 2));
    }
}

Result<std::optional<Document>> load_document_for(Database& db, std::string_view id,
                                                  std::string_view user) {
    TRY(auto document, load_alone(db, id));
    if (!document) return document;
    auto select =
        db.statement("SELECT role, moment FROM document_people WHERE document = ? AND user = ?");
    select.bind_all(id, user);
    TRY(const bool found, select.step());
    if (found) document->access.people.emplace(user, given_in(select, 0, 1));
    return document;
}

Status note_change(store::Transaction& transaction, std::string_view id) {
    return transaction.db()
        .statement("UPDATE documents SET changed_at = ? WHERE id = ?")
        .bind_all(std::string_view{transaction.at()}, id)
        .run();
}

Result<std::vector<Document>> load_documents(Database& db, const Listing& wanted) {
    auto select = db.statement(
        "SELECT documents." DOCUMENT_COLUMNS
        ", people.role, people.moment FROM documents"
        " LEFT JOIN document_people AS people ON document = id AND user = ?3"
        " WHERE room = ?1 AND row < ?2 AND (members <> 'none' OR ?4 OR role IS NOT NULL)"
        " ORDER BY row DESC LIMIT ?5");
    select.bind_all(std::string_view{wanted.room}, wanted.before, std::string_view{wanted.user},
                    std::int64_t{wanted.is_staff}, static_cast<std::int64_t>(wanted.limit) + 1);
    std::vector<Document> documents;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return documents;
        documents.push_back(document_of(select));
        if (!select.is_null(13))
            documents.back().access.people.emplace(wanted.user, given_in(select, 13, 14));
    }
}

}  // namespace homeroom::features::documents
