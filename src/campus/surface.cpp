#include "campus/surface.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "campus/groups/group_records.h"
#include "campus/room_changes.h"
#include "store/thrown.h"

namespace homeroom::campus {
namespace {

constexpr auto retry_soon = std::chrono::seconds{1};

Error slow_down(std::chrono::milliseconds wait) {
    return Error{Code::rate_limited, "too many requests; slow down", "", wait};
}

std::string name_of(const std::string& user, const Directory& directory) {
    const auto person = directory.person(user);
    return person ? person->name : user;
}

Error unknown_request(std::string_view name) {
    return Error{Code::invalid, "there is no such request: " +
                                    std::string{name.substr(0, limits::event_name_bytes_max)}};
}

Principal principal_of(const std::string& service) {
    return {.user = "service:" + service, .name = service, .service = true};
}

const store::Migration surface_schema[] = {
    {"surface/1", R"sql(
        CREATE TABLE answered_requests (
            user TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
            at TEXT NOT NULL,
            about TEXT,   -- what the answer tells of, so that it can be forgotten with it
            answer TEXT,  -- NULL: forgotten
            PRIMARY KEY (user, name, key)
        ) WITHOUT ROWID;
        CREATE INDEX answered_requests_about ON answered_requests (about) WHERE about IS NOT NULL;
        CREATE INDEX answered_requests_by_time ON answered_requests (at);
    )sql"},
    {"surface/2", audit_schema},
    // The latest time of a row up to this one, whatever the clock did: where looking back may end.
    {"surface/3", "ALTER TABLE audit ADD COLUMN latest TEXT NOT NULL DEFAULT ''"},
    {"audit/last", audit_last_schema, audit_last_postgres_schema},
};

Error failed(const std::exception& thrown) {  // nlohmann's, where a handler forgot a check
    log::error("a request failed: {}", store::type_of(thrown));
    return Error{Code::internal, "the request failed"};
}

Result<Json> quickly(QuickHandler handler, const std::string& user, const Json& request) {
    try {
        return handler(user, request);
    } catch (const std::exception& thrown) {
        return failed(thrown);
    }
}

std::size_t characters(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

Result<std::optional<std::string>> key_of(const Json& request) {
    TRY(auto key, optional_text(request, "key", limits::message_bytes_max));
    if (key && (key->empty() || characters(*key) > limits::idempotency_key_characters_max)) {
        return Error{Code::invalid, "a key has 1 to 64 characters", "key"};
    }
    return key;
}

Result<std::optional<Json>> earlier_answer(store::Database& db, const Principal& who,
                                           std::string_view name, std::string_view key) {
    auto select = db.statement(
        "SELECT answer FROM answered_requests WHERE user = ? AND name = ? AND key = ?");
    select.bind_all(std::string_view{who.user}, name, key);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Json>{};
    if (select.is_null(0))
        return Error{Code::not_found, "what this key made has been deleted since", "key"};
    return std::optional<Json>{Json::parse(select.text(0))};
}

Status remember_answer(store::Transaction& transaction, const Principal& who, std::string_view name,
                       std::string_view key, std::string_view about, const Json& answer) {
    const std::string text = answer.dump();
    return transaction.db()
        .statement(
            "INSERT INTO answered_requests (user, name, key, at, about, answer) "
            "VALUES (?, ?, ?, ?, NULLIF(?, ''), ?)")
        .bind_all(std::string_view{who.user}, name, key, std::string_view{transaction.at()}, about,
                  std::string_view{text})
        .run();
}

}  // namespace

// What a request needs until it is answered: it goes from the loop that asked to a thread of the
// store.
struct Surface::Pending {
    Principal who;
    std::string name;
    Json body;
    Surface::Answer answer;
    Json result = Json::object();
    std::vector<ConversationMembers::Change> conversations{};
    bool moves_people = false;  // the directory has study groups as this write made them
    Rerouting rerouting{};      // whose sockets follow it
    SteadyTime since = std::chrono::steady_clock::now();
    std::vector<AuditEntry> audit{};
    std::optional<Error> refusal{};  // of a read that no reader has taken
};

Status Surface::carry_out(Pending& write, WriteHandler handler, store::Transaction& transaction) {
    if (mover_ != nullptr && mover_->is_ahead()) return try_again_soon();
    TRY(const auto key, key_of(write.body));
    if (key) {
        TRY(auto earlier, earlier_answer(transaction.db(), write.who, write.name, *key));
        if (earlier) {
            write.result = std::move(*earlier);
            return Ok{};
        }
    }
    WriteCall call{.who = write.who,
                   .directory = directory_,
                   .transaction = transaction,
                   .policy = policy_,
                   .rooms = rooms_,
                   .wishes = wishes_};
    TRY(write.result, handler(call, write.body));
    write.conversations = std::move(call.conversations);
    if (key)
        TRY_OK(remember_answer(transaction, write.who, write.name, *key, call.about, write.result));
    return change_groups(write, std::move(call.groups), transaction);
}

// Last of all that can fail but the commit.
Status Surface::change_groups(Pending& write, std::vector<StudyGroups::Change> changes,
                              store::Transaction& transaction) {
    if (changes.empty()) return Ok{};
    RoomChanges news{mover_ == nullptr ? nullptr : &mover_->in_doubt()};
    for (const StudyGroups::Change& change : changes) {
        for (const std::string& user : directory_.groups().touched_by(change))
            news.note(user, directory_);
    }
    write.moves_people = true;
    for (StudyGroups::Change& change : changes) directory_.groups().apply(std::move(change));
    auto rerouting = news.publish(directory_, transaction);
    if (!rerouting.ok()) {
        if (mover_ != nullptr) mover_->directory_is_ahead();
        return rerouting.error();
    }
    write.rerouting = std::move(*rerouting);
    return Ok{};
}

Result<Json> Surface::read_safely(Pending& read, ReadHandler handler, store::Database& db) const {
    try {
        if (!read.who.service) read.who.name = name_of(read.who.user, directory_);
        ReadCall call{.who = read.who,
                      .directory = directory_,
                      .db = db,
                      .policy = policy_,
                      .rooms = rooms_,
                      .wishes = wishes_};
        auto result = handler(call, read.body);
        read.audit = std::move(call.audit);
        return result;
    } catch (const std::exception& thrown) {
        return failed(thrown);
    }
}

std::span<const store::Migration> surface_migrations() {
    return surface_schema;
}

Status forget(store::Transaction& transaction, std::string_view subject) {
    TRY_OK(transaction.forget(subject));
    return transaction.db()
        .statement("UPDATE answered_requests SET answer = NULL WHERE about = ?")
        .bind(1, subject)
        .run();
}

Status forget_answers(store::Database& db, std::string_view before, std::int64_t rows_max) {
    return db
        .statement(
            "DELETE FROM answered_requests WHERE (user, name, key) IN "
            "(SELECT user, name, key FROM answered_requests WHERE at < ? LIMIT ?)")
        .bind_all(before, rows_max)
        .run();
}

Surface::Surface(store::Store& store, Directory& directory, TokenRate rate, SchoolPolicy policy)
    : store_(store), directory_(directory), allowance_(rate), policy_(policy) {}

void Surface::read(std::string_view name, ReadHandler handler) {
    entries_[std::string{name}].read = handler;
}
void Surface::write(std::string_view name, WriteHandler handler, Need need) {
    auto& entry = entries_[std::string{name}];
    entry.write = handler;
    entry.need = need;
}

void Surface::quick(std::string_view name, QuickHandler handler) {
    entries_[std::string{name}].quick = handler;
}

void Surface::service_write(std::string_view name, WriteHandler handler, Need need) {
    auto& entry = service_entries_[std::string{name}];
    entry.write = handler;
    entry.need = need;
}

void Surface::service_read(std::string_view name, ReadHandler handler) {
    service_entries_[std::string{name}].read = handler;
}

Result<bool> RoomRules::is_in(store::Database& db, const Directory& directory,
                              std::string_view user, std::string_view room) const {
    for (const auto& [prefix, rule] : rules_) {
        if (room.starts_with(prefix)) return rule(db, directory, user, room);
    }
    return directory.is_member(user, room);
}

// --- How much

void Surface::limit(std::string_view kind, TokenRate rate,
                    std::span<const std::string_view> names) {
    const auto added = allowance_.add_kind(kind, rate);
    for (const std::string_view name : names) measures_[std::string{name}].kind = added;
}

void Surface::limit_bytes(std::string_view name, std::size_t bytes_max) {
    measures_[std::string{name}].bytes_max = bytes_max;
}

RequestAllowance::Kind Surface::kind_of(std::string_view name) const {
    const auto found = measures_.find(name);
    return found == measures_.end() ? RequestAllowance::any : found->second.kind;
}

Status Surface::allow(std::string_view user, std::string_view name) {
    const auto wait = allowance_.wait_for(user, std::chrono::steady_clock::now(), kind_of(name));
    if (wait) return slow_down(*wait);
    return Ok{};
}

Status Surface::allow_only(std::string_view user, std::string_view name) {
    const auto wait =
        allowance_.wait_for_kind(user, kind_of(name), std::chrono::steady_clock::now());
    if (wait) return slow_down(*wait);
    return Ok{};
}

Status Surface::fits(std::string_view name, std::size_t bytes, std::size_t usual) const {
    std::size_t bytes_max = usual;
    if (const auto entry = entries_.find(name); entry != entries_.end())
        bytes_max =
            entry->second.write != nullptr ? write_request_bytes_max : read_request_bytes_max;
    if (const auto measure = measures_.find(name);
        measure != measures_.end() && measure->second.bytes_max != 0)
        bytes_max = measure->second.bytes_max;
    if (bytes <= bytes_max) return Ok{};
    return Error{Code::too_large,
                 "this request has at most " + std::to_string(bytes_max) + " bytes"};
}

// --- Asking

void Surface::request(std::string user, std::string_view name, Json body, Answer answer,
                      Writes* gathered) {
    if (auto allowed = allow(user, name); !allowed.ok()) return answer(std::move(allowed).error());
    user_request({.user = std::move(user)}, name, std::move(body), std::move(answer), gathered);
}

void Surface::device_request(std::string user, std::uint64_t device, std::string_view name,
                             Json body, Answer answer) {
    user_request({.user = std::move(user), .device = device}, name, std::move(body),
                 std::move(answer), nullptr);
}

void Surface::user_request(Principal who, std::string_view name, Json body, Answer answer,
                           Writes* gathered) {
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) return answer(unknown_request(name));
    if (!body.is_object()) return answer(Error{Code::invalid, "the request must be one object"});
    if (entry->second.quick != nullptr) return answer(quickly(entry->second.quick, who.user, body));
    auto pending = std::make_shared<Pending>(
        Pending{std::move(who), std::string{name}, std::move(body), std::move(answer)});
    if (entry->second.read != nullptr) {
        if (!submit_read(pending, entry->second.read)) pending->answer(*pending->refusal);
        return;
    }
    if (auto admitted = admit(entry->second.need); !admitted.ok())
        return pending->answer(std::move(admitted).error());
    Writes alone;
    Writes& writes = gathered == nullptr ? alone : *gathered;
    writes.push_back(write_command(pending, entry->second.write));
    if (gathered == nullptr || writes.size() >= limits::commands_per_commit_max) submit(writes);
}

void Surface::service_request(const std::string& service, std::string_view name, Json body,
                              Answer answer) {
    platform_request(principal_of(service), name, std::move(body), std::move(answer));
}

void Surface::operator_request(std::string_view name, Json body, Answer answer) {
    platform_request({.user = std::string{local_operator}, .name = "operator", .service = true},
                     name, std::move(body), std::move(answer));
}

void Surface::platform_request(Principal who, std::string_view name, Json body, Answer answer) {
    if (auto allowed = allow(who.user); !allowed.ok()) return answer(std::move(allowed).error());
    const auto entry = service_entries_.find(name);
    if (entry == service_entries_.end()) return answer(unknown_request(name));
    if (!body.is_object()) return answer(Error{Code::invalid, "the request must be one object"});
    const auto pending = std::make_shared<Pending>(
        Pending{std::move(who), std::string{name}, std::move(body), std::move(answer)});
    if (entry->second.read != nullptr) {
        if (!submit_read(pending, entry->second.read)) pending->answer(*pending->refusal);
        return;
    }
    if (auto admitted = admit(entry->second.need); !admitted.ok())
        return pending->answer(std::move(admitted).error());
    Writes alone;
    alone.push_back(write_command(pending, entry->second.write));
    submit(alone);
}

void Surface::service_errand(const std::string& service, std::string_view name, Json body,
                             Within within, Answer answer) {
    const auto entry = service_entries_.find(name);
    const auto handler = entry == service_entries_.end() ? nullptr : entry->second.write;
    const auto pending = std::make_shared<Pending>(
        Pending{principal_of(service), std::string{name}, std::move(body), std::move(answer)});
    store::Command command = write_command(pending, handler);
    command.work = [within = std::move(within), pending, handler,
                    work = std::move(command.work)](store::Transaction& transaction) {
        return within(transaction, [&]() -> Status {
            if (handler == nullptr) return unknown_request(pending->name);
            return work(transaction);
        });
    };
    // Among changes of the roster, in the order in which they came.
    command.owner = store::nobody;
    Writes alone;
    alone.push_back(std::move(command));
    submit(alone);
}

void Surface::submit(Writes& gathered) {
    store_.submit_all(gathered);
    for (const store::Command& refused : std::exchange(gathered, {}))
        refused.done(too_much_to_do());
}

// False: no reader has it, nobody was answered, and its refusal says why.
bool Surface::submit_read(const std::shared_ptr<Pending>& pending, ReadHandler handler) {
    const std::string& user = pending->who.user;
    if (!allowance_.begin_read(user, std::chrono::steady_clock::now())) {
        pending->refusal = Error{Code::rate_limited,
                                 "too many reads at once; wait for their answers", "", retry_soon};
        return false;
    }
    const bool taken = store_.submit_read(
        [this, pending, handler](Result<store::Database*> db) {
            auto result = db.ok() ? read_safely(*pending, handler, **db) : Result<Json>{db.error()};
            allowance_.end_read(pending->who.user);
            if (!result.ok() || pending->audit.empty()) return pending->answer(std::move(result));
            pending->result = std::move(*result);
            answer_when_audited(pending);
        },
        store::owner_of(user));
    if (!taken) {
        allowance_.end_read(user);
        pending->refusal = too_much_to_do();
    }
    return taken;
}

// What was disclosed must have been written down, whatever ends the process.
void Surface::answer_when_audited(const std::shared_ptr<Pending>& pending) {
    const bool taken = store_.submit({
        .work = [pending](store::Transaction& transaction) -> Status {
            for (const AuditEntry& entry : pending->audit) TRY_OK(audit(transaction, entry));
            return Ok{};
        },
        .done =
            [pending](const Status& status) {
                if (!status.ok()) return pending->answer(status.error());
                pending->answer(std::move(pending->result));
            },
    });
    if (!taken) pending->answer(too_much_to_do());
}

store::Command Surface::write_command(const std::shared_ptr<Pending>& pending,
                                      WriteHandler handler) {
    return {
        .work =
            [this, pending, handler](store::Transaction& transaction) {
                if (!pending->who.service)
                    pending->who.name = name_of(pending->who.user, directory_);
                return carry_out(*pending, handler, transaction);
            },
        .done =
            [this, pending](const Status& status) {
                if (status.ok()) {
                    // Before the answer, and before the events of the same commit go out.
                    for (auto& change : pending->conversations)
                        directory_.conversations().apply(std::move(change));
                    answer_write(pending);
                } else {
                    if (pending->moves_people && mover_ != nullptr) mover_->read_again();
                    pending->answer(status.error());
                }
            },
        .owner = store::owner_of(pending->who.user),
    };
}

void Surface::answer_write(const std::shared_ptr<Pending>& pending) {
    if (pending->rerouting.touched.empty() || mover_ == nullptr)
        return pending->answer(std::move(pending->result));
    mover_->move(std::move(pending->rerouting), pending->since,
                 [pending] { pending->answer(std::move(pending->result)); });
}

Json to_json(const Error& error) {
    Json json{{"code", to_string(error.code)}, {"message", error.message}};
    if (!error.field.empty()) json["field"] = error.field;
    if (error.retry_after)
        json["retryAfter"] = static_cast<double>(error.retry_after->count()) / 1000.0;
    return json;
}

Error too_much_to_do() {
    return Error{Code::unavailable, "too much to do; try again", "", retry_soon};
}

std::string to_ack(const Result<Json>& result) {
    const auto dump = [](const Json& json) {
        return json.dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    if (!result.ok()) return R"({"ok":false,"error":)" + dump(to_json(result.error())) + '}';
    assert(result->is_object() && !result->contains("ok") && "a handler's answer is an object");
    // Joined as text: the result may be large, and need not be copied for one more member.
    std::string ack = dump(*result);
    if (ack == "{}") return R"({"ok":true})";
    ack.replace(0, 1, R"({"ok":true,)");
    return ack;
}

Result<std::optional<std::string>> optional_text(const Json& object, const char* field,
                                                 std::size_t bytes_max) {
    const auto found = object.find(field);
    if (found == object.end() || found->is_null()) return std::optional<std::string>{};
    if (!found->is_string())
        return Error{Code::invalid, std::string{field} + " must be a string", field};
    const auto& text = found->get_ref<const std::string&>();
    if (text.size() > bytes_max) {
        return Error{Code::too_large,
                     std::string{field} + " is longer than " + std::to_string(bytes_max) + " bytes",
                     field};
    }
    if (text.find('\0') != std::string::npos) {
        return Error{Code::invalid, std::string{field} + " contains a NUL character", field};
    }
    return std::optional<std::string>{text};
}

Result<std::string> required_text(const Json& object, const char* field, std::size_t bytes_max) {
    TRY(auto text, optional_text(object, field, bytes_max));
    if (!text) return Error{Code::invalid, std::string{field} + " is missing", field};
    return std::move(*text);
}

Result<std::string> required_words(const Json& object, const char* field, std::size_t bytes_max) {
    TRY(auto text, required_text(object, field, bytes_max));
    if (text.find_first_not_of(" \t\r\n\v\f") == std::string::npos)
        return Error{Code::invalid, std::string{field} + " is empty", field};
    return text;
}

Result<std::optional<bool>> optional_bool(const Json& object, const char* field) {
    const auto found = object.find(field);
    if (found == object.end() || found->is_null()) return std::optional<bool>{};
    if (!found->is_boolean())
        return Error{Code::invalid, std::string{field} + " must be true or false", field};
    return std::optional<bool>{found->get<bool>()};
}

Result<bool> required_bool(const Json& object, const char* field) {
    TRY(const auto value, optional_bool(object, field));
    if (!value) return Error{Code::invalid, std::string{field} + " is missing", field};
    return *value;
}

Result<std::optional<std::int64_t>> optional_number(const Json& object, const char* field,
                                                    std::int64_t min, std::int64_t max) {
    const auto found = object.find(field);
    if (found == object.end() || found->is_null()) return std::optional<std::int64_t>{};
    const bool fits = found->is_number_integer() &&
                      !(found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX);
    if (!fits || found->get<std::int64_t>() < min || found->get<std::int64_t>() > max) {
        return Error{Code::invalid,
                     std::string{field} + " must be a whole number from " + std::to_string(min) +
                         " to " + std::to_string(max),
                     field};
    }
    return std::optional<std::int64_t>{found->get<std::int64_t>()};
}

}  // namespace homeroom::campus
