// What /proc says of processes: CPU, memory, who listens on a port. Linux; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>

#include "base/result.h"

namespace homeroom::load {

struct ProcessUsage {
    double user_seconds = 0;  // of all its threads; in steps of 10 ms
    double system_seconds = 0;
    std::uint64_t resident_bytes = 0;

    double cpu_seconds() const { return user_seconds + system_seconds; }
};

// not_found when there is no such process.
Result<ProcessUsage> usage_of(pid_t process);

// CPUs that this process, and those it forks, may run on. At least 1.
std::uint32_t usable_cpus();

// The process that listens on this TCP port of this machine; of several the lowest pid. Nothing
// when there is none whose descriptors we may read (another user's, another container's).
std::optional<pid_t> listener_on(std::uint16_t port);

}  // namespace homeroom::load
