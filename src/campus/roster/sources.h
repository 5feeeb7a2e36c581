// Several sources of one roster: who has the say over a record.
//
// Each record has a claim: the source that wrote it last, or that took it away and means it. A
// source may change what it claims itself or a lower one does; what a higher one claims it can
// neither change nor remove nor bring back. A record without a claim is from before there were
// several sources: whoever comes first has it. docs/decisions/0016-roster-stream.md says why.
//
// With no list of sources there is one: whoever comes last is right, and no claims are kept.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "campus/roster/directory.h"
#include "campus/roster/record_kind.h"
#include "store/store.h"

namespace homeroom::campus {

inline constexpr std::string_view rest_source = "rest";  // edits by the platform's back end
inline constexpr std::size_t sources_max = 8;
inline constexpr std::size_t source_name_characters_max = 32;

// 1 to 32 characters of a-z 0-9 - _.
bool is_source_name(std::string_view name);

// The sources by their rank. A plain value.
class Precedence {
public:
    Precedence() = default;
    explicit Precedence(std::vector<std::string> highest_first)
        : names_(std::move(highest_first)) {}

    bool has_several() const { return !names_.empty(); }
    const std::vector<std::string>& names() const { return names_; }
    bool knows(std::string_view name) const;
    bool is_lowest(std::string_view name) const;
    // An owner who is in the list no more has no say.
    bool may_change(std::string_view source, std::string_view owner) const;
    // Under which name a package is imported: the one asked for, or the only one that there is
    // beside REST. Empty where there is one source only.
    Result<std::string> of_import(std::string_view asked) const;

private:
    std::vector<std::string> names_{};
};

struct Claim {
    std::string source{};
    bool removed = false;  // it says that there is no such record
    bool operator==(const Claim&) const = default;
};

// "sis", "-sis" for a removal, "" for none: as an import keeps them.
std::string claim_text(const std::optional<Claim>& claim);
std::optional<Claim> claim_from_text(std::string_view text);

struct ClaimChange {
    RecordKind kind{};
    std::string id{};
    std::optional<Claim> claim{};  // none: nobody claims it any more
};

class Claims {
public:
    static Result<Claims> load(store::Database& db);
    void add(RecordKind kind, std::string id, Claim claim);
    const Claim* find(RecordKind kind, const std::string& id) const;

private:
    std::unordered_map<std::string, Claim> of_[record_kind_names.size()]{};
};

Result<std::optional<Claim>> load_claim(store::Database& db, RecordKind kind, std::string_view id);
Status save_claims(store::Database& db, const std::vector<ClaimChange>& changes,
                   std::string_view at);

// What a source may do with a record, by its claim.
class Say {
public:
    // One source: everything.
    Say() = default;
    Say(const Precedence& precedence, const Claims& claims, std::string source)
        : precedence_(&precedence), claims_(&claims), source_(std::move(source)) {}

    bool keeps_claims() const { return precedence_ != nullptr; }
    const std::string& source() const { return source_; }
    bool may_write(RecordKind kind, const std::string& id) const;
    // Because it says so itself.
    bool may_remove(RecordKind kind, const std::string& id) const { return may_write(kind, id); }
    // Because it says nothing of it any more: its own alone.
    bool may_let_go(RecordKind kind, const std::string& id) const;
    // Who holds it back.
    std::string_view holder(RecordKind kind, const std::string& id) const;
    const Claim* claim(RecordKind kind, const std::string& id) const;
    // The claim once it has written the record, or removed it. Only the lowest leaves none behind:
    // nobody could bring the record back against its word.
    Claim written() const { return {source_, false}; }
    std::optional<Claim> removed() const;

private:
    const Precedence* precedence_ = nullptr;
    const Claims* claims_ = nullptr;
    std::string source_{};
};

// One edit, in the transaction that makes it: refuses (`conflict`) what a higher source claims,
// else writes the claims down.
Status claim_edit(store::Transaction& transaction, const Precedence& precedence,
                  std::string_view source, const Directory::Changes& changes);

// A source that brings back what a higher one took away longer ago is believed.
inline constexpr std::chrono::hours removals_claimed_for{24 * 400};
// Drops claims on what is gone (`removed`) that are older than `before` (RFC 3339), at most
// `rows_max`.
Status drop_old_claims(store::Database& db, std::string_view before, std::int64_t rows_max);

}  // namespace homeroom::campus
