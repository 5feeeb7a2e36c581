// The catalogue of what is wrong with packages, second part: rows, values and references.
#include "campus/oneroster/test_package.h"

namespace homeroom::campus::oneroster {
namespace {

TestPackage good() {
    return package_1_2();
}

TestPackage delta_users() {
    return good()
        .mode("users", "bulk", "delta")
        .replace("users.csv", "ada,,", "ada,active,2026-09-01T10:00:00Z")
        .replace("users.csv", "tess,,", "tess,active,2026-09-01T10:00:00Z")
        .replace("users.csv", "maria,,", "maria,active,2026-09-01T10:00:00Z");
}

// One value replaced; both profiles tell it at the same place, with what follows from it.
Case value(std::string what, const std::string& file, std::string_view from, std::string_view to,
           const std::string& line, Lines more = {}) {
    Lines tolerant{line};
    tolerant.insert(tolerant.end(), more.begin(), more.end());
    Lines strict = tolerant;
    for (auto& one : strict) one = "error " + one;
    for (auto& one : tolerant) one = "warning " + one;
    return {std::move(what), good().replace(file, from, to), std::move(strict),
            std::move(tolerant)};
}

TEST(OneRosterDirty, Values) {
    check({
        value("blank username", "users.csv", "true,ada", "true,",
              "users.csv 2 username row.required"),
        value("blank id", "users.csv", "tess,,,", ",,,", "users.csv 3 sourcedId row.required",
              {"roles.csv 3 userSourcedId reference.missing_target",
               "enrollments.csv 3 userSourcedId reference.missing_target"}),
        value("blank role", "enrollments.csv", "ada,student", "ada,",
              "enrollments.csv 2 role row.required"),
        value("an id with a blank", "orgs.csv", "district,,,", "dis trict,,,",
              "orgs.csv 3 sourcedId row.guid",
              {"orgs.csv 2 parentSourcedId reference.missing_target"}),
        value("capitals in a boolean", "users.csv", "ada,,,true", "ada,,,TRUE",
              "users.csv 2 enabledUser row.boolean"),
        value("no boolean", "users.csv", "ada,,,true", "ada,,,maybe",
              "users.csv 2 enabledUser row.boolean"),
        value("no role", "enrollments.csv", "ada,student", "ada,emperor",
              "enrollments.csv 2 role row.enum"),
        value("no org type", "orgs.csv", "North School,school", "North School,castle",
              "orgs.csv 2 type row.enum", {"classes.csv 2 schoolSourcedId semantic.org_type"}),
        value("a date with time", "enrollments.csv", "2026-08-15", "2026-08-15 08:00:00",
              "enrollments.csv 2 beginDate row.date"),
        value("an American date", "enrollments.csv", "2027-01-10", "1/10/2027",
              "enrollments.csv 2 endDate row.date"),
        value("no date", "enrollments.csv", "2027-01-10", "soon",
              "enrollments.csv 2 endDate row.date"),
        {"a day that is none",
         good().replace("academicSessions.csv", "2027-01-15", "2027-02-30"),
         {"error academicSessions.csv 3 endDate row.date"},
         {"warning academicSessions.csv 3 endDate row.date",
          "warning classes.csv 2 termSourcedIds reference.missing_target"}},
        {"a list with a bad id",
         good().replace("classes.csv", "\"year,autumn\"", "\"year,au tumn\""),
         {"error classes.csv 2 termSourcedIds row.guid",
          "error classes.csv 2 termSourcedIds reference.missing_target"},
         {"warning classes.csv 2 termSourcedIds row.guid"}},
        value("a line break in a name", "users.csv", "Winter,,,ada@", "\"Win\nter\",,,ada@",
              "users.csv 2 familyName row.control_character"),
        value("an escape sequence", "orgs.csv", "North School", "\x1b[31mNorth",
              "orgs.csv 2 name row.control_character"),
        value("an endless name", "orgs.csv", "North School", std::string(2'000, 'n'),
              "orgs.csv 2 name row.too_long"),
        {"a row too short",
         good().replace("orgs.csv", "The District,district,,", "The District,district"),
         {"error orgs.csv 3 row.columns",
          "error orgs.csv 2 parentSourcedId reference.missing_target"},
         {"warning orgs.csv 3 row.columns"}},
        value("a row too long", "orgs.csv", "The District", "The, District",
              "orgs.csv 3 row.columns", {"orgs.csv 2 parentSourcedId reference.missing_target"}),
    });
}

TEST(OneRosterDirty, ValuesThatOnlyTheStandardMinds) {
    check({
        {"no year",
         good().replace("academicSessions.csv", "year,2027", "year,next"),
         {"error academicSessions.csv 3 schoolYear row.year"},
         {}},
        {"no user ids",
         good().replace("users.csv", "{LDAP:12}", "LDAP:12"),
         {"error users.csv 2 userIds row.user_ids"},
         {}},
        {"no class type",
         good().replace("classes.csv", "scheduled", "lecture"),
         {"error classes.csv 2 classType row.enum"},
         {}},
        {"blanks around",
         good().replace("roles.csv", "r-ada,,,ada", " r-ada ,,,ada"),
         {"error roles.csv 2 sourcedId row.guid"},
         {}},
    });
}

TEST(OneRosterDirty, StatusAndTime) {
    const std::string status = "users.csv 2 status row.forbidden_in_bulk";
    check({
        {"a status in bulk",
         good().replace("users.csv", "ada,,", "ada,active,"),
         {"error " + status},
         {"warning " + status}},
        {"a time in bulk",
         good().replace("users.csv", "ada,,", "ada,,2026-09-01T10:00:00Z"),
         {"error users.csv 2 dateLastModified row.forbidden_in_bulk"},
         {}},
        {"no status in delta",
         delta_users().replace("users.csv", "ada,active", "ada,"),
         {"error users.csv 2 status row.required_in_delta"},
         {"warning users.csv 2 status row.required_in_delta"}},
        {"no time in delta",
         delta_users().replace("users.csv", "ada,active,2026-09-01T10:00:00Z", "ada,active,"),
         {"error users.csv 2 dateLastModified row.required_in_delta"},
         {"warning users.csv 2 dateLastModified row.required_in_delta"}},
        {"no time at all in delta",
         delta_users().replace("users.csv", "2026-09-01T10:00:00Z", "yesterday"),
         {"error users.csv 2 dateLastModified row.date_time"},
         {"warning users.csv 2 dateLastModified row.date_time",
          "warning users.csv 2 dateLastModified row.required_in_delta"}},
        {"a plain day in delta",
         delta_users().replace("users.csv", "2026-09-01T10:00:00Z", "2026-09-01"),
         {"error users.csv 2 dateLastModified row.date_time"},
         {"warning users.csv 2 dateLastModified row.date_time"}},
        {"another status",
         delta_users().replace("users.csv", "ada,active", "ada,inactive"),
         {"error users.csv 2 status row.enum"},
         {"warning users.csv 2 status row.enum"}},
    });
}

TEST(OneRosterDirty, ReferencesAndMeaning) {
    const auto missing = [](const std::string& place) {
        return place + " reference.missing_target";
    };
    check({
        value("no such user", "enrollments.csv", "north,ada", "north,nobody",
              missing("enrollments.csv 2 userSourcedId")),
        value("no such class", "enrollments.csv", "math,north,ada", "art,north,ada",
              missing("enrollments.csv 2 classSourcedId")),
        value("no such school", "enrollments.csv", "math,north,ada", "math,south,ada",
              missing("enrollments.csv 2 schoolSourcedId")),
        value("no such course", "classes.csv", "science", "arts",
              missing("classes.csv 2 courseSourcedId")),
        value("no such term", "classes.csv", "year,autumn", "year,spring",
              missing("classes.csv 2 termSourcedIds")),
        value("no such org of a course", "courses.csv", "north", "south",
              missing("courses.csv 2 orgSourcedId")),
        value("no such org of a class", "classes.csv", "north", "south",
              missing("classes.csv 2 schoolSourcedId")),
        value("no such org of a role", "roles.csv", "2027-08-01,north", "2027-08-01,south",
              missing("roles.csv 2 orgSourcedId")),
        value("no such user of a role", "roles.csv", "r-ada,,,ada", "r-ada,,,nobody",
              missing("roles.csv 2 userSourcedId")),
        value("no such agent", "users.csv", ",maria,09", ",nobody,09",
              missing("users.csv 2 agentSourcedIds")),
        value("no such parent", "orgs.csv", ",district\r", ",nowhere\r",
              missing("orgs.csv 2 parentSourcedId")),
        value("no such year", "academicSessions.csv", ",year,2027", ",decade,2027",
              missing("academicSessions.csv 3 parentSourcedId")),
        value("an id twice", "roles.csv", "r-tess", "r-ada",
              "roles.csv 3 sourcedId reference.duplicate_id"),
        value("orgs in a circle", "orgs.csv", ",district,,\r", ",district,,north\r",
              "orgs.csv 3 parentSourcedId semantic.cycle"),
        value("an org below itself", "orgs.csv", ",district,,\r", ",district,,district\r",
              "orgs.csv 3 parentSourcedId semantic.cycle"),
        value("a class of no school", "classes.csv", "Room 1,north", "Room 1,district",
              "classes.csv 2 schoolSourcedId semantic.org_type"),
        value("an end before the beginning", "enrollments.csv", "2027-01-10", "2026-01-10",
              "enrollments.csv 2 endDate semantic.dates"),
        value("two primary roles", "roles.csv", "tess,primary,principal,,,north,\r\n",
              "tess,primary,principal,,,north,\r\nr-2,,,tess,primary,teacher,,,north,\r\n",
              "roles.csv 4 roleType semantic.several_primary_roles"),
    });
}

}  // namespace
}  // namespace homeroom::campus::oneroster
