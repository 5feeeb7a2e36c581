#include "load/tokens.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/clock.h"
#include "base/limits.h"
#include "identity/token.h"

namespace homeroom::load {
namespace {

// Longer than any run.
constexpr auto lifetime = std::chrono::hours{48};

constexpr std::size_t secret_bytes_max = std::size_t{64} << 10U;
constexpr std::size_t tokens_bytes_max = std::size_t{1} << 30U;  // a million of a kilobyte each

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    std::ifstream file(path, std::ios::binary);
    std::error_code error;
    if (!file || std::filesystem::is_directory(path, error))
        return Error{Code::invalid, fmt::format("cannot read {}", path.string()), "tokens"};
    std::string text;
    std::array<char, 65'536> piece{};
    while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > bytes_max)
            return Error{Code::invalid,
                         fmt::format("{} has more than {} bytes", path.string(), bytes_max),
                         "tokens"};
    }
    return text;
}

Result<std::string> read_secret(const std::filesystem::path& path) {
    TRY(std::string secret, read_file(path, secret_bytes_max));
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
    TRY(const std::string text, read_file(plan.tokens_file, tokens_bytes_max));
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
