// Whether there may be more of something now: asked before a request that writes is carried out.
// Any thread; quick.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace homeroom::campus {

// What a request needs that may be refused when there is trouble.
enum class Need : std::uint8_t {
    ephemeral,  // presence, typing: of no use later
    bulky,      // files
    durable,    // all else that is written
    owed,       // erasure, holds: not to be put off because of trouble; little, or it makes room
};

class WriteAdmission {
public:
    virtual ~WriteAdmission() = default;
    virtual Status admit(Need need) const = 0;
};

}  // namespace homeroom::campus
