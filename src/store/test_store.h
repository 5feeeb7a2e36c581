// For the store's tests: a store of notes, and a record of what it told.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/store.h"
#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::store {

inline constexpr Migration notes_migrations[] = {
    {"notes/1", "CREATE TABLE notes (text TEXT); CREATE TABLE once (x TEXT UNIQUE)"}};

inline std::unique_ptr<Store> open_notes(const std::filesystem::path& directory) {
    auto opened = Store::open({.directory = directory, .postgres = test_postgres(directory)},
                              notes_migrations);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
    return opened.ok() ? std::move(opened).value() : nullptr;
}

// Writes one note and tells of it so many times.
inline Work note(std::string text, int events = 1) {
    return [text = std::move(text), events](Transaction& transaction) -> Status {
        TRY_OK(transaction.db().statement("INSERT INTO notes VALUES (?)").bind(1, text).run());
        const EventDraft draft{.type = text, .audience = {"room-1", "room", {}}, .body = "{}"};
        for (int i = 0; i < events; ++i) TRY_OK(transaction.publish(draft));
        return Ok{};
    };
}

inline std::int64_t count_notes(Database& db) {
    auto select = db.statement("SELECT count(*) FROM notes");
    auto row = select.step();
    EXPECT_TRUE(row.ok()) << (row.ok() ? "" : row.error().message);
    return select.number(0);
}

// What the listener heard, a line each, among what the test adds.
class Record : public CommitListener {
public:
    void on_event(const JournalEvent& event) override {
        add("event " + std::to_string(event.seq) + " " + event.type);
        const std::lock_guard lock(mutex_);
        seqs_.push_back(event.seq);
    }
    void on_batch_end(Seq last) override {
        add("end " + std::to_string(last));
        const std::lock_guard lock(mutex_);
        ++batches_;
    }
    void add(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }

    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::vector<std::string> without_ends() const {
        std::vector<std::string> result;
        for (const std::string& line : lines()) {
            if (!line.starts_with("end ")) result.push_back(line);
        }
        return result;
    }
    std::vector<Seq> seqs() const {
        const std::lock_guard lock(mutex_);
        return seqs_;
    }
    int batches() const {
        const std::lock_guard lock(mutex_);
        return batches_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_{};
    std::vector<Seq> seqs_{};
    int batches_ = 0;
};

}  // namespace homeroom::store
