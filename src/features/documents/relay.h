// Documents while people have them open: doc:open, doc:close, doc:sync, doc:awareness, doc:present.
//
// Nothing of a document is held but which units and deletions it has (log.h), and that only while
// it is written in. What somebody sends is judged and stored on the writer, then acknowledged, then
// passed on to all others who have it open and may see it at that moment; what he lacks is read for
// him on a reader. To have a document open is to be in a facet of its room ("class-7b~doc-01J…"),
// so who leaves the room has nothing of it open any more.
//
//   step 1  → step 2 and the server's own step 1           reader
//   step 2, update → judged, stored, told, acknowledged    writer
//   awareness → kept here, told at intervals               the socket's loop
//
// The lock is never held where something is sent: sending may end a socket, and its end comes here.
//
// Any thread. relay.cpp: who has what open; relay_sync.cpp; relay_awareness.cpp; relay_board.cpp.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "campus/gateway.h"
#include "campus/live.h"
#include "campus/loop_order.h"
#include "features/documents/judging.h"
#include "features/documents/rules.h"
#include "features/documents/whole_cache.h"
#include "net/timer_wheel.h"
#include "store/store.h"
#include "yjs/awareness.h"

namespace homeroom::features::documents {

class Relay final : public campus::LiveObserver, public store::CommitListener {
public:
    Relay(const campus::Directory& directory, store::Store& store, campus::Surface& surface,
          campus::Discretion& discretion);

    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server, campus::LoopOrder& order);
    void keep_house();  // from time to time

    // doc:restoreVersion { doc, version }: what an update of this user would be that makes the
    // document what it was.
    void restore(const std::string& user, const campus::Json& request,
                 const campus::Surface::Answer& answer);

    // doc:clear { doc }: an update of this user that takes out all that is on a board. What is on
    // it beside that is `also`'s, if he may.
    using Clear = std::function<void(const std::string& document, const std::string& user)>;
    void clear_also(Clear also) { clear_also_ = std::move(also); }
    void clear(const std::string& user, const campus::Json& request,
               const campus::Surface::Answer& answer);

    struct Counts {
        std::size_t open = 0;  // documents
        std::size_t loaded = 0;
        std::size_t stretches = 0;
    };
    Counts counts();

    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket& socket, const std::string& room) override;
    void on_rerouted(const std::string& user) override;

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq) override {}

private:
    using Json = campus::Json;
    using Answer = campus::Surface::Answer;
    using Device = std::uint64_t;
    using Broadcasts = std::vector<std::shared_ptr<const hub::Broadcast>>;
    // What the bytes of an event stand for in its JSON.
    static constexpr std::string_view placeholder = R"({"_placeholder":true,"num":0})";

    // What somebody shows of himself.
    struct Shown {
        std::string user{};
        Device device = 0;
    };
    // A request that is under way. The end of it may come before it is open.
    struct Opening {
        Device device = 0;
        bool is_closed = false;
    };
    using OpeningRef = std::shared_ptr<Opening>;
    // Whom others follow; nobody: without a user.
    struct Presenter {
        std::string user{};
        Device device = 0;

        bool operator==(const Presenter&) const = default;
    };
    struct Open {
        Access access{};  // version 0: not read yet
        bool is_board = false;
        Presenter presenter{};
        std::map<Device, std::string> sockets{};
        std::map<std::string, Role, std::less<>> told{};  // which role each of its users knows of
        std::set<OpeningRef> opening{};
        std::shared_ptr<Part> part{};
        SteadyTime used{};
        yjs::Awareness awareness{};
        std::map<yjs::ClientId, Shown> shown{};
        std::map<yjs::ClientId, std::string> owners{};  // as far as they have been asked for
        std::set<yjs::ClientId> news{};
        yjs::ClientId told_last = 0;  // of the news: behind it goes on what did not fit
        std::vector<std::pair<yjs::AwarenessEntry, std::string>> gone{};  // to be told, and whose
    };
    using Places = std::map<std::string, Open, std::less<>>;  // by name

    // --- relay.cpp
    void open(hub::Socket& socket, const std::string& user, const Json& request,
              const Answer& answer);
    OpeningRef begin_opening(const std::string& name, Device device);  // null: too many
    Status read_for_opening(store::Database& db, const std::string& user, const Name& name,
                            Json& view);
    Result<Json> enter(hub::Socket& socket, const std::string& user, const Name& name, Json view,
                       const OpeningRef& opening);
    void stop_opening(const std::string& name, const OpeningRef& opening);
    Result<Json> close(hub::Socket& socket, const Json& request);
    // With the lock. The entry may be gone afterwards.
    void leave(const std::string& name, Device device);
    void forget_if_unused(Places::iterator place);
    void keep_part(Open& place, std::shared_ptr<Part> part);
    bool has_open(std::string_view name, Device device);
    std::string facet(const Access& access, std::string_view name) const;
    // With the lock: which of those who have it open may not see it, or are another role now.
    struct Change {
        std::string user{};
        Role role = Role::none;
    };
    std::vector<Change> settle(const std::string& name, Open& open);
    void tell_roles(const std::string& name, const std::string& facet,
                    const std::vector<Change>& changes, std::string_view reason);
    // With the lock: to all who have it open and may see it.
    hub::Selection listeners(const std::string& name, const Open& open) const;
    // Of these the staff; nothing: a study group has none.
    std::optional<hub::Selection> staff_of(const std::string& name, const Open& open) const;
    hub::Message message(std::string_view event, const std::string& name,
                         const std::string& bytes) const;
    void send(hub::Socket& socket, std::string_view event, const std::string& name,
              const std::string& bytes) const;

    // --- relay_sync.cpp
    struct Incoming;
    struct Parting;
    void sync(hub::Socket& socket, const std::string& user, const std::string& name,
              const std::string& bytes, const Answer& answer);
    void answer_step_1(hub::SocketRef ref, const std::string& user, const std::string& name,
                       std::string_view state_vector, const Answer& answer);
    void begin_sending(hub::Hub& hub, const std::shared_ptr<Parting>& parting);
    void send_next(hub::Hub& hub, const std::shared_ptr<Parting>& parting);
    bool may_begin(Parting& parting);
    bool may_be_sent(const hub::Socket& socket, const Parting& parting);
    void end_sending(Parting& parting, Result<Json> result);
    bool count_in(Incoming& incoming);
    std::shared_ptr<Part> loaded_part(const std::string& name);  // null: not loaded
    // A change that was made here, as if he had sent it; it is told to him as well.
    void take_change(const std::string& user, const Name& name, std::string update, Json answered,
                     const Answer& answer);
    void with_part(const std::shared_ptr<Incoming>& incoming);
    void submit(const std::shared_ptr<Incoming>& incoming, std::shared_ptr<Part> part);
    void stored(const Incoming& incoming, const Part& part);
    void compact(const std::string& name);
    void let_rest(const std::string& name);
    void compact_what_was_left();

    // --- relay_awareness.cpp
    void awareness(hub::Socket& socket, const std::string& user, const std::string& name,
                   const std::string& bytes, const Answer& answer);
    struct Showing;  // of one message
    Status judge(Showing& showing);
    void show(const std::shared_ptr<Showing>& showing);
    Status apply(const Showing& showing);
    void end_shown(Open& open, Device device);
    bool end_discreet(Open& open);
    using Ends = std::function<bool(yjs::ClientId, const Shown&)>;
    bool end_shown_if(Open& open, const Ends& ends);
    void narrow_shown_of(const std::string& name, Open& open, const std::string& user, Role role);
    void welcome(hub::Socket& socket, const std::string& user, const std::string& name);
    void tell_soon();
    void wait();
    void tell();
    // With the lock:
    void expire(const std::string& name, Open& open, SteadyTime at);
    void gather(const std::string& name, Open& open, Broadcasts& all);
    std::vector<yjs::ClientId> next_news(Open& open) const;
    bool is_shown_to_all(const std::string& user) const;
    bool sees_hidden(const Access& access, const std::string& user) const;

    // --- relay_board.cpp
    Result<Json> present(hub::Socket& socket, const std::string& user, const Json& request);
    // With the lock:
    Broadcasts let_present(const std::string& name, Open& open, Presenter next);
    Broadcasts settle_presenter(const std::string& name, Open& open);
    Json presenter_for(const Open& open, const std::string& user) const;
    Json presenting_json(const std::string& name, const std::string& user) const;
    Json presenter_json(const std::string& user) const;
    void tell_all(const Broadcasts& all) const;

    const campus::Directory& directory_;
    store::Store& store_;
    campus::Surface& surface_;
    campus::Discretion& discretion_;
    hub::Server* server_ = nullptr;
    campus::LoopOrder* order_ = nullptr;
    Clear clear_also_{};
    net::Timer timer_;  // on the first loop
    WholeCache wholes_{};
    std::mutex mutex_{};
    // Guarded:
    Places places_{};
    std::map<std::string, std::set<std::string>, std::less<>> names_of_users_{};
    std::set<std::string> compacting_{};
    std::set<std::string> resting_{};                     // not open; what could not be made small
    SteadyTime resting_since_{};                          // the first of them
    std::string left_looked_at_{};                        // up to this name, for what was left
    std::set<std::pair<Device, std::string>> sending_{};  // in parts
    std::size_t sending_bytes_ = 0;
    std::map<std::string, std::size_t, std::less<>> pending_bytes_of_users_{};
    std::size_t pending_bytes_ = 0;
    std::set<std::string> with_news_{};
    std::size_t loaded_stretches_ = 0;  // about; exact after each look
    bool is_due_ = false;               // tell() will come soon
    SteadyTime expired_at_{};           // when it was last looked for those who said nothing
};

}  // namespace homeroom::features::documents
