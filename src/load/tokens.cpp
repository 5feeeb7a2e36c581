#include "load/tokens.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "base/clock.h"
#include "base/limits.h"
#include "identity/token.h"

namespace homeroom::load {
namespace {

// Longer than any run.
constexpr auto lifetime = std::chrono::hours{48};

Result<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::error_code error;
    if (!file || std::filesystem::is_directory(path, error))
        return Error{Code::invalid, fmt::format("cannot read {}", path.string()), "tokens"};
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<std::string> read_secret(const std::filesystem::path& path) {
    TRY(std::string secret, read_file(path));
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    if (secret.size() < limits::secret_bytes_min)
        return Error{Code::invalid,
                     fmt::format("{} holds no secret: {} bytes at least", path.string(),
                                 limits::secret_bytes_min),
                     "tokens"};
    return secret;
}

}  // namespace

Result<Tokens> Tokens::load(const Plan& plan) {
    Tokens tokens;
    tokens.users_ = plan.users;
    if (plan.application != Application::campus) return tokens;
    if (plan.tokens_file.empty()) {
        const std::filesystem::path path = plan.data.empty()
                                               ? std::filesystem::path{plan.secret_file}
                                               : std::filesystem::path{plan.data} / "secret";
        TRY(tokens.secret_, read_secret(path));
        return tokens;
    }
    TRY(const std::string text, read_file(plan.tokens_file));
    std::string line;
    for (const char c : text + "\n") {
        if (c != '\n' && c != '\r') {
            line += c;
        } else if (!line.empty()) {
            tokens.lines_.push_back(std::exchange(line, {}));
        }
    }
    if (tokens.lines_.empty())
        return Error{Code::invalid, fmt::format("{} holds no token", plan.tokens_file), "tokens"};
    return tokens;
}

std::string Tokens::of(std::uint32_t connection) const {
    if (!lines_.empty()) return lines_[connection % lines_.size()];
    if (secret_.empty()) return {};
    return identity::sign_token(secret_,
                                {.subject = fmt::format("{}{}", users_, connection),
                                 .lifetime = lifetime,
                                 .issuer = {},
                                 .audience = {}},
                                wall_now());
}

}  // namespace homeroom::load
