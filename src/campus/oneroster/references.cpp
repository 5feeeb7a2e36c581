#include "campus/oneroster/references.h"

#include <fmt/format.h>
#include <string>
#include <unordered_set>

namespace homeroom::campus::oneroster {
namespace {

template <typename Record>
class Targets {
public:
    explicit Targets(const Loaded<Record>& loaded)
        : file_(loaded.file), known_(loaded.is_whole_truth()) {
        if (known_) by_id_ = staying_by_id(loaded);
    }

    // Whether it is missing for certain.
    bool lacks(std::string_view id) const { return known_ && !by_id_.contains(id); }
    const Record* find(std::string_view id) const {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : &found->second->record;
    }
    std::string_view file() const { return file_; }

private:
    std::string_view file_;
    bool known_;
    std::unordered_map<std::string_view, const typename Loaded<Record>::Item*> by_id_{};
};

class ReferenceCheck {
public:
    ReferenceCheck(LoadedPackage& package, Diagnostics& diagnostics)
        : package_(package), diagnostics_(diagnostics) {}

    void check() {
        check_parents(package_.orgs);
        check_parents(package_.sessions);
        const Targets orgs{package_.orgs};
        check_courses(orgs);
        check_classes(orgs);
        check_agents();
        const Targets users{package_.users};
        check_affiliations(users, orgs);
        check_enrollments(users, orgs);
    }

private:
    template <typename Record, typename Check>
    static void for_each(Loaded<Record>& loaded, Check check) {
        for (auto& item : loaded.items) {
            if (!item.dropped && !item.removed) check(item);
        }
    }

    template <typename Target>
    void tell(const Place& place, const std::string& id, const Targets<Target>& targets,
              std::string_view effect) {
        const auto words = fmt::format("{} is not in {}", shown(id), targets.file());
        diagnostics_.deviation(
            place, "reference.missing_target",
            diagnostics_.strict() ? words : fmt::format("{}; {}", words, effect));
    }

    // The record means nothing without it.
    template <typename Item, typename Target>
    void need(std::string_view file, Item& item, std::string_view column, const std::string& id,
              const Targets<Target>& targets) {
        if (item.dropped || !targets.lacks(id)) return;
        tell({file, item.row, column}, id, targets, "the row is skipped");
        item.dropped = true;
    }

    // The record does without it.
    template <typename Item, typename Target>
    void want(std::string_view file, const Item& item, std::string_view column, std::string& id,
              const Targets<Target>& targets) {
        if (id.empty() || !targets.lacks(id)) return;
        tell({file, item.row, column}, id, targets, "the value is skipped");
        id.clear();
    }

    template <typename Item, typename Target>
    void want_each(std::string_view file, const Item& item, std::string_view column,
                   std::vector<std::string>& ids, const Targets<Target>& targets) {
        std::erase_if(ids, [&](const std::string& id) {
            if (!targets.lacks(id)) return false;
            tell({file, item.row, column}, id, targets, "it is left out");
            return true;
        });
    }

    template <typename Record>
    void check_parents(Loaded<Record>& loaded);
    template <typename Record>
    void check_cycles(Loaded<Record>& loaded);
    void check_courses(const Targets<Org>& orgs);
    void check_classes(const Targets<Org>& orgs);
    void check_agents();
    void check_affiliations(const Targets<User>& users, const Targets<Org>& orgs);
    void check_enrollments(const Targets<User>& users, const Targets<Org>& orgs);

    LoadedPackage& package_;
    Diagnostics& diagnostics_;
};

template <typename Record>
void ReferenceCheck::check_parents(Loaded<Record>& loaded) {
    const Targets parents{loaded};
    for_each(loaded, [&](auto& item) {
        want(loaded.file, item, "parentSourcedId", item.record.parent, parents);
    });
    check_cycles(loaded);
}

// Follows each record's parents until one that is known to end; whoever comes back to a record of
// its own walk closes a cycle, and is cut off there.
template <typename Record>
void ReferenceCheck::check_cycles(Loaded<Record>& loaded) {
    using Item = typename Loaded<Record>::Item;
    std::unordered_map<std::string_view, Item*> by_id;
    for_each(loaded, [&](Item& item) { by_id.emplace(item.record.id, &item); });
    std::unordered_map<const Item*, std::size_t> walks;
    std::size_t walk = 0;
    for_each(loaded, [&](Item& start) {
        ++walk;
        Item* at = &start;
        while (at != nullptr && walks.emplace(at, walk).second) {
            const auto parent = by_id.find(at->record.parent);
            if (parent == by_id.end()) return;
            Item* next = parent->second;
            if (const auto seen = walks.find(next); seen != walks.end() && seen->second == walk) {
                diagnostics_.deviation({loaded.file, at->row, "parentSourcedId"}, "semantic.cycle",
                                       fmt::format("{} is below {} itself",
                                                   shown(at->record.parent), shown(at->record.id)));
                at->record.parent.clear();
                return;
            }
            at = next;
        }
    });
}

void ReferenceCheck::check_courses(const Targets<Org>& orgs) {
    for_each(package_.courses, [&](auto& item) {
        want(package_.courses.file, item, "orgSourcedId", item.record.org, orgs);
    });
}

void ReferenceCheck::check_classes(const Targets<Org>& orgs) {
    const Targets courses{package_.courses};
    const Targets sessions{package_.sessions};
    const auto file = package_.classes.file;
    Diagnostics::Seen no_school;
    for_each(package_.classes, [&](auto& item) {
        want(file, item, "courseSourcedId", item.record.course, courses);
        want(file, item, "schoolSourcedId", item.record.school, orgs);
        want_each(file, item, "termSourcedIds", item.record.terms, sessions);
        const Org* school = orgs.find(item.record.school);
        if (school == nullptr || school->type == "school") return;
        diagnostics_.once(
            no_school, {file, item.row, "schoolSourcedId"}, "semantic.org_type",
            fmt::format("{} is no school but {}", shown(school->id), shown(school->type)));
    });
    diagnostics_.tell_count(no_school);
}

void ReferenceCheck::check_agents() {
    const Targets users{package_.users};
    for_each(package_.users, [&](auto& item) {
        want_each(package_.users.file, item, "agentSourcedIds", item.record.agents, users);
    });
}

void ReferenceCheck::check_affiliations(const Targets<User>& users, const Targets<Org>& orgs) {
    const bool of_users = package_.version == Version::v1_1;
    const std::string_view org_column = of_users ? "orgSourcedIds" : "orgSourcedId";
    const auto file = package_.affiliations.file;
    std::unordered_set<std::string> primaries;
    for_each(package_.affiliations, [&](auto& item) {
        need(file, item, of_users ? "sourcedId" : "userSourcedId", item.record.user, users);
        need(file, item, org_column, item.record.org, orgs);
        if (item.dropped || !item.record.primary) return;
        if (!primaries.insert(item.record.user + "|" + item.record.org).second) {
            diagnostics_.deviation({file, item.row, "roleType"}, "semantic.several_primary_roles",
                                   fmt::format("user {} has several primary roles in {}",
                                               shown(item.record.user), shown(item.record.org)));
        }
    });
}

void ReferenceCheck::check_enrollments(const Targets<User>& users, const Targets<Org>& orgs) {
    const Targets classes{package_.classes};
    const auto file = package_.enrollments.file;
    for_each(package_.enrollments, [&](auto& item) {
        need(file, item, "classSourcedId", item.record.class_id, classes);
        need(file, item, "userSourcedId", item.record.user, users);
        want(file, item, "schoolSourcedId", item.record.school, orgs);
    });
}

}  // namespace

void check_references(LoadedPackage& package, Diagnostics& diagnostics) {
    ReferenceCheck{package, diagnostics}.check();
}

}  // namespace homeroom::campus::oneroster
