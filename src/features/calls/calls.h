// Calls: who rings, who is there, and what two browsers say to each other, or to a media server,
// until they are connected. How media goes is the back end's (media/backend.h): it is told how each
// call is.
//
//   call:start, call:invite, call:accept, call:decline, call:join, call:leave, call:end     writes
//   call:mute, call:devices, call:hand, call:captioner, call:settings, call:admit, call:deny,
//   call:poll, call:vote, call:closePoll, call:record, call:consent                         writes
//   screen:request, screen:grant, screen:deny, screen:start, screen:stop, screen:annotate   writes
//   call:get, call:list, call:supervised, call:attendance                                   reads
//   call:signal, call:ice, call:react, call:caption
//                                of the connection that is in the call, on its loop, never stored
//
// The state of a call is a row, changed by the writer alone, one request after the other: so that
// there is one outcome, whatever crosses on the wire, and it outlives the process. Every event has
// the whole call with its version; a device that comes is sent what goes on (call:current). Which
// connection is whose leg, and how far they are with each other, is the switchboard's, which
// follows the commits (docs/decisions/0023-calls.md).
//
// Threads: the handlers of writes on the writer, on_event and on_batch_end there too; the rest on
// any loop. The switchboard is under a lock, held for microseconds.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "campus/gateway.h"
#include "campus/live.h"
#include "campus/personal_data.h"
#include "campus/request_allowance.h"
#include "campus/schedule.h"
#include "campus/surface.h"
#include "features/calls/happening.h"
#include "features/calls/ice.h"
#include "features/calls/switchboard.h"
#include "hub/server.h"
#include "media/backend.h"
#include "store/store.h"

namespace homeroom::features::calls {

std::span<const store::Migration> calls_migrations();
void register_calls(campus::Surface& surface);
// `allowed`: the school lets its staff record calls.
void register_recording(campus::Surface& surface, bool allowed);
void register_calls(campus::Schedule& schedule);
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

class Calls final : public campus::LiveObserver,
                    public store::CommitListener,
                    public media::Listener {
public:
    Calls(const campus::Directory& directory, store::Store& store, campus::Surface& surface,
          const campus::SchoolPolicy& policy, IceOptions ice, media::Backend& media);

    // Before the store starts: whoever was in a call when the last process ended has lost his
    // connection, and time to come back.
    Status load();
    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server);
    void keep_house();  // from time to time
    void tick();        // a few times a second

    void on_arrival(hub::Socket& socket, const std::string& user) override;
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket&, const std::string&) override {}
    void on_rerouted(const std::string& user) override;

    // Before whoever tells the clients: what they are told must hold here already.
    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq last) override;

    void on_told(media::Told told) override;

    std::size_t live_calls();  // any thread
    struct Counts {
        std::uint64_t passed = 0;   // signals
        std::uint64_t refused = 0;  // signals
    };
    Counts counts() const { return {passed_.load(), refused_.load()}; }

private:
    using Json = campus::Json;
    using Answer = campus::Surface::Answer;

    void come(hub::Socket& socket, const std::string& user, std::string_view name,
              const Json& request, const Answer& answer);
    static Status allow(campus::RequestAllowance& allowance, const std::string& user,
                        std::size_t pieces);
    Result<Json> signal(hub::Socket& socket, const std::string& user, const Json& request);
    Result<Json> ice(hub::Socket& socket, const std::string& user, const Json& request);
    Result<Json> react(hub::Socket& socket, const std::string& user, const Json& request);
    Result<Json> caption(hub::Socket& socket, const std::string& user, const Json& request);
    void tell_those_in(const Call& call, std::string_view event, const Json& body);
    bool is_in(std::string_view id, std::uint64_t device);  // and may be
    // His leg, if he is in the call over this connection, and may be. Under the lock.
    const Leg* leg_over(std::string_view id, std::string_view user, std::uint64_t device) const;
    Json ice_for(std::string_view user, std::string_view leg) const;
    void deliver(const Switchboard::Passage& passage, const std::string& from, Signal signal);
    Result<Json> say(const std::string& user, std::uint64_t device, const Signal& signal);
    // To the connection `device`, if it is in the call then, and as this leg; empty: as any.
    void hand_over(std::uint64_t device, std::string id, std::string leg, std::string event,
                   std::string object);
    // The back end is told how the call is; within the lock, so that the last it hears is the last.
    void follow(const std::string& id);

    // Commands of the server's own.
    void lose(const std::string& id, const std::string& user, std::uint64_t device);
    void judge(const std::string& id);
    void look_whether_there(std::uint64_t device);
    // What happens to a call without anybody's asking for it.
    struct Change {
        std::string id{};
        Happening happening{};
    };
    void change(Change change);

    const campus::Directory& directory_;
    store::Store& store_;
    campus::Surface& surface_;
    const campus::SchoolPolicy policy_;
    const IceOptions ice_;
    media::Backend& media_;
    hub::Server* server_ = nullptr;
    campus::RequestAllowance said_, heard_;  // signals, of who sends and who receives them
    std::atomic<std::uint64_t> passed_{0}, refused_{0};

    std::mutex mutex_{};
    Switchboard board_;  // guarded
    // Answers whose commit the switchboard has not seen to its end; guarded.
    struct Waiting {
        std::string user{};
        std::uint64_t device = 0;
        Json result{};
        Answer answer{};
    };
    void say_where_he_is(Waiting& one) const;  // under the lock
    std::vector<Waiting> waiting_{};
    std::vector<std::string> changed_{};  // calls, by the commits of this batch; guarded
    // By call, how many of each since they were told last; guarded.
    std::map<std::string, std::map<std::string_view, std::int64_t>> reactions_{};
    SteadyTime reactions_due_{};
    // What the store could not take; guarded.
    std::vector<Change> put_off_{};
};

}  // namespace homeroom::features::calls
