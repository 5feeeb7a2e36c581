// Polling by <script> elements and <iframe> forms: the payload as a script, and nothing else of the
// client's in it.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::Answer;
using test::header_of;
using test::HttpClient;
using test::polling;
using test::polling_v3;
using test::TestServer;

class EngineIoJsonpTest : public testing::Test, protected TestServer {
protected:
    EngineIoJsonpTest() : TestServer({.allow_eio3 = true, .jsonp = true}) {}

    const std::string script = polling + "&j=0";

    // The quotes of the script's string are escaped.
    static std::string sid_in(const std::string& body) {
        constexpr std::string_view key = R"(\"sid\":\")";
        const auto at = body.find(key);
        EXPECT_NE(at, std::string::npos) << body;
        return at == std::string::npos ? "" : body.substr(at + key.size(), 20);
    }
    std::string open_script() { return sid_in(request("GET", script).body); }
    Answer post_form(const std::string& sid, std::string_view form) {
        return request("POST", script + "&sid=" + sid, form,
                       "Content-Type: application/x-www-form-urlencoded\r\n");
    }
};

TEST_F(EngineIoJsonpTest, OpensWithAScript) {
    const Answer answer = request("GET", script);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(header_of(answer.head, "Content-Type"), "text/javascript; charset=UTF-8");
    EXPECT_EQ(
        answer.body,
        R"(___eio[0]("0{\"sid\":\")" + sid_in(answer.body) +
            R"(\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");)");
}

TEST_F(EngineIoJsonpTest, AnswersPollsAndTakesForms) {
    const std::string sid = open_script();
    HttpClient poll = pending(sid, script);
    const Answer ok = post_form(sid, "d=4hello+%22you%22");
    EXPECT_EQ(ok.body, "ok");
    EXPECT_EQ(header_of(ok.head, "Content-Type"), "text/html");
    const Answer answer = poll.receive();
    EXPECT_EQ(answer.body, R"(___eio[0]("4hello \"you\"");)");
    EXPECT_EQ(header_of(answer.head, "Content-Type"), "text/javascript; charset=UTF-8");
    post_form(sid, "d=4a%1Eb%41QI%3D");
    EXPECT_EQ(get(sid, script).body, R"(___eio[0]("4a\u001ebAQI=");)");
}

// A form turns a line feed into two characters, so clients send it in two that stay what they are.
TEST_F(EngineIoJsonpTest, RestoresLineFeedsOfForms) {
    const std::string sid = open_script();
    post_form(sid, "d=4a%5Cnb%5C%5Cnc");
    EXPECT_EQ(get(sid, script).body, R"(___eio[0]("4a\nb\\nc");)");
}

TEST_F(EngineIoJsonpTest, LetsNothingOutOfItsString) {
    const std::string sid = open_script();
    post_form(sid, "d=4%E2%80%A8%E2%80%A9%3C%2Fscript%3E%22)%3Balert(1)%3B%2F%2F%5C");
    EXPECT_EQ(get(sid, script).body,
              R"(___eio[0]("4\u2028\u2029\u003c/script>\");alert(1);//\\");)");
}

TEST_F(EngineIoJsonpTest, TakesOnlyTheDigitsOfTheIndex) {
    const auto beginning = [&](const std::string& index) {
        const std::string body = request("GET", polling + "&j=" + index).body;
        return body.substr(0, body.find('"'));
    };
    EXPECT_EQ(beginning("17"), "___eio[17](");
    EXPECT_EQ(beginning("1%5D%3Balert(2)%2F%2F"), "___eio[12](");
    EXPECT_EQ(beginning("constructor"), "___eio[](");
    EXPECT_EQ(beginning("%D9%A1"), "___eio[](");  // an Arabic digit
    EXPECT_EQ(beginning(""), "___eio[](");
}

TEST_F(EngineIoJsonpTest, ClosesOnAFormWithoutPayload) {
    for (const std::string_view form : {"", "4a", "x=4a", "d=4a&d=4b", "d="}) {
        const std::string sid = open_script();
        EXPECT_EQ(post_form(sid, form).body, "ok");
        EXPECT_EQ(get(sid, script).status, 400) << form;
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(5, "parse error"));
    EXPECT_EQ(echo.messages, 0);
}

TEST_F(EngineIoJsonpTest, TellsOfTheClose) {
    const std::string sid = open_script();
    post_form(sid, "d=4close");
    EXPECT_EQ(get(sid, script).body, R"(___eio[0]("6\u001e1");)");
}

TEST_F(EngineIoJsonpTest, SpeaksProtocolThreeInText) {
    const std::string target = polling_v3 + "&j=3";
    const std::string sid = sid_in(request("GET", target).body);
    request("POST", target + "&sid=" + sid, "d=2%3A4a6%3Ab4AQI%3D");
    EXPECT_EQ(get(sid, target).body, R"(___eio[3]("2:4a6:b4AQI=");)");
}

// What a session's polls look like is settled when it opens: no page can have another's session
// read out to it as a script.
TEST_F(EngineIoJsonpTest, IsNotForASessionThatOpenedWithoutIt) {
    const std::string sid = open();
    post(sid, "4a");
    const Answer answer = get(sid, script);
    EXPECT_EQ(answer.body, "4a");
    EXPECT_EQ(header_of(answer.head, "Content-Type"), "text/plain; charset=UTF-8");
}

TEST(EngineIoJsonp, IsNoScriptWhereItIsOff) {
    TestServer server;
    const Answer answer = server.request("GET", polling + "&j=0");
    EXPECT_TRUE(answer.body.starts_with(R"(0{"sid":")")) << answer.body;
    EXPECT_EQ(header_of(answer.head, "Content-Type"), "text/plain; charset=UTF-8");
    const std::string sid = test::sid_of(answer.body);
    server.post(sid, "4a", polling + "&j=0");  // nor are forms
    EXPECT_EQ(server.get(sid, polling + "&j=0").body, "4a");
}

}  // namespace
}  // namespace homeroom::engineio
