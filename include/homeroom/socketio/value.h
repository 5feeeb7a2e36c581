// What travels in events: JSON in which bytes may stand anywhere.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace homeroom::socketio {

// Objects keep the order of their keys.
using Json = nlohmann::ordered_json;

// Bytes as an argument of their own. Bytes inside an object are Json::binary.
struct Bytes {
    std::string data{};
    bool operator==(const Bytes&) const = default;
};

// One argument. What came from a client is kept as it came, so that it can be passed on without
// being parsed, with numbers and key order untouched.
class Value {
public:
    Value() = default;  // null
    Value(const Json& json);
    Value(const Bytes& bytes);
    // Whatever Json can be made of: numbers, strings, containers, your own types with to_json.
    template <typename T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, Value> &&
                 !std::is_same_v<std::remove_cvref_t<T>, Bytes> &&
                 !std::is_same_v<std::remove_cvref_t<T>, Json> && std::is_constructible_v<Json, T>)
    Value(T&& value) : Value(Json(std::forward<T>(value))) {}

    // A JSON text that is known to be valid, to be sent as it is.
    static Value raw(std::string json);

    // The JSON text; where it has bytes, they appear as Socket.IO's placeholders.
    const std::string& text() const { return json_; }
    bool is_bytes() const;         // the argument is nothing but bytes
    bool has_attachments() const;  // there are bytes somewhere in it

    // Parsed, with bytes as Json::binary. What JavaScript sends and Json can't hold is replaced: a
    // number beyond a double by null, a lone surrogate by U+FFFD.
    Json json() const;
    std::optional<Bytes> bytes() const;
    // As a T, by the rules of nlohmann::json's from_json; nothing when it is none.
    template <typename T>
    std::optional<T> get() const;

    // --- For the library.
    using Attachments = std::shared_ptr<const std::vector<std::string>>;
    Value(std::string json, Attachments attachments)
        : json_(std::move(json)), attachments_(std::move(attachments)) {}
    const Attachments& attachments() const { return attachments_; }

private:
    std::string json_ = "null";
    Attachments attachments_{};  // of the packet it came with; may be null
};

using Values = std::vector<Value>;

template <typename T>
std::optional<T> Value::get() const {
    if constexpr (std::is_same_v<T, Value>) {
        return *this;
    } else if constexpr (std::is_same_v<T, Json>) {
        return json();
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return bytes();
    } else {
        const Json parsed = json();
        // from_json is lenient where a client's mistake should be seen: it turns true into 1.
        if constexpr (std::is_same_v<T, bool>) {
            if (!parsed.is_boolean()) return std::nullopt;
        } else if constexpr (std::is_arithmetic_v<T>) {
            if (!parsed.is_number()) return std::nullopt;
        }
        try {
            return parsed.get<T>();
        } catch (const Json::exception&) {
            return std::nullopt;
        }
    }
}

}  // namespace homeroom::socketio
