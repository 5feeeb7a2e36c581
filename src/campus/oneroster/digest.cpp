#include "campus/oneroster/digest.h"

#include "base/hash.h"
#include "base/hex.h"

namespace homeroom::campus::oneroster {
void Digest::add(std::string_view name, std::string_view contents) {
    files_[std::string{name}] = to_hex(sha256(contents));
}

std::string Digest::finish() const {
    std::string all;
    for (const auto& [name, hash] : files_)
        all.append(name).append(1, '\n').append(hash).append(1, '\n');
    return to_hex(sha256(all));
}

}  // namespace homeroom::campus::oneroster
