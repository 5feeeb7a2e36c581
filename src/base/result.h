// Errors are values: a code that machines read, words that people read.
// The codes are the public contract (protocol/asyncapi.yaml, protocol/openapi.yaml); REST and
// Socket.IO answer with the same ones.
#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace homeroom {

enum class Code : std::uint8_t {
    invalid,          // the request is wrong; repeating it will not help
    unauthenticated,  // no identity, or one that no longer holds
    forbidden,        // the caller may know the thing but not do this to it
    not_found,        // not there, or the caller may not know that it is
    conflict,         // true a moment ago, or contradicts what is stored
    too_large,        // over a named limit
    rate_limited,     // too many; see retry_after
    unavailable,      // not now; see retry_after
    internal,         // our fault
};

// The word used on the wire.
std::string_view to_string(Code code);

struct [[nodiscard]] Error {
    Code code = Code::internal;
    std::string message;
    std::string field{};  // the request's field that is wrong; empty when no single one is
    std::optional<std::chrono::milliseconds> retry_after{};
};

// What a successful operation without a value returns: `return Ok{};`
struct Ok {};

// A value or an Error. Reading the wrong side is our bug and asserts.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }

    T& value() & {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        assert(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    const Error& error() const& {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }
    Error&& error() && {
        assert(!ok());
        return std::move(*std::get_if<1>(&state_));
    }

    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }

private:
    std::variant<T, Error> state_;
};

using Status = Result<Ok>;

}  // namespace homeroom

#define HOMEROOM_JOIN_(a, b) a##b
#define HOMEROOM_JOIN(a, b) HOMEROOM_JOIN_(a, b)

// TRY(const Post post, load(id)); passes an Error up, or declares the value. One statement per
// line.
#define TRY(declaration, ...) \
    HOMEROOM_TRY(HOMEROOM_JOIN(try_result_, __LINE__), declaration, __VA_ARGS__)
#define HOMEROOM_TRY(result, declaration, ...)          \
    auto result = (__VA_ARGS__);                        \
    if (!result.ok()) return std::move(result).error(); \
    declaration = std::move(result).value()

// TRY_OK(check(x)); the same where there is no value to keep.
#define TRY_OK(...) \
    if (auto try_status = (__VA_ARGS__); !try_status.ok()) return std::move(try_status).error()
