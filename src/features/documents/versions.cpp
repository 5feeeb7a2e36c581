#include "features/documents/versions.h"

#include "campus/contract_json.h"
#include "features/documents/limits.h"

namespace homeroom::features::documents {
namespace {

using campus::Json;
using store::Database;
using store::Statement;

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

StoredVersion version_of(const Statement& row) {
    return {.id = text(row, 0),
            .title = text(row, 1),
            .author = text(row, 2),
            .author_name = text(row, 3),
            .at = text(row, 4)};
}

}  // namespace

Result<std::vector<StoredVersion>> load_versions(Database& db, std::string_view document) {
    auto select = db.statement(
        "SELECT id, title, author, author_name, at FROM document_versions WHERE document = ?"
        " ORDER BY row DESC");
    select.bind(1, document);
    std::vector<StoredVersion> versions;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return versions;
        versions.push_back(version_of(select));
    }
}

Result<StoredVersion> requested_version(Database& db, const Json& request,
                                        std::string_view document) {
    TRY(const auto id, campus::required_text(request, "version", limits::identifier_bytes_max));
    auto select = db.statement(
        "SELECT id, title, author, author_name, at, version FROM document_versions"
        " WHERE id = ? AND document = ?");
    select.bind_all(std::string_view{id}, document);
    TRY(const bool found, select.step());
    if (!found) return Error{Code::not_found, "there is no such version", "version"};
    auto version = version_of(select);
    version.bytes = text(select, 5);
    return version;
}

Status insert_version(Database& db, std::string_view document, const StoredVersion& version) {
    auto there = db.statement("SELECT count(*) FROM document_versions WHERE document = ?");
    there.bind(1, document);
    TRY([[maybe_unused]] const bool row, there.step());
    if (there.number(0) >= limits::document_versions_max)
        return Error{Code::too_large, "the document has too many versions", "doc"};
    if (version.bytes.size() > limits::document_version_bytes_max)
        return Error{Code::too_large, "the document has been changed too much for versions", "doc"};
    return db
        .statement(
            "INSERT INTO document_versions (id, document, title, author, author_name, at,"
            " version) VALUES (?, ?, ?, ?, ?, ?, CAST(? AS BLOB))")
        .bind_all(std::string_view{version.id}, document, std::string_view{version.title},
                  std::string_view{version.author}, std::string_view{version.author_name},
                  std::string_view{version.at}, std::string_view{version.bytes})
        .run();
}

Status delete_version(Database& db, std::string_view id) {
    return db.statement("DELETE FROM document_versions WHERE id = ?").bind(1, id).run();
}

Json version_view(const campus::Directory& directory, const StoredVersion& version) {
    return Json{{"id", version.id},
                {"title", version.title},
                {"by", campus::person_json(directory, version.author, version.author_name)},
                {"at", version.at}};
}

}  // namespace homeroom::features::documents
