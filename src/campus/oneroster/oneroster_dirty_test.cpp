// The catalogue of what is wrong with packages, first part: manifest, CSV and header rows. Each
// case spoils one thing of a valid package, and says what both profiles tell of it, completely.
#include "base/limits.h"
#include "campus/oneroster/test_package.h"

namespace homeroom::campus::oneroster {
namespace {

TestPackage good() {
    return package_1_2();
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

}  // namespace
}  // namespace homeroom::campus::oneroster
