// Who is in which call at this moment, by which connection, and how far each two of them are with
// finding each other. Kept from the committed state of the calls, and of use to nobody else: a
// process that begins anew has no links, and those who are there make new ones. Not locked.
//
// A link is between two legs. An offer begins a negotiation, which has a number that no other has;
// an answer names the number that it answers, and one that answers an older one is not passed on.
// When both offer at once, that of the impolite one stands, whichever was first: the other is not
// passed on, or is answered by nobody (the polite one takes it back as soon as he gets the other).
// Candidates are those of their sender's last description, and go with it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "features/calls/call.h"
#include "features/calls/signal.h"

namespace homeroom::features::calls {

class Switchboard {
public:
    // Numbers of negotiations count up from here: higher than any that an earlier process gave.
    explicit Switchboard(std::int64_t first_negotiation) : next_negotiation_(first_negotiation) {}

    // The call as it is now. Gives the connections that are newly of it.
    std::vector<std::uint64_t> put(Call call);

    const Call* find(std::string_view id) const;
    // Those that he is in, that ring at his, hidden ones included, or that he waits to be let into,
    // was let into or was not.
    std::vector<std::string> calls_of(std::string_view user) const;
    std::optional<std::string> call_in(std::string_view room) const;
    bool has_rooms() const { return !rooms_.empty(); }
    // The call that this connection is in.
    std::optional<std::string> call_of(std::uint64_t device) const;
    // Those in whose lobbies somebody waits over it.
    std::vector<std::string> waits_of(std::uint64_t device) const;
    std::size_t size() const { return calls_.size(); }

    // The leg that is there over this connection.
    Result<const Leg*> present_leg(std::string_view call, std::string_view user,
                                   std::uint64_t device) const;

    // Where a signal goes, and as what.
    struct Passage {
        std::uint64_t device = 0;
        std::string leg{};  // the sender's
        std::int64_t negotiation = 0;
    };
    // `conflict`: it comes too late, or crosses one that stands.
    Result<Passage> pass(std::string_view from, std::uint64_t device, const Signal& signal);

private:
    struct Link {
        std::int64_t negotiation = 0;  // the last that was begun; 0: none
        std::string offerer{};         // the leg that began it
        bool is_answered = true;
        // Of each of the two: the negotiation of the last description of its that was passed on, 0
        // where none was; and how many candidates came with it. One that is refused changes
        // nothing: it may be the same once more.
        struct Side {
            std::int64_t negotiation = 0;
            std::size_t candidates = 0;
        };
        std::map<std::string, Side, std::less<>> sides{};
    };
    struct Live {
        Call call{};
        std::map<std::pair<std::string, std::string>, Link> links{};
    };
    using Names = std::vector<std::string>;

    void take_out(const Call& call);
    void put_guests(const Call& call);
    Result<std::int64_t> negotiate(Link& link, const Leg& from, const Leg& to,
                                   const Signal& signal);
    Result<std::int64_t> offer(Link& link, const Leg& from, const Leg& to);
    static Result<std::int64_t> answer(Link& link, const Leg& from, const Signal& signal);

    std::int64_t next_negotiation_;
    std::map<std::string, Live, std::less<>> calls_{};
    std::map<std::string, Names, std::less<>> users_{};        // whom it concerns → calls
    std::map<std::string, std::string, std::less<>> rooms_{};  // room → call
    std::map<std::uint64_t, std::string> devices_{};           // connection → call
    std::map<std::uint64_t, Names> waiting_{};                 // connection → calls
};

}  // namespace homeroom::features::calls
