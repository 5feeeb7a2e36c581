#include "disk.h"

#include <algorithm>

namespace homeroom::simulation {
namespace {

std::size_t sectors_of(std::size_t bytes) {
    return (bytes + sector_bytes - 1) / sector_bytes;
}

// Of `from`'s bytes [begin, end), as far as it has them.
void copy_range(const std::vector<char>& from, std::vector<char>& to, std::size_t begin,
                std::size_t end) {
    end = std::min(end, from.size());
    if (begin >= end) return;
    if (to.size() < end) to.resize(end);
    std::copy(from.begin() + static_cast<std::ptrdiff_t>(begin),
              from.begin() + static_cast<std::ptrdiff_t>(end),
              to.begin() + static_cast<std::ptrdiff_t>(begin));
}

}  // namespace

std::shared_ptr<File> Disk::open(const std::string& name, bool make) {
    const auto found = files_.find(name);
    if (found != files_.end()) return found->second;
    if (!make || dead_) return nullptr;
    return files_[name] = std::make_shared<File>();
}

// The power goes before it is done, or just after; what is going on is then let go on by whoever
// takes care of that.
bool Disk::count_down() {
    ++operations_;
    if (dead_) return true;
    if (power_loss_in == 0 || --power_loss_in > 0) return false;
    dead_ = true;
    return true;
}

Disk::Outcome Disk::remove(const std::string& name, bool for_sure) {
    if (dead_ || count_down()) {
        if (on_power_loss) on_power_loss();
        return Outcome::dead;
    }
    const auto found = files_.find(name);
    if (found == files_.end()) return Outcome::done;
    if (for_sure) {
        removed_.erase(name);
    } else if (found->second->is_there_for_sure) {
        removed_[name] = found->second;
    }
    files_.erase(found);
    return Outcome::done;
}

Disk::Outcome Disk::read(const File& file, std::size_t at, std::span<char> to, std::size_t& got) {
    got = 0;
    if (dead_) return Outcome::dead;
    if (faults.read_fails != 0 && draw_.one_in(faults.read_fails)) {
        has_failed_reads_ = true;
        return Outcome::failed;
    }
    if (at < file.now.size()) got = std::min(to.size(), file.now.size() - at);
    std::copy_n(file.now.begin() + static_cast<std::ptrdiff_t>(std::min(at, file.now.size())), got,
                to.begin());
    std::fill(to.begin() + static_cast<std::ptrdiff_t>(got), to.end(), '\0');
    return Outcome::done;
}

void Disk::mark(File& file, std::size_t begin, std::size_t end) {
    for (std::size_t sector = begin / sector_bytes; sector < sectors_of(end); ++sector)
        file.unsynced.insert(sector);
}

void Disk::put(File& file, std::size_t at, std::span<const char> bytes) {
    if (bytes.empty()) return;
    if (file.now.size() < at + bytes.size()) {
        mark(file, file.now.size(), at + bytes.size());
        file.now.resize(at + bytes.size());
    }
    std::copy(bytes.begin(), bytes.end(), file.now.begin() + static_cast<std::ptrdiff_t>(at));
    mark(file, at, at + bytes.size());
}

Disk::Outcome Disk::write(File& file, std::size_t at, std::span<const char> bytes) {
    if (dead_) return Outcome::dead;
    if (count_down()) {
        // All of it, a beginning, or nothing had got to the disk's own memory.
        put(file, at, bytes.first(draw_.one_in(2) ? bytes.size() : draw_.below(bytes.size() + 1)));
        if (on_power_loss) on_power_loss();
        return Outcome::dead;
    }
    if (faults.full && at + bytes.size() > file.now.size()) {
        const std::size_t room = file.now.size() > at ? file.now.size() - at : 0;
        put(file, at, bytes.first(room));
        return Outcome::full;
    }
    if (faults.write_fails != 0 && draw_.one_in(faults.write_fails)) {
        put(file, at, bytes.first(draw_.below(bytes.size() + 1)));
        return Outcome::failed;
    }
    put(file, at, bytes);
    return Outcome::done;
}

Disk::Outcome Disk::truncate(File& file, std::size_t size) {
    if (dead_) return Outcome::dead;
    const bool last = count_down();
    if (!last || draw_.one_in(2)) {
        if (size < file.now.size()) mark(file, size, file.now.size());
        file.now.resize(size);
    }
    if (!last) return Outcome::done;
    if (on_power_loss) on_power_loss();
    return Outcome::dead;
}

// One sector as it may be behind what was not synced: the new one, the old one, or some of both.
void Disk::settle(File& file, std::size_t sector) const {
    const std::size_t begin = sector * sector_bytes;
    const std::size_t end = begin + sector_bytes;
    switch (draw_.below(3)) {
        case 0: copy_range(file.now, file.synced, begin, end); break;
        case 1: break;
        default: {
            const std::size_t torn = begin + draw_.below(sector_bytes);
            copy_range(file.now, file.synced, draw_.one_in(2) ? begin : torn,
                       draw_.one_in(2) ? torn : end);
        }
    }
}

Disk::Outcome Disk::sync(File& file) {
    if (dead_) return Outcome::dead;
    const bool last = count_down();
    const bool fails = faults.sync_fails != 0 && draw_.one_in(faults.sync_fails);
    if (fails || (last && draw_.one_in(2))) {
        for (const std::size_t sector : file.unsynced) settle(file, sector);
    } else if (!lies) {
        for (const std::size_t sector : file.unsynced)
            copy_range(file.now, file.synced, sector * sector_bytes, (sector + 1) * sector_bytes);
        file.synced.resize(file.now.size());
        file.unsynced.clear();
        file.is_there_for_sure = true;
    }
    if (last) {
        if (on_power_loss) on_power_loss();
        return Outcome::dead;
    }
    return fails ? Outcome::failed : Outcome::done;
}

std::unique_ptr<Disk> Disk::after_power_loss() const {
    auto next = std::make_unique<Disk>(draw_);
    const auto add = [&](const std::string& name, const File& file) {
        File left = file;
        for (const std::size_t sector : file.unsynced) settle(left, sector);
        if (left.synced.size() > file.now.size() && draw_.one_in(2))
            left.synced.resize(file.now.size());
        left.now = left.synced;
        left.unsynced.clear();
        left.is_there_for_sure = true;
        next->files_[name] = std::make_shared<File>(std::move(left));
    };
    for (const auto& [name, file] : removed_) {
        if (!files_.contains(name) && draw_.one_in(2)) add(name, *file);
    }
    for (const auto& [name, file] : files_) {
        if (file->is_there_for_sure || draw_.one_in(2)) add(name, *file);
    }
    return next;
}

std::unique_ptr<Disk> Disk::copy(Draw& draw) const {
    auto next = std::make_unique<Disk>(draw);
    for (const auto& [name, file] : files_) {
        next->files_[name] = std::make_shared<File>(
            File{.now = file->now, .synced = file->now, .is_there_for_sure = true});
    }
    return next;
}

}  // namespace homeroom::simulation
