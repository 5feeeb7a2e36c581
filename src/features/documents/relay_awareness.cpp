// The relay's part that shows what each of those who have a document open is about: cursor,
// selection, name. Nothing of it is stored. Many states come together, and of each client the
// newest alone; but none is dropped: the last place of a cursor is where it stays.
//
// Who it is says the server: `user` of a state is replaced. A client id is bound as by an update,
// so nobody shows himself as another's client. Not shown are those who do not want to be noticed;
// and of those who have opted out of the directory it is told to the staff alone.
#include <algorithm>
#include <array>
#include <utility>

#include "features/documents/history.h"
#include "features/documents/limits.h"
#include "features/documents/records.h"
#include "features/documents/relay.h"

namespace homeroom::features::documents {
namespace {

using yjs::AwarenessEntry;
using yjs::ClientId;

// The same for one person everywhere, and dark enough for white letters.
std::string_view color_of(std::string_view user) {
    static constexpr std::array<std::string_view, 12> colors{
        "#b3261e", "#8c4a00", "#6b5d00", "#3f6b00", "#00693e", "#00696b",
        "#00639a", "#3f5aa9", "#6750a4", "#8b418f", "#984061", "#5d5f5f"};
    return colors[std::hash<std::string_view>{}(user) % colors.size()];
}

std::string user_json(const campus::Directory& directory, const std::string& user) {
    const auto person = directory.person(user);
    return campus::Json{
        {"id", user}, {"name", person ? person->name : user}, {"color", color_of(user)}}
        .dump();
}

// What somebody of this role may show at a board: of a viewer that he is there, and not where he
// points; and only of those who draw there what they are drawing, since all see it as if it stood
// on the board.
std::string narrowed(std::string_view state, Role role) {
    if (state == yjs::awareness_gone || role >= Role::drawer) return std::string{state};
    if (role >= Role::pointer) return yjs::without_member(state, "draft");
    return yjs::only_member(state, "user");
}

}  // namespace

// What one message shows, on its way to the writer and back where a client id is new.
struct Relay::Showing {
    Name name{};
    std::string text{};
    std::string user{};
    Device device = 0;
    Answer answer{};
    std::string shown_as{};  // who he is, as JSON
    struct Entry {
        ClientId client = 0;
        yjs::Clock clock = 0;
        std::string state{};

        AwarenessEntry view() const { return {client, clock, state}; }
    };
    std::vector<Entry> entries{};
    std::vector<ClientId> new_clients{};
};

void Relay::awareness(hub::Socket& socket, const std::string& user, const std::string& name,
                      const std::string& bytes, const Answer& answer) {
    const auto entries = yjs::decode_awareness(bytes);
    if (!entries.ok()) return answer(entries.error());
    auto showing = std::make_shared<Showing>(
        Showing{.text = name, .user = user, .device = campus::device_of(socket), .answer = answer});
    showing->shown_as = user_json(directory_, user);
    const bool is_discreet = discretion_.wants_no_notice(user);
    for (const AwarenessEntry& entry : *entries) {
        const std::string_view state = is_discreet ? yjs::awareness_gone : entry.state;
        showing->entries.push_back(
            {entry.client, entry.clock, yjs::with_user(state, showing->shown_as)});
    }
    if (auto judged = judge(*showing); !judged.ok()) return answer(std::move(judged).error());
    if (!showing->new_clients.empty()) return show(showing);
    if (auto applied = apply(*showing); !applied.ok()) return answer(std::move(applied).error());
    answer(Json::object());
}

// What others were told and comes back, as some clients send it, is nobody's fault; news of
// another's client are.
Status Relay::judge(Showing& showing) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(showing.text);
    if (place == places_.end() || !place->second.sockets.contains(showing.device))
        return Error{Code::not_found, "no such document is open here", "doc"};
    showing.name = *parse_name(showing.text);
    const Open& open = place->second;
    const std::string& user = showing.user;
    const Role role = role_of(directory_, open.access, user);
    if (role == Role::none) return unknown_document();
    std::vector<Showing::Entry> own;
    for (Showing::Entry& entry : showing.entries) {
        if (!open.awareness.is_news(entry.view())) continue;
        const auto owner = open.owners.find(entry.client);
        if (owner != open.owners.end() && owner->second != user)
            return Error{Code::forbidden, "this client id is somebody else's", "client"};
        if (owner == open.owners.end()) showing.new_clients.push_back(entry.client);
        own.push_back(std::move(entry));
    }
    if (own.size() > limits::awareness_clients_per_socket_max)
        return Error{Code::too_large, "too many clients of one connection", "client"};
    showing.entries = std::move(own);
    return Ok{};
}

// The client ids become his, for good, before anybody is shown them.
void Relay::show(const std::shared_ptr<Showing>& showing) {
    const bool taken = store_.submit({
        .work = [this, showing](store::Transaction& transaction) -> Status {
            TRY(const auto document,
                load_document_for(transaction.db(), showing->name.document, showing->user));
            if (!document || role_of(directory_, document->access, showing->user) == Role::none)
                return unknown_document();
            const auto person = directory_.person(showing->user);
            const campus::Principal who{.user = showing->user,
                                        .name = person ? person->name : showing->user};
            return claim_clients(transaction, showing->text, who, showing->new_clients);
        },
        .done =
            [this, showing](const Status& status) {
                if (!status.ok()) return showing->answer(status.error());
                auto applied = apply(*showing);
                if (!applied.ok()) return showing->answer(std::move(applied).error());
                showing->answer(Json::object());
            },
        .owner = store::owner_of(showing->user),
    });
    if (!taken) showing->answer(campus::too_much_to_do());
}

Status Relay::apply(const Showing& showing) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(showing.text);
    // Closed meanwhile, or not for him any more.
    if (place == places_.end() || !place->second.sockets.contains(showing.device)) return Ok{};
    Open& open = place->second;
    const Role role = role_of(directory_, open.access, showing.user);
    if (role == Role::none) return Ok{};
    for (const ClientId client : showing.new_clients) open.owners.emplace(client, showing.user);
    with_news_.insert(showing.text);
    tell_soon();
    for (const Showing::Entry& entry : showing.entries) {
        const auto before = open.shown.find(entry.client);
        const auto of_device = std::ranges::count_if(
            open.shown, [&](const auto& one) { return one.second.device == showing.device; });
        if (before == open.shown.end() && entry.state != yjs::awareness_gone &&
            static_cast<std::size_t>(of_device) >= limits::awareness_clients_per_socket_max)
            return Error{Code::too_large, "too many clients of one connection", "client"};
        const std::string state = open.is_board ? narrowed(entry.state, role) : entry.state;
        switch (open.awareness.apply({entry.client, entry.clock, state}, steady_now())) {
            case yjs::Awareness::Applied::stale: continue;
            case yjs::Awareness::Applied::full:
                return Error{Code::too_large, "too many are in the document", "client"};
            case yjs::Awareness::Applied::changed:
            case yjs::Awareness::Applied::renewed: break;
        }
        if (entry.state == yjs::awareness_gone) {
            open.gone.push_back({{entry.client, entry.clock, yjs::awareness_gone}, showing.user});
            open.shown.erase(entry.client);
            open.news.erase(entry.client);
        } else {
            open.shown.insert_or_assign(entry.client, Shown{showing.user, showing.device});
            open.news.insert(entry.client);
        }
    }
    return Ok{};
}

// With the lock. Whether there was any.
bool Relay::end_shown_if(Open& open, const Ends& ends) {
    bool is_changed = false;
    for (auto one = open.shown.begin(); one != open.shown.end();) {
        const auto next = std::next(one);
        if (ends(one->first, one->second)) {
            for (const AwarenessEntry& entry : open.awareness.remove(one->first))
                open.gone.push_back({entry, one->second.user});
            open.news.erase(one->first);
            open.shown.erase(one);
            is_changed = true;
        }
        one = next;
    }
    return is_changed;
}

// With the lock. A connection ends, and what it has shown.
void Relay::end_shown(Open& open, Device device) {
    end_shown_if(open, [&](ClientId, const Shown& one) { return one.device == device; });
}

// With the lock. Who does not want to be noticed any more is gone, whatever he has shown before.
bool Relay::end_discreet(Open& open) {
    return end_shown_if(
        open, [&](ClientId, const Shown& one) { return discretion_.wants_no_notice(one.user); });
}

// With the lock. What he has shown and may show no more is gone, until he shows himself again.
void Relay::narrow_shown_of(const std::string& name, Open& open, const std::string& user,
                            Role role) {
    if (!open.is_board) return;
    const bool is_changed = end_shown_if(open, [&](ClientId client, const Shown& one) {
        const auto entry = open.awareness.find(client);
        return one.user == user && entry && narrowed(entry->state, role) != entry->state;
    });
    if (!is_changed) return;
    with_news_.insert(name);
    tell_soon();
}

// Whether all who have the document open may know that he is there.
bool Relay::is_shown_to_all(const std::string& user) const {
    return !directory_.is_hidden(user);
}

// To one who has come: who is there.
void Relay::welcome(hub::Socket& socket, const std::string& user, const std::string& name) {
    std::string bytes;
    {
        const std::lock_guard lock(mutex_);
        const auto place = places_.find(name);
        if (place == places_.end()) return;
        const Open& open = place->second;
        const bool sees_all = sees_hidden(open.access, user);
        std::vector<AwarenessEntry> entries;
        for (const AwarenessEntry& entry : open.awareness.entries()) {
            const auto shown = open.shown.find(entry.client);
            if (shown == open.shown.end()) continue;
            const std::string& whose = shown->second.user;
            const bool is_seen =
                !discretion_.wants_no_notice(whose) && (sees_all || is_shown_to_all(whose));
            if (whose == user || is_seen) entries.push_back(entry);
        }
        if (entries.empty()) return;
        bytes = yjs::encode_awareness(entries);
    }
    send(socket, "doc:awareness", name, bytes);
}

// Who leads a study group may be anybody.
bool Relay::sees_hidden(const Access& access, const std::string& user) const {
    return directory_.is_school_staff(user, access.room);
}

// --- Telling -------------------------------------------------------------------------------------

// With the lock.
void Relay::tell_soon() {
    if (std::exchange(is_due_, true)) return;
    wait();
}

// With the lock, or on the first loop. However many wait, the shortest wait is in force.
void Relay::wait() {
    server_->post(0, [this](hub::Hub& hub) {
        bool is_due = false;
        {
            const std::lock_guard lock(mutex_);
            is_due = is_due_;
        }
        hub.loop().start(timer_,
                         is_due ? limits::awareness_interval : limits::awareness_check_interval);
    });
}

// On the first loop: of each document with news one message, and now and then who said nothing for
// too long.
void Relay::tell() {
    const SteadyTime at = steady_now();
    Broadcasts all;
    {
        const std::lock_guard lock(mutex_);
        is_due_ = false;
        if (at - expired_at_ >= limits::awareness_check_interval) {
            expired_at_ = at;
            for (auto& [name, open] : places_) expire(name, open, at);
        }
        for (const std::string& name : std::exchange(with_news_, {})) {
            const auto place = places_.find(name);
            if (place == places_.end()) continue;
            gather(name, place->second, all);
            if (place->second.news.empty()) continue;
            with_news_.insert(name);
            is_due_ = true;
        }
    }
    tell_all(all);
    wait();
}

void Relay::expire(const std::string& name, Open& open, SteadyTime at) {
    if (end_discreet(open)) with_news_.insert(name);
    for (const AwarenessEntry& entry : open.awareness.remove_expired(at)) {
        const auto shown = open.shown.find(entry.client);
        if (shown == open.shown.end()) continue;
        open.gone.push_back({entry, shown->second.user});
        open.shown.erase(shown);
        open.news.erase(entry.client);
        with_news_.insert(name);
    }
}

// Which of the news go out now: as many as all receivers together can be sent, in turn; and whoever
// presents first, since he is followed.
std::vector<ClientId> Relay::next_news(Open& open) const {
    const std::size_t fit = std::max<std::size_t>(
        1, limits::awareness_deliveries_max / std::max<std::size_t>(1, open.sockets.size()));
    std::vector<ClientId> next;
    for (const ClientId client : open.news) {
        const auto shown = open.shown.find(client);
        if (shown != open.shown.end() && shown->second.device == open.presenter.device &&
            next.size() < fit)
            next.push_back(client);
    }
    const std::size_t presenters = next.size();
    auto at = open.news.upper_bound(open.told_last);
    for (std::size_t i = 0; i < open.news.size() && next.size() < fit; ++i, ++at) {
        if (at == open.news.end()) at = open.news.begin();
        const auto first_end = next.begin() + static_cast<std::ptrdiff_t>(presenters);
        if (std::find(next.begin(), first_end, *at) != first_end) continue;
        next.push_back(*at);
        open.told_last = *at;
    }
    return next;
}

void Relay::gather(const std::string& name, Open& open, Broadcasts& all) {
    std::vector<AwarenessEntry> to_all;
    std::vector<AwarenessEntry> to_staff;
    const auto add = [&](const AwarenessEntry& entry, const std::string& user) {
        (is_shown_to_all(user) ? to_all : to_staff).push_back(entry);
    };
    const std::vector<ClientId> next = next_news(open);
    for (const ClientId client : next) {
        const auto entry = open.awareness.find(client);
        const auto shown = open.shown.find(client);
        if (!entry || shown == open.shown.end()) continue;
        // He is told to be gone when it is looked for such as he.
        if (!discretion_.wants_no_notice(shown->second.user)) add(*entry, shown->second.user);
    }
    for (const auto& [entry, user] : open.gone) add(entry, user);
    const auto tell = [&](const std::vector<AwarenessEntry>& entries, hub::Selection to) {
        if (entries.empty()) return;
        all.push_back(std::make_shared<const hub::Broadcast>(hub::Broadcast{
            .to = std::move(to),
            .message = message("doc:awareness", name, yjs::encode_awareness(entries))}));
    };
    tell(to_all, listeners(name, open));
    if (const auto to = staff_of(name, open)) tell(to_staff, *to);
    for (const ClientId client : next) open.news.erase(client);
    open.gone.clear();
}

}  // namespace homeroom::features::documents
