#include "load/roster_package.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace homeroom::load {
namespace {

// Every file that a package can have; those that are not here are "absent".
constexpr std::array<std::string_view, 21> kinds{"academicSessions",
                                                 "categories",
                                                 "classes",
                                                 "classResources",
                                                 "courses",
                                                 "courseResources",
                                                 "demographics",
                                                 "enrollments",
                                                 "lineItemLearningObjectiveIds",
                                                 "lineItems",
                                                 "lineItemScoreScales",
                                                 "orgs",
                                                 "resources",
                                                 "resultLearningObjectiveIds",
                                                 "results",
                                                 "resultScoreScales",
                                                 "roles",
                                                 "scoreScales",
                                                 "userProfiles",
                                                 "userResources",
                                                 "users"};

constexpr std::uint32_t teacher_every = 20;

struct File {
    std::string_view kind;
    std::string text;

    template <typename... Values>
    void row(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text), format, std::forward<Values>(values)...);
        text += "\r\n";
    }
};

struct Files {
    File orgs{"orgs", {}};
    File sessions{"academicSessions", {}};
    File courses{"courses", {}};
    File classes{"classes", {}};
    File users{"users", {}};
    File roles{"roles", {}};
    File enrollments{"enrollments", {}};

    std::array<const File*, 7> all() const {
        return {&orgs, &sessions, &courses, &classes, &users, &roles, &enrollments};
    }
};

void add_heads(Files& files) {
    files.orgs.row("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId");
    files.orgs.row("north,,,North,school,,");
    files.sessions.row(
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,"
        "schoolYear");
    // A load test has no year: whenever it runs, the classes are on.
    files.sessions.row("always,,,Always,schoolYear,2000-01-01,2999-12-31,,2999");
    files.courses.row(
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
        "orgSourcedId,subjects,subjectCodes");
    files.classes.row(
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,"
        "location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods");
    files.users.row(
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
        "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,"
        "userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,"
        "preferredFamilyName,primaryOrgSourcedId,pronouns");
    files.roles.row(
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
        "orgSourcedId,userProfileSourcedId");
    files.enrollments.row(
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,"
        "primary,beginDate,endDate");
}

void add_class(Files& files, std::string_view id, std::string_view course) {
    files.courses.row("{},,,,Course {},,,north,,", course, id);
    files.classes.row("{},,,Class {},,{},,scheduled,,north,always,,,", id, id, course);
}

void add_user(Files& files, std::uint32_t i, std::string_view role) {
    files.users.row("u{},,,true,u{},,Given{},Family{},,,,,,,,,,,,,,,", i, i, i, i);
    files.roles.row("r{},,,u{},primary,{},,,north,", i, i, role);
}

Status write(const std::filesystem::path& folder, std::string_view name, std::string_view text) {
    const auto path = folder / fmt::format("{}.csv", name);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file.good())
        return Error{Code::internal, fmt::format("cannot write {}", path.string()), "folder"};
    return Ok{};
}

std::string manifest(const Files& files) {
    File manifest{"manifest", {}};
    manifest.row("propertyName,value");
    manifest.row("manifest.version,1.0");
    manifest.row("oneroster.version,1.2");
    for (const std::string_view kind : kinds) {
        const auto all = files.all();
        const bool there = std::any_of(all.begin(), all.end(),
                                       [&](const File* file) { return file->kind == kind; });
        manifest.row("file.{},{}", kind, there ? "bulk" : "absent");
    }
    manifest.row("source.systemName,Homeroom bench");
    manifest.row("source.systemCode,bench");
    return std::move(manifest.text);
}

}  // namespace

Result<RosterPackage> write_roster(const std::filesystem::path& folder, const RosterSize& size) {
    if (size.users == 0 || size.users > roster_users_max)
        return Error{Code::invalid, fmt::format("--users must be 1 to {}", roster_users_max),
                     "users"};
    std::error_code error;
    if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error))
        return Error{Code::invalid,
                     fmt::format("{} is not empty; give a new folder", folder.string()), "folder"};
    if (size.lecture != UINT32_MAX && size.lecture > size.users)
        return Error{Code::invalid, "--lecture must be at most as many as --users", "lecture"};
    if (size.class_size == 0) return Error{Code::invalid, "--class-size must be at least 1"};
    Files files;
    add_heads(files);
    const std::uint32_t classes = (size.users - 1) / size.class_size + 1;
    for (std::uint32_t i = 0; i < classes; ++i) {
        for (const char kind : {'a', 'b'}) {
            const std::string id = fmt::format("{}{}", kind, i);
            add_class(files, id, fmt::format("course-{}", id));
        }
    }
    const std::uint32_t listeners = std::min(size.lecture, size.users);
    if (listeners > 0) add_class(files, "lecture", "lectures");

    RosterPackage package{.users = size.users, .classes = 2 * classes + (listeners > 0 ? 1 : 0)};
    for (std::uint32_t i = 0; i < size.users; ++i) {
        const std::string_view role = i % teacher_every == 0 ? "teacher" : "student";
        add_user(files, i, role);
        const auto enrol = [&](std::string_view in) {
            files.enrollments.row("e{},,,{},north,u{},{},,,", package.enrollments++, in, i, role);
        };
        enrol(fmt::format("a{}", i / size.class_size));
        enrol(fmt::format("b{}", i % classes));
        if (i < listeners) enrol("lecture");
    }

    std::filesystem::create_directories(folder, error);
    if (error)
        return Error{Code::internal,
                     fmt::format("cannot make {}: {}", folder.string(), error.message()), "folder"};
    for (const File* file : files.all()) TRY_OK(write(folder, file->kind, file->text));
    TRY_OK(write(folder, "manifest", manifest(files)));
    return package;
}

}  // namespace homeroom::load
