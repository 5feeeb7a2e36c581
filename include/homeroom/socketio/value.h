// What travels in events: JSON in which bytes may stand anywhere.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
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
    // As a T; nothing when it is none. A number has to be one that T can hold (2.0 is an integer,
    // 1.5 is not), in a std::vector too. What nlohmann::json converts (maps, tuples, enumerations,
    // your own from_json) goes by its rules, which cut numbers to size.
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

namespace detail {

template <typename T>
constexpr bool is_view = std::is_pointer_v<T> || std::is_reference_v<T>;
template <typename Character, typename Traits>
constexpr bool is_view<std::basic_string_view<Character, Traits>> = true;

template <typename T>
constexpr bool is_vector = false;
template <typename Element, typename Allocator>
constexpr bool is_vector<std::vector<Element, Allocator>> = true;

template <typename T>
constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

// What an argument can be taken as.
template <typename T>
constexpr bool is_argument = !is_view<T> && !is_character<T>;
template <typename Element, typename Allocator>
constexpr bool is_argument<std::vector<Element, Allocator>> = is_argument<Element>;

template <typename T>
std::optional<T> number_as(const Json& json) {
    if constexpr (std::is_floating_point_v<T>) {
        const double number = json.get<double>();
        if (std::abs(number) > static_cast<double>(std::numeric_limits<T>::max()))
            return std::nullopt;
        return static_cast<T>(number);
    } else {
        const auto fitting = [](auto number) {
            return std::in_range<T>(number) ? std::optional<T>{static_cast<T>(number)}
                                            : std::nullopt;
        };
        if (json.is_number_unsigned()) return fitting(json.get<std::uint64_t>());
        if (json.is_number_integer()) return fitting(json.get<std::int64_t>());
        // JavaScript has one kind of number: 2.0 is 2. Both bounds are exact as doubles.
        const double number = json.get<double>();
        const double beyond = std::ldexp(1.0, std::numeric_limits<T>::digits);
        const double lowest = std::is_signed_v<T> ? -beyond : 0.0;
        if (std::trunc(number) != number || number < lowest || number >= beyond)
            return std::nullopt;
        return static_cast<T>(number);
    }
}

template <typename T>
std::optional<T> json_as(const Json& json) {
    // from_json is lenient where a client's mistake should be seen: it turns true into 1.
    if constexpr (std::is_same_v<T, bool>) {
        return json.is_boolean() ? std::optional<T>{json.get<bool>()} : std::nullopt;
    } else if constexpr (std::is_arithmetic_v<T>) {
        return json.is_number() ? number_as<T>(json) : std::nullopt;
    } else if constexpr (is_vector<T>) {
        if (!json.is_array()) return std::nullopt;
        T elements;
        for (const Json& child : json) {
            auto element = json_as<typename T::value_type>(child);
            if (!element) return std::nullopt;
            elements.push_back(*std::move(element));
        }
        return elements;
    } else {
        try {
            return json.get<T>();
        } catch (const Json::exception&) {
            return std::nullopt;
        }
    }
}

}  // namespace detail

template <typename T>
std::optional<T> Value::get() const {
    static_assert(!detail::is_view<T>,
                  "an argument can't be taken as a view or a pointer, which would outlive what it "
                  "points to: take a std::string, or a type that holds what it needs");
    static_assert(detail::is_view<T> || detail::is_argument<T>,
                  "an argument can't be taken as a character, or as a vector of characters or "
                  "views: take a std::string, or a std::vector<std::string>");
    if constexpr (std::is_same_v<T, Value>) {
        return *this;
    } else if constexpr (std::is_same_v<T, Json>) {
        return json();
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return bytes();
    } else if constexpr (detail::is_argument<T>) {
        return detail::json_as<T>(json());
    }
}

}  // namespace homeroom::socketio
