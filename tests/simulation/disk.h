// A disk in memory, with what a real one may do to what it was given: what was written and not
// synced is kept, lost or torn when the power goes, sector by sector; writes end early; syncs fail,
// with some of what they were for on the disk, and the rest there with the next that succeeds.
//
// A file that was made, and not synced, may be gone; one that was deleted may be back. Within a
// sector what was not written to keeps its bytes (SQLite calls it powersafe overwrite).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "draw.h"

namespace homeroom::simulation {

inline constexpr std::size_t sector_bytes = 512;

struct File {
    std::vector<char> now{};           // as whoever reads it sees it
    std::vector<char> synced{};        // as it is for sure
    std::set<std::size_t> unsynced{};  // sectors
    bool is_there_for_sure = false;
};

class Disk {
public:
    enum class Outcome : std::uint8_t { done, failed, full, dead };
    struct Faults {
        bool full = false;         // no file may grow
        unsigned write_fails = 0;  // one in so many; 0: none
        unsigned sync_fails = 0;
        unsigned read_fails = 0;
    };

    explicit Disk(Draw& draw) : draw_(draw) {}
    // What this one has when it starts again after the power went.
    std::unique_ptr<Disk> after_power_loss() const;
    // The same with everything for sure.
    std::unique_ptr<Disk> copy(Draw& draw) const;

    std::shared_ptr<File> open(const std::string& name, bool make);
    bool has(const std::string& name) const { return files_.contains(name); }
    Outcome remove(const std::string& name, bool for_sure);

    // `got`: what is beyond the file's end is zeros.
    Outcome read(const File& file, std::size_t at, std::span<char> to, std::size_t& got);
    Outcome write(File& file, std::size_t at, std::span<const char> bytes);
    Outcome truncate(File& file, std::size_t size);
    Outcome sync(File& file);

    Faults faults{};
    bool lies = false;  // a sync does nothing
    // The power goes at the so-manyeth write, sync, truncation or removal from now; 0: at none.
    std::uint64_t power_loss_in = 0;
    std::function<void()> on_power_loss{};

    bool is_dead() const { return dead_; }
    void die() { dead_ = true; }
    bool is_well() const {
        return !faults.full && faults.write_fails == 0 && faults.sync_fails == 0 &&
               faults.read_fails == 0;
    }
    bool has_failed_reads() const { return has_failed_reads_; }
    std::uint64_t operations() const { return operations_; }

private:
    bool count_down();
    void mark(File& file, std::size_t begin, std::size_t end);
    void put(File& file, std::size_t at, std::span<const char> bytes);
    void settle(File& file, std::size_t sector) const;

    Draw& draw_;
    std::map<std::string, std::shared_ptr<File>> files_{};
    std::map<std::string, std::shared_ptr<File>> removed_{};  // and perhaps back
    bool dead_ = false;
    bool has_failed_reads_ = false;
    std::uint64_t operations_ = 0;
};

// The disk that SQLite's files are on from now on; null: none. Registers it with SQLite the first
// time.
void use_disk(std::shared_ptr<Disk> disk);

}  // namespace homeroom::simulation
