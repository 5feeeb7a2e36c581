// What a media server says, and what somebody shows it: a webhook's body and headers, and a ticket,
// of bytes that anybody can send.
//
// The first byte chooses: a token as it is ("0"); the claims of one that our secret has signed
// ("1"); a body of a webhook that is not signed, and the same as one that is ("2"); a webhook's id,
// time and signatures, a line each ("3").
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/hash.h"
#include "features/live/hook.h"
#include "features/live/limits.h"
#include "features/live/ticket.h"
#include "outgoing/webhook.h"

namespace {

using namespace homeroom;
using namespace homeroom::features::live;

const std::vector<std::string> secrets{std::string(32, 's')};
const WallTime now{std::chrono::seconds{1'795'000'000}};

void require(bool holds) {
    if (!holds) std::abort();
}

void read(const std::string& token) {
    const auto ticket = read_ticket(secrets, token, now);
    if (!ticket) return;
    require(now < ticket->expires_at);
    // It says nothing but what we could have signed.
    const auto again = read_ticket(secrets, sign_ticket(secrets[0], *ticket, now), now);
    require(again && again->user == ticket->user && again->stream == ticket->stream &&
            again->use == ticket->use);
}

void hear(const std::string& body) {
    const auto seconds = std::to_string(now.time_since_epoch().count() / 1'000);
    require(!check_hook({"1", seconds, body}, body, secrets, now).ok());
    const auto signature =
        outgoing::webhook_signature({.id = "1", .at = now, .body = body}, secrets[0]);
    require(check_hook({"1", seconds, signature}, body, secrets, now).ok());
    const auto json = campus::Json::parse(body, nullptr, false);
    if (!json.is_object()) return;
    const auto hook = hook_of(json, now);
    if (hook.ok()) require(hook->signal.session.size() <= encoder_session_bytes_max);
}

// Nobody can sign what he has no secret for. With a signature among those that he says, it holds
// where what was signed is what he says: of this second, with an id.
void hear_headers(const std::string& text) {
    std::vector<std::string> lines(3);
    std::size_t line = 0;
    for (const char c : text) {
        if (c == '\n' && line < 2)
            ++line;
        else
            lines[line] += c;
    }
    const std::string &id = lines[0], &time = lines[1], &signatures = lines[2];
    const std::string body = R"({"stream":"x"})";
    require(!check_hook({id, time, signatures}, body, secrets, now).ok());
    const auto right = outgoing::webhook_signature({.id = id, .at = now, .body = body}, secrets[0]);
    const bool holds =
        check_hook({id, time, signatures + " " + right + " " + signatures}, body, secrets, now)
            .ok();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_now = time.size() <= 18 && !time.empty() && std::ranges::all_of(time, is_digit) &&
                        std::chrono::seconds{std::stoll(time)} == now.time_since_epoch();
    const bool is_id = !id.empty() && id.size() <= hook_id_bytes_max &&
                       std::ranges::all_of(id, [](char c) { return c > ' ' && c < '\x7f'; });
    require(time.size() > 18 || holds == (is_now && is_id));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
    switch (data[0] % 4) {
        case 0: read(text); break;
        case 1: {
            const std::string head = base64::encode_url("{}") + "." + base64::encode_url(text);
            read(head + "." + base64::encode_url(hmac_sha256(secrets[0], head)));
            break;
        }
        case 2: hear(text); break;
        default: hear_headers(text); break;
    }
    return 0;
}
