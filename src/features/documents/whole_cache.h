// Whole documents as one update each, as they were read last: a class that opens the same one asks
// for it thirty times. At most limits::documents_cached_bytes_max; the longest unused give way.
// Any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "features/documents/log.h"

namespace homeroom::features::documents {

class WholeCache {
public:
    Whole find(std::string_view part, SteadyTime now);  // without bytes: it is not there
    void keep(const std::string& part, Whole whole, SteadyTime now);
    void forget(std::string_view part);
    void forget_idle(SteadyTime before);

private:
    struct Kept {
        Whole whole{};
        SteadyTime used{};
    };
    using Parts = std::map<std::string, Kept, std::less<>>;
    void drop(Parts::iterator one);

    std::mutex mutex_{};
    Parts parts_{};          // guarded
    std::size_t bytes_ = 0;  // guarded
};

}  // namespace homeroom::features::documents
