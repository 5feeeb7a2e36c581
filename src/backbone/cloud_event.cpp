#include "backbone/cloud_event.h"

#include <algorithm>
#include <utility>

#include "campus/request_json.h"
#include "campus/roster/room_name.h"
#include "codec/json_scan.h"

namespace homeroom::backbone {
namespace {

using campus::Json;

constexpr std::string_view type_prefix = "homeroom.";
constexpr std::string_view structured = "application/cloudevents";

// The text of a member among the first that the journal writes, all of which come before the body.
// payload := {"seq":…,"id":…,"room":…,"at":…,"by":…,…
std::string text_member(std::string_view payload, std::string_view name) {
    const std::string label = '"' + std::string{name} + "\":\"";
    const auto found = payload.find(label);
    if (found == std::string_view::npos) return {};
    std::string_view rest = payload.substr(found + label.size() - 1);
    return codec::json::unescape(codec::json::take_literal(rest));
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_whatever_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::ranges::equal(text.substr(0, prefix.size()), prefix,
                              [](char a, char b) { return lower(a) == lower(b); });
}

Status check_attribute(std::string_view value, const char* name) {
    if (value.empty()) return Error{Code::invalid, std::string{name} + " is missing", name};
    if (value.size() > attribute_bytes_max || value.find('\0') != std::string_view::npos)
        return Error{Code::invalid, std::string{name} + " is longer than 255 bytes", name};
    if (!codec::json::check(codec::json::quote(value), {.depth_max = 1, .values_max = 1}).ok())
        return Error{Code::invalid, std::string{name} + " is no text", name};
    return Ok{};
}

Result<Command> checked(Command command, std::string_view version, std::string_view type) {
    if (version != "1.0") return Error{Code::invalid, "specversion must be 1.0", "specversion"};
    TRY_OK(check_attribute(command.id, "id"));
    TRY_OK(check_attribute(command.source, "source"));
    TRY_OK(check_attribute(type, "type"));
    if (!type.starts_with(type_prefix))
        return Error{Code::invalid, "a command's type begins with \"homeroom.\"", "type"};
    command.name = type.substr(type_prefix.size());
    return command;
}

Result<Command> from_structured(std::string_view value) {
    TRY(Json envelope, campus::parse_object(value));
    const auto text = [&](const char* name) {
        const auto found = envelope.find(name);
        return found != envelope.end() && found->is_string() ? found->get<std::string>()
                                                             : std::string{};
    };
    const auto data = envelope.find("data");
    if (data == envelope.end() || !data->is_object())
        return Error{Code::invalid, "data must be one JSON object", "data"};
    Command command{.source = text("source"), .id = text("id")};
    command.data = std::move(*data);
    return checked(std::move(command), text("specversion"), text("type"));
}

Result<Command> from_binary(const kafka::Record& record) {
    const auto text = [&](const char* name) {
        return std::string{header_of(record, name).value_or(std::string_view{})};
    };
    TRY(Command command, checked({.source = text("ce_source"), .id = text("ce_id")},
                                 text("ce_specversion"), text("ce_type")));
    TRY(command.data, campus::parse_object(record.value));
    return command;
}

}  // namespace

std::string key_of(const store::StoredAudience& audience) {
    if (!audience.room.empty()) return audience.room;
    if (!audience.users.empty())
        return campus::room_name(campus::RoomKind::user, audience.users.front());
    return "nobody";
}

bool is_forgotten(const store::JournalEvent& event) {
    return event.payload == "{}";
}

kafka::Record to_record(const store::JournalEvent& event, std::string_view source) {
    return to_record(event, source, event.audience.users);
}

kafka::Record to_record(const store::JournalEvent& event, std::string_view source,
                        const std::vector<std::string>& users) {
    std::string key = key_of(event.audience);
    kafka::Record record{.key = key, .value = event.payload};
    record.headers = {
        {"ce_specversion", "1.0"},
        {"ce_id", text_member(event.payload, "id")},
        {"ce_source", std::string{source}},
        {"ce_type", std::string{type_prefix} + event.type},
        {"ce_subject", key},
        {"ce_time", text_member(event.payload, "at")},
        {"ce_partitionkey", std::move(key)},
        {"ce_sequence", store::to_text(event.seq)},
        {"ce_audience", event.audience.kind},
        {"content-type", "application/json"},
    };
    if (!users.empty()) {
        record.headers.emplace_back(
            "ce_users", Json(users).dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return record;
}

std::optional<std::string_view> header_of(const kafka::Record& record, std::string_view name) {
    for (const auto& [one, value] : record.headers) {
        if (one.size() == name.size() && starts_with_whatever_case(one, name)) return value;
    }
    return std::nullopt;
}

Result<Command> to_command(const kafka::Record& record) {
    if (record.value.size() > command_bytes_max)
        return Error{Code::too_large, "a command has at most 1 MiB"};
    const auto type = header_of(record, "content-type");
    if (type && starts_with_whatever_case(*type, structured)) return from_structured(record.value);
    return from_binary(record);
}

}  // namespace homeroom::backbone
