// Whatever stands in a token: no crash, no acceptance of what was changed, no repetition of the
// token.
//
// input := token                      as it comes from outside
//        | header "\n" claims         made into a token with a good signature, to get behind it
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "base/base64.h"
#include "base/hash.h"
#include "base/limits.h"
#include "identity/test_foreign_tokens.h"
#include "identity/token.h"

namespace {

using namespace homeroom;
using namespace homeroom::identity;

const WallTime now{std::chrono::seconds{1'800'000'000}};

void require(bool holds) {
    if (!holds) std::abort();
}

const Verifier& verifier() {
    static const Verifier instance = [] {
        KeySet keys;
        require(keys.add_secret(foreign::secret).ok());
        require(keys.add_secret("another secret of more than 32 bytes", "named").ok());
        require(keys.add_pem(foreign::rs256_pem, "rs256-2026").ok());
        require(keys.add_pem(foreign::es256_pem, "es256-2026").ok());
        require(keys.add_pem(foreign::eddsa_pem).ok());
        return Verifier(std::move(keys), {.issuer = "", .audience = "homeroom"});
    }();
    return instance;
}

std::string token_of(std::string_view input) {
    const std::size_t line_end = input.find('\n');
    if (line_end == std::string_view::npos) return std::string(input);
    const std::string text = base64::encode_url(input.substr(0, line_end)) + "." +
                             base64::encode_url(input.substr(line_end + 1));
    return text + "." + base64::encode_url(hmac_sha256(foreign::secret, text));
}

bool accepted(std::string_view token) {
    return std::holds_alternative<Claims>(verifier().verify(token, now));
}

void check_refusal(const TokenError& error, std::string_view token) {
    require(!error.message.empty());
    require((error.fault == TokenFault::missing) == token.empty());
    for (const char c : error.message) require(c >= ' ' && c <= '~');
}

void check_acceptance(const Claims& claims, std::string_view token) {
    require(!claims.subject.empty() && claims.subject.size() <= limits::identifier_bytes_max);
    require(claims.expires_at > now - std::chrono::seconds{5});
    require(token.size() <= limits::token_bytes_max);
    for (const std::size_t at : {std::size_t{0}, token.size() / 3, token.size() - 1}) {
        std::string changed(token);
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        require(!accepted(changed));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string token = token_of({reinterpret_cast<const char*>(data), size});
    const auto verified = verifier().verify(token, now);
    if (const auto* error = std::get_if<TokenError>(&verified)) {
        check_refusal(*error, token);
    } else {
        check_acceptance(std::get<Claims>(verified), token);
    }
    return 0;
}
