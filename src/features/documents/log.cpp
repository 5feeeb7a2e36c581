#include "features/documents/log.h"

#include <utility>
#include <vector>

#include "features/documents/history.h"
#include "features/documents/limits.h"
#include "features/documents/rules.h"
#include "yjs/compact.h"
#include "yjs/merge.h"
#include "yjs/update.h"

namespace homeroom::features::documents {
namespace {

using store::Database;

// Stored updates, taken apart; each points into its bytes.
class Stored {
public:
    Status add(std::string_view bytes, const yjs::DecodeLimits& limits) {
        bytes_.push_back(std::make_unique<std::string>(bytes));
        TRY(auto update, yjs::decode_update(*bytes_.back(), limits));
        updates_.push_back(std::move(update));
        return Ok{};
    }
    const std::vector<yjs::Update>& updates() const { return updates_; }

private:
    std::vector<std::unique_ptr<std::string>> bytes_{};
    std::vector<yjs::Update> updates_{};
};

struct Snapshot {
    std::int64_t through = 0;
    bool keeps_deleted = false;
    std::string bytes{};
};

Result<std::optional<Snapshot>> load_snapshot(Database& db, const std::string& part) {
    auto select =
        db.statement("SELECT through, keeps_deleted, bytes FROM document_snapshots WHERE part = ?");
    select.bind(1, std::string_view{part});
    TRY(const bool found, select.step());
    if (!found) return std::optional<Snapshot>{};
    return std::optional<Snapshot>{
        Snapshot{select.number(0), select.number(1) != 0, std::string{select.text(2)}}};
}

// Calls `take` with the sequence and bytes of each update behind `after`, in order.
template <typename Take>
Status each_update(Database& db, const std::string& part, std::int64_t after, const Take& take) {
    auto select = db.statement(
        "SELECT sequence, bytes FROM document_updates WHERE part = ? AND sequence > ?"
        " ORDER BY sequence");
    select.bind_all(std::string_view{part}, after);
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return Ok{};
        TRY_OK(take(select.number(0), select.text(1)));
    }
}

struct SnapshotHead {
    std::int64_t through = 0;  // 0: there is none
    bool keeps_deleted = false;
};
Result<SnapshotHead> snapshot_head(Database& db, const std::string& part) {
    auto select =
        db.statement("SELECT through, keeps_deleted FROM document_snapshots WHERE part = ?");
    select.bind(1, std::string_view{part});
    TRY(const bool found, select.step());
    return found ? SnapshotHead{select.number(0), select.number(1) != 0} : SnapshotHead{};
}

Result<std::int64_t> snapshot_through(Database& db, const std::string& part) {
    TRY(const auto head, snapshot_head(db, part));
    return head.through;
}

// Whether a snapshot that was made of everything up to `through` would be an earlier one again. It
// would not where that keeps what no version needs any more.
bool is_as_small(const SnapshotHead& head, std::int64_t through, bool keeps_deleted) {
    return head.through > through ||
           (head.through == through && (keeps_deleted || !head.keeps_deleted));
}

Status take_in(Part& state, std::int64_t sequence, std::string_view bytes,
               const yjs::Update& update) {
    state.known.add(update);
    state.through = sequence;
    state.bytes += bytes.size();
    state.structs += update.structs.size();
    state.stretches = state.known.structs().ranges().size() + state.known.deleted().ranges().size();
    state.was_written = state.updates_behind > 0;
    return Ok{};
}

Status take_behind(Database& db, const std::string& part, Part& state) {
    return each_update(db, part, state.through,
                       [&](std::int64_t sequence, std::string_view bytes) -> Status {
                           TRY(const auto update, yjs::decode_update(bytes, yjs::document_limits));
                           ++state.updates_behind;
                           return take_in(state, sequence, bytes, update);
                       });
}

Status load_into(Database& db, const std::string& part, Part& state) {
    state.known = {};
    state.through = 0;
    state.bytes = state.snapshot_bytes = state.updates_behind = state.structs = 0;
    state.stretches = 0;
    state.was_written = false;
    TRY(const auto snapshot, load_snapshot(db, part));
    if (snapshot) {
        TRY(const auto update, yjs::decode_update(snapshot->bytes, yjs::document_limits));
        TRY_OK(take_in(state, snapshot->through, snapshot->bytes, update));
        state.snapshot_bytes = snapshot->bytes.size();
    }
    return take_behind(db, part, state);
}

// What is known stays the same; it takes less.
Status count_anew(Database& db, const std::string& part, const Compacted& compacted, Part& state) {
    TRY_OK(catch_up(db, part, state));
    auto select = db.statement(
        "SELECT count(*), coalesce(sum(length(bytes)), 0), coalesce(sum(structs), 0)"
        " FROM document_updates WHERE part = ?");
    select.bind(1, std::string_view{part});
    TRY([[maybe_unused]] const bool row, select.step());
    state.updates_behind = static_cast<std::size_t>(select.number(0));
    state.snapshot_bytes = compacted.bytes.size();
    state.bytes = state.snapshot_bytes + static_cast<std::size_t>(select.number(1));
    state.structs = compacted.structs + static_cast<std::size_t>(select.number(2));
    state.was_written = state.updates_behind > 0;
    state.rests = false;
    return Ok{};
}

Result<bool> has_versions(Database& db, const std::string& part) {
    const auto name = parse_name(part);
    if (!name || name->comments) return false;
    auto select = db.statement("SELECT 1 FROM document_versions WHERE document = ? LIMIT 1");
    select.bind(1, std::string_view{name->document});
    return select.step();
}

}  // namespace

bool Part::wants_compaction() const {
    constexpr std::size_t rest = 2'000;
    if (rests && updates_behind % rest != 0) return false;
    const std::size_t behind = bytes - snapshot_bytes;
    const bool enough = behind >= limits::document_compacted_bytes ||
                        updates_behind >= limits::document_compacted_updates;
    // A large document is written anew less often.
    return enough && (behind >= snapshot_bytes / 8 ||
                      updates_behind >= limits::document_updates_behind_max / 2);
}

Result<std::shared_ptr<Part>> load_part(Database& db, const std::string& part) {
    auto state = std::make_shared<Part>();
    TRY_OK(load_into(db, part, *state));
    return state;
}

// What was not counted is taken for as many as its bytes may be.
Result<StoredSize> stored_size(Database& db, const std::string& part) {
    constexpr std::int64_t struct_bytes_min = 4;
    auto select = db.statement(
        "SELECT (SELECT coalesce(sum(length(bytes)), 0) FROM document_updates WHERE part = ?1)"
        " + coalesce((SELECT length(bytes) FROM document_snapshots WHERE part = ?1), 0),"
        " (SELECT coalesce(sum(structs), 0) FROM document_updates WHERE part = ?1) + coalesce("
        "(SELECT coalesce(structs, length(bytes) / ?2) FROM document_snapshots WHERE part = ?1), "
        "0)");
    select.bind_all(std::string_view{part}, struct_bytes_min);
    TRY([[maybe_unused]] const bool row, select.step());
    return StoredSize{static_cast<std::size_t>(select.number(0)),
                      static_cast<std::size_t>(select.number(1))};
}

Result<std::int64_t> last_sequence(Database& db, const std::string& part) {
    auto select = db.statement(
        "SELECT max(coalesce((SELECT max(sequence) FROM document_updates WHERE part = ?1), 0),"
        " coalesce((SELECT through FROM document_snapshots WHERE part = ?1), 0))");
    select.bind(1, std::string_view{part});
    TRY([[maybe_unused]] const bool row, select.step());
    return select.number(0);
}

Status catch_up(Database& db, const std::string& part, Part& state) {
    TRY(const auto last, last_sequence(db, part));
    if (last == state.through) return Ok{};
    TRY(const auto snapshot, snapshot_through(db, part));
    // Ahead of what was stored; or what it lacks is in a snapshot by now.
    if (last < state.through || snapshot > state.through) return load_into(db, part, state);
    return take_behind(db, part, state);
}

Status append_update(store::Transaction& transaction, const std::string& part, Part& state,
                     const std::string& bytes, const yjs::Update& update) {
    const bool fits = state.bytes + bytes.size() <= limits::document_bytes_max &&
                      state.structs + update.structs.size() <= yjs::document_limits.structs_max &&
                      state.stretches + update.blocks.size() + update.deleted.size() <=
                          limits::document_stretches_max &&
                      state.updates_behind < limits::document_updates_behind_max;
    if (!fits) return Error{Code::too_large, "the document is full", "doc"};
    const std::int64_t sequence = state.through + 1;
    TRY_OK(transaction.db()
               .statement("INSERT INTO document_updates (part, sequence, structs, bytes)"
                          " VALUES (?, ?, ?, CAST(? AS BLOB))")
               .bind_all(std::string_view{part}, sequence,
                         static_cast<std::int64_t>(update.structs.size()), std::string_view{bytes})
               .run());
    ++state.updates_behind;
    return take_in(state, sequence, bytes, update);
}

Result<Whole> load_whole(Database& db, const std::string& part, const Whole& earlier) {
    TRY(const auto last, last_sequence(db, part));
    if (earlier.bytes && earlier.sequence == last) return earlier;
    Stored stored;
    TRY(const auto through, snapshot_through(db, part));
    std::int64_t after = 0;
    if (earlier.bytes && earlier.sequence < last && through <= earlier.sequence) {
        TRY_OK(stored.add(*earlier.bytes, yjs::document_limits));
        after = earlier.sequence;
    } else {
        TRY(const auto snapshot, load_snapshot(db, part));
        if (snapshot) {
            TRY_OK(stored.add(snapshot->bytes, yjs::document_limits));
            after = snapshot->through;
        }
    }
    TRY_OK(each_update(db, part, after, [&](std::int64_t, std::string_view bytes) {
        return stored.add(bytes, yjs::document_limits);
    }));
    return Whole{last, std::make_shared<const std::string>(yjs::merge(stored.updates()))};
}

Result<std::string> load_clean(Database& db, const std::string& part) {
    TRY(const auto whole, load_whole(db, part, {}));
    TRY(const auto update, yjs::decode_update(*whole.bytes, yjs::document_limits));
    return yjs::compact({&update, 1}, yjs::DeletedContent::dropped);
}

Status insert_snapshot(store::Transaction& transaction, const std::string& part,
                       const std::string& bytes, std::size_t structs) {
    return transaction.db()
        .statement(
            "INSERT INTO document_snapshots (part, through, keeps_deleted, bytes, structs)"
            " VALUES (?, 1, 0, CAST(? AS BLOB), ?)")
        .bind_all(std::string_view{part}, std::string_view{bytes},
                  static_cast<std::int64_t>(structs))
        .run();
}

Result<std::optional<Compacted>> compact_part(Database& db, const std::string& part) {
    Compacted compacted;
    TRY(compacted.through, last_sequence(db, part));
    TRY(compacted.keeps_deleted, has_versions(db, part));
    TRY(const auto snapshot, load_snapshot(db, part));
    Stored stored;
    if (snapshot) {
        if (is_as_small({snapshot->through, snapshot->keeps_deleted}, compacted.through,
                        compacted.keeps_deleted))
            return std::optional<Compacted>{};
        TRY_OK(stored.add(snapshot->bytes, yjs::document_limits));
    }
    TRY_OK(each_update(db, part, snapshot ? snapshot->through : 0,
                       [&](std::int64_t, std::string_view bytes) {
                           return stored.add(bytes, yjs::document_limits);
                       }));
    if (stored.updates().empty()) return std::optional<Compacted>{};
    using yjs::DeletedContent;
    compacted.bytes = yjs::compact(
        stored.updates(), compacted.keeps_deleted ? DeletedContent::kept : DeletedContent::dropped);
    // What could not be read again must not take the place of what can.
    const auto read_again = yjs::decode_update(compacted.bytes, yjs::document_limits);
    if (!read_again.ok()) return std::optional<Compacted>{};
    compacted.structs = read_again->structs.size();
    return std::optional<Compacted>{std::move(compacted)};
}

Result<bool> replace_snapshot(store::Transaction& transaction, const std::string& part,
                              const Compacted& compacted, Part* state) {
    Database& db = transaction.db();
    TRY(const auto last, last_sequence(db, part));
    TRY(const auto head, snapshot_head(db, part));
    TRY(const bool keeps, has_versions(db, part));
    // Deleted meanwhile; compacted twice; or there is a version now that needs what was deleted.
    if (last < compacted.through || keeps != compacted.keeps_deleted ||
        is_as_small(head, compacted.through, keeps))
        return false;
    TRY_OK(db.statement("INSERT INTO document_snapshots (part, through, keeps_deleted, bytes,"
                        " structs) VALUES (?, ?, ?, CAST(? AS BLOB), ?) ON CONFLICT (part) DO"
                        " UPDATE SET through = excluded.through, structs = excluded.structs,"
                        " keeps_deleted = excluded.keeps_deleted, bytes = excluded.bytes")
               .bind_all(std::string_view{part}, compacted.through, std::int64_t{keeps},
                         std::string_view{compacted.bytes},
                         static_cast<std::int64_t>(compacted.structs))
               .run());
    TRY_OK(db.statement("DELETE FROM document_updates WHERE part = ? AND sequence <= ?")
               .bind_all(std::string_view{part}, compacted.through)
               .run());
    TRY_OK(forget_idle_clients(transaction, part));
    if (!keeps) db.clean_log_soon();  // it has what was deleted
    if (state != nullptr) TRY_OK(count_anew(db, part, compacted, *state));
    return true;
}

Result<std::vector<std::string>> uncompacted_parts(Database& db, std::string_view after,
                                                   std::size_t limit) {
    auto select = db.statement(
        "SELECT part FROM (SELECT DISTINCT part FROM document_updates WHERE part > ?1"
        "  ORDER BY part LIMIT ?2)"
        " UNION SELECT part FROM document_snapshots WHERE keeps_deleted = 1 AND part > ?1 AND"
        "  NOT EXISTS (SELECT 1 FROM document_versions WHERE document = part)"
        " ORDER BY part LIMIT ?2");
    select.bind_all(after, static_cast<std::int64_t>(limit));
    std::vector<std::string> parts;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return parts;
        parts.emplace_back(select.text(0));
    }
}

}  // namespace homeroom::features::documents
