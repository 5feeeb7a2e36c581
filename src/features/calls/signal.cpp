#include "features/calls/signal.h"

#include "base/limits.h"
#include "features/calls/addresses.h"
#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;

constexpr std::int64_t number_max = std::int64_t{1} << 53;  // what a client's numbers hold exactly

Error wrong_data(const char* message) {
    return Error{Code::invalid, message, "data"};
}

Status take_description(const Json& data, Signal& signal) {
    const auto found = data.find("description");
    if (found == data.end() || found->is_null()) return Ok{};
    if (!found->is_object()) return wrong_data("description is {type, sdp}");
    TRY(const auto type, campus::required_text(*found, "type", 16));
    TRY(const auto sdp, campus::required_text(*found, "sdp", limits::description_bytes_max));
    if (type == "offer")
        signal.description = Description::offer;
    else if (type == "answer")
        signal.description = Description::answer;
    else
        return wrong_data("a description is an offer or an answer");
    signal.candidates += count_candidates(sdp);
    signal.data["description"] = Json{{"type", type}, {"sdp", sdp}};
    return Ok{};
}

Result<Json> read_candidate(const Json& value) {
    if (value.is_null()) return Json(nullptr);
    if (!value.is_object()) return wrong_data("a candidate is an object or null");
    TRY(const auto text, campus::required_text(value, "candidate", limits::candidate_bytes_max));
    Json candidate{{"candidate", text}};
    for (const char* field : {"sdpMid", "usernameFragment"}) {
        TRY(const auto word, campus::optional_text(value, field, 256));
        if (word) candidate[field] = *word;
    }
    TRY(const auto line, campus::optional_number(value, "sdpMLineIndex", 0, 65535));
    if (line) candidate["sdpMLineIndex"] = *line;
    return candidate;
}

Status take_candidates(const Json& data, Signal& signal) {
    const auto found = data.find("candidates");
    if (found == data.end() || found->is_null()) return Ok{};
    if (!found->is_array()) return wrong_data("candidates is a list");
    if (found->size() > limits::candidates_per_signal_max)
        return Error{
            Code::too_large,
            "at most " + std::to_string(limits::candidates_per_signal_max) + " candidates at once",
            "data"};
    Json candidates = Json::array();
    for (const Json& one : *found) {
        TRY(auto candidate, read_candidate(one));
        candidates.push_back(std::move(candidate));
    }
    signal.candidates += candidates.size();
    if (!candidates.empty()) signal.data["candidates"] = std::move(candidates);
    return Ok{};
}

// To somebody, or over one of his own links to the media server.
Status take_target(const Json& request, Signal& signal) {
    TRY(const auto link, campus::optional_text(request, "link", 16));
    if (!link) {
        TRY(signal.to,
            campus::required_text(request, "to", homeroom::limits::identifier_bytes_max));
        TRY(auto leg, campus::optional_text(request, "leg", 64));
        signal.leg = std::move(leg).value_or("");
        return Ok{};
    }
    TRY(const auto to,
        campus::optional_text(request, "to", homeroom::limits::identifier_bytes_max));
    if (to) return Error{Code::invalid, "a signal is to somebody or on a link, not both", "to"};
    signal.link = media::link_of(*link);
    if (!signal.link) return Error{Code::invalid, "a link is camera, screen or watch", "link"};
    TRY(signal.made, campus::optional_number(request, "made", 1, number_max));
    return Ok{};
}

// A camera and a screen are offered to the media server; what there is to watch it offers.
Status check_link(const Signal& signal) {
    if (signal.again && signal.link != media::Link::watch)
        return wrong_data("only what is watched is asked for again");
    const auto expected =
        signal.link == media::Link::watch ? Description::answer : Description::offer;
    if (signal.description != Description::none && signal.description != expected)
        return wrong_data("camera and screen are offered, and what is watched is answered");
    return Ok{};
}

}  // namespace

Result<Signal> read_signal(const Json& request) {
    Signal signal{.data = Json::object()};
    TRY(signal.call,
        campus::required_text(request, "call", homeroom::limits::identifier_bytes_max));
    TRY_OK(take_target(request, signal));
    const auto data = request.find("data");
    if (data == request.end() || !data->is_object()) return wrong_data("data is an object");
    TRY(signal.negotiation, campus::optional_number(*data, "negotiation", 1, number_max));
    TRY_OK(take_description(*data, signal));
    TRY_OK(take_candidates(*data, signal));
    if (signal.link) {
        TRY(const auto again, campus::optional_bool(*data, "again"));
        signal.again = again.value_or(false);
        TRY_OK(check_link(signal));
    }
    if (signal.data.empty() && !signal.again)
        return wrong_data("data has a description or candidates");
    if (signal.description == Description::answer && !signal.negotiation)
        return wrong_data("an answer says which negotiation it answers");
    return signal;
}

void hide_addresses(Signal& signal) {
    if (const auto description = signal.data.find("description"); description != signal.data.end())
        (*description)["sdp"] =
            relayed_description((*description)["sdp"].get_ref<const std::string&>());
    const auto candidates = signal.data.find("candidates");
    if (candidates == signal.data.end()) return;
    Json relayed = Json::array();
    for (Json& one : *candidates) {
        if (one.is_object()) {
            auto text = relayed_candidate(one["candidate"].get_ref<const std::string&>());
            if (!text) continue;
            one["candidate"] = std::move(*text);
        }
        relayed.push_back(std::move(one));
    }
    *candidates = std::move(relayed);
}

}  // namespace homeroom::features::calls
