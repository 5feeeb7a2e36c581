#include "campus/token_expiry.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/limits.h"

namespace homeroom::campus {
namespace {

// Rounded up: at a check's time it is not too early for it. What lies behind 2106 is never looked
// at, and what lies before 1970 at once.
TokenTerm::Moment moment_of(WallTime time) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).time_since_epoch().count();
    return static_cast<TokenTerm::Moment>(
        std::clamp<std::int64_t>(seconds, 0, std::int64_t{TokenTerm::never}));
}

}  // namespace

TokenExpiry::TokenExpiry(hub::Hub& hub, TermOf term_of, End end)
    : hub_(hub),
      term_of_(term_of),
      end_(std::move(end)),
      timer_([](void* self) { static_cast<TokenExpiry*>(self)->on_timer(); }, this) {}

void TokenExpiry::watch(hub::Socket& socket) {
    TokenTerm& term = term_of_(socket);
    const TokenTerm::Moment at =
        moment_of(term.expires_at -
                  (term.announced ? std::chrono::seconds{0} : limits::token_expiring_notice));
    // A later expiry needs no entry of its own, or a client that refreshes all day would fill the
    // queue.
    if (term.next_check <= at) return;
    term.next_check = at;
    entries_.push({at, socket.ref().slot, socket.ref().generation});
    if (!timer_.running()) hub_.loop().start(timer_, limits::expiry_check_interval);
}

void TokenExpiry::on_timer() {
    const WallTime now = wall_now();
    while (!entries_.empty() && WallTime{std::chrono::seconds{entries_.top().at}} <= now) {
        const Entry due = entries_.top();
        entries_.pop();
        hub::Socket* socket = hub_.find({hub_.loop_index(), due.slot, due.generation});
        if (socket == nullptr || !socket->connected()) continue;
        TokenTerm& term = term_of_(*socket);
        if (term.next_check != due.at) continue;  // an earlier entry took its place
        term.next_check = TokenTerm::never;
        check(*socket, now);
    }
    if (!entries_.empty()) hub_.loop().start(timer_, limits::expiry_check_interval);
}

void TokenExpiry::check(hub::Socket& socket, WallTime now) {
    TokenTerm& term = term_of_(socket);
    if (now >= term.expires_at) return end_(socket);
    if (now >= term.expires_at - limits::token_expiring_notice &&
        !std::exchange(term.announced, true)) {
        const std::string body = nlohmann::json{{"expiresAt", to_rfc3339(term.expires_at)}}.dump();
        const std::string_view argument = body;
        socket.emit("auth:expiring", {&argument, 1});
    }
    watch(socket);
}

}  // namespace homeroom::campus
