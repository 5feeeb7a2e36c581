#include "homeroom/socketio/value.h"

#include "codec/json_scan.h"
#include "codec/placeholders.h"
#include "socketio/json_reader.h"

namespace homeroom::socketio {
namespace {

using Binary = Json::binary_t;

bool has_binary(const Json& json) {
    if (json.is_binary()) return true;
    if (!json.is_structured()) return false;
    for (const Json& child : json) {
        if (has_binary(child)) return true;
    }
    return false;
}

void take_out(Json& json, std::vector<std::string>& attachments) {
    if (json.is_binary()) {
        const Binary& bytes = json.get_binary();
        attachments.emplace_back(bytes.begin(), bytes.end());
        Json marker;
        marker["_placeholder"] = true;
        marker["num"] = attachments.size() - 1;
        json = std::move(marker);
    } else if (json.is_structured()) {
        for (Json& child : json) take_out(child, attachments);
    }
}

void put_in(Json& json, const std::vector<std::string>& attachments) {
    if (!json.is_structured()) return;
    if (json.is_object()) {
        const auto marked = json.find("_placeholder");
        const auto number = json.find("num");
        if (marked != json.end() && *marked == true && number != json.end() &&
            number->is_number_unsigned() && number->get<std::size_t>() < attachments.size()) {
            const std::string& bytes = attachments[number->get<std::size_t>()];
            json = Json::binary(Binary::container_type(bytes.begin(), bytes.end()));
            return;
        }
    }
    for (Json& child : json) put_in(child, attachments);
}

std::string dump(const Json& json) {
    // What is no UTF-8 is replaced: a client could not read it.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Value::Value(const Json& json) {
    if (!has_binary(json)) {
        json_ = dump(json);
        return;
    }
    Json without = json;
    std::vector<std::string> attachments;
    take_out(without, attachments);
    json_ = dump(without);
    attachments_ = std::make_shared<const std::vector<std::string>>(std::move(attachments));
}

Value::Value(const Bytes& bytes)
    : json_(codec::socketio::placeholder(0)),
      attachments_(std::make_shared<const std::vector<std::string>>(1, bytes.data)) {}

Value Value::raw(std::string json) {
    return Value{std::move(json), nullptr};
}

bool Value::has_attachments() const {
    return attachments_ != nullptr &&
           codec::socketio::has_placeholders(json_, attachments_->size());
}

bool Value::is_bytes() const {
    return bytes().has_value();
}

std::optional<Bytes> Value::bytes() const {
    if (attachments_ == nullptr) return std::nullopt;
    const Json parsed = json();
    if (!parsed.is_binary()) return std::nullopt;
    const Binary& bytes = parsed.get_binary();
    return Bytes{std::string(bytes.begin(), bytes.end())};
}

Json Value::json() const {
    std::optional<Json> read = read_json(json_);
    if (!read) read = read_json(codec::json::for_strict_parsers(json_));
    if (!read) return nullptr;  // made by Value::raw, of what was no JSON
    Json parsed = std::move(*read);
    if (attachments_ != nullptr) put_in(parsed, *attachments_);
    return parsed;
}

}  // namespace homeroom::socketio
