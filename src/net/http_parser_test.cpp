// Requests, good and bad. Where two readers of one stream could disagree on where a request ends,
// it is refused: that is what request smuggling lives on (RFC 9112 §11.2).
#include "net/http_parser.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"

namespace homeroom::net {
namespace {

constexpr std::size_t body_max = 1'000;

// "GET /path?query body" for each request, "refused 400" or "more".
std::vector<std::string> read_in_pieces(std::string_view bytes, std::size_t piece) {
    std::vector<std::string> seen;
    auto parser = std::make_unique<HttpParser>(HttpParser::Limits{});
    std::string unread;
    const auto limit = [](const HttpRequest&) { return body_max; };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        unread += bytes.substr(at, piece);
        while (!unread.empty()) {
            std::string_view rest = unread;
            auto step = parser->feed(rest, limit);
            unread.erase(0, unread.size() - rest.size());
            if (std::holds_alternative<HttpParser::MoreNeeded>(step)) break;
            if (const auto* refused = std::get_if<HttpParser::Refused>(&step)) {
                seen.push_back("refused " + std::to_string(refused->status));
                return seen;
            }
            const auto& request = std::get<HttpRequest>(step);
            const std::string query = request.query.empty() ? "" : "?" + request.query;
            const std::string body = request.body.empty() ? "" : " " + request.body;
            seen.push_back(request.method + " " + request.path + query + body);
            parser = std::make_unique<HttpParser>(HttpParser::Limits{});
        }
    }
    if (seen.empty()) seen.push_back("more");
    return seen;
}

std::vector<std::string> read(std::string_view bytes) {
    return read_in_pieces(bytes, bytes.size() + 1);
}

using List = std::vector<std::string>;
const List bad_request{"refused 400"};

// --- Good ones -----------------------------------------------------------------------------------

TEST(HttpParser, ReadsRequests) {
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), List{"GET /"});
    EXPECT_EQ(read("GET /socket.io/?EIO=4&t=%20a?b HTTP/1.1\r\nHost: h\r\n\r\n"),
              List{"GET /socket.io/?EIO=4&t=%20a?b"});
    EXPECT_EQ(read("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"),
              List{"POST /p hello"});
    EXPECT_EQ(read("DELETE /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
              List{"DELETE /p"});
    EXPECT_EQ(read("PATCH /p HTTP/1.0\r\n\r\n"), List{"PATCH /p"});
    EXPECT_EQ(read("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), List{"OPTIONS *"});
}

TEST(HttpParser, ReadsChunkedBodies) {
    const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(read(head + "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\n\r\n"),
              List{"POST /p hello world"});
    EXPECT_EQ(read(head + "0\r\nTrailer: x\r\n\r\n"), List{"POST /p"});
    EXPECT_EQ(read(head + "A\r\n0123456789\r\n00\r\n\r\n"), List{"POST /p 0123456789"});
    for (const std::string_view bad :
         {"x\r\n", "-1\r\n", "5\r\nhelloX\r\n", "5\nhello\n0\n\n", "0x5\r\nhello\r\n",
          "FFFFFFFFFFFFFFFFF\r\n", "\r\n", " 5\r\nhello\r\n"}) {
        EXPECT_EQ(read(head + std::string{bad} + "0\r\n\r\n").front().substr(0, 7), "refused")
            << bad;
    }
}

TEST(HttpParser, ReadsOneRequestBehindAnother) {
    EXPECT_EQ(read("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: "
                   "h\r\nContent-Length: 2\r\n\r\nab"
                   "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n"),
              (List{"GET /1", "POST /2 ab", "GET /3"}));
}

TEST(HttpParser, KnowsWhetherTheConnectionGoesOn) {
    const auto keeps = [](std::string_view text) {
        HttpParser parser{{}};
        auto step = parser.feed(text, [](const HttpRequest&) { return body_max; });
        return std::get<HttpRequest>(step).keep_alive;
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(HttpParser, FindsHeadersAndParameters) {
    std::string_view text =
        "GET /p?a=1&b=x%20y+z&a=2&flag&%63=3&bad=%4 HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, "
        "Upgrade\r\n"
        "X-List: a\r\nX-Empty:\r\nX-Space:  a b \t\r\nx-list: b,c\r\n\r\n";
    HttpParser parser{{}};
    auto step = parser.feed(text, [](const HttpRequest&) { return body_max; });
    const auto& request = std::get<HttpRequest>(step);
    EXPECT_EQ(request.header("hOST"), "h");
    EXPECT_EQ(request.header("x-empty"), "");
    EXPECT_EQ(request.header("x-space"), "a b");
    EXPECT_FALSE(request.header("x-none"));
    EXPECT_TRUE(request.header_has_token("connection", "upgrade"));
    EXPECT_FALSE(request.header_has_token("connection", "up"));
    EXPECT_EQ(request.header_list("X-LIST"), "a, b,c");
    EXPECT_EQ(request.header_list("x-empty"), "");
    EXPECT_EQ(request.header_list("x-none"), "");
    EXPECT_EQ(request.parameter("a"), "2");  // the last one, as in Node
    EXPECT_EQ(request.parameter("b"), "x y z");
    EXPECT_EQ(request.parameter("flag"), "");
    EXPECT_EQ(request.parameter("c"), "3");
    EXPECT_EQ(request.parameter("bad"), "%4");
    EXPECT_FALSE(request.parameter("none"));
    const auto all = request.parameters();
    for (const auto& [name, value] : all) EXPECT_TRUE(request.parameter(name)) << name;
    EXPECT_EQ(std::ranges::count(all, std::pair<std::string, std::string>{"flag", ""}), 1);
    EXPECT_EQ(std::ranges::count(all, std::pair<std::string, std::string>{"b", "x y z"}), 1);
}

TEST(HttpParser, TellsOnceThatTheClientWaitsToContinue) {
    HttpParser parser{{}};
    const auto limit = [](const HttpRequest&) { return body_max; };
    std::string_view head =
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    auto step = parser.feed(head, limit);
    EXPECT_TRUE(std::get<HttpParser::MoreNeeded>(step).continue_expected);
    std::string_view first = "a";
    step = parser.feed(first, limit);
    EXPECT_FALSE(std::get<HttpParser::MoreNeeded>(step).continue_expected);
    std::string_view second = "b";
    step = parser.feed(second, limit);
    EXPECT_EQ(std::get<HttpRequest>(step).body, "ab");
}

// --- Limits --------------------------------------------------------------------------------------

TEST(HttpParser, LimitsTheHead) {
    const auto with_header = [](std::size_t size) {
        return read("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(size, 'x') + "\r\n\r\n");
    };
    EXPECT_EQ(with_header(limits::http_header_bytes_max - 100), List{"GET /"});
    EXPECT_EQ(with_header(limits::http_header_bytes_max), List{"refused 431"});
    EXPECT_EQ(read("GET /" + std::string(limits::http_header_bytes_max, 'x')).front().substr(0, 7),
              "refused");
    EXPECT_EQ(read(std::string(limits::http_header_bytes_max + 1, 'x')).front().substr(0, 7),
              "refused");
}

TEST(HttpParser, LimitsTheNumberOfHeaders) {  // CVE-2024-37890
    const auto with_headers = [](std::size_t count) {
        std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
        for (std::size_t i = 1; i < count; ++i) text += "X" + std::to_string(i) + ": y\r\n";
        return read(text + "\r\n");
    };
    EXPECT_EQ(with_headers(limits::http_header_count_max), List{"GET /"});
    EXPECT_EQ(with_headers(limits::http_header_count_max + 1), List{"refused 431"});
}

TEST(HttpParser, LimitsTheBody) {
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
    EXPECT_EQ(read(head + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x')).front().size(),
              1007U);
    EXPECT_EQ(read(head + "Content-Length: 1001\r\n\r\n"),
              List{"refused 413"});  // before any of it has come
    EXPECT_EQ(read(head + "Content-Length: 18446744073709551615\r\n\r\n"), List{"refused 413"});
    const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(read(chunked + "3E8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n").front().size(),
              1007U);
    EXPECT_EQ(read(chunked + "3E9\r\n" + std::string(1001, 'x')), List{"refused 413"});
    EXPECT_EQ(read(chunked + "3E8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n"),
              List{"refused 413"});
}

// What a parser waits for the end of must not grow: a chunk's extension, and what follows the last
// chunk.
TEST(HttpParser, LimitsWhatSurroundsChunks) {
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string flood(limits::http_header_bytes_max + 100, 'x');
    EXPECT_EQ(read(head + "5;ext=" + flood).front().substr(0, 7), "refused");
    EXPECT_EQ(read(head + "0\r\nTrailer: " + flood).front().substr(0, 7), "refused");
    EXPECT_EQ(read_in_pieces(head + "5;ext=" + flood, 1'000).front().substr(0, 7), "refused");
    EXPECT_EQ(read_in_pieces(head + "0\r\nTrailer: " + flood, 1'000).front().substr(0, 7),
              "refused");
}

// --- Bad ones ------------------------------------------------------------------------------------

TEST(HttpParser, RefusesWhatIsNoRequest) {
    for (const std::string_view text :
         {"\x16\x03\x01\x02 TLS\r\nHost: h\r\n\r\n", "GET\r\nHost: h\r\n\r\n",
          "GET /\r\nHost: h\r\n\r\n", "GET / HTTP\r\nHost: h\r\n\r\n",
          "GET / http/1.1\r\nHost: h\r\n\r\n", " GET / HTTP/1.1\r\nHost: h\r\n\r\n",
          "G\x01T / HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"}) {
        EXPECT_EQ(read(text).front().substr(0, 7), "refused") << text;
    }
    EXPECT_EQ(read("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), List{"refused 505"});
    EXPECT_EQ(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), List{"refused 505"});
}

TEST(HttpParser, RefusesBareLineFeeds) {
    EXPECT_NE(read("GET / HTTP/1.1\nHost: h\n\n").front().substr(0, 3), "GET");
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"), bad_request);
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"), bad_request);
}

TEST(HttpParser, RefusesTwoAnswersToWhereABodyEnds) {
    const auto with = [](std::string_view headers) {
        return read("POST / HTTP/1.1\r\nHost: h\r\n" + std::string{headers} +
                    "\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n");
    };
    for (const std::string_view headers :
         {"Content-Length: 5\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nContent-Length: 5",
          "Content-Length: 5\r\nContent-Length: 6",
          "Content-Length: 5, 6",
          "Content-Length: +5",
          "Content-Length: -5",
          "Content-Length: 0x5",
          "Content-Length: 5 5",
          "Content-Length:",
          "Content-Length: five",
          "Content-Length: 99999999999999999999",
          "Transfer-Encoding: identity",
          "Transfer-Encoding: gzip",
          "Transfer-Encoding: chunked, identity",
          "Transfer-Encoding: xchunked",
          "Transfer-Encoding: chunked, chunked",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
          "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding:",
          "Transfer-Encoding: \"chunked\"",
          "Transfer-Encoding: chunked;q=1",
          "Content-Length : 5",
          "Transfer-Encoding : chunked",
          " Content-Length: 5",
          "Transfer-Encoding\t: chunked",
          "Content-Length: 5\r\n 6"}) {
        EXPECT_EQ(with(headers), bad_request) << headers;
    }
    EXPECT_EQ(with("transfer-encoding: Chunked").front(), "POST /");
}

TEST(HttpParser, WantsOneHost) {  // RFC 9112 §3.2
    EXPECT_EQ(read("GET / HTTP/1.1\r\n\r\n"), bad_request);
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), bad_request);
    EXPECT_EQ(read("GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"), bad_request);
    EXPECT_EQ(read("GET / HTTP/1.1\r\nhost:\r\n\r\n"), List{"GET /"});  // empty, as for "OPTIONS *"
    EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n"), List{"GET /"});
}

TEST(HttpParser, RefusesAFoldedHeader) {
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"),
              bad_request);  // RFC 9112 §5.2
    EXPECT_EQ(read("GET / HTTP/1.1\r\n X: a\r\nHost: h\r\n\r\n"), bad_request);
}

TEST(HttpParser, RefusesBadHeaderNames) {
    for (const std::string_view line :
         {": y", "X y: z", "X\x01: y", "X", "X\xFF: y", "(X): y", "X: \x01", "X: a\x7F"}) {
        EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\r\n" + std::string{line} + "\r\n\r\n"),
                  bad_request)
            << line;
    }
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: h\r\nX: a" + std::string(1, 0) + "b\r\n\r\n"),
              bad_request);
}

TEST(HttpParser, TakesNoAbsoluteFormForAPath) {
    EXPECT_EQ(read("GET http://h/p HTTP/1.1\r\nHost: h\r\n\r\n"),
              List{"GET http://h/p"});  // matches no route: 404
    EXPECT_EQ(read("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"), List{"CONNECT h:80"});
    EXPECT_EQ(read("GET //h/../p HTTP/1.1\r\nHost: h\r\n\r\n"), List{"GET //h/../p"});
}

// --- Any cut -------------------------------------------------------------------------------------

RC_GTEST_PROP(HttpParser, ReadsTheSameHoweverTheStreamIsCut, ()) {
    const std::vector<std::string> requests{
        "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
        "chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: "
        "x\r\n\r\n",
        "GET /d?e=f HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"};
    std::string stream;
    const auto count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) stream += *rc::gen::elementOf(requests);
    const auto piece = *rc::gen::inRange<std::size_t>(1, 60);
    RC_ASSERT(read_in_pieces(stream, piece) == read(stream));
}

}  // namespace
}  // namespace homeroom::net
