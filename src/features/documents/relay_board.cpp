// The relay's part that is for whoever stands at the board: he takes out everything at once, and
// says that he presents. Whom others follow is held here as long as he has the document open and
// may write in it; where he looks is in his awareness.
#include <utility>

#include "campus/contract_json.h"
#include "features/documents/asking.h"
#include "features/documents/board.h"
#include "features/documents/limits.h"
#include "features/documents/relay.h"

namespace homeroom::features::documents {

// --- Clearing ------------------------------------------------------------------------------------

namespace {

struct Clearing {
    Name name{};
    std::string update{};
};

// On a reader. What comes meanwhile is not taken out.
Result<Clearing> prepare_clearing(store::Database& db, const campus::Directory& directory,
                                  const std::string& user, const campus::Json& request) {
    TRY(auto asked, asked_document(db, request, Comments::not_meant));
    TRY_OK(judge(asked, directory, user));
    if (asked.document.kind != kind_whiteboard)
        return Error{Code::invalid, "whiteboards are cleared, no other documents", "doc"};
    if (asked.role < Role::editor)
        return Error{Code::forbidden, "only who may change all of a board clears it", "doc"};
    TRY(const auto state, load_part(db, asked.name.text()));
    return Clearing{asked.name, clearing(state->known)};
}

}  // namespace

void Relay::clear(const std::string& user, const Json& request, const Answer& answer) {
    const bool taken = store_.submit_read(
        [this, user, request, answer](Result<store::Database*> db) {
            if (!db.ok()) return answer(db.error());
            auto prepared = prepare_clearing(**db, directory_, user, request);
            if (!prepared.ok()) return answer(prepared.error());
            if (clear_also_) clear_also_(prepared->name.document, user);
            take_change(user, prepared->name, std::move(prepared->update), Json::object(), answer);
        },
        store::owner_of(user));
    if (!taken) answer(campus::too_much_to_do());
}

// --- Presenting ----------------------------------------------------------------------------------

// doc:present { doc, on }: one at a time; who comes later takes it over.
Result<campus::Json> Relay::present(hub::Socket& socket, const std::string& user,
                                    const Json& request) {
    TRY(const auto text, campus::required_text(request, "doc", limits::identifier_bytes_max));
    TRY(const bool on, campus::required_bool(request, "on"));
    const auto device = campus::device_of(socket);
    Broadcasts told;
    {
        const std::lock_guard lock(mutex_);
        const auto place = places_.find(text);
        if (place == places_.end() || !place->second.sockets.contains(device))
            return Error{Code::not_found, "no such document is open here", "doc"};
        Open& open = place->second;
        const Role role = role_of(directory_, open.access, user);
        if (role == Role::none) return unknown_document();
        if (role < Role::editor)
            return Error{Code::forbidden, "only who may write all of it presents", "doc"};
        if (on) {
            told = let_present(text, open, Presenter{user, device});
        } else if (open.presenter.device == device) {
            told = let_present(text, open, {});
        }
    }
    tell_all(told);
    return Json::object();
}

// With the lock. To whom he may not be shown, nobody presents.
Relay::Broadcasts Relay::let_present(const std::string& name, Open& open, Presenter next) {
    if (open.presenter == next) return {};
    const std::string before = std::exchange(open.presenter, std::move(next)).user;
    const std::string& now = open.presenter.user;
    const auto is_hidden = [&](const std::string& user) {
        return !user.empty() && !is_shown_to_all(user);
    };
    const auto telling = [&](const std::string& user, hub::Selection to) {
        const std::string body = presenting_json(name, user).dump();
        const std::string_view arguments[] = {body};
        return std::make_shared<const hub::Broadcast>(hub::Broadcast{
            .to = std::move(to),
            .message = server_->encoder().event("/", "doc:presenting", arguments, {})});
    };
    if (!is_hidden(now) && !(now.empty() && is_hidden(before)))
        return {telling(now, listeners(name, open))};
    Broadcasts told;
    if (!before.empty() && !is_hidden(before)) told.push_back(telling("", listeners(name, open)));
    if (auto staff = staff_of(name, open)) told.push_back(telling(now, std::move(*staff)));
    return told;
}

campus::Json Relay::presenting_json(const std::string& name, const std::string& user) const {
    return Json{{"doc", name}, {"by", presenter_json(user)}};
}

campus::Json Relay::presenter_json(const std::string& user) const {
    return user.empty() ? Json(nullptr) : campus::person_json(directory_, user, user);
}

// With the lock: whom somebody who comes is to follow.
campus::Json Relay::presenter_for(const Open& open, const std::string& user) const {
    const std::string& one = open.presenter.user;
    const bool is_shown =
        one.empty() || one == user || is_shown_to_all(one) || sees_hidden(open.access, user);
    return presenter_json(is_shown ? one : std::string{});
}

// With the lock. His rights, his connection or the document may be gone.
Relay::Broadcasts Relay::settle_presenter(const std::string& name, Open& open) {
    const Presenter& one = open.presenter;
    if (one.user.empty()) return {};
    if (open.sockets.contains(one.device) &&
        role_of(directory_, open.access, one.user) >= Role::editor)
        return {};
    return let_present(name, open, {});
}

void Relay::tell_all(const Broadcasts& all) const {
    for (const auto& broadcast : all)
        server_->post_all([broadcast](hub::Hub& hub) { hub.deliver(broadcast); });
}

}  // namespace homeroom::features::documents
