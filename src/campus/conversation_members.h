// Who is in which group conversation at this moment: what a replay and a read judge by, where no
// table can be asked. Conversations between two never change and are not kept here.
//
// The rows are the messages feature's; this follows each commit before its events and its answer go
// out, and is filled at start. Any thread; memory: O(members of groups).
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "store/journal.h"

namespace homeroom::campus {

// "conversation-{id}": the room that a conversation's events name. No socket is ever in it.
std::string conversation_room(std::string_view id);
bool is_conversation_room(std::string_view room);

class ConversationMembers {
public:
    struct Member {
        std::string user{};
        store::Seq since = 0;  // the journal's moment at which he came (the last time)
    };
    struct Change {
        std::string room{};
        std::vector<Member> members{};  // who is in it now; none: it is forgotten
    };
    void apply(Change change);

    bool contains(std::string_view room, std::string_view user) const;
    // Whether he is in it, and was at that moment.
    bool sees(std::string_view room, std::string_view user, store::Seq moment) const;

private:
    mutable std::shared_mutex mutex_{};
    boost::unordered_flat_map<std::string, std::vector<Member>, TextHash, TextEqual> members_{};
};

}  // namespace homeroom::campus
