#include "store/sqlite/backup.h"

#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>

#include "store/test_store.h"

namespace homeroom::store {
namespace {

using testing::HasSubstr;

class Backup : public testing::Test {
protected:
    std::filesystem::path database() const { return directory.path() / "homeroom.db"; }
    std::filesystem::path copy() const { return directory.path() / "copy.db"; }

    TemporaryDirectory directory;
};

TEST_F(Backup, IsOneMomentOfADatabaseThatIsWrittenTo) {
    ONLY_ON_SQLITE();
    auto store = open_notes(directory.path());
    Record record;
    store->start(record);
    std::atomic<bool> stop = false;
    std::thread writer([&] {
        while (!stop) {
            static_cast<void>(store->submit({note(std::string(2'000, 'x')), [](const Status&) {}}));
            std::this_thread::yield();
        }
    });
    while (store->last_seq() < 500) std::this_thread::yield();
    const Seq before = store->last_seq();
    const Status copied = copy_database(database(), copy());
    stop = true;
    writer.join();
    store->stop();
    ASSERT_TRUE(copied.ok()) << copied.error().message;

    Database db = Database::open({copy(), Access::read_only}).value();
    const auto notes = count_notes(db);
    EXPECT_GE(notes, static_cast<std::int64_t>(before)) << "what was committed before is in it";
    EXPECT_EQ(static_cast<std::int64_t>(last_seq(db).value()), notes)
        << "a note and its event, or neither";
}

TEST_F(Backup, IsTheOwnersAloneAndOneFile) {
    ONLY_ON_SQLITE();
    open_notes(directory.path());
    ASSERT_TRUE(copy_database(database(), copy()).ok());
    struct stat status {};
    ASSERT_EQ(::stat(copy().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_FALSE(std::filesystem::exists(copy().string() + "-wal"));
}

TEST_F(Backup, TakesNothingsPlace) {
    ONLY_ON_SQLITE();
    open_notes(directory.path());
    std::ofstream(copy()) << "mine";
    const Status copied = copy_database(database(), copy());
    ASSERT_FALSE(copied.ok());
    EXPECT_THAT(copied.error().message, HasSubstr("copy.db: File exists"));
    EXPECT_EQ(std::filesystem::file_size(copy()), 4U);
}

TEST_F(Backup, OfADamagedDatabaseIsNone) {
    ONLY_ON_SQLITE();
    {
        auto store = open_notes(directory.path());
        for (int i = 0; i < 200; ++i)
            ASSERT_TRUE(store->run_now(note(std::string(1'000, 'x'))).ok());
    }
    {
        std::fstream file(database(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4'096 * 20);
        for (int i = 0; i < 4'096 * 4; ++i) file.put('\xa5');
    }
    const Status copied = copy_database(database(), copy());
    ASSERT_FALSE(copied.ok());
    EXPECT_FALSE(std::filesystem::exists(copy())) << "nothing is left behind";
}

TEST_F(Backup, OfNothingIsNone) {
    EXPECT_FALSE(copy_database(database(), copy()).ok());
    EXPECT_FALSE(std::filesystem::exists(copy()));
    EXPECT_FALSE(std::filesystem::exists(database())) << "nor is one made";
}

}  // namespace
}  // namespace homeroom::store
