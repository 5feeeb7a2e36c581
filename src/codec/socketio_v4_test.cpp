// What version 2 clients and the server of socket.io 4 with allowEIO3 say to each other.
#include "codec/socketio_v4.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>

#include "base/limits.h"
#include "codec/socketio.h"

namespace homeroom::codec::socketio {
namespace {

TEST(SocketIo4Connect, HasAQueryInTheNamespacesPlace) {
    const auto split = [](std::string_view nsp) {
        const auto [name, query] = split_query(nsp);
        return std::string{name} + " " + std::string{query};
    };
    EXPECT_EQ(split("/"), "/ ");
    EXPECT_EQ(split("/admin"), "/admin ");
    EXPECT_EQ(split("/admin?"), "/admin ");
    EXPECT_EQ(split("/admin?a=b"), "/admin a=b");
    EXPECT_EQ(split("/?a=b?c"), "/ a=b?c");
    const auto packet = decode("0/admin?token=abc,", {.attachments_max = 1,
                                                      .json_depth_max = 1,
                                                      .json_values_max = 1,
                                                      .namespace_bytes_max = 20});
    ASSERT_TRUE(packet.ok());
    EXPECT_EQ(split(packet->nsp), "/admin token=abc");
}

// What URLSearchParams, which Node's server asks, makes of it.
TEST(SocketIo4Connect, HasTheQueryAsAuth) {
    EXPECT_EQ(query_to_json(""), "{}");
    EXPECT_EQ(query_to_json("a=b"), R"({"a":"b"})");
    EXPECT_EQ(query_to_json("token=abc&EIO=3"), R"({"token":"abc","EIO":"3"})");
    EXPECT_EQ(query_to_json("a=b&x=y&a=c"), R"({"a":"c","x":"y"})");
    EXPECT_EQ(query_to_json("a"), R"({"a":""})");
    EXPECT_EQ(query_to_json("=x"), R"({"":"x"})");
    EXPECT_EQ(query_to_json("a=1+2&b=%20"), R"({"a":"1 2","b":" "})");
    EXPECT_EQ(query_to_json("%zz=%ff&&c=%e2%82%ac"),
              "{\"%zz\":\"\xEF\xBF\xBD\",\"c\":\"\xE2\x82\xAC\"}");
    EXPECT_EQ(query_to_json("a=%22%5C%00"), R"({"a":"\"\\\u0000"})");
    std::string many;
    for (int i = 0; i < 2'000; ++i) many += "n" + std::to_string(i) + "=&";
    EXPECT_EQ(nlohmann::json::parse(query_to_json(many)).size(), limits::query_parameters_max);
}

TEST(SocketIo4Encode, WritesWhatNodeWrites) {
    EXPECT_EQ(encode_connect_v4("/"), "0");
    EXPECT_EQ(encode_connect_v4("/nsp"), "0/nsp,");
    EXPECT_EQ(encode_connect_error_v4("/", "text", ""), R"(4"text")");
    EXPECT_EQ(encode_connect_error_v4("/nsp", "te\"xt", ""), R"(4/nsp,"te\"xt")");
    EXPECT_EQ(encode_connect_error_v4("/nsp", "text", R"({"code":1})"), R"(4/nsp,{"code":1})");
    EXPECT_EQ(encode_connect_error_v4("/", "text", "[]"), "4[]");
    for (const std::string_view falsy : {"null", "false", "0", "\"\""}) {
        EXPECT_EQ(encode_connect_error_v4("/", "text", falsy), R"(4"text")");
    }
    EXPECT_EQ(encode_connect_error("/nope", "Invalid namespace", {}),
              R"(4/nope,{"message":"Invalid namespace"})");
}

RC_GTEST_PROP(SocketIo4Connect, HasAuthThatIsJson, (const std::string& query)) {
    RC_ASSERT(nlohmann::json::parse(query_to_json(query)).is_object());
}

}  // namespace
}  // namespace homeroom::codec::socketio
