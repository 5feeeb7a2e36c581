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

template <typename Record>
using ById = std::unordered_map<std::string_view, const Record*>;

template <typename Record>
ById<Record> by_id(const std::vector<Record>& records) {
    ById<Record> map;
    map.reserve(records.size());
    for (const Record& record : records) map.emplace(record.id, &record);
    return map;
}

// Compares one kind. `upserts` and `removed` get what is different.
template <typename Record>
ChangeSet::Count compare(const char* kind, const std::vector<Record>& stored, Part<Record>& part,
                         std::vector<Record>& upserts, std::vector<std::string>& removed) {
    ChangeSet::Count count{.kind = kind, .stored = stored.size()};
    if (part.mode == Mode::absent) return count;
    const auto known = by_id(stored);
    std::unordered_set<std::string_view> seen;
    seen.reserve(part.records.size());
    for (const Record& record : part.records) {
        const auto found = known.find(record.id);
        if (found != known.end()) seen.insert(found->second->id);
        if (found != known.end() && *found->second == record) continue;
        ++(found == known.end() ? count.added : count.changed);
        upserts.push_back(record);
    }
    if (part.mode == Mode::bulk) {
        for (const Record& record : stored) {
            if (!seen.contains(record.id)) removed.push_back(record.id);
        }
    } else {
        for (std::string& id : part.removed) {
            if (known.contains(id)) removed.push_back(std::move(id));
        }
    }
    count.removed = removed.size();
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

constexpr std::size_t fingerprint_bytes = 6;

std::string fingerprint(const std::string& digest, const ChangeSet& set) {
    std::string text = digest;
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

}  // namespace

bool ChangeSet::empty() const {
    return std::ranges::all_of(counts,
                               [](const Count& c) { return c.added + c.changed + c.removed == 0; });
}

ChangeSet diff(const Directory::Records& stored, oneroster::Package package,
               std::vector<oneroster::Diagnostic>& diagnostics) {
    follow_users(stored, package);
    keep_hidden(stored.users, package);
    ChangeSet set;
    auto& changes = set.changes;
    auto& upserts = changes.upserts;
    set.counts = {
        compare("orgs", stored.orgs, package.orgs, upserts.orgs, changes.removed_orgs),
        compare("academicSessions", stored.sessions, package.sessions, upserts.sessions,
                changes.removed_sessions),
        compare("courses", stored.courses, package.courses, upserts.courses,
                changes.removed_courses),
        compare("classes", stored.classes, package.classes, upserts.classes,
                changes.removed_classes),
        compare("users", stored.users, package.users, upserts.users, changes.removed_users),
        compare("roles", stored.affiliations, package.affiliations, upserts.affiliations,
                changes.removed_affiliations),
        compare("enrollments", stored.enrollments, package.enrollments, upserts.enrollments,
                changes.removed_enrollments),
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
    set.id = fingerprint(package.digest, set);
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
