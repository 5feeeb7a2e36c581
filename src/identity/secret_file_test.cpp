// The secret's file: made once, kept to its owner, agreed on by all who start at once.
#include "identity/secret_file.h"

#include <array>
#include <cassert>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/base64.h"

namespace homeroom::identity {
namespace {

class SecretFile : public testing::Test {
protected:
    SecretFile() {
        std::string name = (std::filesystem::temp_directory_path() / "homeroom-XXXXXX").string();
        [[maybe_unused]] const char* made = ::mkdtemp(name.data());
        assert(made != nullptr);
        directory_ = name;
        path_ = directory_ / "secret";
    }
    ~SecretFile() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    void write(std::string_view text, unsigned mode = 0600) const {
        std::filesystem::remove(path_);  // an earlier one may be read-only
        std::ofstream(path_, std::ios::binary) << text;
        ::chmod(path_.c_str(), mode);
    }
    std::string content() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::string load() const {
        const auto loaded = load_or_create_secret(directory_);
        return loaded.ok() ? loaded.value() : "refused: " + loaded.error().message;
    }
    std::string refusal(std::string_view why) const {
        return fmt::format("refused: signing secret: {} {}", path_.string(), why);
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(directory_), {}));
    }

    std::filesystem::path directory_;
    std::filesystem::path path_;
};

// Not root for a while: root may read everything.
class Unprivileged {
public:
    Unprivileged() : done_(::geteuid() != 0 || ::seteuid(65'534) == 0) {}
    ~Unprivileged() {
        if (::geteuid() != ::getuid()) done_ = ::seteuid(::getuid()) == 0;
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;
    bool done() const { return done_; }

private:
    bool done_;
};

TEST_F(SecretFile, IsMadeOnFirstUseAndKept) {
    const std::string secret = load();
    EXPECT_EQ(base64::decode_url_strict(secret).value_or("").size(), 32U) << secret;
    EXPECT_EQ(content(), secret + "\n");
    struct stat about {};
    ASSERT_EQ(::stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0600U);
    EXPECT_EQ(files(), 1U);
    EXPECT_EQ(load(), secret);
}

TEST_F(SecretFile, IsItsOwnersAloneWhateverTheUmask) {
    for (const mode_t mask : {0777U, 0U}) {
        const mode_t before = ::umask(mask);
        const std::string secret = load();
        ::umask(before);
        EXPECT_EQ(secret.size(), 43U) << secret;
        struct stat about {};
        ASSERT_EQ(::stat(path_.c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 07777U, 0600U);
        std::filesystem::remove(path_);
    }
}

TEST_F(SecretFile, IsAnotherInEachDirectory) {
    const std::string first = load();
    std::filesystem::remove(path_);
    EXPECT_NE(load(), first);
}

TEST_F(SecretFile, MayBeWrittenByHand) {
    const std::string secret = "a secret that somebody thought of, in many bytes";
    for (const auto* end : {"", "\n", "\r\n"}) {
        write(secret + end);
        EXPECT_EQ(load(), secret);
    }
    write(secret, 0400);
    EXPECT_EQ(load(), secret);
    write(secret + "\n\n");
    EXPECT_EQ(load(), secret + "\n") << "one line end, no more";
    write(secret + " \r");
    EXPECT_EQ(load(), secret + " \r") << "what is no line end belongs to the secret";
}

TEST_F(SecretFile, OpenToOthersIsRefusedWithTheWayToMendIt) {
    for (const unsigned mode : {0644U, 0640U, 0604U, 0660U, 0601U, 0620U, 0666U}) {
        write(std::string(40, 'x'), mode);
        EXPECT_EQ(load(), refusal(fmt::format("is open to others (mode {:04o}); mend it with: "
                                              "chmod 600 {}",
                                              mode, path_.string())));
        EXPECT_EQ(content(), std::string(40, 'x'));
    }
}

TEST_F(SecretFile, TooShortIsRefusedAndLeftAlone) {
    const std::string mend =
        "; remove it, and a new one is made (tokens signed with the old one end)";
    write(std::string(31, 'x') + "\n");
    EXPECT_EQ(load(), refusal("has only 31 bytes of the 32 it needs" + mend));
    write("");
    EXPECT_EQ(load(), refusal("has only 0 bytes of the 32 it needs" + mend));
    EXPECT_EQ(content(), "");
    write(std::string(32, 'x') + "\n");
    EXPECT_EQ(load(), std::string(32, 'x'));
}

TEST_F(SecretFile, TooLargeIsRefused) {
    write(std::string(4096, 'x'));
    EXPECT_EQ(load(), std::string(4096, 'x'));
    write(std::string(4097, 'x'));
    EXPECT_EQ(load(), refusal("has more than 4096 bytes"));
}

TEST_F(SecretFile, ThatIsNoFileIsRefusedWithoutWaiting) {
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_EQ(load(), refusal("is not a file"));
    std::filesystem::remove(path_);
    std::filesystem::create_directory(path_);
    EXPECT_EQ(load(), refusal("is not a file"));
}

TEST_F(SecretFile, MayBeALinkToOneThatIsKept) {
    const auto target = directory_ / "mounted";
    std::ofstream(target) << std::string(40, 'x');
    std::filesystem::create_symlink(target, path_);
    ::chmod(target.c_str(), 0644);
    EXPECT_TRUE(load().starts_with(refusal("is open to others"))) << load();
    ::chmod(target.c_str(), 0600);
    EXPECT_EQ(load(), std::string(40, 'x'));
}

TEST_F(SecretFile, ThatLinksToNowhereIsRefused) {
    std::filesystem::create_symlink(directory_ / "gone", path_);
    EXPECT_EQ(load(), refusal("is a link to nothing, or was removed while it was being made"));
    EXPECT_EQ(files(), 1U);
}

TEST_F(SecretFile, NeedsItsDirectory) {
    const auto missing = load_or_create_secret(directory_ / "missing");
    EXPECT_EQ(missing.error().message,
              fmt::format("signing secret: the data directory {} does not exist",
                          (directory_ / "missing").string()));
    write(std::string(40, 'x'));
    EXPECT_EQ(load_or_create_secret(path_).error().message,
              fmt::format("signing secret: cannot open {}: Not a directory",
                          (path_ / "secret").string()));
}

TEST_F(SecretFile, ThatMayNotBeReadIsNamed) {
    write(std::string(40, 'x'), ::geteuid() == 0 ? 0600 : 0000);
    ::chmod(directory_.c_str(), 0755);
    const Unprivileged unprivileged;
    ASSERT_TRUE(unprivileged.done());
    EXPECT_EQ(load(), fmt::format("refused: signing secret: cannot open {}: Permission denied",
                                  path_.string()));
}

TEST_F(SecretFile, CannotBeMadeWhereNothingMayBeWritten) {
    ::chmod(directory_.c_str(), 0555);
    const Unprivileged unprivileged;
    ASSERT_TRUE(unprivileged.done());
    EXPECT_EQ(load(),
              fmt::format("refused: signing secret: cannot create a file in {}: Permission denied",
                          directory_.string()));
}

// What a child process got, by way of a pipe.
std::string load_in(const std::filesystem::path& directory, int start, int answer) {
    char go = 0;
    while (::read(start, &go, 1) < 0) {
    }
    const auto loaded = load_or_create_secret(directory);
    const std::string text = loaded.ok() ? loaded.value() : loaded.error().message;
    return ::write(answer, text.data(), text.size()) > 0 ? text : "";
}

TEST_F(SecretFile, IsOneForAllProcessesThatStartAtOnce) {
    constexpr int rounds = 20;
    constexpr int processes = 8;
    for (int round = 0; round < rounds; ++round) {
        std::array<int, 2> start{};
        ASSERT_EQ(::pipe(start.data()), 0);
        std::vector<int> answers;
        for (int i = 0; i < processes; ++i) {
            std::array<int, 2> answer{};
            ASSERT_EQ(::pipe(answer.data()), 0);
            if (::fork() == 0) {
                ::close(start[1]);
                load_in(directory_, start[0], answer[1]);
                ::_exit(0);
            }
            ::close(answer[1]);
            answers.push_back(answer[0]);
        }
        ::close(start[0]);
        ::close(start[1]);  // all at once

        std::set<std::string> seen;
        for (const int answer : answers) {
            std::array<char, 4096> text{};
            const ssize_t length = ::read(answer, text.data(), text.size());
            seen.emplace(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
            ::close(answer);
        }
        while (::wait(nullptr) > 0) {
        }
        EXPECT_EQ(seen, std::set<std::string>{load()}) << "round " << round;
        EXPECT_EQ(files(), 1U);
        std::filesystem::remove(path_);
    }
}

}  // namespace
}  // namespace homeroom::identity
