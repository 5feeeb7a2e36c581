// The door for Excalidraw's own client, unmodified: the namespace "/excalidraw" speaks what its
// collaboration server does, on a whiteboard of ours.
//
//   connection      → init-room
//   join-room (ticket) → client-broadcast with all that stands on the board; first-in-room where
//                     that is nothing and nobody; to all room-user-change
//   server-broadcast (ticket, bytes, iv)           elements: judged, stored, client-broadcast
//   server-volatile-broadcast (ticket | follow@id) pointers and the like: the newest, at intervals
//   user-follow { userToFollow, action }           → user-follow-room-change, to whom is followed
//
// The server is one of those who draw: it has the board's key (cipher.h), so it gives newcomers the
// scene in place of everybody who is there (new-user is never sent), keeps it, lets nobody change
// what he may not (a viewer nothing, a drawer his own), and says itself who points. Who may not see
// the board is told nothing: asked at every message, and at every delivery. What is not understood
// or not allowed goes no further; its client has no ear for a refusal.
//
// Before its ticket a connection is nobody's: whatever else it says ends it, and so does time.
//
// Any thread; the lock is never held where something is sent. door.cpp: who is there;
// door_drawing.cpp: what they draw and show.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/rate_table.h"
#include "campus/gateway.h"
#include "campus/live.h"
#include "campus/loop_order.h"
#include "campus/sign_outs.h"
#include "features/documents/excalidraw/scene.h"
#include "features/documents/excalidraw/ticket.h"
#include "features/documents/rules.h"
#include "hub/server.h"
#include "net/timer_wheel.h"
#include "store/store.h"

namespace homeroom::features::documents::excalidraw {

inline constexpr std::string_view name_of_namespace = "/excalidraw";

class Door final : public hub::NamespaceHandler,
                   public campus::LiveObserver,
                   public store::CommitListener {
public:
    // `failures`: how often an address may come with a ticket that does not hold. `secret`: this
    // deployment's.
    Door(std::string_view secret, const campus::Directory& directory, store::Store& store,
         campus::Surface& surface, campus::Discretion& discretion, RateTable& failures,
         const campus::SignOuts& sign_outs);

    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server, campus::LoopOrder& order);

    // doc:ticket { doc }: what an Excalidraw page needs to come to a board.
    void give_ticket(const std::string& user, const campus::Json& request,
                     const campus::Surface::Answer& answer);
    // Takes off what was drawn here; of a board that its user may clear.
    void clear(const std::string& document, const std::string& user);

    std::size_t people();  // at boards

    void on_connect(hub::Socket& socket, std::string_view auth) override;
    void on_event(hub::Socket& socket, const hub::Event& event) override;
    void on_disconnect(hub::Socket& socket, hub::DisconnectReason reason) override;

    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket&, const std::string&) override {}
    void on_left_room(hub::Socket&, const std::string&) override {}
    void on_rerouted(const std::string& user) override;

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq) override {}

private:
    using Json = campus::Json;
    using Answer = campus::Surface::Answer;
    using Device = std::uint64_t;
    using AccessPtr = std::shared_ptr<const Access>;

    struct Visitor;
    // What one connection has drawn: one command at a time is under way, and the newest of what
    // comes meanwhile is the next. Goes on to its end when the connection has ended.
    struct Drawing {
        std::map<std::string, Element> waiting{};
        std::size_t bytes = 0;
        bool is_under_way = false;
    };
    struct Person {
        std::string user{};
        std::string socket_id{};
        Ticket ticket{};
        std::size_t follows = 0;  // how many
    };
    // The newest that one connection shows of a kind.
    struct Shown {
        std::string user{};
        std::string from{};  // socket id
        std::string text{};
    };
    struct Board {
        AccessPtr access{};  // nothing: not read yet, or deleted
        std::int64_t version = 0;
        std::map<Device, Person> people{};
        std::size_t joining = 0;
        std::map<std::pair<Device, Saying>, Shown> shown{};
        std::pair<Device, Saying> shown_last{};               // behind it goes on what did not fit
        std::map<std::string, std::set<Device>> followers{};  // of a socket id
        bool has_people_news = false;
    };
    using Boards = std::map<std::string, Board, std::less<>>;

    // Who may know of it.
    enum class Known : std::uint8_t { to_all, to_staff };
    struct Delivery {
        std::string document{};
        hub::Message message{};
        std::string except{};  // a socket id
        Known known = Known::to_all;
        std::optional<std::set<Device>> only{};
        hub::Delivery urgency = hub::Delivery::must_arrive;
    };

    // --- door.cpp
    void join(hub::Socket& socket, const hub::Event& event);
    bool is_allowed(const std::string& user, std::string_view name, std::size_t bytes = 0);
    bool begin_joining(const Ticket& ticket);
    Result<std::string> read_for_joining(store::Database& db, const Ticket& ticket);
    void enter(hub::Socket& socket, const Ticket& ticket, const std::string& elements);
    void stop_joining(const std::string& document);
    void end(hub::Socket& socket) const;
    void end_later(Device device) const;
    // With the lock:
    void leave(const std::string& document, Device device);
    void forget_if_unused(Boards::iterator board);
    void settle(Board& board);
    bool may_stay(const Board& board, const Person& person) const;
    bool is_signed_out(const Ticket& ticket) const;
    AccessPtr access_of(const std::string& document);
    // On every loop; asked of each receiver.
    void deliver(hub::Hub& hub, const Delivery& delivery);
    void deliver_everywhere(std::shared_ptr<const Delivery> delivery);
    bool sees_hidden(const Access& access, const std::string& user) const;
    Known known_of(const std::string& user) const;
    hub::Message message_of(std::string_view name, std::string_view json) const;
    hub::Message sealed(const std::string& document, std::string_view text) const;
    void emit(hub::Socket& socket, std::string_view name) const;
    void check_all();
    void tell_people(std::vector<std::shared_ptr<const Delivery>>& all);

    // --- door_drawing.cpp
    void draw(hub::Socket& socket, const hub::Event& event);
    void store_next(const std::string& document, const std::string& user,
                    const std::string& socket_id, const std::shared_ptr<Drawing>& drawing);
    Result<std::vector<Element>> take(store::Transaction& transaction, const std::string& document,
                                      const std::string& user, std::vector<Element> elements);
    void tell_drawn(const std::string& document, const std::vector<Element>& elements,
                    const std::string& except);
    void show(hub::Socket& socket, const hub::Event& event);
    void follow(hub::Socket& socket, const hub::Event& event);
    void tell_followed(const std::string& document, const std::string& socket_id);
    std::optional<Said> heard(hub::Socket& socket, const hub::Event& event);
    void tell_soon();  // with the lock
    void wait();
    void tell();
    void gather(const std::string& document, Board& board,
                std::vector<std::shared_ptr<const Delivery>>& all);

    std::string secret_;
    Tickets tickets_;
    const campus::Directory& directory_;
    store::Store& store_;
    campus::Surface& surface_;
    campus::Discretion& discretion_;
    RateTable& failures_;
    const campus::SignOuts& sign_outs_;
    hub::Server* server_ = nullptr;
    campus::LoopOrder* order_ = nullptr;
    net::Timer timer_;  // on the first loop
    std::mutex mutex_{};
    // Guarded:
    Boards boards_{};
    std::map<std::string, std::size_t, std::less<>> present_{};  // users, and how often
    std::map<Device, SteadyTime> unjoined_{};
    bool is_due_ = false;
    SteadyTime checked_at_{};
};

}  // namespace homeroom::features::documents::excalidraw
