// What a school lets its people do: from the configuration, the same while the server runs.
// Features judge by it at every request, so that after a change nothing older goes by other rules.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "campus/guardian_policy.h"

namespace homeroom::campus {

struct SchoolPolicy {
    GuardianPolicy guardians{};

    // Who may make study groups in a room, and who secret ones.
    enum class Makers : std::uint8_t { nobody, staff, everybody };
    struct Groups {
        Makers create = Makers::everybody;
        Makers secret = Makers::staff;
    } groups{};

    // Whose conversations the staff of a class that all in it share may read.
    enum class Supervised : std::uint8_t { none, students };

    // Who may write to whom: those who share a class, course or group, with staff among the two
    // or without; and those who share no more than an institution.
    struct Messages {
        bool peers = true;
        bool staff = true;
        bool institution = false;
        Supervised supervised = Supervised::none;
    } messages{};

    // Questions and answers under a pseudonym: whether they are offered at all, and whether the
    // staff of a room may read who stands behind one.
    struct Feed {
        bool anonymous = true;
        bool anonymous_names = false;
    } feed{};

    // Whose home address nobody in a call may see: what they send is relayed.
    enum class Relayed : std::uint8_t { nobody, students, everybody };
    // Who may call whom is as with messages; and beside it who may begin a call in a class or
    // course, whose members are told of it.
    struct Calls {
        Makers rooms = Makers::staff;
        std::size_t members = 6;  // at once, in one
        std::chrono::milliseconds ring = std::chrono::seconds{45};
        std::chrono::milliseconds grace = std::chrono::seconds{30};  // to come back
        Relayed relayed = Relayed::nobody;
    } calls{};
};

}  // namespace homeroom::campus
