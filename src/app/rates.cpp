#include "app/rates.h"

#include <array>

namespace homeroom::app {
namespace {

using Names = std::string_view;

constexpr std::array posts{Names{"post:create"}, Names{"post:update"}};
constexpr std::array comments{Names{"comment:create"}, Names{"comment:update"}};
constexpr std::array reactions{Names{"reaction:set"}, Names{"poll:vote"}};
constexpr std::array messages{Names{"message:send"}, Names{"message:update"}};
constexpr std::array announcements{Names{"announcement:create"}, Names{"announcement:update"}};
constexpr std::array grades{Names{"grade:save"}, Names{"grade:publish"}, Names{"grade:publishAll"},
                            Names{"grade:withdraw"}};
// Each is told to somebody, invitations to whom one likes.
constexpr std::array groups{
    Names{"group:create"},  Names{"group:update"},  Names{"group:close"},
    Names{"group:join"},    Names{"group:leave"},   Names{"group:accept"},
    Names{"group:decline"}, Names{"group:invite"},  Names{"group:uninvite"},
    Names{"group:remove"},  Names{"group:appoint"}, Names{"group:transfer"}};
// What is told to a room and put into inboxes; and what goes on within a session.
constexpr std::array study{Names{"study:create"}, Names{"study:update"}, Names{"study:start"},
                           Names{"study:end"}};
constexpr std::array study_changes{
    Names{"study:join"},   Names{"study:leave"},  Names{"study:state"}, Names{"study:hand"},
    Names{"study:divide"}, Names{"study:gather"}, Names{"study:move"}};
// What rings at somebody's, or is told to a class.
constexpr std::array calls{Names{"call:start"}, Names{"call:invite"}, Names{"call:join"},
                           Names{"screen:request"}, Names{"screen:start"}};
// What is told to a class; and the tickets that each of it asks for anew every minute or two.
constexpr std::array live{Names{"live:schedule"}, Names{"live:update"},  Names{"live:cancel"},
                          Names{"live:start"},    Names{"live:publish"}, Names{"live:end"},
                          Names{"live:recording"}};
constexpr std::array live_watches{Names{"live:watch"}, Names{"live:unwatch"}};
// What the media server asks about somebody's ticket.
constexpr std::array live_authorizations{Names{"live:authorize"}};
// What is done in one: each is told to all in it, with the call as a whole.
constexpr std::array call_changes{
    Names{"call:mute"},      Names{"call:devices"},  Names{"call:hand"},
    Names{"call:captioner"}, Names{"call:settings"}, Names{"call:admit"},
    Names{"call:deny"},      Names{"call:poll"},     Names{"call:closePoll"},
    Names{"call:record"},    Names{"call:consent"},  Names{"screen:annotate"}};
// What is said beside the talk, or counted: little of each.
constexpr std::array call_asides{Names{"call:vote"}, Names{"call:react"}, Names{"call:caption"}};
constexpr std::array documents{Names{"doc:create"}, Names{"doc:rename"}, Names{"doc:delete"},
                               Names{"doc:share"},  Names{"doc:lock"},   Names{"doc:clear"},
                               Names{"doc:present"}};
// Each reads a document as a whole.
constexpr std::array openings{Names{"doc:open"},        Names{"doc:export"},
                              Names{"doc:authors"},     Names{"doc:deletions"},
                              Names{"doc:viewVersion"}, Names{"doc:restoreVersion"},
                              Names{"doc:saveVersion"}, Names{"doc:shapes"},
                              Names{"doc:ticket"},      Names{"join-room"}};
constexpr std::array edits{Names{"doc:sync"}, Names{"doc:awareness"}};
// What Excalidraw's client says: an element at each of its frames, beside it the pointer.
constexpr std::array drawing{Names{"server-broadcast"}, Names{"server-volatile-broadcast"},
                             Names{"user-follow"}};
constexpr std::array reports{Names{"report:create"}};
constexpr std::array searches{Names{"feed:search"}};
constexpr std::array uploads{Names{"attachment:create"}};
constexpr std::array downloads{Names{"attachment:link"}};

}  // namespace

Rate rate_of(double count, double seconds) {
    return TokenRate{.per_second = count / seconds, .burst = count};
}

// More than anybody does by hand, and less than a class could bear of each of its members.
std::span<const RequestKind> request_kinds() {
    static const std::array kinds{
        RequestKind{"rates.post", "post", rate_of(60, 60), posts},
        RequestKind{"rates.comment", "comment", rate_of(120, 60), comments},
        RequestKind{"rates.reaction", "reaction", rate_of(240, 60), reactions},
        RequestKind{"rates.message", "message", rate_of(240, 60), messages},
        RequestKind{"rates.announcement", "announcement", rate_of(30, 60), announcements},
        // Where the marks of a whole class are typed in, and each is saved.
        RequestKind{"rates.grade", "grade", rate_of(600, 60), grades},
        RequestKind{"rates.group", "group", rate_of(60, 60), groups},
        RequestKind{"rates.study", "study", rate_of(12, 60), study},
        RequestKind{"rates.study_change", "study_change", rate_of(300, 60), study_changes},
        RequestKind{"rates.call", "call", rate_of(60, 60), calls},
        RequestKind{"rates.live", "live", rate_of(30, 60), live},
        RequestKind{"rates.live_watch", "live_watch", rate_of(60, 60), live_watches},
        // A player of HLS is asked about at each of its requests.
        RequestKind{"rates.live_authorize", "live_authorize", rate_of(1'200, 60),
                    live_authorizations},
        // Each is up to 40 KB to each of 64.
        RequestKind{"rates.call_change", "call_change", rate_of(60, 60), call_changes},
        // A caption of each half second, and a few reactions beside.
        RequestKind{"rates.call_aside", "call_aside", rate_of(240, 60), call_asides},
        RequestKind{"rates.document", "document", rate_of(60, 60), documents},
        // A client that comes back asks twice for each document that it had open.
        RequestKind{"rates.opening", "opening", rate_of(240, 60), openings},
        // Keystrokes and cursors.
        RequestKind{"rates.edit", "edit", rate_of(3'000, 60), edits},
        RequestKind{"rates.drawing", "drawing", rate_of(7'200, 60), drawing},
        RequestKind{"rates.report", "report", rate_of(30, 60), reports},
        RequestKind{"rates.search", "search", rate_of(120, 60), searches},
        RequestKind{"rates.upload", "upload", rate_of(120, 60), uploads},
        // A page of pictures asks for twenty links, and then for what they lead to.
        RequestKind{"rates.download", "download", rate_of(1'200, 60), downloads},
    };
    return kinds;
}

std::vector<Rate> Rates::defaults() {
    std::vector<Rate> rates;
    for (const RequestKind& kind : request_kinds()) rates.push_back(kind.by_default);
    return rates;
}

}  // namespace homeroom::app
