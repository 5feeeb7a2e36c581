// Folders and archives: what opens, and what a hostile one cannot do.
#include <filesystem>
#include <fstream>
#include <zip.h>

#include "base/ids.h"
#include "base/limits.h"
#include "campus/oneroster/test_package.h"

namespace homeroom::campus::oneroster {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OneRosterSource : public testing::Test {
protected:
    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path write_folder(const TestPackage& package) {
        const fs::path path = folder_ / "package";
        fs::create_directories(path);
        for (const auto& [name, text] : package.files)
            std::ofstream{path / name, std::ios::binary} << text;
        return path;
    }

    // `prefix` goes before each name.
    fs::path write_zip(const TestPackage& package, const std::string& prefix = {}) {
        const fs::path path = folder_ / "package.zip";
        int error = 0;
        zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
        for (const auto& [name, text] : package.files) {
            const auto index = zip_file_add(archive, (prefix + name).c_str(),
                                            zip_source_buffer(archive, text.data(), text.size(), 0),
                                            ZIP_FL_ENC_UTF_8);
            EXPECT_GE(index, 0) << name;
            if (encrypted_ == name) {
                EXPECT_EQ(zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index),
                                                  ZIP_EM_TRAD_PKWARE, "x"),
                          0);
            }
            if (link_ == name) {
                zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0,
                                                 ZIP_OPSYS_UNIX, 0120777U << 16U);
            }
        }
        EXPECT_EQ(zip_close(archive), 0) << zip_strerror(archive);
        return path;
    }

    static std::string bytes_of(const fs::path& path) {
        std::ifstream stream{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }

    // Changes the archive's bytes everywhere.
    static void patch(const fs::path& path, const std::string& from, const std::string& to) {
        ASSERT_EQ(from.size(), to.size());
        std::string bytes = bytes_of(path);
        std::size_t count = 0;
        for (auto at = bytes.find(from); at != std::string::npos;
             at = bytes.find(from, at + 1), ++count) {
            bytes.replace(at, from.size(), to);
        }
        ASSERT_GT(count, 0U);
        std::ofstream{path, std::ios::binary} << bytes;
    }

    static std::vector<std::string> lines(const fs::path& path, Profile profile = Profile::strict) {
        const auto reading = read(path, profile);
        if (!reading.ok()) return {"Error: " + reading.error().message};
        return lines_of(*reading);
    }

    fs::path folder_ = fs::temp_directory_path() / ("oneroster-" + random_id20());
    std::string encrypted_{};
    std::string link_{};
};

TEST_F(OneRosterSource, FolderAndArchiveAreTheSame) {
    const auto from_memory = package_1_2().strict();
    for (const auto& path : {write_folder(package_1_2()), write_zip(package_1_2())}) {
        const auto reading = read(path, Profile::strict);
        ASSERT_TRUE(reading.ok());
        EXPECT_THAT(lines_of(*reading), IsEmpty());
        EXPECT_EQ(reading->package.digest, from_memory.package.digest);
        EXPECT_EQ(reading->package.users.records, from_memory.package.users.records);
    }
}

TEST_F(OneRosterSource, WhatCannotBeReadIsAnErrorThatNamesIt) {
    EXPECT_THAT(lines(folder_ / "not-there"), ElementsAre(HasSubstr("not-there")));
    std::ofstream{folder_ / "roster.zip"} << "this is no zip";
    EXPECT_THAT(lines(folder_ / "roster.zip"), ElementsAre(HasSubstr("roster.zip")));
    EXPECT_THAT(lines("/dev/null"), ElementsAre(HasSubstr("/dev/null")));
    std::ofstream{folder_ / "empty.zip"};
    EXPECT_THAT(lines(folder_ / "empty.zip"),
                ElementsAre(testing::AnyOf(HasSubstr("empty.zip"), HasSubstr("package.empty"))));
    fs::create_directories(folder_ / "empty");
    EXPECT_THAT(lines(folder_ / "empty"), ElementsAre("error package.empty"));
}

TEST_F(OneRosterSource, AFolderInTheArchiveIsToleratedWhenAllFilesAreInIt) {
    const auto path = write_zip(package_1_2(), "export/");
    EXPECT_THAT(lines(path), ElementsAre("error package.folder"));
    EXPECT_THAT(lines(path, Profile::tolerant), ElementsAre("warning package.folder"));
    EXPECT_THAT(lines(write_zip(package_1_2(), "a/b/"), Profile::tolerant),
                Contains(HasSubstr("package.folder")));
    const auto mixed = write_zip(package_1_2().with("sub/users2.csv", "x"));
    EXPECT_THAT(lines(mixed, Profile::tolerant),
                ElementsAre("error sub/users2.csv package.folder"));
}

TEST_F(OneRosterSource, DesktopLitterIsTolerated) {
    const auto path =
        write_zip(package_1_2().with("__MACOSX/._users.csv", "x").with(".DS_Store", "x"));
    EXPECT_THAT(lines(path, Profile::tolerant), IsEmpty());
    EXPECT_THAT(lines(path), testing::Not(IsEmpty()));
}

TEST_F(OneRosterSource, PathTricksAreRefused) {
    for (const std::string name : {"../users.csv", "a/../../x.csv", "/etc/passwd", "..\\x.csv",
                                   "C:x.csv", "./x.csv", "a//x.csv", ".."}) {
        for (const Profile profile : {Profile::strict, Profile::tolerant}) {
            const auto path = write_zip(package_1_2().with(name, "x"));
            EXPECT_THAT(lines(path, profile), ElementsAre(testing::EndsWith("package.path")))
                << name;
        }
    }
}

TEST_F(OneRosterSource, NamesDoNoHarmInATerminal) {
    const auto path = write_zip(package_1_2().with("xQQ2J.csv", "x"));
    patch(path, "xQQ2J.csv", "x\x1b[2J.csv");
    EXPECT_THAT(lines(path), ElementsAre("error x\\u{1b}[2J.csv package.path"));
}

TEST_F(OneRosterSource, TheSameNameTwiceIsRefused) {
    const auto path = write_zip(package_1_2().with("userz.csv", "x"));
    patch(path, "userz.csv", "users.csv");
    EXPECT_THAT(lines(path), ElementsAre("error users.csv package.duplicate_file"));
    EXPECT_THAT(lines(path, Profile::tolerant),
                ElementsAre("error users.csv package.duplicate_file"));
}

TEST_F(OneRosterSource, EncryptionAndLinksAreRefused) {
    encrypted_ = "users.csv";
    EXPECT_THAT(lines(write_zip(package_1_2())), Contains("error users.csv package.encrypted"));
    encrypted_.clear();
    link_ = "users.csv";
    EXPECT_THAT(lines(write_zip(package_1_2())), Contains("error users.csv package.not_a_file"));
}

TEST_F(OneRosterSource, ABombIsNotInflated) {
    const auto bomb = write_zip(package_1_2().with("users.csv", std::string(4 * limits::MiB, '0')));
    EXPECT_THAT(lines(bomb), Contains("error users.csv package.ratio"));
    EXPECT_THAT(lines(bomb, Profile::tolerant), Contains("error users.csv package.ratio"));
}

TEST_F(OneRosterSource, TooManyEntriesAreRefused) {
    auto package = package_1_2();
    for (int i = 0; i < 40; ++i) package.with("x" + std::to_string(i) + ".csv", "x");
    EXPECT_THAT(lines(write_zip(package)), Contains("error package.too_many_files"));
    EXPECT_THAT(lines(write_folder(package), Profile::tolerant),
                Contains("error package.too_many_files"));
}

// The size that the archive's directory names, spoilt.
TEST_F(OneRosterSource, ALyingDirectoryIsFoundOut) {
    const auto path = write_zip(package_1_2());
    const std::string bytes = bytes_of(path);
    const auto entry = bytes.rfind("users.csv");
    ASSERT_NE(entry, std::string::npos);
    for (const auto& [size, code] :
         {std::pair{std::string("\x05\0\0\0", 4), "package.damaged"},
          std::pair{std::string("\0\0\x01\0", 4), "package.damaged"},
          std::pair{std::string("\0\0\0\x7F", 4), "package.file_too_large"}}) {
        std::string lie = bytes;
        lie.replace(entry - 46 + 24, 4, size);
        std::ofstream{path, std::ios::binary} << lie;
        EXPECT_THAT(lines(path),
                    Contains(testing::AllOf(HasSubstr("users.csv"), testing::EndsWith(code))));
    }
}

TEST_F(OneRosterSource, AnyDamagedArchiveIsRefusedOrReadTheSame) {
    const auto path = write_zip(package_1_2());
    const std::string bytes = bytes_of(path);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
        std::ofstream{path, std::ios::binary} << damaged;
        (void)lines(path, Profile::tolerant);
    }
    for (std::size_t length = 0; length < bytes.size(); length += 97) {
        std::ofstream{path, std::ios::binary} << bytes.substr(0, length);
        EXPECT_THAT(lines(path), testing::Not(IsEmpty()));
    }
}

TEST_F(OneRosterSource, AFolderIsNotLeft) {
    const auto path = write_folder(package_1_2());
    std::ofstream{folder_ / "secret.csv"} << "x";
    fs::remove(path / "users.csv");
    fs::create_symlink(folder_ / "secret.csv", path / "users.csv");
    EXPECT_THAT(lines(path), Contains("error users.csv package.not_a_file"));

    fs::remove(path / "users.csv");
    fs::create_directories(path / "..data");
    std::ofstream{path / "..data/users.csv", std::ios::binary} << package_1_2().files["users.csv"];
    fs::create_symlink("..data/users.csv", path / "users.csv");
    EXPECT_THAT(lines(path), IsEmpty()) << "so Kubernetes mounts a volume";
}

TEST_F(OneRosterSource, SubfoldersOfAFolderAreNotRead) {
    const auto path = write_folder(package_1_2());
    fs::create_directories(path / "older");
    EXPECT_THAT(lines(path), ElementsAre("error older package.folder"));
    EXPECT_THAT(lines(path, Profile::tolerant), ElementsAre("warning older package.folder"));
}

TEST_F(OneRosterSource, HugeFilesOfAFolderAreRefusedUnread) {
    const auto path = write_folder(package_1_2());
    fs::resize_file(path / "users.csv", limits::roster_file_bytes_max + 1);
    EXPECT_THAT(lines(path), Contains("error users.csv package.file_too_large"));
    for (const std::string name : {"users.csv", "orgs.csv", "roles.csv"}) {
        fs::resize_file(path / name, limits::roster_file_bytes_max);
    }
    EXPECT_THAT(lines(path), Contains("error package.too_large"));
}

}  // namespace
}  // namespace homeroom::campus::oneroster
