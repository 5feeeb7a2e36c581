#include "api/web_client.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_rest.h"
#include "codec/http_compression.h"
#include "store/test_temporary_directory.h"

namespace homeroom::api {
namespace {

using testing::HasSubstr;
using testing::Not;

// A web folder beside a secret, served as `serve` does it: for what no route has.
class WebClientTest : public testing::Test {
protected:
    WebClientTest() {
        write("index.html", "<h1>Home</h1>");
        write("page.html", "<h1>Page</h1>");
        write("with space.txt", "spaced");
        write("assets/app-1a2b.js", "let x;");
        write("assets/app-1a2b.css", "b{}");
        write("deep/er/picture.svg", "<svg/>");
        write("data.json", "{}");
        write("unknown.xyz", std::string("\0\xFF", 2));
        write(".hidden", "dot");
        write("../secret.txt", "secret");
    }

    std::filesystem::path folder() const { return files.path() / "web"; }
    void write(const std::string& name, const std::string& bytes) const {
        const auto path = folder() / name;
        std::filesystem::create_directories(folder());
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path, std::ios::binary} << bytes;
    }
    void serve(const std::filesystem::path& from) {
        auto loaded = load_web_client(from);
        ASSERT_TRUE(loaded.ok()) << loaded.error().message;
        web = std::move(*loaded);
        router = std::make_unique<Router>(nullptr, net::CorsPolicy{});
        serve_web_client(*router, web);
        server = std::make_unique<RestServer>(*router);
    }
    Reply get(const std::string& target, const std::string& headers = "") {
        if (!server) serve(folder());
        return server->get(target, headers);
    }

    store::TemporaryDirectory files;
    net::StaticFiles web;
    std::unique_ptr<Router> router;
    std::unique_ptr<RestServer> server;
};

TEST_F(WebClientTest, GivesFilesWithTheirTypes) {
    const std::pair<const char*, const char*> types[] = {
        {"/", "text/html; charset=utf-8"},
        {"/index.html", "text/html; charset=utf-8"},
        {"/assets/app-1a2b.js", "text/javascript; charset=utf-8"},
        {"/assets/app-1a2b.css", "text/css; charset=utf-8"},
        {"/deep/er/picture.svg", "image/svg+xml"},
        {"/data.json", "application/json"},
        {"/unknown.xyz", "application/octet-stream"},
        {"/with%20space.txt", "text/plain; charset=utf-8"},
    };
    for (const auto& [path, type] : types) {
        const auto reply = get(path);
        EXPECT_EQ(reply.status, 200) << path;
        EXPECT_EQ(reply.header("Content-Type"), type) << path;
        EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff") << path;
    }
    EXPECT_EQ(get("/").body, "<h1>Home</h1>");
    EXPECT_EQ(get("/?query=1").body, "<h1>Home</h1>");
    EXPECT_EQ(get("/unknown.xyz").body, std::string("\0\xFF", 2));
}

TEST_F(WebClientTest, CannotBeLedOutOfTheFolder) {
    for (const char* path :
         {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt",
          "/assets/../../secret.txt", "//etc/passwd", "/etc/passwd", "/..\\secret.txt",
          "/....//secret.txt", "/%252e%252e/secret.txt", "/index.html/../../secret.txt",
          "/index.html%00.txt", "/deep", "/deep/", "/assets", "/page", "/INDEX.HTML",
          "/./index.html", "/assets//app-1a2b.js"}) {
        const auto reply = get(path);
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_EQ(reply.header("Content-Type"), "application/problem+json") << path;
        EXPECT_THAT(reply.body, Not(HasSubstr("secret"))) << path;
    }
}

TEST_F(WebClientTest, FollowsLinksWithinTheFolderOnly) {
    namespace fs = std::filesystem;
    fs::create_symlink(files.path() / "secret.txt", folder() / "stolen.txt");
    fs::create_symlink("../secret.txt", folder() / "relative.txt");
    fs::create_directory_symlink(files.path(), folder() / "up");
    fs::create_symlink("page.html", folder() / "again.html");
    fs::create_symlink("nowhere", folder() / "broken.txt");
    fs::create_symlink("loop.txt", folder() / "loop.txt");
    for (const char* path : {"/stolen.txt", "/relative.txt", "/up/secret.txt", "/../secret.txt",
                             "/%2e%2e/secret.txt", "/broken.txt", "/loop.txt"}) {
        EXPECT_EQ(get(path).status, 404) << path;
    }
    EXPECT_EQ(get("/again.html").body, "<h1>Page</h1>");
    EXPECT_EQ(get("/page.html").body, "<h1>Page</h1>");
}

TEST_F(WebClientTest, MayItselfBeReachedByALinkOrInAnotherWriting) {
    std::filesystem::create_directory_symlink(folder(), files.path() / "current");
    for (const auto& path :
         {files.path() / "current", folder() / "", folder() / ".", folder() / ".." / "web"}) {
        server.reset();
        serve(path);
        EXPECT_EQ(get("/").body, "<h1>Home</h1>") << path;
        EXPECT_EQ(get("/assets/app-1a2b.js").body, "let x;") << path;
    }
}

TEST_F(WebClientTest, AreKeptForEverWhereTheirNamesHaveAHash) {
    EXPECT_EQ(get("/assets/app-1a2b.js").header("Cache-Control"),
              "public, max-age=31536000, immutable");
    EXPECT_EQ(get("/").header("Cache-Control"), "no-cache");
    EXPECT_EQ(get("/page.html").header("Cache-Control"), "no-cache");
    EXPECT_EQ(get("/deep/er/picture.svg").header("Cache-Control"), "no-cache");
}

TEST_F(WebClientTest, AreNotSentAgainToWhoeverHasThem) {
    const auto first = get("/page.html");
    const auto tag = first.header("ETag");
    ASSERT_THAT(tag, testing::MatchesRegex("\"[-_A-Za-z0-9]+\""));
    const auto again = get("/page.html", "If-None-Match: " + tag + "\r\n");
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.header("ETag"), tag);
    EXPECT_NE(again.header("Cache-Control"), "");
    EXPECT_EQ(get("/page.html", "If-None-Match: \"other\"\r\n").status, 200);
    EXPECT_NE(get("/").header("ETag"), tag);
}

TEST_F(WebClientTest, AreCompressedForWhoeverTakesIt) {
    std::string script;
    while (script.size() < 4096) script += "let x = " + std::to_string(script.size()) + ";\n";
    write("assets/large-3c4d.js", script);
    write("assets/large-5e6f.png", script);
    const auto plain = get("/assets/large-3c4d.js");
    EXPECT_EQ(plain.body, script);
    EXPECT_EQ(plain.header("Content-Encoding"), "");
    EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
    const auto gzip = get("/assets/large-3c4d.js", "Accept-Encoding: gzip, deflate, br\r\n");
    EXPECT_EQ(gzip.header("Content-Encoding"), "gzip");
    EXPECT_EQ(gzip.header("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(gzip.body, codec::http::compress(codec::http::Coding::gzip, script));
    EXPECT_LT(gzip.body.size(), script.size());
    // What each has is known by its own tag.
    EXPECT_NE(gzip.header("ETag"), plain.header("ETag"));
    const std::string match = "If-None-Match: " + gzip.header("ETag") + "\r\n";
    EXPECT_EQ(get("/assets/large-3c4d.js", match + "Accept-Encoding: gzip\r\n").status, 304);
    EXPECT_EQ(get("/assets/large-3c4d.js", match).status, 200);
    // Not for whom it is not, nor what gains nothing by it.
    for (const char* headers : {"Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: br\r\n"})
        EXPECT_EQ(get("/assets/large-3c4d.js", headers).body, script) << headers;
    for (const char* path : {"/assets/large-5e6f.png", "/assets/app-1a2b.js"}) {
        const auto reply = get(path, "Accept-Encoding: gzip\r\n");
        EXPECT_EQ(reply.header("Content-Encoding"), "") << path;
        EXPECT_EQ(reply.header("Vary"), "") << path;
    }
}

TEST_F(WebClientTest, AllowScriptsAndStylesFromFilesOnly) {
    const auto policy = get("/").header("Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, HasSubstr("object-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("base-uri 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(policy, Not(HasSubstr("*")));
    EXPECT_EQ(get("/").header("Referrer-Policy"), "no-referrer");
}

TEST_F(WebClientTest, AnswerHeadWithoutTheBody) {
    serve(folder());
    const auto head = server->request("HEAD", "/page.html");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(head.header("Content-Length"), std::to_string(std::string{"<h1>Page</h1>"}.size()));
    EXPECT_EQ(head.header("ETag"), get("/page.html").header("ETag"));
    EXPECT_EQ(server->request("HEAD", "/nowhere").status, 404);
    EXPECT_EQ(server->request("POST", "/page.html").status, 404);
}

TEST_F(WebClientTest, AreReadOnceAtTheStart) {
    EXPECT_EQ(get("/page.html").status, 200);
    write("page.html", "changed");
    write("new.html", "new");
    EXPECT_EQ(get("/page.html").body, "<h1>Page</h1>");
    EXPECT_EQ(get("/new.html").status, 404);
}

TEST_F(WebClientTest, AreNoneWithoutAFolder) {
    const auto none = load_web_client(files.path() / "not-there");
    ASSERT_TRUE(none.ok());
    EXPECT_TRUE(none->empty());
    EXPECT_FALSE(load_web_client(folder())->empty());
    EXPECT_FALSE(load_web_client(folder() / "index.html").ok());
}

}  // namespace
}  // namespace homeroom::api
