#include "api/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "api/json_body.h"
#include "api/problem.h"
#include "api/test_rest.h"
#include "identity/test_tokens.h"

namespace homeroom::api {
namespace {

using testing::HasSubstr;

std::string bearer(const std::string& subject, bool service,
                   std::chrono::seconds lifetime = std::chrono::hours{1}) {
    return "Authorization: Bearer " +
           identity::sign_token(identity::test_secret,
                                {.subject = subject, .lifetime = lifetime, .service = service},
                                wall_now()) +
           "\r\n";
}

identity::Verifier make_verifier() {
    identity::KeySet keys;
    auto added = keys.add_secret(std::string{identity::test_secret});
    return identity::verifier_of(std::move(added), std::move(keys));
}

// Says which route it is, with which parameters, for whom.
Router::Handler echo(std::string name) {
    return [name = std::move(name)](const Request& request) {
        nlohmann::json json{
            {"route", name}, {"method", request.http().method}, {"user", request.claims().subject}};
        if (name.find('1') != std::string::npos) json["first"] = request.parameter(0);
        if (name.find('2') != std::string::npos) json["second"] = request.parameter(1);
        request.answer_json(200, json.dump());
    };
}

class RouterTest : public testing::Test {
protected:
    explicit RouterTest(net::CorsPolicy cors = {}) : router(&verifier, std::move(cors)) {
        router.add({"GET", "/plain", Caller::anyone, echo("plain")});
        router.add({"POST", "/plain", Caller::anyone, echo("post")});
        router.add({"GET", "/api/v1/things/{id}", Caller::anyone, echo("thing1")});
        router.add({"DELETE", "/api/v1/things/{id}", Caller::anyone, echo("delete1")});
        router.add({"GET", "/api/v1/things/{id}/parts/{part}", Caller::anyone, echo("part12")});
        router.add({"GET", "/me", Caller::user, echo("me")});
        router.add({"PUT", "/service", Caller::service, echo("service")});
        router.add({"POST", "/control", Caller::local, echo("control")});
        router.add({"POST", "/later", Caller::anyone, [this](Request request) {
                        other = std::thread(
                            [request = std::move(request)] { request.answer_json(202, "{}"); });
                    }});
        router.add({"POST", "/json", Caller::anyone, [](const Request& request) {
                        const auto body = read_json_object(request.http());
                        if (!body.ok()) return request.answer_problem(body.error());
                        request.answer_json(200, body->dump());
                    }});
        server = std::make_unique<RestServer>(router);
    }
    ~RouterTest() override {
        server.reset();
        if (other.joinable()) other.join();
    }

    identity::Verifier verifier = make_verifier();
    Router router;
    std::thread other;
    std::unique_ptr<RestServer> server;
};

TEST_F(RouterTest, FindsRoutesByMethodAndPath) {
    EXPECT_EQ(server->get("/plain").json().at("route"), "plain");
    EXPECT_EQ(server->get("/plain?x=1").json().at("route"), "plain");
    EXPECT_EQ(server->request("POST", "/plain").json().at("route"), "post");
    EXPECT_EQ(server->get("/api/v1/things/7").json().at("first"), "7");
    const auto part = server->get("/api/v1/things/a/parts/b").json();
    EXPECT_EQ(part.at("first"), "a");
    EXPECT_EQ(part.at("second"), "b");
    const auto reply = server->get("/plain");
    EXPECT_EQ(reply.header("Content-Type"), "application/json");
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
}

TEST_F(RouterTest, DecodesParametersOnceAndOnlyWithinTheirSegment) {
    const std::pair<const char*, const char*> cases[] = {
        {"a%2Fb", "a/b"},           {"%61", "a"},       {"a+b", "a+b"},
        {"%252F", "%2F"},           {"%zz", "%zz"},     {"%4", "%4"},
        {"a%20b", "a b"},           {"%C3%A9", "é"},    {"..", ".."},
        {"%2E%2E%2Fetc", "../etc"}, {"a;b=c", "a;b=c"}, {"user@x.org", "user@x.org"},
    };
    for (const auto& [sent, expected] : cases) {
        const auto reply = server->get(std::string{"/api/v1/things/"} + sent);
        ASSERT_EQ(reply.status, 200) << sent;
        EXPECT_EQ(reply.json().at("first"), expected) << sent;
    }
}

TEST_F(RouterTest, KnowsNothingOfOtherPaths) {
    for (const char* path :
         {"/", "/plain/", "//plain", "/Plain", "/plai", "/plainer", "/api/v1/things", "/%70lain",
          "/api/v1/things/a/b", "/api/v1/things/a/parts", "/api/v1/../plain"}) {
        const auto reply = server->get(path);
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
        EXPECT_EQ(reply.json().at("code"), "not_found");
        EXPECT_EQ(reply.json().at("status"), 404);
    }
}

TEST_F(RouterTest, NamesTheMethodsThatAPathHas) {
    const auto reply = server->request("PATCH", "/api/v1/things/7");
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.header("Allow"), "GET, HEAD, DELETE");
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(server->request("GET", "/service").header("Allow"), "PUT");
    EXPECT_EQ(server->request("OPTIONS", "/plain").status, 405);
}

TEST_F(RouterTest, AnswersHeadLikeGetWithoutTheBody) {
    const auto head = server->request("HEAD", "/plain");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(server->request("HEAD", "/later").status, 405);
}

TEST_F(RouterTest, LetsInWhoeverTheRouteIsFor) {
    EXPECT_EQ(server->get("/me", bearer("sam", false)).json().at("user"), "sam");
    EXPECT_EQ(server->get("/me", bearer("platform", true)).status, 403);
    EXPECT_EQ(server->request("PUT", "/service", bearer("platform", true)).json().at("user"),
              "platform");
    const auto refused = server->request("PUT", "/service", bearer("sam", false));
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.json().at("code"), "forbidden");
}

TEST_F(RouterTest, AsksForAToken) {
    const std::string good = bearer("sam", false);
    for (const std::string& header :
         {std::string{}, std::string{"Authorization: Bearer \r\n"},
          std::string{"Authorization: Basic c2FtOng=\r\n"},
          std::string{"Authorization: Bearer x.y.z\r\n"},
          bearer("sam", false, std::chrono::seconds{-3600}), "X-" + good}) {
        const auto reply = server->get("/me", header);
        EXPECT_EQ(reply.status, 401) << header;
        EXPECT_EQ(reply.json().at("code"), "unauthenticated");
        EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
    }
    // Never from the query string.
    const auto token = good.substr(std::string{"Authorization: Bearer "}.size());
    EXPECT_EQ(server->get("/me?token=" + token.substr(0, token.size() - 2)).status, 401);
}

TEST_F(RouterTest, HidesTheControlRoutesFromTheOutside) {
    for (const char* method : {"POST", "GET", "PUT", "OPTIONS"}) {
        const auto reply = server->request(method, "/control", bearer("platform", true));
        const auto nowhere = server->request(method, "/nowhere", bearer("platform", true));
        EXPECT_EQ(reply.status, nowhere.status) << method;
        EXPECT_EQ(reply.body, nowhere.body) << method;
    }
}

TEST_F(RouterTest, TakesAnAnswerFromAnyThread) {
    EXPECT_EQ(server->request("POST", "/later").status, 202);
}

TEST_F(RouterTest, ReadsABodyThatIsAnObject) {
    const auto post = [&](const std::string& body) {
        return server->request("POST", "/json", "", body);
    };
    EXPECT_EQ(post(R"({"b":1,"a":[{}]})").body, R"({"b":1,"a":[{}]})");
    EXPECT_EQ(post("").body, "{}");
    for (const std::string& body :
         {std::string{"[]"}, std::string{"5"}, std::string{"{"}, std::string{"{}x"},
          std::string{"null"}, std::string{"{\"a\":\"\xFF\"}"}, std::string{"\0", 1}}) {
        const auto reply = post(body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_EQ(reply.json().at("code"), "invalid") << body;
    }
    const auto deep = post("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
    EXPECT_TRUE(deep.status == 400 || deep.status == 413) << deep.status;
}

class CrossOriginRouterTest : public RouterTest {
protected:
    CrossOriginRouterTest() : RouterTest({.origins = {"https://school.example"}}) {}
};

TEST_F(CrossOriginRouterTest, AnswersPreflightsWithoutATokenForEveryPath) {
    const std::string asked =
        "Origin: https://school.example\r\nAccess-Control-Request-Method: GET\r\n"
        "Access-Control-Request-Headers: authorization\r\n";
    for (const char* path : {"/me", "/plain", "/nowhere"}) {
        const auto reply = server->request("OPTIONS", path, asked);
        EXPECT_EQ(reply.status, 204) << path;
        EXPECT_EQ(reply.header("Access-Control-Allow-Origin"), "https://school.example");
        EXPECT_EQ(reply.header("Access-Control-Allow-Headers"), "authorization");
        EXPECT_THAT(reply.header("Access-Control-Allow-Methods"), HasSubstr("DELETE"));
    }
    const auto stranger = server->request("OPTIONS", "/me", "Origin: https://evil.example\r\n");
    EXPECT_EQ(stranger.header("Access-Control-Allow-Origin"), "");
}

TEST_F(CrossOriginRouterTest, LetsThePageReadErrorsToo) {
    const std::string origin = "Origin: https://school.example\r\n";
    for (const char* path : {"/plain", "/me", "/nowhere", "/service"}) {
        const auto reply = server->get(path, origin);
        EXPECT_EQ(reply.header("Access-Control-Allow-Origin"), "https://school.example") << path;
        EXPECT_EQ(reply.header("Vary"), "Origin") << path;
    }
    EXPECT_EQ(server->get("/plain", "Origin: https://evil.example\r\n")
                  .header("Access-Control-Allow-Origin"),
              "");
}

TEST(RouterFallback, AnswersReadingRequestsOutsideOfTheApi) {
    Router router(nullptr, {});
    router.add({"POST", "/plain", Caller::anyone, echo("plain")});
    router.add({"GET", "/me", Caller::user, echo("me")});
    router.set_fallback(echo("fallback"));
    RestServer server(router);
    EXPECT_EQ(server.get("/").json().at("route"), "fallback");
    EXPECT_EQ(server.get("/some/page").json().at("route"), "fallback");
    EXPECT_EQ(server.request("HEAD", "/some/page").status, 200);
    EXPECT_EQ(server.request("POST", "/some/page").status, 404);
    EXPECT_EQ(server.get("/api/v1/nothing").status, 404);
    EXPECT_EQ(server.get("/plain").status, 405);
    // Without a verifier no route that asks for a token can be reached.
    EXPECT_EQ(server.get("/me", bearer("sam", false)).status, 404);
}

TEST(Problem, HasTheStatusAndTheWordOfItsCode) {
    const std::pair<Code, int> cases[] = {
        {Code::invalid, 400},      {Code::unauthenticated, 401}, {Code::forbidden, 403},
        {Code::not_found, 404},    {Code::conflict, 409},        {Code::too_large, 413},
        {Code::rate_limited, 429}, {Code::unavailable, 503},     {Code::internal, 500},
    };
    for (const auto& [code, status] : cases) {
        const auto response = problem({code, "words", "field"});
        EXPECT_EQ(response.status, status);
        const auto body = nlohmann::json::parse(response.body);
        EXPECT_EQ(body.at("type"), "about:blank");
        EXPECT_EQ(body.at("status"), status);
        EXPECT_EQ(body.at("code"), to_string(code));
        EXPECT_EQ(body.at("detail"), "words");
        EXPECT_EQ(body.at("field"), "field");
        EXPECT_NE(body.at("title"), "");
    }
}

TEST(Problem, SaysWhenToComeBackInWholeSeconds) {
    const auto response =
        problem({Code::rate_limited, "slow", "", std::chrono::milliseconds{1200}});
    EXPECT_EQ(nlohmann::json::parse(response.body).at("retryAfter"), 1.2);
    const auto header = std::ranges::find(response.headers, "Retry-After", &net::HttpHeader::name);
    ASSERT_NE(header, response.headers.end());
    EXPECT_EQ(header->value, "2");
    EXPECT_TRUE(nlohmann::json::accept(problem({Code::invalid, "\xFF"}).body));
}

}  // namespace
}  // namespace homeroom::api
