// The door's part that hears what is drawn and shown, and tells it.
#include <algorithm>

#include "base/log.h"
#include "features/documents/excalidraw/cipher.h"
#include "features/documents/excalidraw/door.h"
#include "features/documents/excalidraw/limits.h"
#include "features/documents/excalidraw/visitor.h"
#include "features/documents/records.h"

namespace homeroom::features::documents::excalidraw {
namespace {

constexpr std::string_view follow_prefix = "follow@";

}  // namespace

// What stands in the two attachments behind the room. Nothing: it was no message of this board.
std::optional<Said> Door::heard(hub::Socket& socket, const hub::Event& event) {
    if (event.arguments.size() != 3 || event.attachments.size() != 2) return {};
    const std::string& document = Visitor::of(socket).ticket.document;
    const auto text = unseal(key_of_board(secret_, document),
                             {.bytes = event.attachments[0], .iv = event.attachments[1]});
    if (!text) return {};
    auto said = read_said(*text);
    if (!said.ok()) return {};
    return std::move(*said);
}

// --- Drawing -------------------------------------------------------------------------------------

void Door::draw(hub::Socket& socket, const hub::Event& event) {
    const Visitor& visitor = Visitor::of(socket);
    const Ticket& ticket = visitor.ticket;
    const std::size_t bytes = event.attachments.empty() ? 0 : event.attachments.front().size();
    if (!is_allowed(ticket.user, event.name, bytes)) return;
    const auto access = access_of(ticket.document);
    if (!access || role_of(directory_, *access, ticket.user) < Role::drawer) return;
    if (first_text(event) != visitor.room) return;
    auto said = heard(socket, event);
    if (!said || said->saying != Saying::scene || said->elements.empty()) return;
    const auto& drawing = visitor.drawing;
    {
        const std::lock_guard lock(mutex_);
        for (Element& element : said->elements) {
            const auto waiting = drawing->waiting.find(element.id);
            const std::size_t before =
                waiting == drawing->waiting.end() ? 0 : waiting->second.body.size();
            if (before > 0 && !is_newer(element.version, element.nonce, waiting->second)) continue;
            const std::size_t after = drawing->bytes - before + element.body.size();
            // Its client says all of it again, now and then.
            if (after > limits::excalidraw_waiting_bytes_max) continue;
            drawing->bytes = after;
            const std::string id = element.id;
            drawing->waiting.insert_or_assign(id, std::move(element));
        }
        if (std::exchange(drawing->is_under_way, true)) return;
    }
    store_next(ticket.document, ticket.user, socket.id(), drawing);
}

void Door::store_next(const std::string& document, const std::string& user,
                      const std::string& socket_id, const std::shared_ptr<Drawing>& drawing) {
    struct Stroke {
        std::vector<Element> elements{};
        std::vector<Element> news{};
    };
    auto stroke = std::make_shared<Stroke>();
    {
        const std::lock_guard lock(mutex_);
        auto& waiting = drawing->waiting;
        while (!waiting.empty() &&
               stroke->elements.size() < limits::excalidraw_elements_per_command_max) {
            drawing->bytes -= waiting.begin()->second.body.size();
            stroke->elements.push_back(std::move(waiting.begin()->second));
            waiting.erase(waiting.begin());
        }
        if (stroke->elements.empty()) {
            drawing->is_under_way = false;
            return;
        }
    }
    const bool taken = store_.submit({
        .work = [this, document, user, stroke](store::Transaction& transaction) -> Status {
            TRY(stroke->news, take(transaction, document, user, std::move(stroke->elements)));
            return Ok{};
        },
        .done =
            [this, document, user, socket_id, drawing, stroke](const Status& status) {
                if (status.ok() && !stroke->news.empty())
                    tell_drawn(document, stroke->news, socket_id);
                store_next(document, user, socket_id, drawing);
            },
        .owner = store::owner_of(user),
    });
    if (taken) return;
    const std::lock_guard lock(mutex_);
    drawing->is_under_way = false;
}

// On the writer.
Result<std::vector<Element>> Door::take(store::Transaction& transaction,
                                        const std::string& document, const std::string& user,
                                        std::vector<Element> elements) {
    TRY(const auto board, load_document_for(transaction.db(), document, user));
    if (!board || board->kind != kind_whiteboard) return unknown_document();
    const Role role = role_of(directory_, board->access, user);
    if (role < Role::drawer) return unknown_document();
    TRY(auto news, store_elements(transaction, document, user,
                                  role == Role::drawer ? Touching::own_only : Touching::any,
                                  std::move(elements)));
    if (!news.empty()) TRY_OK(note_change(transaction, document));
    return news;
}

// On the writer, behind the commit.
void Door::tell_drawn(const std::string& document, const std::vector<Element>& elements,
                      const std::string& except) {
    if (!access_of(document)) return;
    const std::string text = scene_text(Scene::update, elements_json(elements));
    deliver_everywhere(std::make_shared<const Delivery>(
        Delivery{.document = document, .message = sealed(document, text), .except = except}));
}

void Door::clear(const std::string& document, const std::string& user) {
    struct Cleared {
        std::vector<Element> gone{};
    };
    auto cleared = std::make_shared<Cleared>();
    const bool taken = store_.submit({
        .work = [this, document, user, cleared](store::Transaction& transaction) -> Status {
            TRY(const auto board, load_document_for(transaction.db(), document, user));
            if (!board || role_of(directory_, board->access, user) < Role::editor)
                return unknown_document();
            TRY(cleared->gone, clear_elements(transaction, document));
            return Ok{};
        },
        .done =
            [this, document, cleared](const Status& status) {
                if (status.ok() && !cleared->gone.empty()) tell_drawn(document, cleared->gone, "");
            },
        .owner = store::owner_of(user),
    });
    if (!taken) log::warn("a board was not cleared: there is too much to do");
}

// --- Showing -------------------------------------------------------------------------------------

// Who points is who the ticket says; who does not want to be noticed is not shown.
void Door::show(hub::Socket& socket, const hub::Event& event) {
    const Visitor& visitor = Visitor::of(socket);
    const Ticket& ticket = visitor.ticket;
    const std::size_t bytes = event.attachments.empty() ? 0 : event.attachments.front().size();
    if (!is_allowed(ticket.user, event.name, bytes)) return;
    const auto access = access_of(ticket.document);
    if (!access || role_of(directory_, *access, ticket.user) < Role::pointer) return;
    if (discretion_.wants_no_notice(ticket.user)) return;
    const std::string room = first_text(event);
    const bool to_followers = room == std::string{follow_prefix} + socket.id();
    if (!to_followers && room != visitor.room) return;
    auto said = heard(socket, event);
    if (!said || said->saying == Saying::scene ||
        to_followers != (said->saying == Saying::viewport))
        return;
    const auto person = directory_.person(ticket.user);
    std::string text = shown_text(said->saying, std::move(said->payload), socket.id(),
                                  person ? person->name : ticket.user);
    if (text.size() > limits::excalidraw_shown_bytes_max) return;
    const std::lock_guard lock(mutex_);
    const auto board = boards_.find(ticket.document);
    if (board == boards_.end()) return;
    board->second.shown.insert_or_assign(
        {campus::device_of(socket), said->saying},
        Shown{.user = ticket.user, .from = socket.id(), .text = std::move(text)});
    tell_soon();
}

// { userToFollow: { socketId }, action: "FOLLOW" | "UNFOLLOW" }
void Door::follow(hub::Socket& socket, const hub::Event& event) {
    const Ticket& ticket = Visitor::of(socket).ticket;
    if (!is_allowed(ticket.user, event.name)) return;
    const auto asked = first_argument(event);
    if (!asked.is_object() || !asked.contains("userToFollow") || !asked["userToFollow"].is_object())
        return;
    const auto id = campus::required_text(asked["userToFollow"], "socketId", 64);
    const auto action = campus::required_text(asked, "action", 16);
    if (!id.ok() || !action.ok()) return;
    const auto device = campus::device_of(socket);
    const std::lock_guard lock(mutex_);
    const auto found = boards_.find(ticket.document);
    if (found == boards_.end()) return;
    Board& board = found->second;
    const auto self = board.people.find(device);
    const bool is_there = std::ranges::any_of(
        board.people, [&](const auto& one) { return one.second.socket_id == *id; });
    if (self == board.people.end() || !is_there) return;
    if (*action == "FOLLOW") {
        if (self->second.follows >= limits::excalidraw_followed_max) return;
        if (board.followers[*id].insert(device).second) ++self->second.follows;
    } else if (const auto of = board.followers.find(*id); of != board.followers.end()) {
        if (of->second.erase(device) > 0) --self->second.follows;
    }
    tell_followed(ticket.document, *id);
    std::erase_if(board.followers, [](const auto& one) { return one.second.empty(); });
}

// With the lock: who follows him, of those of whom he may know.
void Door::tell_followed(const std::string& document, const std::string& socket_id) {
    const Board& board = boards_.find(document)->second;
    const auto followed = std::ranges::find_if(
        board.people, [&](const auto& one) { return one.second.socket_id == socket_id; });
    if (followed == board.people.end() || !board.access) return;
    const bool sees_all = sees_hidden(*board.access, followed->second.user);
    std::vector<std::string> ids;
    if (const auto of = board.followers.find(socket_id); of != board.followers.end()) {
        for (const Device device : of->second) {
            const auto person = board.people.find(device);
            if (person == board.people.end() || discretion_.wants_no_notice(person->second.user) ||
                (!sees_all && known_of(person->second.user) == Known::to_staff))
                continue;
            ids.push_back(person->second.socket_id);
        }
    }
    const auto delivery = std::make_shared<const Delivery>(
        Delivery{.document = document,
                 .message = message_of("user-follow-room-change", Json(ids).dump()),
                 .only = std::set<Device>{followed->first}});
    server_->post(campus::ref_of(followed->first).loop,
                  [this, delivery](hub::Hub& hub) { deliver(hub, *delivery); });
}

// --- At intervals --------------------------------------------------------------------------------

void Door::tell_soon() {
    if (std::exchange(is_due_, true)) return;
    wait();
}

// However many wait, the shortest wait is in force.
void Door::wait() {
    server_->post(0, [this](hub::Hub& hub) {
        bool is_due = false;
        {
            const std::lock_guard lock(mutex_);
            is_due = is_due_;
        }
        hub.loop().start(timer_,
                         is_due ? limits::excalidraw_interval : limits::excalidraw_check_interval);
    });
}

// On the first loop.
void Door::tell() {
    check_all();
    std::vector<std::shared_ptr<const Delivery>> all;
    {
        const std::lock_guard lock(mutex_);
        is_due_ = false;
        for (auto& [document, board] : boards_) gather(document, board, all);
        tell_people(all);
    }
    for (const auto& delivery : all)
        server_->post_all([this, delivery](hub::Hub& hub) { deliver(hub, *delivery); });
    wait();
}

// With the lock: as many of the news as all receivers can be sent, in turn.
void Door::gather(const std::string& document, Board& board,
                  std::vector<std::shared_ptr<const Delivery>>& all) {
    const std::size_t fit = std::max<std::size_t>(
        1, limits::excalidraw_deliveries_max / std::max<std::size_t>(1, board.people.size()));
    for (std::size_t i = 0; i < fit && !board.shown.empty(); ++i) {
        auto one = board.shown.upper_bound(board.shown_last);
        if (one == board.shown.end()) one = board.shown.begin();
        const auto& [key, shown] = *one;
        Delivery delivery{.document = document,
                          .message = sealed(document, shown.text),
                          .except = shown.from,
                          .known = known_of(shown.user),
                          .urgency = hub::Delivery::may_drop};
        if (key.second == Saying::viewport) {
            const auto followers = board.followers.find(shown.from);
            delivery.only =
                followers == board.followers.end() ? std::set<Device>{} : followers->second;
        }
        all.push_back(std::make_shared<const Delivery>(std::move(delivery)));
        board.shown_last = key;
        board.shown.erase(one);
    }
    if (board.shown.empty()) return;
    is_due_ = true;
}

}  // namespace homeroom::features::documents::excalidraw
