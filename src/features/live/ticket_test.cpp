// What a ticket opens, and what is none.
#include "features/live/ticket.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/hash.h"
#include "features/live/limits.h"

namespace homeroom::features::live {
namespace {

const WallTime now = *parse_rfc3339("2026-11-23T12:00:00Z");
const std::string secret(32, 's');
const std::vector<std::string> secrets{std::string(32, 'n'), secret};

Ticket ticket(Use use = Use::read) {
    return {.user = "sam", .stream = "x", .use = use, .expires_at = now + 2min};
}
std::string signed_by(const std::string& key, const nlohmann::json& claims) {
    const std::string text = base64::encode_url(R"({"alg":"HS256","typ":"JWT"})") + "." +
                             base64::encode_url(claims.dump());
    return text + "." + base64::encode_url(hmac_sha256(key, text));
}

TEST(LiveTicket, IsReadAsItWasMade) {
    for (const Use use : {Use::read, Use::publish}) {
        const auto read = read_ticket(secrets, sign_ticket(secret, ticket(use), now), now);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->user, "sam");
        EXPECT_EQ(read->stream, "x");
        EXPECT_EQ(read->use, use);
        EXPECT_EQ(read->expires_at, now + 2min);
    }
}

// What a media server reads that judges by itself.
TEST(LiveTicket, HasOnePermissionForOnePath) {
    const std::string token = sign_ticket(secret, ticket(), now);
    const auto first = token.find('.');
    const auto claims = nlohmann::json::parse(
        *base64::decode_url_strict(token.substr(first + 1, token.rfind('.') - first - 1)));
    EXPECT_EQ(claims.at("mediamtx_permissions"),
              nlohmann::json::parse(R"([{"action":"read","path":"x"}])"));
    EXPECT_EQ(claims.at("exp").get<std::int64_t>() - claims.at("iat").get<std::int64_t>(), 120);
    EXPECT_EQ(claims.size(), 7U) << "and nothing of the person but the id";
}

TEST(LiveTicket, EndsByItself) {
    const std::string token = sign_ticket(secret, ticket(), now);
    EXPECT_TRUE(read_ticket(secrets, token, now + 2min - 1ms));
    EXPECT_FALSE(read_ticket(secrets, token, now + 2min));
}

TEST(LiveTicket, IsNoneThatWeHaveNotSigned) {
    const std::string token = sign_ticket(secret, ticket(), now);
    EXPECT_FALSE(read_ticket({}, token, now));
    const std::vector<std::string> others{std::string(32, 'o')};
    EXPECT_FALSE(read_ticket(others, token, now));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(read_ticket(secrets, changed, now)) << i;
    }
    for (const std::string& wrong :
         {std::string{}, std::string{"."}, std::string{".."}, token + "=",
          token.substr(0, token.rfind('.') + 1), std::string(ticket_bytes_max + 1, 'x')})
        EXPECT_FALSE(read_ticket(secrets, wrong, now)) << wrong;
}

// Another token that the same secret has signed.
TEST(LiveTicket, IsOneOnlyInItsOwnForm) {
    const auto expires =
        std::chrono::floor<std::chrono::seconds>(now + 2min).time_since_epoch().count();
    const nlohmann::json good{{"iss", "homeroom"},
                              {"sub", "sam"},
                              {"stream", "x"},
                              {"exp", expires},
                              {"mediamtx_permissions", {{{"action", "read"}, {"path", "x"}}}}};
    EXPECT_TRUE(read_ticket(secrets, signed_by(secret, good), now));
    const auto with = [&](const char* name, const nlohmann::json& value) {
        nlohmann::json claims = good;
        claims[name] = value;
        return signed_by(secret, claims);
    };
    EXPECT_FALSE(read_ticket(secrets, with("iss", "another"), now));
    EXPECT_FALSE(read_ticket(secrets, with("exp", "tomorrow"), now));
    EXPECT_FALSE(read_ticket(secrets, with("exp", -1), now));
    EXPECT_FALSE(read_ticket(secrets, with("exp", UINT64_MAX), now));
    EXPECT_FALSE(read_ticket(secrets, with("stream", "y"), now));
    EXPECT_FALSE(read_ticket(secrets, with("mediamtx_permissions", nullptr), now));
    EXPECT_FALSE(read_ticket(
        secrets, with("mediamtx_permissions", {{{"action", "api"}, {"path", "x"}}}), now));
    EXPECT_FALSE(read_ticket(
        secrets, with("mediamtx_permissions", {{{"action", "read"}, {"path", ""}}}), now));
    EXPECT_FALSE(read_ticket(secrets, signed_by(secret, nlohmann::json::array()), now));
}

TEST(LiveTicket, StreamsHaveAPlaceInAddresses) {
    EXPECT_EQ(stream_url("https://m.example/{stream}/whep", "x"), "https://m.example/x/whep");
    EXPECT_EQ(origin_of("https://m.example:8443/{stream}/whep"), "https://m.example:8443");
    EXPECT_EQ(origin_of(""), "");
    for (const char* good :
         {"https://m.example/{stream}/whep", "http://10.0.0.1:8889/{stream}/whip",
          "https://m.example/live/{stream}/index.m3u8?a=b"})
        EXPECT_TRUE(is_stream_template(good)) << good;
    for (const char* bad : {"", "https://m.example/whep", "https://{stream}.example/whep",
                            "{stream}", "ftp://m.example/{stream}",
                            "https://m.example/{stream}/{stream}", "https://u:p@m.example/{stream}",
                            "https://m.example/{stream}#x", "https://m.example/{stream}\"",
                            "https://m.example;x/{stream}", "https://m.example/ {stream}"})
        EXPECT_FALSE(is_stream_template(bad)) << bad;
}

}  // namespace
}  // namespace homeroom::features::live
