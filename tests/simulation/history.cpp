#include "history.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backbone/cloud_event.h"
#include "backbone/cursors.h"
#include "kafka/partition.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

constexpr std::string_view mark_prefix = "mark-";

// payload := {"seq":"…","id":"…",…
std::string id_in(std::string_view payload) {
    constexpr std::string_view label = R"("id":")";
    const auto begin = payload.find(label) + label.size();
    return std::string{payload.substr(begin, payload.find('"', begin) - begin)};
}

std::string text_header(const kafka::Record& record, std::string_view name) {
    return std::string{backbone::header_of(record, name).value_or("")};
}

}  // namespace

std::string mark_of(std::uint64_t number) {
    return fmt::format("{}{}", mark_prefix, number);
}

std::string mark_in(std::string_view text) {
    const auto begin = text.find(mark_prefix);
    if (begin == std::string_view::npos) return {};
    auto end = begin + mark_prefix.size();
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return std::string{text.substr(begin, end - begin)};
}

const History::Told* History::find(Seq seq) const {
    return seq == 0 || seq > told_.size() ? nullptr : &told_[seq - 1];
}

// --- Rooms ---------------------------------------------------------------------------------------

void History::put_in(const std::string& user, const std::vector<std::string>& rooms) {
    Rooms now;
    for (const std::string& room : rooms) now[room] = 0;
    rooms_[user] = {{0, std::move(now)}};
}

std::vector<std::string> History::rooms_of(const std::string& user) const {
    std::vector<std::string> with_feeds;
    for (const auto& [room, since] : rooms_at(user, last())) {
        const bool has_feed = room.starts_with("class-") || room.starts_with("group-");
        if (has_feed && !room.ends_with("/staff")) with_feeds.push_back(room);
    }
    return with_feeds;
}

bool History::is_in(const std::string& user, const std::string& room) const {
    return rooms_at(user, last()).contains(room);
}

bool History::is_disabled(const std::string& user) const {
    return rooms_at(user, last()).empty();
}

const History::Rooms& History::rooms_at(const std::string& user, Seq seq) const {
    static const Rooms none;
    const auto found = rooms_.find(user);
    if (found == rooms_.end()) return none;
    const auto& changes = found->second;
    const auto after =
        std::ranges::upper_bound(changes, seq, {}, [](const auto& change) { return change.first; });
    return after == changes.begin() ? none : std::prev(after)->second;
}

void History::follow_rooms(Seq seq, const Told& told) {
    if (told.type == "group:member") {
        const auto payload = nlohmann::json::parse(told.payload);
        if (payload.at("change") != "joined") return;
        const auto user = payload.at("user").at("id").get<std::string>();
        since_[{user, "group-" + payload.at("groupId").get<std::string>()}] = seq;
        return;
    }
    if (told.type != "rooms:changed") return;
    const std::string user = told.audience.room.substr(std::string_view{"user-"}.size());
    const auto payload = nlohmann::json::parse(told.payload);
    Rooms rooms = rooms_at(user, seq);
    for (const std::string room : payload.at("joined")) {
        const auto since = since_.find({user, room});
        const bool sees_all = since == since_.end() || !own_past_.contains(room);
        rooms[room] = sees_all ? 0 : since->second;
    }
    for (const auto& room : payload.at("left")) rooms.erase(room.get<std::string>());
    rooms_[user].emplace_back(seq, std::move(rooms));
}

bool History::admits(const store::StoredAudience& audience, const std::string& user,
                     const Rooms& rooms) {
    const bool named = std::ranges::find(audience.users, user) != audience.users.end();
    const auto room = rooms.find(audience.room);
    if (room == rooms.end() || room->second > audience.moment) return false;
    if (audience.kind == "room") return true;
    if (audience.kind == "staff") return named || rooms.contains(audience.room + "/staff");
    return audience.kind == "users" && named;
}

bool History::was_ever(const std::string& user, Seq from,
                       const std::function<bool(const Rooms&)>& is_so) const {
    if (is_so(rooms_at(user, from))) return true;
    const auto found = rooms_.find(user);
    return found != rooms_.end() && std::ranges::any_of(found->second, [&](const auto& change) {
               return change.first > from && is_so(change.second);
           });
}

bool History::could_see(const std::string& user, const Told& told, Seq from) const {
    return was_ever(user, from,
                    [&](const Rooms& rooms) { return admits(told.audience, user, rooms); });
}

// --- Told before it was heard of -----------------------------------------------------------------

void History::trust(std::string words, std::function<bool()> holds) {
    if (holds()) return;
    note("for all that is heard of by now, " + words);
    trusts_.push_back({std::move(words), std::move(holds)});
}

void History::check_trust() {
    for (const Trust& one : std::exchange(trusts_, {})) {
        if (!one.holds()) fail(one.words);
    }
}

void History::was_told_in(const std::string& user, const std::string& room, Seq from) {
    trust(fmt::format("{} was told that he came into {}, and never did", user, room), [=, this] {
        return was_ever(user, from, [&](const Rooms& rooms) { return rooms.contains(room); });
    });
}

void History::was_told_out(const std::string& user, const std::string& room, Seq from) {
    trust(fmt::format("{} was told that he is not in {}, and always was", user, room), [=, this] {
        return was_ever(user, from, [&](const Rooms& rooms) { return !rooms.contains(room); });
    });
}

void History::was_told_disabled(const std::string& user, Seq from) {
    trust(fmt::format("{} was told that he is disabled, and never was", user), [=, this] {
        return was_ever(user, from, [](const Rooms& rooms) { return rooms.empty(); });
    });
}

// --- Committed -----------------------------------------------------------------------------------

void History::add(Seq seq, std::string type, store::StoredAudience audience, std::string payload) {
    if (seq != last() + 1) fail(fmt::format("after {} the event {} was committed", last(), seq));
    Told told{.type = std::move(type),
              .audience = std::move(audience),
              .payload = std::move(payload),
              .mark = {}};
    told.mark = mark_in(told.payload);
    if (!told.mark.empty()) {
        if (!marks_.emplace(told.mark, seq).second)
            fail(fmt::format("{} was done twice: {} and {}", told.mark, marks_[told.mark], seq));
        if (never_.contains(told.mark))
            fail(fmt::format("{} was refused, and done all the same", told.mark));
        const auto command = command_places_.find(told.mark);
        if (command != command_places_.end()) {
            const auto [partition, place] = command->second;
            auto& reached = command_reached_[partition];
            if (place < reached) fail(fmt::format("{} was overtaken in its partition", told.mark));
            reached = place;
        }
    }
    if (!ids_.insert(id_in(told.payload)).second)
        fail(fmt::format("{} has the id of an event before it", seq));
    follow_rooms(seq, told);
    note(fmt::format("committed {} {} {} {}", seq, told.type, told.audience.room, told.mark));
    told_.push_back(std::move(told));
    check_early();
}

void History::hear(const store::JournalEvent& event) {
    add(event.seq, event.type, event.audience, event.payload);
}

bool History::compare(store::Database& db) {
    const auto events = store::read_on(db, 0, 1'000'000);
    if (!events.ok()) return false;
    ++counts_.compared;
    if (events->size() < told_.size())
        fail(fmt::format("{} events were told, and {} are there", told_.size(), events->size()));
    for (const auto& event : *events) {
        const Told* const told = find(event.seq);
        if (told == nullptr) {
            note(fmt::format("found {}, which was committed and not told", event.seq));
            add(event.seq, event.type, event.audience, event.payload);
        } else if (told->payload != event.payload || told->type != event.type) {
            fail(fmt::format("{} is another event than was told", event.seq));
        }
    }
    check_trust();
    for (const std::string& mark : acknowledged_) {
        if (!marks_.contains(mark)) fail(fmt::format("{} was acknowledged, and is lost", mark));
    }
    if (!early_.empty()) {
        const auto& [seq, early] = *early_.begin();
        fail(fmt::format("{} was told to {}, and never committed", seq,
                         early.user.empty() ? "Kafka" : early.user));
    }
    if (ahead_ > last())
        fail(fmt::format("somebody has a cursor {}, and it ends at {}", ahead_, last()));
    if (!read_left_out(db)) return false;
    check_cursors(db);
    return true;
}

bool History::read_left_out(store::Database& db) {
    auto select = db.statement("SELECT seq FROM kafka_left_out");
    for (;;) {
        const auto row = select.step();
        if (!row.ok()) return false;
        if (!*row) return true;
        told_.at(static_cast<std::size_t>(select.number(0)) - 1).left_out = true;
    }
}

// Before a stored cursor all is in the topic, among the dead letters, or written down as left out.
void History::check_cursors(store::Database& db) const {
    const auto cursors = backbone::stored_cursors(db);
    if (!cursors.ok() || cursors->empty()) return;
    for (Seq seq = 1; seq <= last(); ++seq) {
        const Told& told = told_[seq - 1];
        const auto lane = static_cast<std::size_t>(
            kafka::partition_of(backbone::key_of(told.audience), partitions_));
        if (seq <= (*cursors)[lane] && !told.is_settled())
            fail(fmt::format("the cursor of partition {} is at {}, but Kafka never had {}", lane,
                             (*cursors)[lane], seq));
    }
}

// --- Asked for -----------------------------------------------------------------------------------

void History::acknowledge(const std::string& mark) {
    ++counts_.acknowledged;
    if (!marks_.contains(mark)) fail(mark + " was acknowledged before it was committed");
    acknowledged_.insert(mark);
}

void History::refuse(const std::string& mark) {
    if (marks_.contains(mark)) fail(mark + " was done, and then refused");
    never_.insert(mark);
}

void History::send_command(const std::string& mark, int partition) {
    command_places_[mark] = {partition, commands_.size()};
    commands_.push_back(mark);
}

// --- Delivered -----------------------------------------------------------------------------------

void History::deliver(const std::string& user, Seq seq, std::string_view payload,
                      Seq session_from) {
    ++counts_.delivered;
    const Told* const told = find(seq);
    if (told == nullptr) {  // a reader saw the commit first
        early_.emplace(seq, Early{user, std::string{payload}, session_from});
        return;
    }
    if (told->payload != payload) fail(fmt::format("{} was sent another event as {}", user, seq));
    trust(fmt::format("{} was sent {} of {}, and may not see it", user, seq, told->audience.room),
          [=, this, from = std::max(seq, session_from)] {
              return could_see(user, *find(seq), from);
          });
}

bool History::must_have(const std::string& user, Seq seq) const {
    const Told& told = *find(seq);
    if (!admits(told.audience, user, rooms_at(user, seq))) return false;
    const auto& changes = rooms_.at(user);
    return std::ranges::all_of(changes, [&](const auto& change) {
        return change.first <= seq || admits(told.audience, user, change.second);
    });
}

// --- Kafka ---------------------------------------------------------------------------------------

void History::write_event(const kafka::Record& record) {
    ++counts_.written;
    const Seq seq = store::seq_from_text(text_header(record, "ce_sequence")).value_or(0);
    note(fmt::format("Kafka has {} of {}", seq, record.key));
    if (const Told* const told = find(seq)) {
        if (told->payload != record.value)
            fail(fmt::format("Kafka was given another event as {}", seq));
        if (told->in_topic) {
            ++counts_.repeated;
            return;
        }
        told_[seq - 1].in_topic = true;
    } else {
        early_.emplace(seq, Early{.payload = record.value});
    }
    auto& reached = key_reached_[record.key];
    // What was refused, and is among the dead letters, may be taken when it is sent again.
    const Told* const known = find(seq);
    if (seq < reached && known != nullptr && (known->dead_lettered || known->left_out)) return;
    if (seq < reached)
        fail(fmt::format("Kafka was given {} of {} behind {}", seq, record.key, reached));
    reached = seq;
}

// Of the event that was heard of just now.
void History::check_early() {
    const auto [first, end] = early_.equal_range(last());
    const std::vector<std::pair<Seq, Early>> early(first, end);
    early_.erase(first, end);
    for (const auto& [seq, one] : early) {
        if (!one.user.empty()) {
            deliver(one.user, seq, one.payload, one.session_from);
        } else if (told_.back().payload != one.payload) {
            fail(fmt::format("Kafka was given another event as {}", seq));
        } else {
            told_.back().in_topic = true;
        }
    }
}

void History::write_dead_letter(const kafka::Record& record) {
    const Seq seq = store::seq_from_text(text_header(record, "ce_sequence")).value_or(0);
    // A batch failed with it, so it was read some time before.
    note(fmt::format("Kafka has {} among the dead letters", seq));
    if (find(seq) == nullptr) fail(fmt::format("a dead letter of {}, which never was", seq));
    told_[seq - 1].dead_lettered = true;
}

void History::write_refused_command(const kafka::Record& record) {
    std::string mark = mark_in(record.value);
    if (mark.empty()) mark = mark_in(text_header(record, "ce_id"));
    if (mark.empty()) return;
    note(mark + " is among the dead letters");
    if (marks_.contains(mark)) fail(mark + " was done, and is among the dead letters");
    never_.insert(mark);
    refused_.insert(mark);
}

std::optional<Seq> History::missing_from_topic() const {
    for (Seq seq = 1; seq <= last(); ++seq) {
        const Told& told = told_[seq - 1];
        if (!told.is_settled()) return seq;
    }
    return std::nullopt;
}

}  // namespace homeroom::simulation
