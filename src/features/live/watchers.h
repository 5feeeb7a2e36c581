// Who watches which live class, over which connections, and how many that are: what ends with the
// process. Not thread-safe: its owner locks.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace homeroom::features::live {

class Watchers {
public:
    using Device = std::uint64_t;  // campus::device_of

    enum class Came : std::uint8_t { anew, again, refused };  // refused: it watches too many
    Came come(const std::string& live, const std::string& user, Device device);
    // Whether it was watching it.
    bool go(const std::string& live, Device device);
    void go_everywhere(Device device);
    void end(const std::string& live);
    bool watches(std::string_view live, Device device) const;

    // After how long the next one may begin, so that no more than so many begin in a second: each
    // has a place of his own in the row.
    std::chrono::milliseconds place(const std::string& live, double per_second, SteadyTime now);

    // What the media server says how many there are; it knows of those who watch otherwise.
    void hear(const std::string& live, std::int64_t count, WallTime at, SteadyTime now);
    // How many people watch, each once over all of his connections; or as many as the media server
    // has said lately, where that is more.
    std::int64_t count(const std::string& live, SteadyTime now) const;
    std::size_t people() const;  // in all
    // Those of which the number may have changed since the last time.
    std::set<std::string> take_changed();
    bool has_changed() const { return !changed_.empty(); }
    // What the media server has said too long ago counts no more; as long as anything does, it is
    // to be asked again.
    void fade(SteadyTime now);
    bool hears() const;

    // The number is told now: whether it is another than the last time.
    struct News {
        std::int64_t count = 0;
        bool differs = true;
        bool rounded_differs = true;
    };
    News tell(const std::string& live, SteadyTime now);
    std::optional<std::int64_t> told(const std::string& live) const;

private:
    struct Room {
        boost::unordered_flat_map<std::string, std::uint32_t> users{};  // connections of each
        SteadyTime next{};
        std::int64_t heard = 0;
        std::optional<WallTime> heard_at{};  // by the media server's clock
        SteadyTime heard_here{};
        std::optional<std::int64_t> told{};
    };
    struct Seat {
        std::string user{};
        std::vector<std::string> lives{};
    };
    void leave(const std::string& live, const std::string& user);

    std::map<std::string, Room, std::less<>> rooms_{};
    boost::unordered_flat_map<Device, Seat> seats_{};
    std::set<std::string> changed_{};
};

// In round numbers where there are many: what is shown to everybody.
std::int64_t rounded(std::int64_t count);

}  // namespace homeroom::features::live
