#include "features/documents/history.h"

#include <algorithm>

#include "base/clock.h"
#include "features/documents/limits.h"

namespace homeroom::features::documents {
namespace {

using store::Database;
using store::Transaction;

std::int64_t as_row(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

// Whether what began then still goes on.
bool goes_on(std::string_view ended_at, std::string_view now) {
    const auto end = parse_rfc3339(ended_at);
    const auto at = parse_rfc3339(now);
    return end && at && *at - *end <= limits::document_edit_joined;
}

Status note_one(Transaction& transaction, const std::string& part, const yjs::IdRange& range) {
    Database& db = transaction.db();
    const std::string_view at = transaction.at();
    auto select = db.statement(
        "SELECT row, until, ended_at FROM document_edits WHERE part = ? AND client = ? AND"
        " first < ? ORDER BY first DESC LIMIT 1");
    select.bind_all(std::string_view{part}, as_row(range.client), as_row(range.clock));
    TRY(const bool found, select.step());
    if (found && select.number(1) == as_row(range.clock) && goes_on(select.text(2), at))
        return db.statement("UPDATE document_edits SET until = ?, ended_at = ? WHERE row = ?")
            .bind_all(as_row(range.end()), at, select.number(0))
            .run();
    return db
        .statement(
            "INSERT INTO document_edits (part, client, first, until, began_at, ended_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?5)")
        .bind_all(std::string_view{part}, as_row(range.client), as_row(range.clock),
                  as_row(range.end()), at)
        .run();
}

std::string delete_set_of(std::vector<yjs::IdRange> ranges) {
    std::string bytes;
    yjs::append_delete_set(bytes, yjs::IdSet{std::move(ranges)}.ranges());
    return bytes;
}

Result<std::vector<yjs::IdRange>> ranges_of(std::string_view bytes) {
    yjs::Reader reader{bytes};
    auto ranges = yjs::read_delete_set(reader, yjs::document_limits);
    if (reader.failed()) return reader.error();
    return ranges;
}

Status require_few_clients(Database& db, const std::string& part, const std::string& user) {
    auto own = db.statement("SELECT count(*) FROM document_clients WHERE user = ? AND part = ?");
    own.bind_all(std::string_view{user}, std::string_view{part});
    TRY([[maybe_unused]] const bool row, own.step());
    if (own.number(0) >= limits::document_clients_per_user_max)
        return Error{Code::too_large, "you have too many client ids in this document", "doc"};
    auto all = db.statement("SELECT count(*) FROM document_clients WHERE part = ?");
    all.bind(1, std::string_view{part});
    TRY([[maybe_unused]] const bool other_row, all.step());
    if (all.number(0) >= limits::document_clients_max)
        return Error{Code::too_large, "the document has too many client ids", "doc"};
    return Ok{};
}

Status insert_client(Transaction& transaction, const std::string& part,
                     const campus::Principal& who, yjs::ClientId client) {
    return transaction.db()
        .statement(
            "INSERT INTO document_clients (part, client, user, name, since)"
            " VALUES (?, ?, ?, ?, ?)")
        .bind_all(std::string_view{part}, as_row(client), std::string_view{who.user},
                  std::string_view{who.name}, std::string_view{transaction.at()})
        .run();
}

}  // namespace

Result<std::optional<Author>> author_of(Database& db, const std::string& part,
                                        yjs::ClientId client) {
    auto select =
        db.statement("SELECT user, name FROM document_clients WHERE part = ? AND client = ?");
    select.bind_all(std::string_view{part}, as_row(client));
    TRY(const bool found, select.step());
    if (!found) return std::optional<Author>{};
    return std::optional<Author>{Author{std::string{select.text(0)}, std::string{select.text(1)}}};
}

Status claim_client(Transaction& transaction, const std::string& part, const campus::Principal& who,
                    yjs::ClientId client) {
    TRY(const auto author, author_of(transaction.db(), part, client));
    if (author && author->user == who.user) return Ok{};
    if (author)
        return Error{Code::forbidden, "this client id is somebody else's; take a new one",
                     "client"};
    TRY_OK(require_few_clients(transaction.db(), part, who.user));
    return insert_client(transaction, part, who, client);
}

Status claim_clients(Transaction& transaction, const std::string& part,
                     const campus::Principal& who, const yjs::Update& document) {
    constexpr auto most = static_cast<std::size_t>(limits::document_clients_per_user_max);
    if (document.blocks.size() > most / 2)
        return Error{Code::too_large, "too many have written it", "client"};
    for (const yjs::Block& block : document.blocks)
        TRY_OK(insert_client(transaction, part, who, block.client));
    return Ok{};
}

Status forget_idle_clients(Transaction& transaction, const std::string& part) {
    const auto now = parse_rfc3339(transaction.at());
    const std::string before = to_rfc3339(now.value_or(wall_now()) - std::chrono::hours{48});
    return transaction.db()
        .statement(
            "DELETE FROM document_clients WHERE part = ?1 AND since < ?2 AND NOT EXISTS"
            " (SELECT 1 FROM document_edits AS edit WHERE edit.part = ?1 AND"
            "  edit.client = document_clients.client)")
        .bind_all(std::string_view{part}, std::string_view{before})
        .run();
}

Status note_written(Transaction& transaction, const std::string& part,
                    const std::vector<yjs::IdRange>& ranges) {
    const yjs::IdSet joined{ranges};
    for (const yjs::IdRange& range : joined.ranges()) TRY_OK(note_one(transaction, part, range));
    return Ok{};
}

Status note_deleted(Transaction& transaction, const std::string& part, const campus::Principal& who,
                    const std::vector<yjs::IdRange>& ranges) {
    if (ranges.empty()) return Ok{};
    Database& db = transaction.db();
    const std::string_view at = transaction.at();
    auto select = db.statement(
        "SELECT row, user, ended_at, ranges FROM document_deletions WHERE part = ?"
        " ORDER BY row DESC LIMIT 1");
    select.bind(1, std::string_view{part});
    TRY(const bool found, select.step());
    const bool continues = found && select.text(1) == who.user && goes_on(select.text(2), at) &&
                           select.text(3).size() < limits::document_deletion_bytes_max;
    if (!continues) {
        return db
            .statement(
                "INSERT INTO document_deletions (part, user, name, began_at, ended_at,"
                " ranges) VALUES (?1, ?2, ?3, ?4, ?4, CAST(?5 AS BLOB))")
            .bind_all(std::string_view{part}, std::string_view{who.user},
                      std::string_view{who.name}, at, std::string_view{delete_set_of(ranges)})
            .run();
    }
    TRY(auto all, ranges_of(select.text(3)));
    all.insert(all.end(), ranges.begin(), ranges.end());
    return db
        .statement(
            "UPDATE document_deletions SET ended_at = ?, ranges = CAST(? AS BLOB) WHERE row = ?")
        .bind_all(at, std::string_view{delete_set_of(std::move(all))}, select.number(0))
        .run();
}

Result<std::optional<Edit>> edit_with(Database& db, const std::string& part, const yjs::Id& id) {
    auto select = db.statement(
        "SELECT first, until, began_at, ended_at FROM document_edits WHERE part = ? AND"
        " client = ? AND first <= ? ORDER BY first DESC LIMIT 1");
    select.bind_all(std::string_view{part}, as_row(id.client), as_row(id.clock));
    TRY(const bool found, select.step());
    if (!found || select.number(1) <= as_row(id.clock)) return std::optional<Edit>{};
    const auto first = static_cast<yjs::Clock>(select.number(0));
    return std::optional<Edit>{
        Edit{.range = {id.client, first, static_cast<yjs::Clock>(select.number(1)) - first},
             .began_at = std::string{select.text(2)},
             .ended_at = std::string{select.text(3)}}};
}

Result<std::vector<Deletion>> load_deletions(Database& db, const std::string& part,
                                             std::int64_t before, std::size_t limit) {
    auto select = db.statement(
        "SELECT row, user, name, began_at, ended_at, ranges FROM document_deletions"
        " WHERE part = ? AND row < ? ORDER BY row DESC LIMIT ?");
    select.bind_all(std::string_view{part}, before, static_cast<std::int64_t>(limit) + 1);
    std::vector<Deletion> deletions;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return deletions;
        Deletion one{.row = select.number(0),
                     .by = {std::string{select.text(1)}, std::string{select.text(2)}},
                     .began_at = std::string{select.text(3)},
                     .ended_at = std::string{select.text(4)}};
        TRY(one.ranges, ranges_of(select.text(5)));
        deletions.push_back(std::move(one));
    }
}

}  // namespace homeroom::features::documents
