#include "campus/roster/change_set.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/hash.h"
#include "base/hex.h"
#include "base/limits.h"

namespace homeroom::campus {
namespace {

using oneroster::Mode;
using oneroster::Part;

constexpr std::size_t held_told_max = 20;  // of each kind; the count has them all

// What the source of a package may say, and what it said in vain.
class Hold {
public:
    Hold(const Say& say, std::vector<oneroster::Diagnostic>& diagnostics,
         std::vector<ClaimChange>& claims)
        : say_(say), diagnostics_(diagnostics), claims_(claims) {}

    // Whether a record of the package is left out: it is another's, or names one that a higher
    // source has taken away. Told where that makes a difference.
    template <typename Record>
    bool takes(RecordKind kind, const Record& record, const Record* stored) {
        const bool is_anothers = !say_.may_write(kind, record.id);
        if (!is_anothers && !names_absent(record)) return false;
        if (stored == nullptr) absent(kind).insert(record.id);
        if (stored != nullptr && *stored == record) return true;
        tell(kind, record.id,
             is_anothers ? std::string{say_.holder(kind, record.id)}
                         : std::string{"a higher source"});
        return true;
    }
    bool takes_removal(RecordKind kind, const std::string& id) {
        if (say_.may_remove(kind, id)) return false;
        tell(kind, id, std::string{say_.holder(kind, id)});
        return true;
    }
    bool may_let_go(RecordKind kind, const std::string& id) const {
        return say_.may_let_go(kind, id);
    }

    void wrote(RecordKind kind, const std::string& id) {
        if (!say_.keeps_claims()) return;
        const Claim* claim = say_.claim(kind, id);
        if (claim == nullptr || *claim != say_.written())
            claims_.push_back({kind, id, say_.written()});
    }
    void removed(RecordKind kind, const std::string& id) {
        if (say_.keeps_claims()) claims_.push_back({kind, id, say_.removed()});
    }
    // How many of the kind that is compared now; begins anew.
    std::size_t take_count() { return std::exchange(count_, 0); }

private:
    std::unordered_set<std::string>& absent(RecordKind kind) {
        return absent_[static_cast<std::size_t>(kind)];
    }
    bool names_absent(const Org&) { return false; }
    bool names_absent(const AcademicSession&) { return false; }
    bool names_absent(const Course&) { return false; }
    bool names_absent(const User&) { return false; }
    bool names_absent(const Class& one) { return is_taken_away(RecordKind::org, one.school); }
    bool names_absent(const Affiliation& one) {
        return is_taken_away(RecordKind::user, one.user) || is_taken_away(RecordKind::org, one.org);
    }
    bool names_absent(const Enrollment& one) {
        return is_taken_away(RecordKind::user, one.user) ||
               is_taken_away(RecordKind::class_record, one.class_id);
    }
    // By a higher source; also where this package does not have it.
    bool is_taken_away(RecordKind kind, const std::string& id) {
        if (absent(kind).contains(id)) return true;
        const Claim* claim = say_.claim(kind, id);
        return claim != nullptr && claim->removed && !say_.may_write(kind, id);
    }
    void tell(RecordKind kind, const std::string& id, const std::string& holder) {
        if (++count_ > held_told_max || diagnostics_.size() >= 2 * limits::diagnostics_max) return;
        diagnostics_.push_back(
            {.severity = oneroster::Severity::warning,
             .file = std::string{to_string(kind)} + ".csv",
             .code = "source.held",
             .message = fmt::format("record {} stays as it is: it is {}'s to change", id, holder)});
    }

    const Say& say_;
    std::vector<oneroster::Diagnostic>& diagnostics_;
    std::vector<ClaimChange>& claims_;
    std::unordered_set<std::string> absent_[record_kind_names.size()]{};
    std::size_t count_ = 0;
};

// Compares one kind. `upserts` and `removed` get what is different.
template <typename Record>
ChangeSet::Count compare(RecordKind kind, const std::vector<Record>& stored, Part<Record>& part,
                         Hold& hold, std::vector<Record>& upserts,
                         std::vector<std::string>& removed) {
    ChangeSet::Count count{.kind = std::string{to_string(kind)}, .stored = stored.size()};
    if (part.mode == Mode::absent) return count;
    const auto known = by_id(stored);
    std::unordered_set<std::string_view> seen;
    seen.reserve(part.records.size());
    for (const Record& record : part.records) {
        const auto found = known.find(record.id);
        const Record* const before = found == known.end() ? nullptr : found->second;
        if (before != nullptr) seen.insert(before->id);
        if (hold.takes(kind, record, before)) continue;
        hold.wrote(kind, record.id);
        if (before != nullptr && *before == record) continue;
        ++(before == nullptr ? count.added : count.changed);
        upserts.push_back(record);
    }
    if (part.mode == Mode::bulk) {
        for (const Record& record : stored) {
            if (!seen.contains(record.id) && hold.may_let_go(kind, record.id))
                removed.push_back(record.id);
        }
    } else {
        for (std::string& id : part.removed) {
            if (known.contains(id) && !hold.takes_removal(kind, id))
                removed.push_back(std::move(id));
        }
    }
    for (const std::string& id : removed) hold.removed(kind, id);
    count.removed = removed.size();
    count.held = hold.take_count();
    return count;
}

// What a package does not tell must not show anybody.
void keep_hidden(const std::vector<User>& stored, oneroster::Package& package) {
    if (package.tells_opt_out) return;
    const auto known = by_id(stored);
    for (User& user : package.users.records) {
        const auto found = known.find(user.id);
        user.hidden = found != known.end() && found->second->hidden;
    }
}

// 1.1 knows affiliations only as columns of users: those of each user in the package are replaced
// as a whole.
void follow_users(const Directory::Records& stored, oneroster::Package& package) {
    if (!package.affiliations_come_with_users) return;
    if (package.users.mode != Mode::delta) {
        package.affiliations.mode = package.users.mode;
        return;
    }
    package.affiliations.mode = Mode::delta;
    std::unordered_set<std::string_view> users;
    std::unordered_set<std::string_view> kept;
    for (const User& user : package.users.records) users.insert(user.id);
    for (const Affiliation& affiliation : package.affiliations.records) kept.insert(affiliation.id);
    for (const Affiliation& affiliation : stored.affiliations) {
        if (users.contains(affiliation.user) && !kept.contains(affiliation.id)) {
            package.affiliations.removed.push_back(affiliation.id);
        }
    }
}

// What hangs on a removed record goes with it, unless this very set writes it anew elsewhere.
template <typename Record, typename HangsOn>
void cascade(const std::vector<Record>& stored, const std::vector<Record>& upserts,
             std::vector<std::string>& removed, HangsOn hangs_on) {
    std::unordered_set<std::string_view> gone{removed.begin(), removed.end()};
    const auto written = by_id(upserts);
    std::vector<std::string> more;
    for (const Record& record : stored) {
        if (!gone.contains(record.id) && !written.contains(record.id) && hangs_on(record))
            more.push_back(record.id);
    }
    removed.insert(removed.end(), more.begin(), more.end());
}

// The ids that exist once the set is applied.
template <typename Record>
std::unordered_set<std::string> ids_after(const std::vector<Record>& stored,
                                          const std::vector<Record>& upserts,
                                          const std::vector<std::string>& removed) {
    std::unordered_set<std::string> ids;
    for (const Record& record : stored) ids.insert(record.id);
    for (const std::string& id : removed) ids.erase(id);
    for (const Record& record : upserts) ids.insert(record.id);
    return ids;
}

void report_missing(std::vector<oneroster::Diagnostic>& diagnostics, const char* file,
                    const char* column, const std::string& record, const std::string& target) {
    // Above what the reader may have filled with warnings: an error must never go missing, or the
    // package is applied.
    if (diagnostics.size() >= 2 * limits::diagnostics_max) return;
    diagnostics.push_back({.severity = oneroster::Severity::error,
                           .file = file,
                           .column = column,
                           .code = "reference.missing_target",
                           .message = fmt::format(
                               "record {} names \"{}\", which is neither in the package nor stored",
                               record, target)});
}

constexpr std::size_t fingerprint_bytes = 6;

}  // namespace

void check_references(const Directory::Records& stored, const ChangeSet& set,
                      std::vector<oneroster::Diagnostic>& diagnostics) {
    const auto& changes = set.changes;
    const auto users = ids_after(stored.users, changes.upserts.users, changes.removed_users);
    const auto classes =
        ids_after(stored.classes, changes.upserts.classes, changes.removed_classes);
    const auto orgs = ids_after(stored.orgs, changes.upserts.orgs, changes.removed_orgs);
    for (const Enrollment& one : changes.upserts.enrollments) {
        if (!users.contains(one.user))
            report_missing(diagnostics, "enrollments.csv", "userSourcedId", one.id, one.user);
        if (!classes.contains(one.class_id)) {
            report_missing(diagnostics, "enrollments.csv", "classSourcedId", one.id, one.class_id);
        }
    }
    for (const Affiliation& one : changes.upserts.affiliations) {
        if (!users.contains(one.user))
            report_missing(diagnostics, "roles.csv", "userSourcedId", one.id, one.user);
        if (!orgs.contains(one.org))
            report_missing(diagnostics, "roles.csv", "orgSourcedId", one.id, one.org);
    }
    for (const Class& one : changes.upserts.classes) {
        if (!one.school.empty() && !orgs.contains(one.school)) {
            report_missing(diagnostics, "classes.csv", "schoolSourcedId", one.id, one.school);
        }
    }
}

std::string change_set_id(std::string_view digest, const ChangeSet& set) {
    std::string text{digest};
    for (const auto& count : set.counts) {
        fmt::format_to(std::back_inserter(text), "\n{} {} {} {}", count.kind, count.added,
                       count.changed, count.removed);
    }
    for (const auto* list : {&set.changes.removed_users, &set.changes.removed_classes,
                             &set.changes.removed_enrollments, &set.changes.removed_orgs}) {
        for (const std::string& id : *list) text.append(1, '\n').append(id);
    }
    return to_hex(sha256(text).substr(0, fingerprint_bytes));
}

bool ChangeSet::empty() const {
    return std::ranges::all_of(counts,
                               [](const Count& c) { return c.added + c.changed + c.removed == 0; });
}

ChangeSet diff(const Directory::Records& stored, oneroster::Package package,
               std::vector<oneroster::Diagnostic>& diagnostics, const Say& say) {
    follow_users(stored, package);
    keep_hidden(stored.users, package);
    ChangeSet set;
    auto& changes = set.changes;
    auto& upserts = changes.upserts;
    Hold hold{say, diagnostics, set.claims};
    set.counts = {
        compare(RecordKind::org, stored.orgs, package.orgs, hold, upserts.orgs,
                changes.removed_orgs),
        compare(RecordKind::session, stored.sessions, package.sessions, hold, upserts.sessions,
                changes.removed_sessions),
        compare(RecordKind::course, stored.courses, package.courses, hold, upserts.courses,
                changes.removed_courses),
        compare(RecordKind::class_record, stored.classes, package.classes, hold, upserts.classes,
                changes.removed_classes),
        compare(RecordKind::user, stored.users, package.users, hold, upserts.users,
                changes.removed_users),
        compare(RecordKind::affiliation, stored.affiliations, package.affiliations, hold,
                upserts.affiliations, changes.removed_affiliations),
        compare(RecordKind::enrollment, stored.enrollments, package.enrollments, hold,
                upserts.enrollments, changes.removed_enrollments),
    };
    const std::unordered_set<std::string_view> users{changes.removed_users.begin(),
                                                     changes.removed_users.end()};
    const std::unordered_set<std::string_view> classes{changes.removed_classes.begin(),
                                                       changes.removed_classes.end()};
    const std::unordered_set<std::string_view> orgs{changes.removed_orgs.begin(),
                                                    changes.removed_orgs.end()};
    cascade(stored.enrollments, upserts.enrollments, changes.removed_enrollments,
            [&](const Enrollment& one) {
                return users.contains(one.user) || classes.contains(one.class_id);
            });
    cascade(
        stored.affiliations, upserts.affiliations, changes.removed_affiliations,
        [&](const Affiliation& one) { return users.contains(one.user) || orgs.contains(one.org); });
    set.counts[5].removed = changes.removed_affiliations.size();
    set.counts[6].removed = changes.removed_enrollments.size();
    check_references(stored, set, diagnostics);
    set.id = change_set_id(package.digest, set);
    return set;
}

Status guard(const ChangeSet& set, const GuardPolicy& policy) {
    for (const auto& count : set.counts) {
        const bool is_org = count.kind == "orgs";
        const bool watched = is_org || count.kind == "users" || count.kind == "classes" ||
                             count.kind == "enrollments";
        if (!watched || count.removed == 0) continue;
        const double share = static_cast<double>(count.removed) /
                             static_cast<double>(std::max<std::size_t>(count.stored, 1));
        const bool few =
            count.removed <= policy.removed_always_allowed && count.removed < count.stored;
        if (!is_org && (few || share <= policy.removed_share_max)) continue;
        return Error{
            Code::conflict,
            fmt::format(
                "this would remove {} of {} {} ({:.0f} %); nothing was applied. If that is meant, "
                "repeat it with --approve",
                count.removed, count.stored, count.kind, share * 100)};
    }
    return Ok{};
}

}  // namespace homeroom::campus
