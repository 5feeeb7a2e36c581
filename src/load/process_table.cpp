#include "load/process_table.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sched.h>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace homeroom::load {
namespace {

std::optional<std::string> read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

// The sockets in state LISTEN on the port, as "/proc/<pid>/fd" shows them.
void add_listening_sockets(const char* table, std::uint16_t port, std::set<std::string>& sockets) {
    constexpr std::string_view listening = "0A";
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);  // the heads
    const std::string wanted = fmt::format(":{:04X}", port);
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string slot;
        std::string local;
        std::string remote;
        std::string state;
        words >> slot >> local >> remote >> state;
        if (state != listening || !local.ends_with(wanted)) continue;
        std::string skipped;
        std::string inode;
        for (int i = 0; i < 5; ++i) words >> skipped;
        if (words >> inode) sockets.insert("socket:[" + inode + "]");
    }
}

bool holds_one_of(const std::filesystem::path& process, const std::set<std::string>& sockets) {
    std::error_code error;
    for (std::filesystem::directory_iterator at(process / "fd", error), end; at != end;
         at.increment(error)) {
        if (error) return false;
        const auto target = std::filesystem::read_symlink(at->path(), error);
        if (!error && sockets.contains(target.string())) return true;
        error.clear();
    }
    return false;
}

}  // namespace

Result<ProcessUsage> usage_of(pid_t process) {
    const auto stat = read_all(fmt::format("/proc/{}/stat", process));
    const auto memory = read_all(fmt::format("/proc/{}/statm", process));
    if (!stat || !memory) return Error{Code::not_found, fmt::format("no process {}", process)};
    // The name, in parentheses, may hold anything: what is counted begins behind the last one.
    const auto name_end = stat->rfind(')');
    if (name_end == std::string::npos)
        return Error{Code::internal, fmt::format("/proc/{}/stat is not readable", process)};
    std::istringstream fields(stat->substr(name_end + 1));
    constexpr int fields_before_utime = 11;  // proc(5): state is field 3, utime 14
    std::string skipped;
    for (int i = 0; i < fields_before_utime; ++i) fields >> skipped;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    fields >> user >> system;
    std::istringstream pages(*memory);
    std::uint64_t whole = 0;
    std::uint64_t resident = 0;
    pages >> whole >> resident;
    if (!fields || !pages)
        return Error{Code::internal, fmt::format("/proc/{} is not readable", process)};
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    return ProcessUsage{
        .user_seconds = static_cast<double>(user) / ticks,
        .system_seconds = static_cast<double>(system) / ticks,
        .resident_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))};
}

std::uint32_t usable_cpus() {
    cpu_set_t usable;
    CPU_ZERO(&usable);
    // It fails where there are more CPUs than the set has places for.
    if (sched_getaffinity(0, sizeof usable, &usable) != 0)
        return std::max(std::thread::hardware_concurrency(), 1U);
    return static_cast<std::uint32_t>(std::max(CPU_COUNT(&usable), 1));
}

std::optional<pid_t> listener_on(std::uint16_t port) {
    std::set<std::string> sockets;
    add_listening_sockets("/proc/net/tcp", port, sockets);
    add_listening_sockets("/proc/net/tcp6", port, sockets);
    if (sockets.empty()) return std::nullopt;
    std::optional<pid_t> lowest;
    std::error_code error;
    for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        pid_t process = 0;
        const auto [stop, wrong] = std::from_chars(name.data(), name.data() + name.size(), process);
        if (wrong != std::errc{} || stop != name.data() + name.size()) continue;
        if ((!lowest || process < *lowest) && holds_one_of(at->path(), sockets)) lowest = process;
    }
    return lowest;
}

}  // namespace homeroom::load
