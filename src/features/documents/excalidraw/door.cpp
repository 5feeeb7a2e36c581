#include "features/documents/excalidraw/door.h"

#include <algorithm>

#include "base/base64.h"
#include "base/log.h"
#include "codec/json_scan.h"
#include "features/documents/asking.h"
#include "features/documents/excalidraw/cipher.h"
#include "features/documents/excalidraw/limits.h"
#include "features/documents/excalidraw/visitor.h"
#include "features/documents/records.h"
#include "features/documents/telling.h"

namespace homeroom::features::documents::excalidraw {
namespace {

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

}  // namespace

Door::Door(std::string_view secret, const campus::Directory& directory, store::Store& store,
           campus::Surface& surface, campus::Discretion& discretion, RateTable& failures,
           const campus::SignOuts& sign_outs)
    : secret_(secret),
      tickets_(secret),
      directory_(directory),
      store_(store),
      surface_(surface),
      discretion_(discretion),
      failures_(failures),
      sign_outs_(sign_outs),
      timer_([](void* self) { static_cast<Door*>(self)->tell(); }, this) {}

void Door::add_to(campus::Gateway& gateway, hub::Server& server, campus::LoopOrder& order) {
    server_ = &server;
    order_ = &order;
    gateway.observe(*this);
    gateway.live("doc:ticket", [this](hub::Socket&, const std::string& user, const Json& body,
                                      const Answer& answer) { give_ticket(user, body, answer); });
    wait();
}

std::size_t Door::people() {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [document, board] : boards_) count += board.people.size();
    return count;
}

// --- Tickets -------------------------------------------------------------------------------------

void Door::give_ticket(const std::string& user, const Json& request, const Answer& answer) {
    const auto read = [this, user, request](store::Database& db) -> Result<Json> {
        TRY(auto asked, asked_document(db, request, Comments::not_meant));
        TRY_OK(judge(asked, directory_, user));
        if (asked.document.kind != kind_whiteboard)
            return Error{Code::invalid, "Excalidraw draws on whiteboards", "doc"};
        const std::string& id = asked.document.id;
        const auto at = wall_now();
        return Json{{"room", tickets_.make(id, user, at)},
                    {"key", base64::encode_url(key_of_board(secret_, id))},
                    {"namespace", name_of_namespace},
                    {"expiresAt", to_rfc3339(at + limits::excalidraw_ticket_time)}};
    };
    const bool taken = store_.submit_read(
        [read, answer](Result<store::Database*> db) {
            answer(db.ok() ? read(**db) : Result<Json>{db.error()});
        },
        store::owner_of(user));
    if (!taken) answer(campus::too_much_to_do());
}

bool Door::is_signed_out(const Ticket& ticket) const {
    return !sign_outs_.holds(
        {.subject = ticket.user, .expires_at = ticket.expires, .issued_at = ticket.issued});
}

// --- Coming --------------------------------------------------------------------------------------

void Door::on_connect(hub::Socket& socket, std::string_view) {
    {
        const std::lock_guard lock(mutex_);
        if (unjoined_.size() >= limits::excalidraw_unjoined_max)
            return socket.refuse("too many are at the door; try again");
        unjoined_.emplace(campus::device_of(socket), now());
    }
    socket.set_data(std::make_unique<Visitor>());
    socket.accept();
    if (socket.connected()) emit(socket, "init-room");
}

void Door::on_event(hub::Socket& socket, const hub::Event& event) {
    if (event.name == "join-room") return join(socket, event);
    const Visitor& visitor = Visitor::of(socket);
    // Excalidraw's client says nothing before it knows the scene.
    if (visitor.ticket.user.empty()) return end(socket);
    if (!visitor.is_in) return;
    if (event.name == "server-broadcast") return draw(socket, event);
    if (event.name == "server-volatile-broadcast") return show(socket, event);
    if (event.name == "user-follow") return follow(socket, event);
}

// Whoever comes with what is no ticket, or with one to what he may not see, is sent away in the
// same way, and does not come back by himself.
void Door::join(hub::Socket& socket, const hub::Event& event) {
    Visitor& visitor = Visitor::of(socket);
    if (!visitor.ticket.user.empty()) return;
    const std::string text = first_text(event);
    const auto ticket = tickets_.read(text, wall_now());
    if (!ticket || is_signed_out(*ticket)) {
        failures_.take(socket.handshake().peer_address.place(), now());
        return end(socket);
    }
    if (!is_allowed(ticket->user, "join-room") || !begin_joining(*ticket)) return end(socket);
    visitor.ticket = *ticket;
    visitor.room = text;
    {
        const std::lock_guard lock(mutex_);
        unjoined_.erase(campus::device_of(socket));
    }
    // From now on, so that nothing is missed that is drawn while the rest is read.
    socket.join(ticket->document);
    const bool taken = store_.submit_read(
        [this, ref = socket.ref(), ticket = *ticket](Result<store::Database*> db) {
            auto elements =
                db.ok() ? read_for_joining(**db, ticket) : Result<std::string>{db.error()};
            server_->post(ref.loop,
                          [this, ref, ticket, elements = std::move(elements)](hub::Hub& hub) {
                              hub::Socket* const found = hub.find(ref);
                              const bool is_there = found != nullptr && found->connected();
                              if (is_there && elements.ok())
                                  return enter(*found, ticket, *elements);
                              stop_joining(ticket.document);
                              if (is_there) end(*found);
                          });
        },
        store::owner_of(ticket->user));
    if (taken) return;
    stop_joining(ticket->document);
    end(socket);
}

// Of its kind alone: who has the ticket may be another, and must not cost its user what he asks.
bool Door::is_allowed(const std::string& user, std::string_view name, std::size_t bytes) {
    for (std::size_t counted = 0; counted <= bytes; counted += limits::excalidraw_counted_bytes) {
        if (!surface_.allow_only(user, name).ok()) return false;
    }
    return true;
}

bool Door::begin_joining(const Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    Board& board = boards_[ticket.document];
    const auto own = std::ranges::count_if(
        board.people, [&](const auto& one) { return one.second.user == ticket.user; });
    if (board.people.size() + board.joining >= limits::document_sockets_max ||
        static_cast<std::size_t>(own) >= limits::excalidraw_sockets_per_user_max) {
        forget_if_unused(boards_.find(ticket.document));
        return false;
    }
    ++board.joining;
    return true;
}

// On a reader. The board is there from before it, so whatever changes meanwhile is heard of.
Result<std::string> Door::read_for_joining(store::Database& db, const Ticket& ticket) {
    TRY(auto document, load_document(db, ticket.document));
    if (!document || document->kind != kind_whiteboard) return unknown_document();
    if (role_of(directory_, document->access, ticket.user) == Role::none) return unknown_document();
    {
        const std::lock_guard lock(mutex_);
        Board& board = boards_[ticket.document];
        if (board.version <= document->access.version) {
            board.version = document->access.version;
            board.access = std::make_shared<const Access>(std::move(document->access));
        }
    }
    return load_elements_json(db, ticket.document, Deleted::too);
}

void Door::enter(hub::Socket& socket, const Ticket& ticket, const std::string& elements) {
    const auto device = campus::device_of(socket);
    const Person person{.user = ticket.user, .socket_id = socket.id(), .ticket = ticket};
    bool is_first = false;
    {
        const std::lock_guard lock(mutex_);
        Board& board = boards_[ticket.document];
        --board.joining;
        if (!may_stay(board, person)) {
            forget_if_unused(boards_.find(ticket.document));
            end_later(device);
            return;
        }
        is_first = board.people.empty();
        board.people.emplace(device, person);
        ++present_[ticket.user];
        board.has_people_news = true;
        tell_soon();
    }
    Visitor& visitor = Visitor::of(socket);
    visitor.is_in = true;
    visitor.drawing = std::make_shared<Drawing>();
    if (is_first && elements == "[]") return emit(socket, "first-in-room");
    socket.send(sealed(ticket.document, scene_text(Scene::initial, elements)));
}

void Door::stop_joining(const std::string& document) {
    const std::lock_guard lock(mutex_);
    const auto board = boards_.find(document);
    if (board == boards_.end()) return;
    --board->second.joining;
    forget_if_unused(board);
}

// --- Going ---------------------------------------------------------------------------------------

void Door::end(hub::Socket& socket) const {
    socket.disconnect(true);
}

void Door::end_later(Device device) const {
    const auto ref = campus::ref_of(device);
    server_->post(ref.loop, [ref](hub::Hub& hub) {
        if (hub::Socket* const socket = hub.find(ref)) socket->disconnect(true);
    });
}

void Door::on_disconnect(hub::Socket& socket, hub::DisconnectReason) {
    const auto device = campus::device_of(socket);
    const auto* const visitor = static_cast<const Visitor*>(socket.data());
    const std::lock_guard lock(mutex_);
    unjoined_.erase(device);
    if (visitor != nullptr && visitor->is_in) leave(visitor->ticket.document, device);
}

void Door::leave(const std::string& document, Device device) {
    const auto found = boards_.find(document);
    if (found == boards_.end()) return;
    Board& board = found->second;
    const auto person = board.people.find(device);
    if (person == board.people.end()) return;
    const std::string socket_id = person->second.socket_id;
    const auto present = present_.find(person->second.user);
    if (--present->second == 0) present_.erase(present);
    board.people.erase(person);
    if (const auto of = board.followers.find(socket_id); of != board.followers.end()) {
        for (const Device follower : of->second) {
            if (const auto one = board.people.find(follower); one != board.people.end())
                --one->second.follows;
        }
        board.followers.erase(of);
    }
    std::erase_if(board.shown, [&](const auto& one) { return one.first.first == device; });
    for (auto& [followed, devices] : board.followers) {
        if (devices.erase(device) > 0) tell_followed(document, followed);
    }
    std::erase_if(board.followers, [](const auto& one) { return one.second.empty(); });
    board.has_people_news = true;
    tell_soon();
    forget_if_unused(found);
}

void Door::forget_if_unused(Boards::iterator board) {
    if (board->second.people.empty() && board->second.joining == 0) boards_.erase(board);
}

// --- Who may see it ------------------------------------------------------------------------------

bool Door::may_stay(const Board& board, const Person& person) const {
    return board.access != nullptr &&
           role_of(directory_, *board.access, person.user) != Role::none &&
           person.ticket.expires > wall_now() && !is_signed_out(person.ticket);
}

// With the lock: who may not be there any more is sent away. Nothing reaches him until then,
// either: each delivery asks.
void Door::settle(Board& board) {
    for (const auto& [device, person] : board.people) {
        if (!may_stay(board, person)) end_later(device);
    }
}

void Door::on_rerouted(const std::string& user) {
    const std::lock_guard lock(mutex_);
    if (!present_.contains(user)) return;
    for (auto& [document, board] : boards_) settle(board);
}

// On the writer, before anything that was committed later.
void Door::on_event(const store::JournalEvent& event) {
    if (!event.type.starts_with("doc:")) return;
    const auto told = noted(event.notes);
    if (!told) return;
    const std::lock_guard lock(mutex_);
    const auto found = boards_.find(told->document);
    if (found == boards_.end()) return;
    Board& board = found->second;
    if (event.type == "doc:deleted") {
        board.version = INT64_MAX;
        board.access.reset();
    } else if (board.access && told->access.version >= board.version) {
        Access access = told->access;
        access.room = board.access->room;
        access.moment = board.access->moment;
        board.version = access.version;
        board.access = std::make_shared<const Access>(std::move(access));
    }
    settle(board);
}

Door::AccessPtr Door::access_of(const std::string& document) {
    const std::lock_guard lock(mutex_);
    const auto board = boards_.find(document);
    return board == boards_.end() ? nullptr : board->second.access;
}

bool Door::sees_hidden(const Access& access, const std::string& user) const {
    return directory_.is_school_staff(user, access.room);
}

Door::Known Door::known_of(const std::string& user) const {
    return directory_.is_hidden(user) ? Known::to_staff : Known::to_all;
}

// Now and then: who came and did not say who he is, whose ticket is over, who was signed out.
void Door::check_all() {
    const auto at = now();
    const std::lock_guard lock(mutex_);
    if (at - checked_at_ < limits::excalidraw_check_interval) return;
    checked_at_ = at;
    for (const auto& [device, since] : unjoined_) {
        if (at - since >= limits::excalidraw_join_wait) end_later(device);
    }
    for (auto& [document, board] : boards_) settle(board);
}

// --- Delivery ------------------------------------------------------------------------------------

void Door::deliver(hub::Hub& hub, const Delivery& delivery) {
    const auto access = access_of(delivery.document);
    if (!access) return;
    hub.for_each_in(name_of_namespace, delivery.document, [&](hub::Socket& socket) {
        const std::string& user = Visitor::of(socket).ticket.user;
        if (delivery.only && !delivery.only->contains(campus::device_of(socket))) return;
        if (socket.id() == delivery.except) return;
        if (role_of(directory_, *access, user) == Role::none) return;
        if (delivery.known == Known::to_staff && !sees_hidden(*access, user)) return;
        socket.send(delivery.message, delivery.urgency);
    });
}

// In the order of what is committed and of what changes somebody's rooms.
void Door::deliver_everywhere(std::shared_ptr<const Delivery> delivery) {
    order_->everywhere([this, delivery = std::move(delivery)]() -> campus::LoopOrder::Work {
        return [this, delivery](hub::Hub& hub) {
            deliver(hub, *delivery);
            return campus::LoopOrder::Step::finished;
        };
    });
}

hub::Message Door::message_of(std::string_view name, std::string_view json) const {
    const std::string_view arguments[] = {json};
    return server_->encoder().event(name_of_namespace, name, arguments, {});
}

hub::Message Door::sealed(const std::string& document, std::string_view text) const {
    Sealed one = seal(key_of_board(secret_, document), text);
    const std::string attachments[] = {std::move(one.bytes), std::move(one.iv)};
    const std::string_view arguments[] = {R"({"_placeholder":true,"num":0})",
                                          R"({"_placeholder":true,"num":1})"};
    return server_->encoder().event(name_of_namespace, "client-broadcast", arguments,
                                    {.attachments = attachments});
}

void Door::emit(hub::Socket& socket, std::string_view name) const {
    socket.emit(name, {});
}

// With the lock: of each board where somebody came or went, who is there; to others than staff
// without those who have opted out of being shown, and to nobody those who do not want to be
// noticed.
void Door::tell_people(std::vector<std::shared_ptr<const Delivery>>& all) {
    for (auto& [document, board] : boards_) {
        if (!std::exchange(board.has_people_news, false)) continue;
        std::vector<std::string> to_all;
        std::vector<std::string> to_staff;
        std::set<Device> staff;
        std::set<Device> others;
        for (const auto& [device, person] : board.people) {
            const bool is_staff = board.access && sees_hidden(*board.access, person.user);
            (is_staff ? staff : others).insert(device);
            if (discretion_.wants_no_notice(person.user)) continue;
            to_staff.push_back(person.socket_id);
            if (known_of(person.user) == Known::to_all) to_all.push_back(person.socket_id);
        }
        const auto add = [&](const std::vector<std::string>& ids, std::set<Device> only) {
            if (only.empty()) return;
            all.push_back(std::make_shared<const Delivery>(
                Delivery{.document = document,
                         .message = message_of("room-user-change", Json(ids).dump()),
                         .only = std::move(only)}));
        };
        add(to_staff, std::move(staff));
        add(to_all, std::move(others));
    }
}

}  // namespace homeroom::features::documents::excalidraw
