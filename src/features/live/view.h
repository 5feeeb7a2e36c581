// Live classes and the events about them in the contract's JSON.
#pragma once

#include <string>

#include "campus/surface.h"
#include "features/live/live_class.h"

namespace homeroom::features::live {

// As everybody sees it who may. No address is in it: those are given to who watches, each time
// anew.
campus::Json live_view(const campus::Directory& directory, const LiveClass& live);

// Journals what has happened to it; forgotten with it. `jitter`: within which those who watch
// should begin, of what has just started or come back.
struct Notice {
    News news = News::none;
    std::string by_json = "null";
    std::chrono::milliseconds jitter{0};
};
Status announce(store::Transaction& transaction, const campus::Directory& directory,
                const LiveClass& live, const Notice& notice);

}  // namespace homeroom::features::live
