// The relay's part that syncs: what somebody lacks is read for him, what he brings is judged,
// stored, acknowledged and passed on; and what is stored is made small.
#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "codec/json_scan.h"
#include "features/documents/asking.h"
#include "features/documents/limits.h"
#include "features/documents/relay.h"
#include "features/documents/versions.h"
#include "yjs/diff.h"
#include "yjs/split.h"
#include "yjs/sync_message.h"
#include "yjs/version.h"

namespace homeroom::features::documents {
namespace {

Error not_open() {
    return Error{Code::not_found, "no such document is open here", "doc"};
}

std::string sync_message(yjs::SyncKind kind, std::string_view body) {
    return yjs::encode_sync_message({kind, body});
}

// As Yjs 13 takes them: 32 bits, at random.
yjs::ClientId new_client_id(const yjs::Update& document) {
    const auto is_taken = [&](yjs::ClientId client) {
        return std::ranges::any_of(document.blocks,
                                   [&](const yjs::Block& block) { return block.client == client; });
    };
    yjs::ClientId client = 0;
    do {
        client = 0;
        for (const char byte : random_bytes(4))
            client = client << 8U | static_cast<unsigned char>(byte);
    } while (is_taken(client));
    return client;
}

// Usually one.
std::vector<std::string> parts_of(std::string difference) {
    if (difference.size() <= 2 * limits::document_part_bytes_max) return {std::move(difference)};
    const auto update = yjs::decode_update(difference, yjs::document_limits);
    if (!update.ok()) return {};
    return yjs::split(*update, limits::document_part_bytes_max);
}

}  // namespace

// An update on its way to the writer and back. The update points into the bytes.
struct Relay::Incoming {
    Name name{};
    std::string text{};  // the name's
    campus::Principal who{};
    std::string from_socket{};  // who needs not be told; empty: nobody
    std::string bytes{};
    yjs::Update update{};
    Answer answer{};
    Json answered = Json::object();  // beside the sequence
    Taken taken{};
    std::shared_ptr<void> counted{};  // as long as it is on its way (count_in)
};

// A difference on its way in parts; each waits for the one before to be acknowledged.
struct Relay::Parting {
    hub::SocketRef to{};
    std::string user{};
    std::string name{};
    std::vector<std::string> parts{};
    std::size_t next = 0;
    std::string own_step_1{};
    Answer answer{};
    std::size_t bytes = 0;
    bool is_counted = false;  // among those that are being sent
};

void Relay::sync(hub::Socket& socket, const std::string& user, const std::string& name,
                 const std::string& bytes, const Answer& answer) {
    if (!has_open(name, campus::device_of(socket))) return answer(not_open());
    const auto message = yjs::decode_sync_message(bytes);
    if (!message.ok()) return answer(message.error());
    if (message->kind == yjs::SyncKind::state_vector)
        return answer_step_1(socket.ref(), user, name, message->body, answer);
    auto incoming = std::make_shared<Incoming>();
    incoming->bytes = message->body;
    auto update = yjs::decode_update(incoming->bytes, yjs::update_limits);
    if (!update.ok()) return answer(update.error());
    incoming->update = std::move(*update);
    incoming->name = *parse_name(name);
    incoming->text = name;
    incoming->who.user = user;
    incoming->from_socket = socket.id();
    incoming->answer = answer;
    if (!count_in(*incoming))
        return answer(Error{Code::rate_limited, "too much at once; wait for the answers", "",
                            std::chrono::seconds{1}});
    with_part(incoming);
}

// An update takes many times its bytes while it waits to be judged: so much of one user, and in
// all, and no more.
bool Relay::count_in(Incoming& incoming) {
    const std::size_t bytes = incoming.bytes.size() +
                              incoming.update.structs.size() * sizeof(yjs::Struct) +
                              incoming.update.deleted.size() * sizeof(yjs::IdRange);
    const std::lock_guard lock(mutex_);
    std::size_t& own = pending_bytes_of_users_[incoming.who.user];
    const bool fits = own + bytes <= limits::document_pending_bytes_per_user_max &&
                      pending_bytes_ + bytes <= limits::documents_pending_bytes_max;
    if (!fits && own > 0) return false;
    own += bytes;
    pending_bytes_ += bytes;
    incoming.counted =
        std::shared_ptr<void>(nullptr, [this, bytes, user = incoming.who.user](void*) {
            const std::lock_guard end_lock(mutex_);
            pending_bytes_ -= bytes;
            const auto found = pending_bytes_of_users_.find(user);
            found->second -= bytes;
            if (found->second == 0) pending_bytes_of_users_.erase(found);
        });
    return true;
}

// --- What he lacks -------------------------------------------------------------------------------

// It costs as much as the document is large: it has a rate, and so many at once.
void Relay::answer_step_1(hub::SocketRef ref, const std::string& user, const std::string& name,
                          std::string_view state_vector, const Answer& answer) {
    auto known = yjs::StateVector::decode(state_vector, yjs::document_limits.clients_max);
    if (!known.ok()) return answer(known.error());
    if (auto allowed = surface_.allow_only(user, "doc:open"); !allowed.ok())
        return answer(std::move(allowed).error());
    if (!surface_.allowance().begin_read(user, steady_now()))
        return answer(Error{Code::rate_limited, "too many reads at once; wait for their answers",
                            "", std::chrono::seconds{1}});
    const bool taken = store_.submit_read(
        [this, ref, user, name, known = std::move(*known), answer](Result<store::Database*> db) {
            surface_.allowance().end_read(user);
            if (!db.ok()) return answer(db.error());
            auto whole = load_whole(**db, name, wholes_.find(name, steady_now()));
            if (!whole.ok()) return answer(whole.error());
            wholes_.keep(name, *whole, steady_now());
            const auto update = yjs::decode_update(*whole->bytes, yjs::document_limits);
            if (!update.ok()) return answer(update.error());
            auto parting =
                std::make_shared<Parting>(Parting{.to = ref, .user = user, .name = name});
            parting->parts = parts_of(yjs::diff(*update, known));
            parting->own_step_1 =
                sync_message(yjs::SyncKind::state_vector, yjs::StateVector::of(*update).encode());
            parting->answer = answer;
            server_->post(ref.loop,
                          [this, parting](hub::Hub& hub) { begin_sending(hub, parting); });
        },
        store::owner_of(user));
    if (taken) return;
    surface_.allowance().end_read(user);
    answer(campus::too_much_to_do());
}

// One at a time of a document for each socket, and so many bytes in all: a client that does not
// acknowledge keeps its own.
void Relay::begin_sending(hub::Hub& hub, const std::shared_ptr<Parting>& parting) {
    if (parting->parts.empty())
        return parting->answer(Error{Code::too_large, "the document cannot be sent", "doc"});
    if (parting->parts.size() > 1 && !may_begin(*parting))
        return parting->answer(Error{Code::unavailable, "the document is being sent; try again",
                                     "doc", std::chrono::seconds{5}});
    send_next(hub, parting);
}

bool Relay::may_begin(Parting& parting) {
    for (const std::string& part : parting.parts) parting.bytes += part.size();
    const std::lock_guard lock(mutex_);
    if (sending_bytes_ + parting.bytes > limits::documents_sending_bytes_max) return false;
    if (!sending_.emplace(campus::device_of(parting.to), parting.name).second) return false;
    sending_bytes_ += parting.bytes;
    parting.is_counted = true;
    return true;
}

void Relay::end_sending(Parting& parting, Result<Json> result) {
    if (std::exchange(parting.is_counted, false)) {
        const std::lock_guard lock(mutex_);
        sending_bytes_ -= parting.bytes;
        sending_.erase({campus::device_of(parting.to), parting.name});
    }
    parting.answer(std::move(result));
}

// On the socket's loop. What was open when it was asked for may be closed, or not to be seen, by
// now.
void Relay::send_next(hub::Hub& hub, const std::shared_ptr<Parting>& parting) {
    hub::Socket* const socket = hub.find(parting->to);
    if (socket == nullptr || !socket->connected() || !may_be_sent(*socket, *parting))
        return end_sending(*parting, not_open());
    const bool is_last = parting->next + 1 == parting->parts.size();
    const std::string bytes = sync_message(is_last ? yjs::SyncKind::missing : yjs::SyncKind::update,
                                           std::exchange(parting->parts[parting->next], {}));
    ++parting->next;
    if (is_last) {
        send(*socket, "doc:sync", parting->name, bytes);
        if (socket->connected()) send(*socket, "doc:sync", parting->name, parting->own_step_1);
        return end_sending(*parting, Json::object());
    }
    const std::string quoted = codec::json::quote(parting->name);
    const std::string_view arguments[] = {quoted, placeholder};
    socket->emit_with_ack(
        "doc:sync", arguments, {.attachments = {&bytes, 1}}, limits::document_part_wait,
        [this, parting, &hub](const std::optional<hub::Arguments>& answered) {
            if (answered) return send_next(hub, parting);
            end_sending(*parting,
                        Error{Code::unavailable, "what was sent was not acknowledged", "doc"});
        });
}

bool Relay::may_be_sent(const hub::Socket& socket, const Parting& parting) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(parting.name);
    return place != places_.end() && place->second.sockets.contains(campus::device_of(socket)) &&
           role_of(directory_, place->second.access, parting.user) != Role::none;
}

// --- What he brings ------------------------------------------------------------------------------

std::shared_ptr<Part> Relay::loaded_part(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(name);
    if (place == places_.end()) return {};
    place->second.used = steady_now();
    return place->second.part;
}

// What the document has must be known before anything is judged; loading it is not the writer's.
void Relay::with_part(const std::shared_ptr<Incoming>& incoming) {
    if (auto part = loaded_part(incoming->text)) return submit(incoming, std::move(part));
    const bool taken = store_.submit_read(
        [this, incoming](Result<store::Database*> db) {
            if (!db.ok()) return incoming->answer(db.error());
            // Others waited for the same, and one was first.
            if (auto part = loaded_part(incoming->text)) return submit(incoming, std::move(part));
            auto loaded = load_part(**db, incoming->text);
            if (!loaded.ok()) return incoming->answer(loaded.error());
            {
                const std::lock_guard lock(mutex_);
                const auto place = places_.find(incoming->text);
                if (place != places_.end()) keep_part(place->second, *loaded);
                // Another may have been quicker.
                if (place != places_.end() && place->second.part) *loaded = place->second.part;
            }
            submit(incoming, std::move(*loaded));
        },
        store::owner_of(incoming->who.user));
    if (!taken) incoming->answer(campus::too_much_to_do());
}

void Relay::take_change(const std::string& user, const Name& name, std::string bytes, Json answered,
                        const Answer& answer) {
    auto incoming = std::make_shared<Incoming>();
    incoming->bytes = std::move(bytes);
    // It goes to all who have the document open, as what somebody types does.
    auto update = yjs::decode_update(incoming->bytes, yjs::update_limits);
    if (!update.ok()) return answer(update.error());
    incoming->update = std::move(*update);
    incoming->name = name;
    incoming->text = name.text();
    incoming->who.user = user;
    incoming->answer = answer;
    incoming->answered = std::move(answered);
    with_part(incoming);
}

void Relay::submit(const std::shared_ptr<Incoming>& incoming, std::shared_ptr<Part> part) {
    const bool taken = store_.submit({
        .work = [this, incoming, part](store::Transaction& transaction) -> Status {
            const auto person = directory_.person(incoming->who.user);
            incoming->who.name = person ? person->name : incoming->who.user;
            TRY(incoming->taken, take_update(transaction, directory_, incoming->who, incoming->name,
                                             *part, incoming->update));
            return Ok{};
        },
        .done =
            [this, incoming, part](const Status& status) {
                if (!status.ok()) return incoming->answer(status.error());
                stored(*incoming, *part);
            },
        .owner = store::owner_of(incoming->who.user),
    });
    if (!taken) incoming->answer(campus::too_much_to_do());
}

// On the writer, behind the commit.
void Relay::stored(const Incoming& incoming, const Part& part) {
    std::shared_ptr<const hub::Broadcast> broadcast;
    if (!incoming.taken.fresh.empty()) {
        const std::lock_guard lock(mutex_);
        const auto place = places_.find(incoming.text);
        if (place != places_.end()) {
            auto to = listeners(incoming.text, place->second);
            if (!incoming.from_socket.empty()) to.except.push_back(incoming.from_socket);
            broadcast = std::make_shared<const hub::Broadcast>(hub::Broadcast{
                .to = std::move(to),
                .message = message("doc:sync", incoming.text,
                                   sync_message(yjs::SyncKind::update, incoming.taken.fresh))});
        }
        if (part.wants_compaction()) compact(incoming.text);
    }
    if (broadcast) {
        order_->everywhere([broadcast]() -> campus::LoopOrder::Work {
            return [broadcast](hub::Hub& hub) {
                hub.deliver(broadcast);
                return campus::LoopOrder::Step::finished;
            };
        });
    }
    Json answered = incoming.answered;
    answered["sequence"] = incoming.taken.sequence;
    incoming.answer(std::move(answered));
}

// --- As it was -----------------------------------------------------------------------------------

namespace {

struct Restoring {
    Name name{};
    yjs::Restored restored{};
};

// On a reader. The change is in the name of a client id that nobody has yet, and will be his who
// asked.
Result<Restoring> prepare_restoring(store::Database& db, const campus::Directory& directory,
                                    const std::string& user, const campus::Json& request) {
    TRY(auto asked, asked_document(db, request, Comments::not_meant));
    TRY_OK(judge(asked, directory, user));
    if (!may_write_all(asked.name, asked.role))
        return Error{Code::forbidden, "only editors restore a version", "doc"};
    TRY(const auto version, requested_version(db, request, asked.document.id));
    TRY(const auto then, yjs::Version::decode(version.bytes, yjs::document_limits));
    TRY(const auto whole, load_whole(db, asked.document.id, {}));
    TRY(const auto update, yjs::decode_update(*whole.bytes, yjs::document_limits));
    Restoring restoring{.name = asked.name};
    TRY(restoring.restored, yjs::restore(update, then, {new_client_id(update), 0}));
    return restoring;
}

}  // namespace

void Relay::restore(const std::string& user, const Json& request, const Answer& answer) {
    const bool taken = store_.submit_read(
        [this, user, request, answer](Result<store::Database*> db) {
            if (!db.ok()) return answer(db.error());
            auto restoring = prepare_restoring(**db, directory_, user, request);
            if (!restoring.ok()) return answer(restoring.error());
            take_change(user, restoring->name, std::move(restoring->restored.update),
                        Json{{"lost", restoring->restored.lost}}, answer);
        },
        store::owner_of(user));
    if (!taken) answer(campus::too_much_to_do());
}

// --- Making it small -----------------------------------------------------------------------------

// What could not be made small is not tried again at once.
void Relay::let_rest(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(name);
    if (place != places_.end() && place->second.part) place->second.part->rests = true;
    if (place != places_.end()) return;
    if (resting_.empty()) resting_since_ = steady_now();
    resting_.insert(name);
}

// What nobody has open is small when its last one has left it; but the server may have been stopped
// before, or the last version be gone that needed what was deleted. A few at a time.
void Relay::compact_what_was_left() {
    std::string after;
    {
        const std::lock_guard lock(mutex_);
        after = left_looked_at_;
    }
    // Refused: the next time.
    [[maybe_unused]] const bool taken =
        store_.submit_read([this, after](Result<store::Database*> db) {
            if (!db.ok()) return;
            const auto names = uncompacted_parts(**db, after, limits::documents_compacted_at_once);
            if (!names.ok())
                return log::error("looking for documents to compact: {}", names.error().message);
            const std::lock_guard lock(mutex_);
            const bool is_last = names->size() < limits::documents_compacted_at_once;
            left_looked_at_ = is_last ? std::string{} : names->back();
            if (steady_now() - resting_since_ > limits::documents_rest) resting_.clear();
            for (const std::string& name : *names) {
                if (!places_.contains(name) && !resting_.contains(name)) compact(name);
            }
        });
}

// With the lock.
void Relay::compact(const std::string& name) {
    if (!compacting_.insert(name).second) return;
    const auto end = [this, name] {
        const std::lock_guard lock(mutex_);
        compacting_.erase(name);
    };
    const bool taken = store_.submit_read([this, name, end](Result<store::Database*> db) {
        auto compacted =
            db.ok() ? compact_part(**db, name) : Result<std::optional<Compacted>>{db.error()};
        if (!compacted.ok()) log::error("compacting a document: {}", compacted.error().message);
        if (!compacted.ok() || !*compacted) {
            let_rest(name);
            return end();
        }
        const auto shared = std::make_shared<const Compacted>(std::move(**compacted));
        const bool taken_too = store_.submit({
            .work = [this, name, shared](store::Transaction& transaction) -> Status {
                std::shared_ptr<Part> part;
                {
                    const std::lock_guard lock(mutex_);
                    const auto place = places_.find(name);
                    if (place != places_.end()) part = place->second.part;
                }
                TRY(const bool is_replaced,
                    replace_snapshot(transaction, name, *shared, part.get()));
                // That, too, may have what was deleted.
                if (is_replaced) wholes_.forget(name);
                return Ok{};
            },
            .done =
                [end](const Status& status) {
                    if (!status.ok())
                        log::error("compacting a document: {}", status.error().message);
                    end();
                },
        });
        if (!taken_too) end();
    });
    if (!taken) compacting_.erase(name);
}

}  // namespace homeroom::features::documents
