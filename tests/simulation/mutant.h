// What can be broken on purpose in the simulation, or in how it wires the product, to see whether
// that is found.
#pragma once

#include <cstdint>

namespace homeroom::simulation {

enum class Mutant : std::uint8_t {
    none,
    disk_lies,              // a sync does nothing
    delivered_too_soon,     // the producer says that it was delivered before it was
    offset_too_soon,        // the consumer's offset is committed when the record is given
    cursor_too_soon,        // a device counts as received what has yet to come
    cursor_too_late,        // a device forgets the last that it was sent
    nobody_moves,           // who left a class stays in its room
    another_key,            // what is asked for again has a new key
    trusts_the_roster,      // whose rooms a change of the roster makes others is in no doubt
    trusts_groups,          // the same of study groups
    builds_on_what_failed,  // requests are carried out on what could not be stored
    forgets_sign_outs,      // whoever was signed out comes back with his old token
    signs_out_the_arrived,  // whoever is at the door is not signed out
};

}  // namespace homeroom::simulation
