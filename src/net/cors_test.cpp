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

TEST(Cors, AnswersAPreflight) {
    const CorsPolicy policy{.origins = {"https://school.example"}};
    const auto answer = cors_preflight(
        policy, request("OPTIONS", {school, {"Access-Control-Request-Headers", "authorization"}}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(words(answer->headers),
              "Vary: Origin\nAccess-Control-Allow-Origin: https://school.example\n"
              "Access-Control-Allow-Methods: "
              "GET,HEAD,PUT,PATCH,POST,DELETE\nAccess-Control-Allow-Headers: authorization\n");
    EXPECT_FALSE(cors_preflight(policy, request("GET", {school})));
    EXPECT_FALSE(cors_preflight(policy, request("OPTIONS", {})));
}

}  // namespace
}  // namespace homeroom::net
