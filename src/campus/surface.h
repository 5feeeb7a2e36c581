// The surface: the list of requests that users can make. Features register on it; sockets and REST
// call through it.
//
// A write runs on the store's writer thread inside a transaction and is answered after the commit;
// a read runs on a reader thread in a snapshot; a quick one runs where it is asked, on a loop, and
// touches neither store nor disk. None knows JSON's way in or out: that is the surface's.
//   name → handler, lane            one line a request, in the feature's register_… function
//
// What the platform's back end may ask is another list (service_…): no user's request is ever
// looked up there.
#pragma once

#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/short_text.h"
#include "campus/audit.h"
#include "campus/request_allowance.h"
#include "campus/room_changes.h"
#include "campus/roster/directory.h"
#include "campus/school_policy.h"
#include "campus/wishes.h"
#include "campus/write_admission.h"
#include "store/store.h"

namespace homeroom::campus {

// Keeps the order of keys: what people read comes out as it was written.
using Json = nlohmann::ordered_json;

// Who asks, from the token and the roster, never from the payload.
struct Principal {
    std::string user{};  // of a service "service:" and its own name, which is no user's id
    std::string name{};
    bool service = false;  // the platform's back end: nobody on the roster, no member of any room
    // The connection that asks, where it matters which (campus/live.h's device_of); 0: any, or
    // REST.
    std::uint64_t device = 0;
};

// Whether this is a service's, not a user's (whose id has no ":" in it).
inline bool is_service(std::string_view user) {
    return user.starts_with("service:");
}

// Rooms that are not the roster's, such as conversations, are a feature's: who is in one is asked
// of it by those who know no more than the room's name.
using RoomRule = Result<bool> (*)(store::Database& db, const Directory& directory,
                                  std::string_view user, std::string_view room);
class RoomRules {
public:
    // Of the rooms whose names begin with `prefix`.
    void add(std::string_view prefix, RoomRule rule) { rules_.emplace_back(prefix, rule); }
    // Whether the user is in this room now; of a room that nobody knows: false.
    Result<bool> is_in(store::Database& db, const Directory& directory, std::string_view user,
                       std::string_view room) const;

private:
    std::vector<std::pair<std::string, RoomRule>> rules_{};
};

// What a request carries besides its body.
struct ReadCall {
    const Principal& who;
    const Directory& directory;
    store::Database& db;
    const SchoolPolicy& policy;
    const RoomRules& rooms;
    // What the answer discloses that has to be accounted for. It is given only when this is stored.
    std::vector<AuditEntry> audit{};
    const Wishes& wishes;
};
struct WriteCall {
    const Principal& who;
    const Directory& directory;
    store::Transaction& transaction;
    const SchoolPolicy& policy;
    const RoomRules& rooms;
    // What the answer tells of, where that can be deleted: the answer is forgotten with it.
    std::string about{};
    // Group conversations that are changed by it: who is in them from its commit on.
    std::vector<ConversationMembers::Change> conversations{};
    // Study groups as the rows have them now. The directory follows at once, before the next
    // command; who is moved by it is told (rooms:changed), and is in his new rooms before the
    // answer.
    std::vector<StudyGroups::Change> groups{};
    const Wishes& wishes;
};

// The answer is an object: the members beside `"ok": true`.
//
// A write's check and its effect happen in one step: no membership changes between them. A read
// must judge membership after it has read (visible content may be newer than a check that came
// first).
using ReadHandler = Result<Json> (*)(ReadCall& call, const Json& request);
using QuickHandler = Result<Json> (*)(const std::string& user, const Json& request);
using WriteHandler = Result<Json> (*)(WriteCall& call, const Json& request);

// Of a request's JSON, as it was sent: what a reading says is short, and so is what is about the
// connection itself; the longest post has twenty thousand bytes, each of which may be written as
// six.
inline constexpr std::size_t read_request_bytes_max = 16 * limits::KiB;
inline constexpr std::size_t write_request_bytes_max = 256 * limits::KiB;
inline constexpr std::size_t live_request_bytes_max = 16 * limits::KiB;  // a token, at most
static_assert(write_request_bytes_max >= 6 * limits::post_text_bytes_max + 64 * limits::KiB,
              "a post fits however it is escaped");
static_assert(live_request_bytes_max > limits::token_bytes_max, "auth:refresh carries a token");

class Surface {
public:
    // Called exactly once, on any thread, possibly within request() or submit().
    using Answer = std::function<void(Result<Json>)>;

    Surface(store::Store& store, Directory& directory,
            TokenRate rate = {limits::requests_per_second, limits::requests_burst},
            SchoolPolicy policy = {});

    // Names are the contract's ("post:create"). Before the first request only.
    void read(std::string_view name, ReadHandler handler);
    void write(std::string_view name, WriteHandler handler, Need need = Need::durable);
    void quick(std::string_view name, QuickHandler handler);

    void service_write(std::string_view name, WriteHandler handler, Need need = Need::durable);
    void service_read(std::string_view name, ReadHandler handler);
    RoomRules& rooms() { return rooms_; }
    Wishes& wishes() { return wishes_; }

    // --- How much. Before the first request only.
    // These requests share a rate of their own for each user, beside the one for all he asks.
    void limit(std::string_view kind, TokenRate rate, std::span<const std::string_view> names);
    // A request of this name may have so many bytes; else as many as its lane's usual.
    void limit_bytes(std::string_view name, std::size_t bytes_max);

    // Who moves those whose rooms a request makes others. Before the first request; without it
    // nobody is moved.
    void moved_by(RoomMover& mover) { mover_ = &mover; }

    // Asked before each write is carried out. Before the first request only.
    void ask(const WriteAdmission& admission) { admission_ = &admission; }
    // Its answer, for what is not a request of this list.
    Status admit(Need need) const { return admission_ == nullptr ? Ok{} : admission_->admit(need); }

    // Takes one request from the user's allowance; an Error when there is none left. request() does
    // so itself. With a name from that of its kind, too.
    Status allow(std::string_view user, std::string_view name = {});
    // The same of its kind alone, for what is done in somebody's name but perhaps not by him: it
    // must not cost him what he asks himself.
    Status allow_only(std::string_view user, std::string_view name);
    // To be asked before a request's body is read as JSON. `usual`: of one that is not on the list.
    Status fits(std::string_view name, std::size_t bytes,
                std::size_t usual = live_request_bytes_max) const;
    RequestAllowance& allowance() { return allowance_; }

    // Carries out a request of `user`, whose name is looked up when it runs. `body` must be an
    // object. A write's optional `key` makes it idempotent: the same user, name and key get the
    // first answer again, and nothing happens twice; `not_found` when that answer was forgotten.
    //
    // With `gathered`, a write is only put there, for submit(): those that a turn of a loop brings
    // share a commit, and what they tell goes out together.
    using Writes = std::vector<store::Command>;
    void request(std::string user, std::string_view name, Json body, Answer answer,
                 Writes* gathered = nullptr);
    // The same, of a request that was let through as one of this user's already, and for which it
    // matters over which of his connections he asks.
    void device_request(std::string user, std::uint64_t device, std::string_view name, Json body,
                        Answer answer);
    // The same of the back end, whose token names it `service`.
    void service_request(const std::string& service, std::string_view name, Json body,
                         Answer answer);
    // The same for what comes in another way than by a request: no allowance is asked. `within` is
    // called once, on the writer thread in the transaction of the change, with what makes it, which
    // it may leave undone; an Error of it changes nothing. In the order of the calls, and of
    // RosterService::change().
    using Within = std::function<Status(store::Transaction&, const std::function<Status()>& make)>;
    void service_errand(const std::string& service, std::string_view name, Json body, Within within,
                        Answer answer);
    // The same of whoever has the data directory.
    void operator_request(std::string_view name, Json body, Answer answer);
    // Hands them to the writer, or answers them that there is too much to do. Leaves none.
    void submit(Writes& gathered);

private:
    struct Pending;  // a request until it is answered
    void user_request(Principal who, std::string_view name, Json body, Answer answer,
                      Writes* gathered);
    void platform_request(Principal who, std::string_view name, Json body, Answer answer);
    Status carry_out(Pending& write, WriteHandler handler, store::Transaction& transaction);
    Status change_groups(Pending& write, std::vector<StudyGroups::Change> changes,
                         store::Transaction& transaction);
    void answer_write(const std::shared_ptr<Pending>& pending);
    Result<Json> read_safely(Pending& read, ReadHandler handler, store::Database& db) const;
    bool submit_read(const std::shared_ptr<Pending>& pending, ReadHandler handler);
    void answer_when_audited(const std::shared_ptr<Pending>& pending);
    store::Command write_command(const std::shared_ptr<Pending>& pending, WriteHandler handler);

    struct Entry {
        ReadHandler read = nullptr;
        WriteHandler write = nullptr;
        QuickHandler quick = nullptr;
        Need need = Need::durable;
    };
    struct Measure {
        RequestAllowance::Kind kind = RequestAllowance::any;
        std::size_t bytes_max = 0;  // 0: its lane's usual
    };
    RequestAllowance::Kind kind_of(std::string_view name) const;

    store::Store& store_;
    Directory& directory_;
    RequestAllowance allowance_;
    SchoolPolicy policy_;
    const WriteAdmission* admission_ = nullptr;
    RoomMover* mover_ = nullptr;
    RoomRules rooms_{};
    boost::unordered_flat_map<std::string, Entry, TextHash, TextEqual> entries_{};
    boost::unordered_flat_map<std::string, Measure, TextHash, TextEqual> measures_{};
    boost::unordered_flat_map<std::string, Entry, TextHash, TextEqual> service_entries_{};
    Wishes wishes_{};
};

// `{"ok":true,…}` or `{"ok":false,"error":{…}}`: the argument of an ack.
std::string to_ack(const Result<Json>& result);
Json to_json(const Error& error);  // {code, message, field?, retryAfter? (seconds)}

// What the store does not take, because its queues are full.
Error too_much_to_do();

// The table that remembers the answers to keys, and the audit log's.
std::span<const store::Migration> surface_migrations();
// Erases what the journal and the remembered answers have about a subject (EventDraft::subject,
// WriteCall::about), before its deletion is announced.
Status forget(store::Transaction& transaction, std::string_view subject);
// Drops the answers that were given before `before` (RFC 3339), at most `rows_max` at once.
Status forget_answers(store::Database& db, std::string_view before, std::int64_t rows_max);

// --- Reading a request's fields. Every error names the field.
Result<std::string> required_text(const Json& object, const char* field, std::size_t bytes_max);
Result<std::optional<std::string>> optional_text(const Json& object, const char* field,
                                                 std::size_t bytes_max);
// The same as required_text, but not only white space.
Result<std::string> required_words(const Json& object, const char* field, std::size_t bytes_max);
Result<std::optional<bool>> optional_bool(const Json& object, const char* field);
Result<bool> required_bool(const Json& object, const char* field);
Result<std::optional<std::int64_t>> optional_number(const Json& object, const char* field,
                                                    std::int64_t min, std::int64_t max);

}  // namespace homeroom::campus
