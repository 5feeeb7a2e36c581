// What a school lets its people do: from the configuration, the same while the server runs.
// Features judge by it at every request, so that after a change nothing older goes by other rules.
#pragma once

#include <cstdint>

namespace homeroom::campus {

struct SchoolPolicy {
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
};

}  // namespace homeroom::campus
