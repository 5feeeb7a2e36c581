// What is wrong with a package, collected while it is read. Knows the profile, and so what a
// deviation from the standard weighs; holds at most limits::diagnostics_max of them and counts the
// rest. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "campus/oneroster/package.h"

namespace homeroom::campus::oneroster {

struct Place {
    std::string_view file{};
    std::uint32_t row = 0;
    std::string_view column{};
};

// A value as it may stand in a message or a terminal: in quotes, shortened to
// limits::diagnostic_value_characters_max, with control, direction and invalid characters escaped.
std::string shown(std::string_view value);
// The same without quotes, for file and column names.
std::string shown_name(std::string_view name);

class Diagnostics {
public:
    explicit Diagnostics(Profile profile) : profile_(profile) {}

    bool strict() const { return profile_ == Profile::strict; }

    void error(const Place& place, std::string_view code, std::string message);
    void warning(const Place& place, std::string_view code, std::string message);
    // Not what the standard says: an error in the strict profile, a warning in the tolerant one.
    void deviation(const Place& place, std::string_view code, std::string message);

    // A deviation that a vendor makes in every row would hide all others, so it is told once for
    // each column: the first time with its words, then counted in `seen`. When the file has been
    // read, tell_counts() adds the number.
    struct Seen {
        std::size_t index = 0;  // of the diagnostic, when count > 0 and it was kept
        std::size_t count = 0;
        bool kept = false;
    };
    bool told(Seen& seen);  // counts; whether it was told before
    void once(Seen& seen, const Place& place, std::string_view code, std::string message);
    void tell_count(const Seen& seen);

    std::vector<Diagnostic> take();

private:
    void add(Severity severity, const Place& place, std::string_view code, std::string message);

    Profile profile_;
    std::vector<Diagnostic> list_{};
    std::size_t left_out_ = 0;
    std::size_t errors_left_out_ = 0;
};

}  // namespace homeroom::campus::oneroster
