// Which connections are in which sessions, and with whom: the one thing of a session that ends with
// the process. Several of one user are one member. Not thread-safe: its owner locks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeroom::features::study {

class Devices {
public:
    using Device = std::uint64_t;  // campus::device_of

    // From the moment it asks to come in, so that another one's going is not taken for its user's.
    // False: it is in too many already.
    bool add(const std::string& session, const std::string& user, Device device);
    // It has come in; in this room the session is. False: it has gone meanwhile, or the session.
    bool admit(const std::string& session, Device device, const std::string& room);
    // Whether it was the last of its user in the session.
    bool remove(std::string_view session, Device device);
    struct Gone {
        std::string session{};
        std::string user{};
    };
    std::vector<Gone> remove_everywhere(Device device);  // where it was the last
    void end(std::string_view session);

    bool is_in(std::string_view session, std::string_view user) const;
    // The room of a session into which the device was let; empty: it was not.
    std::string room_of(std::string_view session, Device device) const;
    // The one session that it is in; empty: in none, or in several.
    std::string only_session_of(Device device) const;
    std::string user_of(std::string_view session, Device device) const;  // empty: it is not in it
    bool empty() const { return seats_.empty(); }

private:
    struct Seat {
        Device device = 0;
        std::string user{};
        std::string room{};  // empty: not let in yet
    };
    using Seats = std::vector<Seat>;
    std::map<std::string, Seats, std::less<>> seats_{};      // by session
    std::map<Device, std::vector<std::string>> sessions_{};  // by device
    const Seat* seat_of(std::string_view session, Device device) const;
    void forget(Device device, std::string_view session);
};

}  // namespace homeroom::features::study
