#include "campus/roster/sources.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "campus/roster/roster_store.h"

namespace homeroom::campus {

bool is_source_name(std::string_view name) {
    return !name.empty() && name.size() <= source_name_characters_max &&
           std::ranges::all_of(name,
                               [](char c) {
                                   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                          c == '-' || c == '_';
                               }) &&
           name.front() != '-';
}

// --- Precedence ----------------------------------------------------------------------------------

bool Precedence::knows(std::string_view name) const {
    return std::ranges::find(names_, name) != names_.end();
}

bool Precedence::is_lowest(std::string_view name) const {
    return names_.empty() || names_.back() == name;
}

bool Precedence::may_change(std::string_view source, std::string_view owner) const {
    const auto of_owner = std::ranges::find(names_, owner);
    return of_owner == names_.end() || std::ranges::find(names_, source) <= of_owner;
}

Result<std::string> Precedence::of_import(std::string_view asked) const {
    if (!has_several()) {
        if (asked.empty()) return std::string{};
        return Error{Code::invalid,
                     "roster.sources names no sources, so an import has no name of its own",
                     "source"};
    }
    std::vector<std::string> of_imports = names_;
    std::erase(of_imports, rest_source);
    if (asked.empty() && of_imports.size() == 1) return of_imports.front();
    if (std::ranges::find(of_imports, asked) != of_imports.end()) return std::string{asked};
    return Error{Code::invalid,
                 fmt::format("the source of an import is one of: {}", fmt::join(of_imports, ", ")),
                 "source"};
}

// --- Claims --------------------------------------------------------------------------------------

std::string claim_text(const std::optional<Claim>& claim) {
    if (!claim) return {};
    return claim->removed ? "-" + claim->source : claim->source;
}

std::optional<Claim> claim_from_text(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const bool removed = text.front() == '-';
    return Claim{std::string{text.substr(removed ? 1 : 0)}, removed};
}

void Claims::add(RecordKind kind, std::string id, Claim claim) {
    of_[static_cast<std::size_t>(kind)].insert_or_assign(std::move(id), std::move(claim));
}

const Claim* Claims::find(RecordKind kind, const std::string& id) const {
    const auto& claims = of_[static_cast<std::size_t>(kind)];
    const auto found = claims.find(id);
    return found == claims.end() ? nullptr : &found->second;
}

Result<Claims> Claims::load(store::Database& db) {
    Claims claims;
    auto select = db.statement("SELECT kind, id, source, removed FROM roster_claims");
    while (true) {
        TRY(const bool found, select.step());
        if (!found) return claims;
        const auto kind = select.number(0);
        if (kind < 0 || kind >= static_cast<std::int64_t>(record_kind_names.size())) continue;
        claims.add(static_cast<RecordKind>(kind), std::string{select.text(1)},
                   {std::string{select.text(2)}, select.number(3) != 0});
    }
}

Result<std::optional<Claim>> load_claim(store::Database& db, RecordKind kind, std::string_view id) {
    auto select =
        db.statement("SELECT source, removed FROM roster_claims WHERE kind = ? AND id = ?");
    select.bind_all(static_cast<std::int64_t>(kind), id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Claim>{};
    return std::optional{Claim{std::string{select.text(0)}, select.number(1) != 0}};
}

Status save_claims(store::Database& db, const std::vector<ClaimChange>& changes,
                   std::string_view at) {
    for (const ClaimChange& one : changes) {
        const auto kind = static_cast<std::int64_t>(one.kind);
        const std::string_view id = one.id;
        if (one.claim) {
            TRY_OK(db.statement("INSERT OR REPLACE INTO roster_claims (kind, id, source, removed, "
                                "at) VALUES (?, ?, ?, ?, ?)")
                       .bind_all(kind, id, std::string_view{one.claim->source},
                                 std::int64_t{one.claim->removed}, at)
                       .run());
        } else {
            TRY_OK(db.statement("DELETE FROM roster_claims WHERE kind = ? AND id = ?")
                       .bind_all(kind, id)
                       .run());
        }
    }
    return Ok{};
}

Status drop_old_claims(store::Database& db, std::string_view before, std::int64_t rows_max) {
    return db
        .statement(
            "DELETE FROM roster_claims WHERE (kind, id) IN (SELECT kind, id FROM "
            "roster_claims WHERE removed = 1 AND at < ? LIMIT ?)")
        .bind_all(before, rows_max)
        .run();
}

// --- What a source may do ------------------------------------------------------------------------

const Claim* Say::claim(RecordKind kind, const std::string& id) const {
    return claims_ == nullptr ? nullptr : claims_->find(kind, id);
}

bool Say::may_write(RecordKind kind, const std::string& id) const {
    const Claim* owner = claim(kind, id);
    return owner == nullptr || precedence_->may_change(source_, owner->source);
}

bool Say::may_let_go(RecordKind kind, const std::string& id) const {
    if (!keeps_claims()) return true;
    const Claim* owner = claim(kind, id);
    return owner != nullptr && owner->source == source_;
}

std::string_view Say::holder(RecordKind kind, const std::string& id) const {
    const Claim* owner = claim(kind, id);
    return owner == nullptr ? std::string_view{} : std::string_view{owner->source};
}

std::optional<Claim> Say::removed() const {
    if (precedence_->is_lowest(source_)) return std::nullopt;
    return Claim{source_, true};
}

namespace {

// The claims of one edit, kind by kind.
class Edit {
public:
    Edit(store::Database& db, const Precedence& precedence, std::string_view source)
        : db_(db), precedence_(precedence), source_(source) {}

    template <typename Record>
    Status one_kind(RecordKind kind, const std::vector<Record>& upserts,
                    const std::vector<std::string>& removed) {
        for (const Record& one : upserts) {
            TRY([[maybe_unused]] const bool claimed, check(kind, one.id));
            claims.push_back({kind, one.id, Claim{std::string{source_}, false}});
        }
        for (const std::string& id : removed) {
            TRY(const bool claimed, check(kind, id));
            TRY(const auto stored, find_record<Record>(db_, id));
            if (!claimed && !stored) continue;  // removing what is not there changes nothing
            // The lowest needs no word behind it: nobody could bring it back against its will.
            if (precedence_.is_lowest(source_)) {
                claims.push_back({kind, id, std::nullopt});
            } else {
                claims.push_back({kind, id, Claim{std::string{source_}, true}});
            }
        }
        return Ok{};
    }

    std::vector<ClaimChange> claims{};

private:
    // Whether anybody claims it; an Error if somebody higher does.
    Result<bool> check(RecordKind kind, const std::string& id) {
        TRY(const auto owner, load_claim(db_, kind, id));
        if (!owner || precedence_.may_change(source_, owner->source)) return owner.has_value();
        return Error{Code::conflict,
                     fmt::format("{} {} is {}'s to change, which comes before {} in roster.sources",
                                 to_string(kind), id, owner->source, source_)};
    }

    store::Database& db_;
    const Precedence& precedence_;
    std::string_view source_;
};

}  // namespace

Status claim_edit(store::Transaction& transaction, const Precedence& precedence,
                  std::string_view source, const Directory::Changes& changes) {
    if (!precedence.has_several()) return Ok{};
    Edit edit{transaction.db(), precedence, source};
    Status status{Ok{}};
    for_each_kind(changes, [&](RecordKind kind, const auto& upserts, const auto& removed) {
        if (status.ok()) status = edit.one_kind(kind, upserts, removed);
    });
    TRY_OK(std::move(status));
    return save_claims(transaction.db(), edit.claims, transaction.at());
}

}  // namespace homeroom::campus
