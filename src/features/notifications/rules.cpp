#include "features/notifications/rules.h"

#include <algorithm>
#include <array>

#include "features/notifications/told_fields.h"

namespace homeroom::features::notifications {
namespace {

using campus::Json;

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> all;
    if (!list.is_array()) return all;
    for (const Json& one : list) {
        auto id = one.is_string() ? one.get<std::string>() : text(one, "id");
        if (!id.empty() && std::ranges::find(all, id) == all.end()) all.push_back(std::move(id));
    }
    return all;
}

// An event as the rules read it.
struct Told {
    const store::JournalEvent& event;
    Json body{};
    Json notes{};

    explicit Told(const store::JournalEvent& from)
        : event(from),
          body(Json::parse(from.payload, nullptr, false)),
          notes(Json::parse(from.notes, nullptr, false)) {}

    // {id, name} of who is shown as the one who did it: an author where there is one.
    Json actor(const char* object) const {
        for (const Json* person : {&member(member(body, object), "author"), &member(body, "by")}) {
            if (!text(*person, "id").empty())
                return Json{{"id", text(*person, "id")}, {"name", text(*person, "name")}};
        }
        return nullptr;
    }
    // Who did it: where that is not shown to all, the notes have it.
    std::vector<std::string> doers(const char* object) const {
        std::vector<std::string> ids;
        for (std::string id :
             {text(notes, "author"), text(member(body, "by"), "id"), text(actor(object), "id")}) {
            if (!id.empty()) ids.push_back(std::move(id));
        }
        return ids;
    }
};

// A class's staff room is chosen for with the class.
std::string without_staff(std::string room) {
    if (room.ends_with("/staff")) room.resize(room.size() - 6);
    return room;
}

bool is_new(const store::JournalEvent& event) {
    return event.type.ends_with(":created");
}

std::optional<Notice> mention_in(const Told& told, const char* object, const std::string& post,
                                 Json target) {
    auto people = texts(member(told.notes, "mentioned"));
    const std::string subject = text(member(told.body, object), "id");
    if (people.empty() || subject.empty() || post.empty()) return std::nullopt;
    return Notice{.kind = Kind::mention,
                  .subject = subject,
                  .parent = subject == post ? "" : post,
                  .room = told.event.audience.room,
                  .collapse = "mention:" + post,
                  .actor = told.actor(object),
                  .target = std::move(target),
                  .people = std::move(people),
                  .except = told.doers(object),
                  .once = !is_new(told.event)};
}

std::vector<Notice> of_post(const Told& told) {
    const std::string post = text(member(told.body, "post"), "id");
    std::vector<Notice> notices;
    if (auto mention = mention_in(told, "post", post, Json{{"post", post}}))
        notices.push_back(std::move(*mention));
    return notices;
}

std::vector<Notice> of_comment(const Told& told) {
    const std::string post = text(told.body, "postId");
    const std::string comment = text(member(told.body, "comment"), "id");
    const Json target{{"post", post}, {"comment", comment}};
    std::vector<Notice> notices;
    std::vector<std::string> except = told.doers("comment");
    if (auto mention = mention_in(told, "comment", post, target)) {
        // Who is mentioned in a comment on his own post is told that.
        except.insert(except.end(), mention->people.begin(), mention->people.end());
        notices.push_back(std::move(*mention));
    }
    if (!is_new(told.event) || post.empty() || comment.empty()) return notices;
    const auto add = [&](Kind kind, std::string user, std::string collapse) {
        if (user.empty()) return;
        notices.push_back({.kind = kind,
                           .subject = comment,
                           .parent = post,
                           .room = told.event.audience.room,
                           .collapse = std::move(collapse),
                           .actor = told.actor("comment"),
                           .target = target,
                           .people = {user},
                           .except = except});
        except.push_back(std::move(user));
    };
    // Whose comment is answered on his own post is told of the answer.
    add(Kind::reply, text(told.notes, "replyToAuthor"),
        "reply:" + text(member(told.body, "comment"), "replyTo"));
    add(Kind::comment, text(told.notes, "postAuthor"), "comment:" + post);
    return notices;
}

// The mark itself is in no notification.
std::vector<Notice> of_grade(const Told& told) {
    const Json& grade = member(told.body, "grade");
    const std::string id = text(grade, "id");
    const std::string student = text(member(grade, "student"), "id");
    if (id.empty() || student.empty()) return {};
    Notice notice{.kind = Kind::grade,
                  .subject = id,
                  .room = "class-" + text(grade, "class"),
                  .collapse = "grade:" + id,
                  .actor = told.actor("grade"),
                  .target = Json{{"grade", id},
                                 {"class", text(grade, "class")},
                                 {"item", text(grade, "item")},
                                 {"student", student}},
                  .people = told.event.audience.users,
                  .except = told.doers("grade")};
    notice.people.push_back(student);
    return {std::move(notice)};
}

std::vector<Notice> of_announcement(const Told& told) {
    const Json& announcement = member(told.body, "announcement");
    const std::string id = text(announcement, "id");
    if (id.empty()) return {};
    return {Notice{.kind = Kind::announcement,
                   .subject = id,
                   .room = without_staff(told.event.audience.room),
                   .collapse = "announcement:" + id,
                   .actor = told.actor("announcement"),
                   .target = Json{{"announcement", id}, {"title", text(announcement, "title")}},
                   .everybody = true,
                   .except = told.doers("announcement")}};
}

// Its audience names those who see it, whoever it is kept from left out.
std::vector<Notice> of_message(const Told& told) {
    const Json& message = member(told.body, "message");
    const std::string id = text(message, "id");
    const std::string conversation = text(message, "conversation");
    if (id.empty() || conversation.empty()) return {};
    return {Notice{.kind = Kind::message,
                   .subject = id,
                   .parent = conversation,
                   .room = told.event.audience.room,
                   .collapse = "message:" + conversation,
                   .actor = told.actor("message"),
                   .target = Json{{"conversation", conversation}, {"message", id}},
                   .people = told.event.audience.users,
                   .except = told.doers("message")}};
}

// One that has no time is told of when it begins. Invitation, reminder and start are one entry.
std::vector<Notice> of_study(const Told& told) {
    const Json& session = member(told.body, "session");
    const std::string id = text(session, "id");
    if (id.empty()) return {};
    const bool is_reminder = told.event.type == "study:reminder";
    const bool is_start = told.event.type == "study:started";
    const bool is_for_later =
        text(session, "status") == "planned" && !text(session, "startsAt").empty();
    if (!is_start && !is_for_later) return {};
    Notice notice{.kind = Kind::study,
                  .subject = id,
                  .room = told.event.audience.room,
                  .collapse = "study:" + id,
                  .actor = told.actor("session"),
                  .target = Json{{"session", id},
                                 {"title", text(session, "title")},
                                 {"what", is_start             ? "start"
                                          : is_reminder        ? "reminder"
                                          : is_new(told.event) ? "invitation"
                                                               : "change"},
                                 {"startsAt", member(session, "startsAt")}},
                  .everybody = true};
    // Whoever made it is reminded, too.
    if (!is_reminder) notice.except = told.doers("session");
    return {std::move(notice)};
}

// That the picture is gone, or back, is for those who watch. Invitation, reminder and start are one
// entry.
std::vector<Notice> of_live(const Told& told) {
    const Json& live = member(told.body, "live");
    const std::string id = text(live, "id");
    if (id.empty()) return {};
    const std::string& type = told.event.type;
    const std::string change = text(told.body, "change");
    const bool is_for_later =
        text(live, "status") == "scheduled" && !text(live, "startsAt").empty();
    std::string what;
    if (type == "live:reminder") what = "reminder";
    if (type == "live:started") what = "start";
    if (type == "live:scheduled" && is_for_later) what = "invitation";
    if (type == "live:changed" && change == "plan" && is_for_later) what = "change";
    if (type == "live:changed" && change == "recording") what = "recording";
    if (what.empty()) return {};
    Notice notice{.kind = Kind::live,
                  .subject = id,
                  .room = told.event.audience.room,
                  .collapse = "live:" + id,
                  .actor = told.actor("live"),
                  .target = Json{{"live", id},
                                 {"title", text(live, "title")},
                                 {"what", what},
                                 {"startsAt", member(live, "startsAt")}},
                  .everybody = true};
    // Whoever planned it is reminded, too.
    if (type != "live:reminder") notice.except = told.doers("live");
    return {std::move(notice)};
}

// Each event is for those who missed it at that moment. Several of one caller, or in one room, are
// one entry.
std::vector<Notice> of_missed_call(const Told& told) {
    const Json& call = member(told.body, "call");
    const std::string id = text(call, "id");
    const std::string host = text(member(call, "host"), "id");
    if (id.empty() || host.empty()) return {};
    const std::string room = text(call, "room");
    return {Notice{.kind = Kind::call,
                   .subject = id,
                   .room = told.event.audience.room,
                   .collapse = "call:" + (room.empty() ? host : room),
                   .actor = Json{{"id", host}, {"name", text(member(call, "host"), "name")}},
                   .target = Json{{"call", id}},
                   .people = told.event.audience.users,
                   .except = {host},
                   .once = true}};
}

// Most posts mention nobody; that is seen without reading their notes.
struct Rule {
    std::string_view type;
    std::vector<Notice> (*notices)(const Told& told);
    std::string_view notes;  // what they must contain for anything to follow
};
constexpr std::string_view somebody_mentioned = R"("mentioned":[")";
constexpr std::array rules{
    Rule{"post:created", of_post, somebody_mentioned},
    Rule{"post:updated", of_post, somebody_mentioned},
    Rule{"comment:created", of_comment, "{"},
    Rule{"comment:updated", of_comment, somebody_mentioned},
    Rule{"grade:updated", of_grade, ""},
    Rule{"announcement:created", of_announcement, ""},
    Rule{"message:created", of_message, ""},
    Rule{"study:created", of_study, ""},
    Rule{"study:updated", of_study, ""},
    Rule{"study:reminder", of_study, ""},
    Rule{"study:started", of_study, ""},
    Rule{"live:scheduled", of_live, ""},
    Rule{"live:changed", of_live, ""},
    Rule{"live:reminder", of_live, ""},
    Rule{"live:started", of_live, ""},
    Rule{"call:missed", of_missed_call, ""},
};

struct RemovalRule {
    std::string_view type;
    const char* id;
    bool with_children;
    bool only_named;
    const char* object = nullptr;  // of which that is a member; else of the event itself
};
constexpr std::array removal_rules{
    RemovalRule{"post:deleted", "postId", true, false},
    RemovalRule{"comment:deleted", "commentId", false, false},
    RemovalRule{"grade:withdrawn", "gradeId", false, false},
    RemovalRule{"announcement:withdrawn", "announcementId", false, false},
    // To some it may be gone while others keep it.
    RemovalRule{"message:deleted", "messageId", false, true},
    // To a session that is over nobody is invited.
    RemovalRule{"study:ended", "id", false, false, "session"},
    RemovalRule{"live:ended", "id", false, false, "live"},
    RemovalRule{"live:cancelled", "id", false, false, "live"},
};

// Of one that has no time any more, invitation and reminder say the wrong one.
std::optional<Removal> removal_of_time(const store::JournalEvent& event) {
    const Json body = Json::parse(event.payload, nullptr, false);
    const Json& live = member(body, "live");
    const std::string status = text(live, "status");
    const std::string id = text(live, "id");
    if (id.empty() || text(body, "change") != "plan" || !text(live, "startsAt").empty() ||
        (status != "scheduled" && status != "preparing"))
        return std::nullopt;
    return Removal{.subject = id, .with_children = false, .only_named = false};
}

// What is followed by other means than a rule's.
constexpr std::array<std::string_view, 5> other_types{"announcement:updated", "conversation:left",
                                                      "guardian:changed", "message:read",
                                                      "rooms:changed"};

}  // namespace

std::vector<Notice> notices_of(const store::JournalEvent& event) {
    for (const Rule& rule : rules) {
        if (rule.type == event.type) return rule.notices(Told{event});
    }
    return {};
}

std::optional<Removal> removal_of(const store::JournalEvent& event) {
    if (event.type == "live:changed") return removal_of_time(event);
    for (const RemovalRule& rule : removal_rules) {
        if (rule.type != event.type) continue;
        const Json body = Json::parse(event.payload, nullptr, false);
        std::string subject =
            text(rule.object == nullptr ? body : member(body, rule.object), rule.id);
        if (subject.empty()) return std::nullopt;
        return Removal{.subject = std::move(subject),
                       .with_children = rule.with_children,
                       .only_named = rule.only_named};
    }
    return std::nullopt;
}

bool concerns_anybody(const store::JournalEvent& event) {
    for (const Rule& rule : rules) {
        if (rule.type == event.type) return event.notes.find(rule.notes) != std::string::npos;
    }
    for (const RemovalRule& rule : removal_rules) {
        if (rule.type == event.type) return true;
    }
    return std::ranges::find(other_types, event.type) != other_types.end();
}

}  // namespace homeroom::features::notifications
