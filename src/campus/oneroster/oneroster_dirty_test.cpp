// The catalogue of what is wrong with packages: each case spoils one thing of a valid one, and says
// what both profiles tell of it, completely.
#include "base/limits.h"
#include "campus/oneroster/test_package.h"

namespace homeroom::campus::oneroster {
namespace {

using Lines = std::vector<std::string>;

struct Case {
    std::string what;
    TestPackage package;
    Lines strict;
    Lines tolerant;  // refused only if one of them is an error
};

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

void check(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        EXPECT_THAT(lines_of(one.package.strict()), testing::ElementsAreArray(one.strict))
            << one.what << ", strict";
        EXPECT_THAT(lines_of(one.package.tolerant()), testing::ElementsAreArray(one.tolerant))
            << one.what << ", tolerant";
        EXPECT_TRUE(one.package.strict().refused()) << one.what;
    }
}

std::string header_of(const std::string& file) {
    const auto text = good().files.at(file);
    return text.substr(0, text.find('\r'));
}

TEST(OneRosterDirty, Manifest) {
    const std::string missing = "manifest.csv manifest.missing";
    check({
        {"no manifest",
         good().without("manifest.csv"),
         {"error " + missing},
         {"warning " + missing}},
        {"nothing at all", {}, {"error package.empty"}, {"error package.empty"}},
        {"no such version",
         good().replace("manifest.csv", "version,1.2", "version,7"),
         {"error manifest.csv 3 value manifest.version"},
         {"error manifest.csv 3 value manifest.version"}},
        {"a version by another name",
         good().replace("manifest.csv", "version,1.2", "version,v1.2"),
         {"error manifest.csv 3 value manifest.version"},
         {"warning manifest.csv 3 value manifest.version"}},
        {"another manifest version",
         good().replace("manifest.csv", "version,1.0", "version,2"),
         {"error manifest.csv 2 value manifest.version"},
         {"warning manifest.csv 2 value manifest.version"}},
        {"no version",
         good().replace("manifest.csv", "oneroster.version,1.2\r\n", ""),
         {"error manifest.csv propertyName manifest.missing_property"},
         {"warning manifest.csv propertyName manifest.missing_property"}},
        {"a file it does not name",
         good().replace("manifest.csv", "file.results,absent\r\n", ""),
         {"error manifest.csv propertyName manifest.missing_property"},
         {"warning manifest.csv propertyName manifest.missing_property"}},
        {"a property twice",
         good().replace("manifest.csv", "file.results,absent", "file.categories,absent"),
         {"error manifest.csv 18 manifest.duplicate_property",
          "error manifest.csv propertyName manifest.missing_property"},
         {"error manifest.csv 18 manifest.duplicate_property",
          "warning manifest.csv propertyName manifest.missing_property"}},
        {"a property nobody knows",
         good().append("manifest.csv", "colour,blue\r\n"),
         {"error manifest.csv 27 propertyName manifest.unknown_property"},
         {"warning manifest.csv 27 propertyName manifest.unknown_property"}},
        {"a mode that is none",
         good().mode("users", "bulk", "full"),
         {"error manifest.csv 24 value manifest.mode", "error users.csv manifest.file_unexpected"},
         {"error manifest.csv 24 value manifest.mode",
          "warning users.csv manifest.file_unexpected"}},
        {"another header",
         good().replace("manifest.csv", "propertyName", "name"),
         {"error manifest.csv 1 manifest.header"},
         {"error manifest.csv 1 manifest.header"}},
        {"capitals in the header",
         good().replace("manifest.csv", "propertyName,value", "PropertyName,Value"),
         {"error manifest.csv 1 manifest.header"},
         {"warning manifest.csv 1 manifest.header"}},
        {"a manifest that ends in a quote",
         good().append("manifest.csv", "\"x"),
         {"error manifest.csv 27 1 csv.unterminated_quote"},
         {"error manifest.csv 27 1 csv.unterminated_quote"}},
        {"an empty manifest",
         good().with("manifest.csv", ""),
         {"error manifest.csv csv.empty"},
         {"error manifest.csv csv.empty"}},
        {"a promised file that is not there",
         good().without("users.csv"),
         {"error users.csv manifest.file_missing"},
         {"error users.csv manifest.file_missing"}},
        {"a promised file that nobody needs",
         good().mode("results", "absent", "bulk"),
         {"error results.csv manifest.file_missing"},
         {"warning results.csv manifest.file_missing"}},
        {"a file that should not be there",
         good().mode("users", "bulk", "absent"),
         {"error users.csv manifest.file_unexpected"},
         {"warning users.csv manifest.file_unexpected"}},
        {"a file of no standard",
         good().with("cake.csv", "flour\r\n"),
         {"error cake.csv manifest.file_unexpected"},
         {}},
        {"capitals in a file's name",
         good().without("users.csv").with("Users.CSV", good().files["users.csv"]),
         {"error users.csv manifest.file_missing", "error Users.CSV manifest.file_unexpected"},
         {}},
        {"a file twice but for capitals",
         good().with("Users.csv", "x"),
         {"error Users.csv manifest.file_unexpected"},
         {"error users.csv package.duplicate_file"}},
    });
}

TEST(OneRosterDirty, Csv) {
    const auto broken = [](std::string what, std::string_view to, const std::string& line) {
        const Lines lines{"error orgs.csv " + line};
        return Case{std::move(what), good().replace("orgs.csv", "The District", to), lines, lines};
    };
    check({
        broken("a quote that never ends", "\"The District", "3 name csv.unterminated_quote"),
        broken("text behind a quote", "\"The\" District", "3 name csv.text_after_quote"),
        broken("a quote inside", "The \"District\"", "3 name csv.bare_quote"),
        broken("a carriage return", "The\rDistrict", "3 name csv.bare_carriage_return"),
        broken("a NUL", std::string_view{"The\0District", 12}, "3 name csv.nul"),
        broken("bytes of Latin-1", "The D\xEFstrict", "3 name csv.invalid_utf8"),
        broken("an endless field", std::string(limits::csv_field_bytes_max + 1, 'x'),
               "3 name csv.field_too_long"),
        broken("endless columns", std::string(limits::csv_columns_max, ','),
               "3 257 csv.too_many_columns"),
        {"an empty file",
         good().with("users.csv", ""),
         {"error users.csv csv.empty"},
         {"error users.csv csv.empty"}},
        {"a bulk file without rows",
         good().with("enrollments.csv", header_of("enrollments.csv") + "\r\n"),
         {"error enrollments.csv csv.no_rows"},
         {"error enrollments.csv csv.no_rows"}},
        {"a bulk file of blank rows",
         good().with("enrollments.csv", header_of("enrollments.csv") + "\r\n\r\n,,\r\n"),
         {"error enrollments.csv 2 csv.blank_row", "error enrollments.csv csv.no_rows"},
         {"warning enrollments.csv 2 csv.blank_row", "error enrollments.csv csv.no_rows"}},
        {"a delta file without rows",
         good()
             .mode("enrollments", "bulk", "delta")
             .with("enrollments.csv", header_of("enrollments.csv")),
         {"error enrollments.csv csv.no_rows"},
         {"warning enrollments.csv csv.no_rows"}},
        {"a bulk file without a good row",
         good().with("enrollments.csv",
                     header_of("enrollments.csv") + "\r\n!,,,math,north,ada,student,,,\r\n"),
         {"error enrollments.csv 2 sourcedId row.guid", "error enrollments.csv csv.no_usable_rows"},
         {"warning enrollments.csv 2 sourcedId row.guid",
          "error enrollments.csv csv.no_usable_rows"}},
        {"a blank row",
         good().append("orgs.csv", "\r\n"),
         {"error orgs.csv 4 csv.blank_row"},
         {"warning orgs.csv 4 csv.blank_row"}},
    });
}

TEST(OneRosterDirty, Headers) {
    check({
        {"a missing column",
         good().replace("users.csv", "familyName", "surname"),
         {"error users.csv 1 familyName schema.missing_header",
          "error users.csv 1 surname schema.unknown_header"},
         {"warning users.csv 1 familyName schema.missing_header",
          "warning users.csv 1 schema.unknown_header"}},
        {"a missing column of ids",
         good().replace("orgs.csv", "sourcedId", "id"),
         {"error orgs.csv 1 sourcedId schema.missing_header",
          "error orgs.csv 1 id schema.unknown_header"},
         {"error orgs.csv 1 sourcedId schema.missing_header",
          "warning orgs.csv 1 schema.unknown_header"}},
        {"enrolments without ids",
         good().replace("enrollments.csv", "sourcedId", "id"),
         {"error enrollments.csv 1 sourcedId schema.missing_header",
          "error enrollments.csv 1 id schema.unknown_header"},
         {"warning enrollments.csv 1 sourcedId schema.missing_header",
          "warning enrollments.csv 1 schema.unknown_header"}},
        {"a column twice",
         good().replace("orgs.csv", "identifier", "name"),
         {"error orgs.csv 1 name schema.duplicate_header",
          "error orgs.csv 1 identifier schema.missing_header"},
         {"error orgs.csv 1 name schema.duplicate_header"}},
        {"another order",
         good().with("orgs.csv",
                     "sourcedId,status,dateLastModified,type,name,identifier,parentSourcedId\r\n"
                     "north,,,school,North,,district\r\ndistrict,,,district,District,,\r\n"),
         {"error orgs.csv 1 type schema.header_order"},
         {}},
        {"metadata in the middle",
         good().with(
             "orgs.csv",
             "sourcedId,status,dateLastModified,name,type,metadata.x,identifier,parentSourcedId\r\n"
             "north,,,North,school,,,district\r\ndistrict,,,District,district,,,\r\n"),
         {"error orgs.csv 1 identifier schema.metadata_position",
          "error orgs.csv 1 parentSourcedId schema.metadata_position"},
         {"warning orgs.csv 1 identifier schema.metadata_position",
          "warning orgs.csv 1 parentSourcedId schema.metadata_position"}},
        {"a misspelt name",
         good().replace("orgs.csv", "dateLastModified", "dataLastModified"),
         {"error orgs.csv 1 dateLastModified schema.missing_header",
          "error orgs.csv 1 dataLastModified schema.unknown_header"},
         {"warning orgs.csv 1 dataLastModified schema.header_name"}},
        {"capitals",
         good().replace("orgs.csv", "parentSourcedId", " ParentSourcedID"),
         {"error orgs.csv 1 parentSourcedId schema.missing_header",
          "error orgs.csv 1  ParentSourcedID schema.unknown_header"},
         {"warning orgs.csv 1 ParentSourcedID schema.header_name"}},
    });
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
