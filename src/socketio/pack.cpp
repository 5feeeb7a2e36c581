#include "socketio/pack.h"

#include <algorithm>
#include <utility>

#include "codec/json_scan.h"
#include "codec/placeholders.h"
#include "codec/socketio.h"

namespace homeroom::socketio {

std::optional<hub::Arguments> pack(const Values& values) {
    hub::Arguments packed;
    packed.json.reserve(values.size());
    for (const Value& value : values) {
        if (value.attachments() == nullptr) {
            packed.json.push_back(value.text());
            continue;
        }
        const std::vector<std::string>& own = *value.attachments();
        std::vector<std::optional<std::size_t>> places(own.size());
        packed.json.push_back(codec::socketio::renumber_placeholders(
            value.text(), own.size(), [&](std::size_t number) {
                if (!places[number]) {
                    places[number] = packed.attachments.size();
                    packed.attachments.push_back(own[number]);
                }
                return *places[number];
            }));
    }
    const bool sound =
        packed.attachments.empty() || std::ranges::all_of(values, [](const Value& value) {
            return value.attachments() != nullptr ||
                   codec::socketio::placeholders_hold(value.text(), 0);
        });
    if (!sound) return std::nullopt;
    return packed;
}

Values unpack(std::span<const std::string_view> arguments,
              std::span<const std::string> attachments) {
    Value::Attachments shared;
    if (!attachments.empty())
        shared = std::make_shared<const std::vector<std::string>>(attachments.begin(),
                                                                  attachments.end());
    Values values;
    values.reserve(arguments.size());
    for (const std::string_view argument : arguments)
        values.emplace_back(std::string{argument}, shared);
    return values;
}

Values unpack(const hub::Arguments& arguments) {
    return unpack(views_of(arguments.json), arguments.attachments);
}

std::vector<BroadcastAnswer> unpack(std::vector<hub::BroadcastAnswer> answers) {
    std::vector<BroadcastAnswer> unpacked;
    unpacked.reserve(answers.size());
    for (hub::BroadcastAnswer& one : answers) {
        unpacked.push_back(
            {std::move(one.socket_id), one.answer ? Answer{unpack(*one.answer)} : std::nullopt});
    }
    return unpacked;
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

bool is_reserved(std::string_view event) {
    return !codec::socketio::check_event_name(codec::json::quote(event)).ok();
}

}  // namespace homeroom::socketio
