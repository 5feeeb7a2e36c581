#include "store/data_directory.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/test_temporary_directory.h"

namespace homeroom::store {
namespace {

using testing::HasSubstr;

TEST(DataDirectory, IsMadePrivate) {
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "a" / "b";
    ASSERT_TRUE(make_data_directory(directory).ok());
    struct stat status {};
    ASSERT_EQ(::stat(directory.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    EXPECT_TRUE(make_data_directory(directory).ok()) << "there already";
    EXPECT_TRUE(make_data_directory(directory / "").ok()) << "with a slash at the end";
}

TEST(DataDirectory, SaysWhatIsWrongAndWhere) {
    const TemporaryDirectory temporary;
    const auto file = temporary.path() / "file";
    std::ofstream(file) << "text";
    const Status not_a_directory = make_data_directory(file);
    EXPECT_THAT(not_a_directory.error().message, HasSubstr("file: Not a directory"));
    const Status below_a_file = make_data_directory(file / "data");
    EXPECT_THAT(below_a_file.error().message, HasSubstr("file"));
    EXPECT_THAT(below_a_file.error().message, HasSubstr("Not a directory"));
}

// Root may read everything: so the check is made by a child that is nobody.
TEST(DataDirectory, ThatMayNotBeReadIsRefused) {
    const TemporaryDirectory temporary;
    const auto directory = temporary.path() / "data";
    ASSERT_EQ(::mkdir(directory.c_str(), 0), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
        const Status status = make_data_directory(directory);
        ::_exit(!status.ok() && status.error().message.ends_with("data: Permission denied") ? 0
                                                                                            : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(DirectoryLock, IsOneProcesssAtATime) {
    const TemporaryDirectory temporary;
    {
        const auto held = DirectoryLock::take(temporary.path());
        ASSERT_TRUE(held.ok());
        const auto second = DirectoryLock::take(temporary.path());
        ASSERT_FALSE(second.ok());
        EXPECT_EQ(second.error().code, Code::conflict);
        EXPECT_THAT(second.error().message,
                    HasSubstr("in use by process " + std::to_string(::getpid())));
    }
    EXPECT_TRUE(DirectoryLock::take(temporary.path()).ok()) << "let go with its value";
}

TEST(DirectoryLock, EndsWithTheProcessHoweverThatEnds) {
    const TemporaryDirectory temporary;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto held = DirectoryLock::take(temporary.path() / "data");
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    std::string pid;
    std::ifstream(temporary.path() / "data" / "lock") >> pid;
    EXPECT_EQ(pid, std::to_string(child));
    EXPECT_TRUE(DirectoryLock::take(temporary.path() / "data").ok());
}

TEST(DirectoryLock, MovesWithItsValue) {
    const TemporaryDirectory temporary;
    auto first = DirectoryLock::take(temporary.path());
    {
        const DirectoryLock second(std::move(first).value());
        EXPECT_FALSE(DirectoryLock::take(temporary.path()).ok());
    }
    EXPECT_TRUE(DirectoryLock::take(temporary.path()).ok());
}

}  // namespace
}  // namespace homeroom::store
