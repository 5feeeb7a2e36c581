#include "load/roster_package.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace homeroom::load {
namespace {

class RosterPackageTest : public testing::Test {
protected:
    RosterPackageTest() {
        std::string pattern = testing::TempDir() + "roster-XXXXXX";
        folder_ = mkdtemp(pattern.data());
    }
    ~RosterPackageTest() override { std::filesystem::remove_all(folder_); }

    // Lines without their heads, cut at the commas: nothing in the package is quoted.
    std::vector<std::vector<std::string>> rows(const std::string& name) const {
        std::ifstream file(folder_ / (name + ".csv"), std::ios::binary);
        std::vector<std::vector<std::string>> all;
        std::string line;
        while (std::getline(file, line)) {
            EXPECT_TRUE(line.ends_with('\r'));
            line.back() = ',';
            all.emplace_back();
            for (std::size_t at = 0; at < line.size();) {
                const std::size_t comma = line.find(',', at);
                all.back().push_back(line.substr(at, comma - at));
                at = comma + 1;
            }
            EXPECT_EQ(all.back().size(), all.front().size()) << name << ": " << line;
        }
        all.erase(all.begin());
        return all;
    }

    std::map<std::string, std::set<std::string>> members() const {
        std::map<std::string, std::set<std::string>> by_class;
        for (const auto& row : rows("enrollments")) by_class[row[3]].insert(row[5]);
        return by_class;
    }

    std::filesystem::path folder_;
};

TEST_F(RosterPackageTest, ClassesHaveExactlyTheirSize) {
    const auto package = write_roster(folder_, {.users = 120, .class_size = 30, .lecture = 50});
    ASSERT_TRUE(package.ok()) << package.error().message;
    EXPECT_EQ(package->classes, 9U);
    EXPECT_EQ(package->enrollments, 290U);
    const auto by_class = members();
    ASSERT_EQ(by_class.size(), 9U);
    for (const auto& [name, users] : by_class)
        EXPECT_EQ(users.size(), name == "lecture" ? 50U : 30U) << name;
    EXPECT_TRUE(by_class.at("lecture").contains("u49"));
    EXPECT_FALSE(by_class.at("lecture").contains("u50"));
    EXPECT_EQ(rows("users").size(), 120U);
    EXPECT_EQ(rows("roles").size(), 120U);
    EXPECT_EQ(rows("classes").size(), 9U);
    EXPECT_EQ(rows("courses").size(), 9U);
}

TEST_F(RosterPackageTest, EachUserIsInTwoClassesAndTheLecture) {
    ASSERT_TRUE(write_roster(folder_, {.users = 100, .class_size = 30}).ok());
    std::map<std::string, int> of_user;
    for (const auto& [name, users] : members()) {
        for (const auto& user : users) ++of_user[user];
    }
    ASSERT_EQ(of_user.size(), 100U);
    for (const auto& [user, classes] : of_user) EXPECT_EQ(classes, 3) << user;
}

TEST_F(RosterPackageTest, TheFirstOfTwentyTeaches) {
    ASSERT_TRUE(write_roster(folder_, {.users = 41, .class_size = 10}).ok());
    std::set<std::string> teachers;
    for (const auto& row : rows("enrollments")) {
        if (row[6] == "teacher") teachers.insert(row[5]);
    }
    EXPECT_EQ(teachers, (std::set<std::string>{"u0", "u20", "u40"}));
}

TEST_F(RosterPackageTest, NoLectureIsNoClass) {
    const auto package = write_roster(folder_, {.users = 3, .class_size = 30, .lecture = 0});
    ASSERT_TRUE(package.ok());
    EXPECT_EQ(package->classes, 2U);
    EXPECT_FALSE(members().contains("lecture"));
}

TEST_F(RosterPackageTest, RefusesWhatCannotBe) {
    EXPECT_FALSE(write_roster(folder_, {.users = 0}).ok());
    EXPECT_FALSE(write_roster(folder_, {.users = 1, .class_size = 0}).ok());
    EXPECT_FALSE(write_roster("/proc/nowhere", {.users = 1}).ok());
}

}  // namespace
}  // namespace homeroom::load
