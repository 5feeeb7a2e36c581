// The surface: the list of requests that users can make. Features register on it; sockets and REST
// call through it.
//
// A write runs on the store's writer thread inside a transaction and is answered after the commit;
// a read runs on a reader thread in a snapshot; a quick one runs where it is asked, on a loop, and
// touches neither store nor disk. None knows JSON's way in or out: that is the surface's.
//   name → handler, lane            one line a request, in the feature's register_… function
//
// What the platform's back end may ask is another list (service_write): no user's request is ever
// looked up there.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/short_text.h"
#include "campus/admission.h"
#include "campus/request_allowance.h"
#include "campus/roster/directory.h"
#include "campus/school_policy.h"
#include "store/store.h"

namespace homeroom::campus {

// Keeps the order of keys: what people read comes out as it was written.
using Json = nlohmann::ordered_json;

// Who asks, from the token and the roster, never from the payload.
struct Principal {
    std::string user{};  // of a service "service:" and its own name, which is no user's id
    std::string name{};
    bool service = false;  // the platform's back end: nobody on the roster, no member of any room
};

// Whether this is a service's, not a user's (whose id has no ":" in it).
inline bool is_service(std::string_view user) {
    return user.starts_with("service:");
}

// What a request carries besides its body.
struct ReadCall {
    const Principal& who;
    const Directory& directory;
    store::Database& db;
    const SchoolPolicy& policy;
};
struct WriteCall {
    const Principal& who;
    const Directory& directory;
    store::Transaction& transaction;
    const SchoolPolicy& policy;
    // What the answer tells of, where that can be deleted: the answer is forgotten with it.
    std::string about{};
    // Group conversations that are changed by it: who is in them from its commit on.
    std::vector<ConversationMembers::Change> conversations{};
};

// The answer is an object: the members beside `"ok": true`.
//
// A write's check and its effect happen in one step: no membership changes between them. A read
// must judge membership after it has read (visible content may be newer than a check that came
// first).
using ReadHandler = Result<Json> (*)(ReadCall& call, const Json& request);
using QuickHandler = Result<Json> (*)(const std::string& user, const Json& request);
using WriteHandler = Result<Json> (*)(WriteCall& call, const Json& request);

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

    void service_write(std::string_view name, WriteHandler handler);

    // Asked before each write is carried out. Before the first request only.
    void ask(const Admission& admission) { admission_ = &admission; }
    // Its answer, for what is not a request of this list.
    Status admit(Need need) const { return admission_ == nullptr ? Ok{} : admission_->admit(need); }

    // Takes one request from the user's allowance; an Error when there is none left. request() does
    // so itself.
    Status allow(std::string_view user);
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
    // The same of the back end, whose token names it `service`.
    void service_request(const std::string& service, std::string_view name, Json body,
                         Answer answer);
    // The same within a command of somebody else's, on the writer thread: no allowance is asked,
    // nothing is answered. It changes no conversation.
    Status carry_out_for_service(const std::string& service, std::string_view name, Json body,
                                 store::Transaction& transaction) const;
    // Hands them to the writer, or answers them that there is too much to do. Leaves none.
    void submit(Writes& gathered);

private:
    struct Pending;  // a request until it is answered
    Status carry_out(Pending& write, WriteHandler handler, store::Transaction& transaction) const;
    Result<Json> read_safely(Pending& read, ReadHandler handler, store::Database& db) const;
    bool submit_read(const std::shared_ptr<Pending>& pending, ReadHandler handler);
    store::Command write_command(const std::shared_ptr<Pending>& pending, WriteHandler handler);

    struct Entry {
        ReadHandler read = nullptr;
        WriteHandler write = nullptr;
        QuickHandler quick = nullptr;
        Need need = Need::durable;
    };

    store::Store& store_;
    Directory& directory_;
    RequestAllowance allowance_;
    SchoolPolicy policy_;
    const Admission* admission_ = nullptr;
    boost::unordered_flat_map<std::string, Entry, TextHash, TextEqual> entries_{};
    boost::unordered_flat_map<std::string, WriteHandler, TextHash, TextEqual> service_entries_{};
};

// `{"ok":true,…}` or `{"ok":false,"error":{…}}`: the argument of an ack.
std::string to_ack(const Result<Json>& result);
Json to_json(const Error& error);  // {code, message, field?, retryAfter? (seconds)}

// The table that remembers the answers to keys.
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
Result<std::optional<std::int64_t>> optional_number(const Json& object, const char* field,
                                                    std::int64_t min, std::int64_t max);

}  // namespace homeroom::campus
