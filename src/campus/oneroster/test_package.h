// A small valid package as texts that a test spoils, and what the reader says of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campus/oneroster/reader.h"

namespace homeroom::campus::oneroster {

class TestPackage {
public:
    std::map<std::string, std::string> files{};

    // Replaces the first occurrence, which must be there.
    TestPackage& replace(const std::string& file, std::string_view from, std::string_view to) {
        auto& text = files.at(file);
        const auto at = text.find(from);
        if (at == std::string::npos) {
            ADD_FAILURE() << file << " does not contain " << from;
        } else {
            text.replace(at, from.size(), to);
        }
        return *this;
    }
    TestPackage& append(const std::string& file, std::string_view rows) {
        files.at(file) += rows;
        return *this;
    }
    TestPackage& without(const std::string& file) {
        EXPECT_EQ(files.erase(file), 1U);
        return *this;
    }
    TestPackage& with(const std::string& file, std::string text) {
        files[file] = std::move(text);
        return *this;
    }
    // What the manifest says of a file.
    TestPackage& mode(const std::string& name, std::string_view was, std::string_view now) {
        return replace("manifest.csv", "file." + name + "," + std::string{was},
                       "file." + name + "," + std::string{now});
    }

    Reading read(Profile profile) const {
        MemorySource source{
            std::vector<std::pair<std::string, std::string>>(files.begin(), files.end())};
        return read_source(source, Diagnostics{profile});
    }
    Reading strict() const { return read(Profile::strict); }
    Reading tolerant() const { return read(Profile::tolerant); }
};

// Rows: the header is row 1, ada is row 2 of users, and so on.
inline TestPackage package_1_2() {
    return {{
        {"manifest.csv",
         "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\nfile."
         "academicSessions,bulk\r\n"
         "file.categories,absent\r\nfile.classes,bulk\r\nfile.classResources,absent\r\nfile."
         "courses,bulk\r\n"
         "file.courseResources,absent\r\nfile.demographics,absent\r\nfile.enrollments,bulk\r\n"
         "file.lineItemLearningObjectiveIds,absent\r\nfile.lineItems,absent\r\nfile."
         "lineItemScoreScales,absent\r\n"
         "file.orgs,bulk\r\nfile.resources,absent\r\nfile.resultLearningObjectiveIds,"
         "absent\r\nfile.results,absent\r\n"
         "file.resultScoreScales,absent\r\nfile.roles,bulk\r\nfile.scoreScales,absent\r\nfile."
         "userProfiles,absent\r\n"
         "file.userResources,absent\r\nfile.users,bulk\r\nsource.systemName,Test "
         "SIS\r\nsource.systemCode,test\r\n"},
        {"orgs.csv",
         "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\r\n"
         "north,,,North School,school,,district\r\n"
         "district,,,The District,district,,\r\n"},
        {"academicSessions.csv",
         "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,"
         "schoolYear\r\n"
         "year,,,The year,schoolYear,2026-08-01,2027-08-01,,2027\r\n"
         "autumn,,,Autumn,term,2026-08-01,2027-01-15,year,2027\r\n"},
        {"courses.csv",
         "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
         "orgSourcedId,subjects,"
         "subjectCodes\r\n"
         "science,,,year,Science,SCI,\"09,10\",north,,\r\n"},
        {"classes.csv",
         "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,"
         "location,schoolSourcedId,"
         "termSourcedIds,subjects,subjectCodes,periods\r\n"
         "math,,,\"Math, first\",,science,M1,scheduled,Room 1,north,\"year,autumn\",,,\r\n"},
        {"users.csv",
         "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
         "middleName,identifier,"
         "email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
         "preferredMiddleName,"
         "preferredFamilyName,primaryOrgSourcedId,pronouns\r\n"
         "ada,,,true,ada,{LDAP:12},Ada,Winter,,,ada@school.example,,,maria,09,hunter2,,,,,north,"
         "she\r\n"
         "tess,,,true,tess,,Tess,Okafor,,,,,,,,,,,,,north,\r\n"
         "maria,,,false,maria,,Maria,Winter,,,,,,,,,,,,,,\r\n"},
        {"roles.csv",
         "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
         "orgSourcedId,"
         "userProfileSourcedId\r\n"
         "r-ada,,,ada,primary,student,2026-08-01,2027-08-01,north,\r\n"
         "r-tess,,,tess,primary,principal,,,north,\r\n"
         "r-maria,,,maria,secondary,relative,,,north,\r\n"},
        {"enrollments.csv",
         "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,"
         "primary,beginDate,"
         "endDate\r\n"
         "e-ada,,,math,north,ada,student,,2026-08-15,2027-01-10\r\n"
         "e-tess,,,math,north,tess,teacher,true,,\r\n"},
    }};
}

inline TestPackage package_1_1() {
    auto package = package_1_2().without("roles.csv");
    package.files["manifest.csv"] =
        "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\nfile."
        "academicSessions,bulk\r\n"
        "file.categories,absent\r\nfile.classes,bulk\r\nfile.classResources,absent\r\nfile.courses,"
        "bulk\r\n"
        "file.courseResources,absent\r\nfile.demographics,absent\r\nfile.enrollments,bulk\r\nfile."
        "lineItems,absent\r\n"
        "file.orgs,bulk\r\nfile.resources,absent\r\nfile.results,absent\r\nfile.users,bulk\r\n";
    package.files["users.csv"] =
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
        "givenName,familyName,"
        "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\r\n"
        "ada,,,true,\"north,district\",student,ada,,Ada,Winter,,,,,,maria,09,hunter2\r\n"
        "tess,,,true,north,administrator,tess,,Tess,Okafor,,,,,,,,\r\n"
        "maria,,,true,north,parent,maria,,Maria,Winter,,,,,,,,\r\n";
    return package;
}

// "error users.csv 3 username row.required", for comparison; without what is empty.
inline std::string line_of(const Diagnostic& one) {
    std::string line = one.severity == Severity::error ? "error" : "warning";
    if (!one.file.empty()) line += " " + one.file;
    if (one.row > 0) line += " " + std::to_string(one.row);
    if (!one.column.empty()) line += " " + one.column;
    return line + " " + one.code;
}

inline std::vector<std::string> lines_of(const Reading& reading) {
    std::vector<std::string> lines;
    for (const auto& one : reading.diagnostics) lines.push_back(line_of(one));
    return lines;
}

using Lines = std::vector<std::string>;

struct Case {
    std::string what;
    TestPackage package;
    Lines strict;
    Lines tolerant;  // refused only if one of them is an error
};

inline void check(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        EXPECT_THAT(lines_of(one.package.strict()), testing::ElementsAreArray(one.strict))
            << one.what << ", strict";
        EXPECT_THAT(lines_of(one.package.tolerant()), testing::ElementsAreArray(one.tolerant))
            << one.what << ", tolerant";
        EXPECT_TRUE(one.package.strict().refused()) << one.what;
    }
}

}  // namespace homeroom::campus::oneroster
