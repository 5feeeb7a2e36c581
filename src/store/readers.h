// Threads that read, each on its own read-only connection, each read in a snapshot of its own.
#pragma once

#include <thread>
#include <vector>

#include "base/limits.h"
#include "store/store.h"
#include "store/work_queue.h"

namespace homeroom::store {

class Readers {
public:
    // One thread for each connection.
    explicit Readers(std::vector<Database> connections) : connections_(std::move(connections)) {}

    void start();
    void stop();  // after what is queued
    bool submit(Read read, Owner owner) { return queue_.give(std::move(read), owner); }

private:
    void run(Database& db);

    std::vector<Database> connections_;
    WorkQueue<Read> queue_{limits::reads_queued_max};
    std::vector<std::thread> threads_{};
};

}  // namespace homeroom::store
