#include "campus/oneroster/load.h"

#include <fmt/format.h>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "campus/oneroster/table.h"
#include "campus/oneroster/values.h"

namespace homeroom::campus::oneroster {
namespace {

std::vector<std::string> ids_in(std::string_view cell) {
    std::vector<std::string> ids;
    for (const auto item : split_list(cell)) ids.emplace_back(item);
    return ids;
}

// Settles two rows with one id. In a delta the newer row counts, of equal ones the last; in bulk
// the first.
template <typename Record>
void settle_duplicates(Loaded<Record>& loaded, Diagnostics& diagnostics) {
    std::unordered_map<std::string_view, std::size_t> first;
    first.reserve(loaded.items.size());
    for (std::size_t i = 0; i < loaded.items.size(); ++i) {
        auto& item = loaded.items[i];
        if (item.dropped) continue;
        const auto [found, is_new] = first.emplace(item.record.id, i);
        if (is_new) continue;
        auto& other = loaded.items[found->second];
        const bool later_counts = loaded.mode == Mode::delta && item.modified >= other.modified;
        diagnostics.deviation(
            {loaded.file, item.row, "sourcedId"}, "reference.duplicate_id",
            fmt::format("{} is the id of row {} already; row {} counts", shown(item.record.id),
                        other.row, later_counts ? item.row : other.row));
        (later_counts ? other : item).dropped = true;
        // The key points into an item that stays where it is, dropped or not.
        if (later_counts) found->second = i;
    }
}

// Reads all rows. `fill` makes the record of a row that stays.
template <typename Record, typename Fill>
void load_table(Table& table, Loaded<Record>& loaded, Fill fill) {
    while (table.next()) {
        auto& item = loaded.items.emplace_back();
        item.row = table.row();
        item.removed = table.removed();
        item.modified = table.modified();
        item.record.id = table.cell(sourced_id_column);
        fill(item.record);
    }
    loaded.mode = table.mode();
    loaded.complete = table.complete();
}

class Loader {
public:
    Loader(Kind kind, std::string_view text, Mode mode, bool declared, LoadedPackage& into,
           Diagnostics& diagnostics)
        : layout_(layout_of(kind, into.version)),
          table_(text, kind, layout_, mode, declared, diagnostics),
          into_(into),
          diagnostics_(diagnostics) {}

    void load_orgs();
    void load_sessions();
    void load_courses();
    void load_classes();
    void load_users();
    void load_affiliations();
    void load_enrollments();

private:
    template <typename Record, typename Fill>
    void load(Loaded<Record>& loaded, Fill fill) {
        loaded.file = layout_.file;
        load_table(table_, loaded, fill);
        settle_duplicates(loaded, diagnostics_);
    }

    // The cell of a column, whose position is looked up once.
    auto column(std::string_view name) {
        return [this, index = column_of(layout_, name)] { return table_.cell(index); };
    }
    auto date_column(std::string_view name) {
        return [cell = column(name)] { return parse_date(cell()); };
    }

    void check_order(const std::optional<Date>& begin, const std::optional<Date>& end,
                     std::string_view name);
    void add_affiliations_of_1_1(const User& user);
    void finish_affiliations_of_1_1();

    const Layout& layout_;
    Table table_;
    LoadedPackage& into_;
    Diagnostics& diagnostics_;
};

void Loader::check_order(const std::optional<Date>& begin, const std::optional<Date>& end,
                         std::string_view name) {
    if (!begin || !end || *begin <= *end) return;
    diagnostics_.deviation({layout_.file, table_.row(), name}, "semantic.dates",
                           fmt::format("it ends on {}, before it begins on {}",
                                       homeroom::to_string(*end), homeroom::to_string(*begin)));
}

void Loader::load_orgs() {
    load(into_.orgs, [name = column("name"), type = column("type"),
                      parent = column("parentSourcedId")](Org& org) {
        org.name = name();
        org.type = type();
        org.parent = parent();
    });
}

void Loader::load_sessions() {
    load(into_.sessions, [this, title = column("title"), type = column("type"),
                          start = date_column("startDate"), end = date_column("endDate"),
                          parent = column("parentSourcedId")](AcademicSession& session) {
        session.title = title();
        session.type = type();
        session.start = start().value_or(Date{});
        session.end = end().value_or(Date{});
        session.parent = parent();
        check_order(start(), end(), "endDate");
    });
}

void Loader::load_courses() {
    load(into_.courses, [title = column("title"), code = column("courseCode"),
                         org = column("orgSourcedId")](Course& course) {
        course.title = title();
        course.code = code();
        course.org = org();
    });
}

void Loader::load_classes() {
    load(into_.classes,
         [title = column("title"), code = column("classCode"), course = column("courseSourcedId"),
          school = column("schoolSourcedId"), terms = column("termSourcedIds")](Class& one) {
             one.title = title();
             one.code = code();
             one.course = course();
             one.school = school();
             one.terms = ids_in(terms());
         });
}

void Loader::load_users() {
    load(into_.users,
         [=, this, enabled = column("enabledUser"), username = column("username"),
          given = column("givenName"), family = column("familyName"), email = column("email"),
          agents = column("agentSourcedIds"), hidden = column(opt_out_column)](User& user) {
             user.username = username();
             user.given_name = given();
             user.family_name = family();
             user.email = email();
             user.enabled = enabled() != "false";  // blank only where there is no such column
             user.agents = ids_in(agents());
             user.hidden = hidden() == "true";
             into_.tells_opt_out = table_.has(column_of(layout_, opt_out_column));
             if (into_.version == Version::v1_1 && !table_.removed()) add_affiliations_of_1_1(user);
         });
    if (into_.version == Version::v1_1) finish_affiliations_of_1_1();
}

// The role of a 1.1 user is the same in each of the orgs.
void Loader::add_affiliations_of_1_1(const User& user) {
    const Role role = role_from_text(table_.cell(column_of(layout_, "role")));
    std::unordered_set<std::string_view> seen;
    for (const std::string_view org :
         split_list(table_.cell(column_of(layout_, "orgSourcedIds")))) {
        if (!seen.insert(org).second) continue;
        auto& item = into_.affiliations.items.emplace_back();
        item.row = table_.row();
        item.modified = table_.modified();
        item.record = {.id = fmt::format("{}|{}", user.id, org),
                       .user = user.id,
                       .org = std::string{org},
                       .role = role};
    }
}

// Only those of the row that counts, where a user is there twice.
void Loader::finish_affiliations_of_1_1() {
    auto& affiliations = into_.affiliations;
    affiliations.file = layout_.file;
    affiliations.mode = into_.users.mode;
    affiliations.complete = into_.users.complete;
    std::unordered_set<std::uint32_t> dropped_rows;
    for (const auto& user : into_.users.items) {
        if (user.dropped) dropped_rows.insert(user.row);
    }
    for (auto& item : affiliations.items) item.dropped = dropped_rows.contains(item.row);
}

void Loader::load_affiliations() {
    load(into_.affiliations,
         [this, user = column("userSourcedId"), type = column("roleType"), role = column("role"),
          begin = date_column("beginDate"), end = date_column("endDate"),
          org = column("orgSourcedId")](Affiliation& one) {
             one.user = user();
             one.org = org();
             one.role = role_from_text(role());
             one.primary = type() == "primary";
             one.begin = begin();
             one.end = end();
             if (one.id.empty()) one.id = fmt::format("{}|{}|{}", user(), org(), role());
             check_order(one.begin, one.end, "endDate");
         });
}

void Loader::load_enrollments() {
    load(into_.enrollments,
         [this, class_id = column("classSourcedId"), school = column("schoolSourcedId"),
          user = column("userSourcedId"), role = column("role"), primary = column("primary"),
          begin = date_column("beginDate"), end = date_column("endDate")](Enrollment& one) {
             one.user = user();
             one.class_id = class_id();
             one.school = school();
             one.role = role_from_text(role());
             one.primary = primary() == "true";
             one.begin = begin();
             one.end = end();
             if (one.id.empty()) one.id = fmt::format("{}|{}|{}", class_id(), user(), role());
             check_order(one.begin, one.end, "endDate");
         });
}

}  // namespace

void load_file(Kind kind, std::string_view text, Mode mode, bool declared, LoadedPackage& into,
               Diagnostics& diagnostics) {
    Loader loader{kind, text, mode, declared, into, diagnostics};
    switch (kind) {
        case Kind::orgs: return loader.load_orgs();
        case Kind::academic_sessions: return loader.load_sessions();
        case Kind::courses: return loader.load_courses();
        case Kind::classes: return loader.load_classes();
        case Kind::users: return loader.load_users();
        case Kind::roles: return loader.load_affiliations();
        case Kind::enrollments: return loader.load_enrollments();
    }
}

}  // namespace homeroom::campus::oneroster
