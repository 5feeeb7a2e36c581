// What a browser is told about pages from elsewhere; off unless configured (CVE-2020-28481).
#include "net/cors.h"

#include <gtest/gtest.h>
#include <string>

namespace homeroom::net {
namespace {

HttpRequest request(std::string method, std::vector<HttpHeader> headers) {
    HttpRequest made;
    made.method = std::move(method);
    made.headers = std::move(headers);
    return made;
}

std::string words(const std::vector<HttpHeader>& headers) {
    std::string text;
    for (const HttpHeader& header : headers) text += header.name + ": " + header.value + "\n";
    return text;
}

const HttpHeader school{"Origin", "https://school.example"};
const HttpHeader stranger{"Origin", "https://school.example.evil"};

TEST(Cors, IsOffByDefault) {
    EXPECT_EQ(words(cors_headers({}, request("GET", {school}))), "");
    EXPECT_FALSE(cors_preflight({}, request("OPTIONS", {school})));
}

TEST(Cors, NamesAConfiguredOriginOnly) {
    const CorsPolicy policy{.origins = {"https://school.example", "http://localhost:3000"}};
    EXPECT_EQ(words(cors_headers(policy, request("GET", {school}))),
              "Vary: Origin\nAccess-Control-Allow-Origin: https://school.example\n");
    EXPECT_EQ(words(cors_headers(policy, request("GET", {stranger}))), "Vary: Origin\n");
    EXPECT_EQ(words(cors_headers(policy, request("GET", {}))), "Vary: Origin\n");
    EXPECT_EQ(words(cors_headers(policy, request("GET", {{"Origin", "null"}}))), "Vary: Origin\n");
}

TEST(Cors, TakesAStarForAll) {
    EXPECT_EQ(words(cors_headers({.origins = {"*"}}, request("GET", {stranger}))),
              "Access-Control-Allow-Origin: *\n");
}

TEST(Cors, AsksAFunction) {
    const CorsPolicy policy{
        .allows_origin = [](std::string_view origin) { return origin.ends_with(".example"); }};
    EXPECT_EQ(words(cors_headers(policy, request("GET", {school}))),
              "Vary: Origin\nAccess-Control-Allow-Origin: https://school.example\n");
    EXPECT_EQ(words(cors_headers(policy, request("GET", {stranger}))), "Vary: Origin\n");
}

TEST(Cors, SaysWhatElseAPageMay) {
    const CorsPolicy policy{.origins = {"https://school.example"},
                            .credentials = true,
                            .methods = {"GET", "POST"},
                            .allowed_headers = {"x-one", "x-two"},
                            .exposed_headers = {"x-three"},
                            .max_age = std::chrono::seconds{600}};
    EXPECT_EQ(words(cors_headers(policy, request("GET", {school}))),
              "Vary: Origin\nAccess-Control-Allow-Origin: https://school.example\n"
              "Access-Control-Allow-Credentials: true\nAccess-Control-Expose-Headers: x-three\n");
    const auto answer = cors_preflight(policy, request("OPTIONS", {school}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(words(answer->headers),
              "Vary: Origin\nAccess-Control-Allow-Origin: https://school.example\n"
              "Access-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: GET,POST\n"
              "Access-Control-Allow-Headers: x-one,x-two\nAccess-Control-Max-Age: 600\n");
    // A star with credentials would let every page act as the user: nobody is let in.
    EXPECT_EQ(
        words(cors_headers({.origins = {"*"}, .credentials = true}, request("GET", {stranger}))),
        "Vary: Origin\n");
}

TEST(Cors, AnswersAPreflight) {
    const CorsPolicy policy{.origins = {"https://school.example"}};
    const auto answer = cors_preflight(
        policy, request("OPTIONS", {school, {"Access-Control-Request-Headers", "authorization"}}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(words(answer->headers),
              "Vary: Origin\nAccess-Control-Allow-Origin: https://school.example\n"
              "Access-Control-Allow-Methods: "
              "GET,HEAD,PUT,PATCH,POST,DELETE\nVary: Access-Control-Request-Headers\n"
              "Access-Control-Allow-Headers: authorization\n");
    EXPECT_FALSE(cors_preflight(policy, request("GET", {school})));
    EXPECT_FALSE(cors_preflight(policy, request("OPTIONS", {})));
}

}  // namespace
}  // namespace homeroom::net
