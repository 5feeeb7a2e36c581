#include "campus/explain.h"

#include <algorithm>
#include <optional>

#include "campus/audience.h"
#include "campus/audit_requests.h"
#include "campus/connection_log.h"
#include "campus/contract_json.h"
#include "campus/journal_search.h"
#include "campus/known_person.h"
#include "campus/membership_history.h"

namespace homeroom::campus {
namespace {

// What was decided for him when the event was made. `admitted` nothing: it can't be told any more.
struct Verdict {
    std::optional<bool> admitted{};
    std::string rule{};
    std::string words{};
};

bool names(const store::StoredAudience& audience, std::string_view user) {
    return std::ranges::find(audience.users, user) != audience.users.end();
}

// The same rules as Audience::admits, by the rooms of then.
Verdict judge(const store::StoredAudience& audience, std::string_view user,
              const MembershipThen& then) {
    const std::string& room = audience.room;
    const bool named = names(audience, user);
    // Who is in a group conversation is not kept; whoever is named was.
    const bool in_room =
        is_conversation_room(room) ? named && then.contains("global") : then.contains(room);
    const auto place = in_room ? "in " + room : "not in " + room;
    if (audience.kind == "room")
        return {in_room, "members", "for the members of " + room + "; he was " + place};
    if (audience.kind == "staff") {
        if (!in_room) return {false, "staff", "for the staff of " + room + "; he was " + place};
        const bool staff = then.contains(room + "/staff");
        return {staff || named, "staff",
                "for the staff of " + room + " and its author; he was " +
                    (staff   ? "staff"
                     : named ? "its author"
                             : "a member, not staff")};
    }
    if (audience.kind == "users")
        return {named && in_room, "named",
                "for named people of " + room + "; he was " +
                    (named ? "named, and " : "not named, and ") + place};
    if (audience.kind == "people")
        return {named && then.contains("global"), "named",
                std::string{"for the people of a "} +
                    (room.starts_with("call-") ? "call" : "conversation") + "; he was " +
                    (named ? "one" : "none of them")};
    if (audience.kind == "person") {
        const bool himself = then.contains(room);
        return {
            himself || named, "person",
            "for one person and his guardians; he was " + std::string{himself ? "that person"
                                                                      : named ? "a guardian then"
                                                                              : "neither"}};
    }
    if (audience.kind == "forgotten")
        return {std::nullopt, "deleted",
                "what it told of was deleted; for whom it was is not kept with it"};
    if (audience.kind == "superseded")
        return {std::nullopt, "superseded",
                "a later event tells of the same; for whom this one was is not kept with it"};
    return {false, "nobody", "for nobody"};
}

// In a group whose past is not for newcomers: who sees the thing's moment today has been there
// since. Of anybody else it is not kept when he had come.
Verdict with_past(Verdict verdict, const store::StoredAudience& audience, std::string_view user,
                  const Directory& directory) {
    if (verdict.admitted != true) return verdict;
    const auto room = parse_room(audience.room);
    if (!room || room->kind != RoomKind::group || directory.groups().shares_past(room->id) ||
        directory.sees_moment(user, audience.room, audience.moment))
        return verdict;
    verdict.admitted.reset();
    verdict.words +=
        "; what was there before he came was not his, and when he had come is not recorded";
    return verdict;
}

Verdict judge_all(const store::StoredAudience& audience, std::string_view user,
                  const MembershipThen& then, const Directory& directory) {
    const Verdict own = with_past(judge(audience, user, then), audience, user, directory);
    if (audience.part_of.empty() || own.admitted != true) return own;
    Verdict whole =
        judge_all(Audience::from_text(audience.part_of).stored(), user, then, directory);
    whole.words = own.words + "; and of what it was derived from: " + whole.words;
    return whole;
}

struct Sent {
    std::string how{};  // "live", "backlog"
    std::string at{};
    bool certain = true;
    const LoggedConnection* connection = nullptr;
};

// Live: it was there when the event was committed. In a backlog: it came later, with less read.
std::optional<Sent> sent_on(const LoggedConnection& one, const store::JournalHead& event) {
    if (one.through < event.seq) {
        const bool open = one.closed_at.empty() && !one.lost;
        if (open || one.closed_seq >= event.seq) return Sent{"live", event.at, !one.lost, &one};
    } else if (!one.gap && one.presented && *one.presented < event.seq) {
        return Sent{"backlog", one.opened_at, true, &one};
    }
    return std::nullopt;
}

struct Question {
    std::string user{};
    store::JournalHead event{};
    std::vector<LoggedConnection> connections{};
    std::string logged_since{};
};

// A backlog is judged by the rooms of when it is sent.
Result<std::vector<Sent>> sendings(ReadCall& call, const Question& question, bool admitted) {
    std::vector<Sent> list;
    for (auto one = question.connections.rbegin(); one != question.connections.rend(); ++one) {
        const auto sent = sent_on(*one, question.event);
        if (!sent) continue;
        if (sent->how == "live") {
            if (admitted) list.push_back(*sent);
            continue;
        }
        TRY(const auto then, membership_at(call.db, call.directory, question.user, one->through));
        if (then &&
            judge_all(question.event.audience, question.user, *then, call.directory).admitted ==
                true)
            list.push_back(*sent);
    }
    return list;
}

Json to_json(const Sent& sent) {
    const LoggedConnection& one = *sent.connection;
    return Json{{"connection", one.number},
                {"how", sent.how},
                {"at", sent.at},
                {"certain", sent.certain},
                {"openedAt", one.opened_at},
                {"closedAt", text_or_null(one.closed_at)}};
}

// When a client first said that it had read so far.
Json acknowledgement(const Question& question) {
    for (auto one = question.connections.rbegin(); one != question.connections.rend(); ++one) {
        if (one->presented && *one->presented >= question.event.seq)
            return Json{{"at", one->opened_at}, {"cursor", store::to_text(*one->presented)}};
    }
    return nullptr;
}

// Whether the log has every connection since before the event.
bool is_logged(const Question& question) {
    const auto& list = question.connections;
    if (question.event.at < question.logged_since) return false;
    const bool some_dropped = std::ssize(list) >= connections_logged_per_user_max;
    return !some_dropped || list.back().opened_at <= question.event.at;
}

struct Outcome {
    const char* name;
    const char* words;
};

Outcome outcome_of(const Question& question, const Verdict& verdict,
                   const std::vector<Sent>& sent) {
    if (!verdict.admitted) return {"not_recorded", "for whom it was then cannot be told any more"};
    const bool certain = std::ranges::any_of(sent, &Sent::certain);
    if (certain) return {"sent", "it was sent to him"};
    if (!sent.empty())
        return {"perhaps_sent",
                "he was connected to a server process that ended; when is not recorded"};
    if (*verdict.admitted == false) return {"not_for_him", "he was not one of those it was for"};
    if (!is_logged(question))
        return {"not_recorded", "his connections of that time are not recorded, or not any more"};
    return {"not_sent",
            "it was for him, and he had no connection; he gets it when he comes back with an older"
            " cursor, if he may see it then"};
}

Json membership_json(const Question& question, const std::optional<MembershipThen>& then) {
    if (!then) return nullptr;
    const std::string& room = question.event.audience.room;
    Json json{{"version", then->version == 0 ? Json(nullptr) : Json(store::to_text(then->version))},
              {"since", text_or_null(then->since)},
              {"onRoster", !then->rooms.empty()},
              {"inRoom", nullptr},
              {"staff", nullptr}};
    if (room.empty() || is_conversation_room(room)) return json;
    json["inRoom"] = then->contains(room);
    json["staff"] = then->contains(room + "/staff") || room.ends_with("/staff");
    if (!then->contains(room)) json["staff"] = false;
    return json;
}

Json now_json(const ReadCall& call, const Question& question) {
    const auto person = call.directory.person(question.user);
    const std::string& kind = question.event.audience.kind;
    const bool emptied = kind == "forgotten" || kind == "superseded";
    const auto audience = Audience::from_stored(question.event.audience);
    return Json{
        {"onRoster", person.has_value()},
        {"enabled", person && person->enabled},
        {"maySee", emptied ? Json(nullptr) : Json(audience.admits(question.user, call.directory))}};
}

Json event_json(const store::JournalHead& event) {
    return Json{{"seq", store::to_text(event.seq)},
                {"id", event.id},
                {"type", event.type},
                {"at", event.at},
                {"room", text_or_null(event.audience.room)},
                {"deleted", event.audience.kind == "forgotten"}};
}

// By its own name, or by that of the post (comment, message, announcement, …) that it told of
// first.
Result<store::JournalHead> requested_event(store::Database& db, const Json& request) {
    TRY(const auto name, optional_text(request, "event", limits::identifier_bytes_max));
    TRY(const auto post, optional_text(request, "post", limits::identifier_bytes_max));
    if (name.has_value() == post.has_value())
        return Error{Code::invalid, "either event or post", "event"};
    TRY(auto event, name ? find_event(db, *name) : find_event_about(db, *post));
    if (event) return std::move(*event);
    return Error{Code::not_found, "the journal has no such event, or not any more",
                 name ? "event" : "post"};
}

Result<Question> question_of(const ReadCall& call, const Json& request) {
    Question question;
    TRY(question.user, required_text(request, "user", limits::identifier_bytes_max));
    TRY(question.event, requested_event(call.db, request));
    TRY(const bool known, is_known_person(call.db, call.directory, question.user));
    if (!known) return Error{Code::not_found, "there is no such user", "user"};
    TRY(question.connections, logged_connections(call.db, question.user));
    TRY(question.logged_since, connections_logged_since(call.db));
    return question;
}

Result<Json> explain(ReadCall& call, const Json& request) {
    TRY(const auto reason, optional_text(request, "reason", audit_reason_bytes_max));
    TRY(const auto question, question_of(call, request));
    TRY(const auto then, membership_at(call.db, call.directory, question.user, question.event.seq));
    const Verdict verdict =
        then ? judge_all(question.event.audience, question.user, *then, call.directory)
             : Verdict{std::nullopt, "not_recorded", "his rooms changed too often since"};
    TRY(const auto sent, sendings(call, question, verdict.admitted == true));
    const Outcome outcome = outcome_of(question, verdict, sent);
    Json deliveries = Json::array();
    for (const Sent& one : sent) deliveries.push_back(to_json(one));
    call.audit.push_back({.actor = call.who.user,
                          .action = "explain",
                          .subject = question.user,
                          .details = audit_details(
                              {{"event", question.event.id}, {"outcome", outcome.name}}, reason)});
    return Json{
        {"event", event_json(question.event)},
        {"user", question.user},
        {"outcome", outcome.name},
        {"reason", outcome.words},
        {"rule", Json{{"name", verdict.rule},
                      {"admitted", verdict.admitted ? Json(*verdict.admitted) : Json(nullptr)},
                      {"words", verdict.words}}},
        {"membership", membership_json(question, then)},
        {"now", now_json(call, question)},
        {"deliveries", std::move(deliveries)},
        {"acknowledged", acknowledgement(question)},
        {"connectionsRecorded", is_logged(question)}};
}

}  // namespace

void register_explain(Surface& surface) {
    surface.service_read("explain", explain);
}

}  // namespace homeroom::campus
