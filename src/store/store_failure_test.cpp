// A process that is killed, a disk that is full, a file that somebody else holds.
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "store/store.h"
#include "store/test_store.h"

namespace homeroom::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// --- Killed --------------------------------------------------------------------------------------

struct Silent : CommitListener {
    void on_event(const JournalEvent&) override {}
    void on_batch_end(Seq) override {}
};

// What the killed process does: submits notes named by number without end, some 50 of them at a
// time, and writes the number of each that was answered to the pipe.
[[noreturn]] void write_notes_until_killed(const std::filesystem::path& directory, int acks,
                                           std::int64_t number) {
    auto store = open_notes(directory);
    Silent silent;
    store->start(silent);
    std::mutex mutex;
    std::condition_variable answered;
    int outstanding = 0;
    for (;; ++number) {
        std::unique_lock lock(mutex);
        answered.wait(lock, [&] { return outstanding < 50; });
        ++outstanding;
        lock.unlock();
        static_cast<void>(
            store->submit({note(std::to_string(number)), [&, number](const Status& status) {
                               if (status.ok() && ::write(acks, &number, sizeof number) < 0)
                                   ::_exit(1);
                               const std::lock_guard held(mutex);
                               --outstanding;
                               answered.notify_one();
                           }}));
    }
}

// The numbers of the notes that a process, killed after `life`, said it had written.
std::vector<std::int64_t> acknowledged_before_kill(const std::filesystem::path& directory,
                                                   std::chrono::microseconds life,
                                                   std::int64_t first) {
    int acks[2];
    EXPECT_EQ(::pipe(acks), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(acks[0]);
        write_notes_until_killed(directory, acks[1], first);
    }
    ::close(acks[1]);
    std::vector<std::int64_t> numbers;
    std::int64_t number = 0;
    const auto read_one = [&] { return ::read(acks[0], &number, sizeof number) == sizeof number; };
    if (read_one()) numbers.push_back(number);
    std::thread killer([&] {
        std::this_thread::sleep_for(life);
        ::kill(child, SIGKILL);
    });
    while (read_one()) numbers.push_back(number);
    killer.join();
    ::close(acks[0]);
    EXPECT_EQ(::waitpid(child, nullptr, 0), child);
    return numbers;
}

TEST(StoreKilled, KeepsAllItAcknowledgedWhenItIsKilled) {
    const TemporaryDirectory directory;
    std::mt19937 random(20261123);
    std::uniform_int_distribution<int> life(0, 40'000);
    std::size_t acknowledged = 0;
    for (int round = 0; round < 25; ++round) {
        const auto numbers = acknowledged_before_kill(
            directory.path(), std::chrono::microseconds(life(random)), 1'000'000 * (round + 1));
        ASSERT_FALSE(numbers.empty());
        acknowledged += numbers.size();

        auto store = open_notes(directory.path());
        std::set<std::int64_t> kept;
        auto select = store->db().statement("SELECT text FROM notes");
        while (select.step().value()) kept.insert(select.number(0));
        for (const std::int64_t number : numbers) ASSERT_TRUE(kept.contains(number)) << number;

        auto journal = store->db().statement("SELECT count(*), min(seq), max(seq) FROM journal");
        ASSERT_TRUE(journal.step().value());
        EXPECT_EQ(journal.number(0), std::ssize(kept)) << "a note and its event, or neither";
        EXPECT_EQ(journal.number(1), 1);
        EXPECT_EQ(journal.number(2), std::ssize(kept)) << "no seq is left out";
        EXPECT_EQ(store->last_seq(), kept.size());
    }
    RecordProperty("acknowledged", static_cast<int>(acknowledged));
}

// --- Full ----------------------------------------------------------------------------------------

// While it lives, no file of this process grows beyond `bytes`: a full disk.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
        EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
        const rlimit now{bytes, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &now), 0);
    }
    ~FullDisk() {
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0);
        std::signal(SIGXFSZ, signal_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    void (*signal_)(int);
    rlimit before_{};
};

class StoreFailure : public testing::Test {
protected:
    Result<Ok> result_of(Work work) {
        std::promise<Status> result;
        EXPECT_TRUE(store->submit(
            {std::move(work), [&](const Status& status) { result.set_value(status); }}));
        return result.get_future().get();
    }

    TemporaryDirectory directory;
    Record record;
    std::unique_ptr<Store> store = open_notes(directory.path());
};

TEST_F(StoreFailure, ACommitThatDoesNotFitIsUnavailableAndLeavesNothing) {
    ONLY_ON_SQLITE();
    store->start(record);
    ASSERT_TRUE(result_of(note("before")).ok());
    {
        const FullDisk full(256 * 1024);
        Status status = Ok{};
        int written = 0;
        for (; status.ok() && written < 1000; ++written) {
            status = result_of(note(std::string(5000, 'x'), 0));
        }
        ASSERT_FALSE(status.ok());
        EXPECT_EQ(status.error().code, Code::unavailable) << status.error().message;
        EXPECT_TRUE(status.error().retry_after.has_value());
        EXPECT_FALSE(store->healthy());
        EXPECT_EQ(result_of(note(std::string(5000, 'x'))).error().code, Code::unavailable);
        EXPECT_EQ(store->last_seq(), 1U);
    }
    ASSERT_TRUE(result_of(note("after")).ok()) << "as soon as there is room";
    EXPECT_TRUE(store->healthy());
    EXPECT_EQ(store->last_seq(), 2U);
    store->stop();
    EXPECT_THAT(record.seqs(), ElementsAre(1, 2));
    store.reset();
    store = open_notes(directory.path());
    EXPECT_EQ(store->last_seq(), 2U);
}

// SQLite may give up the whole transaction, or only the statement; either way each command's answer
// is what became of it.
TEST_F(StoreFailure, ACommandThatDoesNotFitTakesNobodyAlongUnanswered) {
    ONLY_ON_SQLITE();
    store->start(record);
    ASSERT_TRUE(result_of([](Transaction& transaction) -> Status {
                    return transaction.db().execute("PRAGMA max_page_count = 40");
                }).ok());
    int kept = 0;
    int refused = 0;
    std::vector<std::future<Status>> results;
    for (int i = 0; i < 60; ++i) {
        auto result = std::make_shared<std::promise<Status>>();
        results.push_back(result->get_future());
        const std::size_t length = i % 10 == 9 ? 300'000 : 100;
        ASSERT_TRUE(store->submit({note(std::string(length, 'x')),
                                   [result](const Status& status) { result->set_value(status); }}));
    }
    for (auto& result : results) {
        const Status status = result.get();
        kept += status.ok();
        refused += !status.ok();
        if (!status.ok()) {
            EXPECT_EQ(status.error().code, Code::unavailable) << status.error().message;
        }
    }
    EXPECT_GE(refused, 6);
    ASSERT_TRUE(result_of([](Transaction& transaction) -> Status {
                    return transaction.db().execute("PRAGMA max_page_count = 100000");
                }).ok());
    EXPECT_TRUE(result_of(note(std::string(300'000, 'x'))).ok());
    store->stop();
    EXPECT_EQ(std::ssize(record.seqs()), kept + 1);
    store.reset();
    store = open_notes(directory.path());
    EXPECT_EQ(count_notes(store->db()), kept + 1);
    EXPECT_EQ(store->last_seq(), static_cast<Seq>(kept + 1));
}

// The rest of a batch goes on in a new transaction when a command has lost the first.
TEST_F(StoreFailure, ATransactionThatIsLostFailsThoseBeforeAndNotThoseAfter) {
    store->start(record);
    std::promise<void> entered;
    std::promise<void> release;
    std::vector<std::string> answers;
    const auto submit = [&](std::string name, Work work) {
        ASSERT_TRUE(store->submit(
            {std::move(work), [&answers, name](const Status& status) {
                 answers.push_back(
                     name + " " +
                     (status.ok() ? "ok" : std::string(to_string(status.error().code))));
             }}));
    };
    submit("block", [&](Transaction&) -> Status {
        entered.set_value();
        release.get_future().wait();
        return Ok{};
    });
    entered.get_future().wait();
    submit("one", note("one"));
    submit("two", [](Transaction&) -> Status { return Error{Code::invalid, "no"}; });
    submit("three", [](Transaction& transaction) -> Status {
        TRY_OK(note("three")(transaction));
        return transaction.db().execute("ROLLBACK");  // as SQLite does by itself
    });
    submit("four", note("four"));
    release.set_value();
    store->stop();
    EXPECT_THAT(answers, ElementsAre("block ok", "one unavailable", "two unavailable",
                                     "three internal", "four ok"))
        << "two may have been refused because of one, which never was";
    EXPECT_THAT(record.lines(), ElementsAre("end 0", "end 0", "event 1 four", "end 1"));
}

// --- Held ----------------------------------------------------------------------------------------

TEST_F(StoreFailure, AFileThatSomebodyElseHoldsIsUnavailableAndThenAvailable) {
    ONLY_ON_SQLITE();
    ASSERT_TRUE(store->db().execute("PRAGMA busy_timeout = 20").ok());
    store->start(record);
    auto other = Database::open({directory.path() / "homeroom.db"}).value();
    ASSERT_TRUE(other.execute("BEGIN IMMEDIATE").ok());
    EXPECT_EQ(result_of(note("one")).error().code, Code::unavailable);
    ASSERT_TRUE(other.execute("ROLLBACK").ok());
    EXPECT_TRUE(result_of(note("two")).ok());
    store->stop();
    EXPECT_THAT(record.seqs(), ElementsAre(1));
}

TEST_F(StoreFailure, ADirectoryThatCannotBeUsedSaysSo) {
    ONLY_ON_SQLITE();
    const auto opened = Store::open({.directory = directory.path() / "homeroom.db"}, {});
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, HasSubstr("homeroom.db: Not a directory"));
}

TEST_F(StoreFailure, AFileThatIsNoDatabaseSaysSo) {
    ONLY_ON_SQLITE();
    const TemporaryDirectory other;
    std::FILE* file = std::fopen((other.path() / "homeroom.db").c_str(), "w");
    ASSERT_NE(file, nullptr);
    for (int i = 0; i < 1000; ++i) std::fputs("not a database ", file);
    std::fclose(file);
    const auto opened = Store::open({.directory = other.path()}, {});
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, HasSubstr("not a database"));
    EXPECT_THAT(opened.error().message, HasSubstr("homeroom.db"));
}

TEST_F(StoreFailure, ADamagedFileIsNotOpened) {
    ONLY_ON_SQLITE();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(store->run_now(note(std::string(1'000, 'x'))).ok());
    store.reset();
    {
        std::fstream file(directory.path() / "homeroom.db",
                          std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4'096 * 20);
        for (int i = 0; i < 4'096 * 4; ++i) file.put('\xa5');
    }
    const auto opened = Store::open({.directory = directory.path()}, notes_migrations);
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, HasSubstr("damaged"));
    EXPECT_TRUE(
        Store::open({.directory = directory.path(), .check = Check::off}, notes_migrations).ok())
        << "whoever wants to save what can be saved";
}

}  // namespace
}  // namespace homeroom::store
