#include "api/roster_query.h"

#include <gtest/gtest.h>

namespace homeroom::api {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

RosterQuery query(const Parameters& parameters) {
    auto read = RosterQuery::read(parameters);
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
    return read.ok() ? *read : RosterQuery{};
}

std::string refusal(const Parameters& parameters) {
    const auto read = RosterQuery::read(parameters);
    return read.ok() ? "" : read.error().field;
}

bool takes(const char* filter, const char* record) {
    return query({{"filter", filter}}).takes(Json::parse(record));
}

TEST(RosterQuery, IsAPlainPageIfNothingElseIsAskedFor) {
    const auto usual = query({});
    EXPECT_TRUE(usual.is_plain());
    EXPECT_EQ(usual.limit(), 100);
    EXPECT_EQ(usual.offset(), 0);
    const auto page = query({{"limit", "1000"}, {"offset", "7"}, {"orderBy", "asc"}});
    EXPECT_TRUE(page.is_plain());
    EXPECT_EQ(page.limit(), 1000);
    EXPECT_EQ(page.offset(), 7);
    EXPECT_FALSE(query({{"orderBy", "desc"}}).is_plain());
}

TEST(RosterQuery, RefusesWhatItCannotRead) {
    EXPECT_EQ(refusal({{"limit", "0"}}), "limit");
    EXPECT_EQ(refusal({{"limit", "1001"}}), "limit");
    EXPECT_EQ(refusal({{"offset", "-1"}}), "offset");
    EXPECT_EQ(refusal({{"orderBy", "up"}}), "orderBy");
    EXPECT_EQ(refusal({{"sort", "a;b"}}), "sort");
    EXPECT_EQ(refusal({{"fitler", "role='x'"}}), "fitler");
    for (const char* filter : {"", "role", "role=student", "role='a", "='a'", "role=='a'",
                               "role='a' AND ", "role='a' XOR role='b'"}) {
        EXPECT_EQ(refusal({{"filter", filter}}), "filter") << filter;
    }
}

TEST(RosterQuery, ComparesTextsIntoObjectsAndLists) {
    const char* record = R"({"role":"student","primary":true,"user":{"sourcedId":"Ada"},
                             "roles":[{"role":"aide"},{"role":"parent"}],"name":"B"})";
    EXPECT_TRUE(takes("role='student'", record));
    EXPECT_TRUE(takes("role='STUDENT'", record));
    EXPECT_FALSE(takes("role!='student'", record));
    EXPECT_TRUE(takes("primary='true'", record));
    EXPECT_TRUE(takes("user.sourcedId='ada'", record));
    EXPECT_TRUE(takes("roles.role='parent'", record));
    EXPECT_FALSE(takes("roles.role='teacher'", record));
    EXPECT_FALSE(takes("nothing='x'", record));
    EXPECT_TRUE(takes("nothing!='x'", record));
    EXPECT_TRUE(takes("name>'a'", record));
    EXPECT_FALSE(takes("name<'a'", record));
    EXPECT_TRUE(takes("name>='b'", record));
    EXPECT_TRUE(takes("name<='b'", record));
    EXPECT_TRUE(takes("role~'tud'", record));
    EXPECT_TRUE(takes("role='student' AND name='b'", record));
    EXPECT_FALSE(takes("role='student' AND name='c'", record));
    EXPECT_TRUE(takes("role='teacher' OR name='b'", record));
}

TEST(RosterQuery, PutsRecordsInOrder) {
    std::vector<Json> records{Json::parse(R"({"id":1,"name":"b"})"),
                              Json::parse(R"({"id":2,"name":"A"})"), Json::parse(R"({"id":3})")};
    auto sorted = records;
    query({{"sort", "name"}}).put_in_order(sorted);
    EXPECT_EQ(sorted, (std::vector<Json>{records[2], records[1], records[0]}));
    query({{"orderBy", "desc"}}).put_in_order(sorted);
    EXPECT_EQ(sorted, records);
}

}  // namespace
}  // namespace homeroom::api
