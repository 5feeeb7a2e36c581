// For tests: a package as the reader would give it, written from records.
#pragma once

#include <string>
#include <utility>

#include "campus/oneroster/package.h"
#include "campus/roster/test_roster.h"

namespace homeroom::campus {

// The whole school, every part of it bulk: the complete truth.
inline oneroster::Package bulk_package(Directory::Records records) {
    using oneroster::Mode;
    oneroster::Package package;
    package.version = "1.2";
    package.source = "test";
    package.digest = "0123456789abcdef";
    package.orgs = {.mode = Mode::bulk, .records = std::move(records.orgs)};
    package.sessions = {.mode = Mode::bulk, .records = std::move(records.sessions)};
    package.courses = {.mode = Mode::bulk, .records = std::move(records.courses)};
    package.classes = {.mode = Mode::bulk, .records = std::move(records.classes)};
    package.users = {.mode = Mode::bulk, .records = std::move(records.users)};
    package.affiliations = {.mode = Mode::bulk, .records = std::move(records.affiliations)};
    package.enrollments = {.mode = Mode::bulk, .records = std::move(records.enrollments)};
    return package;
}

// A package that says nothing, to be filled.
inline oneroster::Package empty_package() {
    oneroster::Package package;
    package.version = "1.2";
    package.source = "test";
    package.digest = "fedcba9876543210";
    return package;
}

template <typename Record>
void take_out(std::vector<Record>& records, std::string_view id) {
    EXPECT_EQ(std::erase_if(records, [&](const Record& one) { return one.id == id; }), 1U) << id;
}

}  // namespace homeroom::campus
