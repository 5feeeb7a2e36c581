#include "store/readers.h"

#include <cassert>
#include <exception>
#include <pthread.h>

#include "base/log.h"
#include "store/thrown.h"

namespace homeroom::store {
namespace {

void read_in_snapshot(Database& db, const Read& read) {
    const Status begun = db.begin(Purpose::read);
    try {
        read(begun.ok() ? Result<Database*>(&db) : Result<Database*>(begun.error()));
    } catch (const std::exception& thrown) {
        log::error("store: a read threw type={}", type_of(thrown));
    }
    if (!db.in_transaction()) return;
    if (const Status ended = db.commit(); !ended.ok()) {
        log::warn("store: a read did not end: {}", ended.error().message);
        if (db.in_transaction()) static_cast<void>(db.rollback());
    }
}

}  // namespace

void Readers::start() {
    queue_.open();
    for (Database& db : connections_) {
        threads_.emplace_back([this, &db] { run(db); });
        pthread_setname_np(threads_.back().native_handle(), "store-reader");
    }
}

void Readers::stop() {
    queue_.close();
    for (std::thread& thread : threads_) {
        assert(thread.get_id() != std::this_thread::get_id() && "a reader cannot wait for itself");
        thread.join();
    }
    threads_.clear();
}

void Readers::run(Database& db) {
    for (;;) {
        const std::vector<Read> reads = queue_.take(1);
        if (reads.empty()) return;
        read_in_snapshot(db, reads.front());
    }
}

}  // namespace homeroom::store
