// Socket.IO packets: the protocol's own examples, what it calls invalid, and the limits.
#include "codec/socketio.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"

namespace homeroom::codec::socketio {
namespace {

constexpr DecodeLimits wide{
    .attachments_max = limits::attachments_max,
    .json_depth_max = limits::json_depth_max,
    .json_values_max = limits::json_values_max,
    .namespace_bytes_max = limits::namespace_name_bytes_max,
};

// "type nsp id attachments | argument | argument" or the error's code.
std::string words(std::string_view text) {
    const auto packet = decode(text, wide);
    if (!packet.ok()) return std::string{to_string(packet.error().code)};
    std::string said =
        std::to_string(static_cast<int>(packet->type)) + " " + std::string{packet->nsp} + " ";
    said += packet->id ? std::to_string(*packet->id) : "-";
    said += " " + std::to_string(packet->attachments);
    for (const std::string_view argument : packet->arguments) said += " | " + std::string{argument};
    return said;
}

bool valid(std::string_view text) {
    return decode(text, wide).ok();
}

// --- Grammar -------------------------------------------------------------------------------------

TEST(SocketIoDecode, ReadsTheExamplesOfTheProtocol) {
    EXPECT_EQ(words("0"), "0 / - 0");
    EXPECT_EQ(words(R"(0{"token":"123"})"), "0 / - 0");
    EXPECT_EQ(decode(R"(0/admin,{"sid":"CjdVH4TQvovi1VvgAC5Z"})", wide)->payload,
              R"({"sid":"CjdVH4TQvovi1VvgAC5Z"})");
    EXPECT_EQ(words("1/admin,"), "1 /admin - 0");
    EXPECT_EQ(words(R"(2["foo"])"), R"(2 / - 0 | "foo")");
    EXPECT_EQ(words(R"(2/admin,["bar"])"), R"(2 /admin - 0 | "bar")");
    EXPECT_EQ(words(R"(212["foo"])"), R"(2 / 12 0 | "foo")");
    EXPECT_EQ(words(R"(3/admin,13["bar"])"), R"(3 /admin 13 0 | "bar")");
    EXPECT_EQ(words(R"(4{"message":"Not authorized"})"), "4 / - 0");
    EXPECT_EQ(words(R"(51-["baz",{"_placeholder":true,"num":0}])"),
              R"(5 / - 1 | "baz" | {"_placeholder":true,"num":0})");
    EXPECT_EQ(
        words(R"(52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])"),
        R"(5 /admin - 2 | "baz" | {"_placeholder":true,"num":0} | {"_placeholder":true,"num":1})");
    EXPECT_EQ(words(R"(61-15["bar",{"_placeholder":true,"num":0}])"),
              R"(6 / 15 1 | "bar" | {"_placeholder":true,"num":0})");
    EXPECT_EQ(words(R"(61-/admin,1[{"_placeholder":true,"num":0}])"),
              R"(6 /admin 1 1 | {"_placeholder":true,"num":0})");
}

TEST(SocketIoDecode, TakesWhatClientsReallySend) {
    EXPECT_EQ(words("0/custom"), "0 /custom - 0");  // C++: no comma
    EXPECT_EQ(words("0/,"), "0 / - 0");
    EXPECT_EQ(words("1"), "1 / - 0");
    EXPECT_EQ(words("0/custom?x=1,{}"), "0 /custom?x=1 - 0");
    EXPECT_EQ(words("2"), "2 / - 0");  // no payload: legal and means nothing
    EXPECT_EQ(words("2/admin"), "2 /admin - 0");
    EXPECT_EQ(words("37"), "3 / 7 0");
    EXPECT_EQ(words("2[1,2]"), "2 / - 0 | 1 | 2");
    EXPECT_EQ(words("3[]"), "3 / - 0");
    EXPECT_EQ(words("2007[\"e\"]"), "2 / 7 0 | \"e\"");
    EXPECT_EQ(words("2 [ \"e\" , 1 ] "), "2 / - 0 | \"e\" | 1");
    EXPECT_EQ(words(R"(2["e",{"_placeholder":true,"num":99}])"),
              R"(2 / - 0 | "e" | {"_placeholder":true,"num":99})");
}

TEST(SocketIoDecode, RefusesUnknownTypes) {
    for (int c = 0; c < 256; ++c) {
        if (c >= '0' && c <= '6') continue;
        EXPECT_EQ(words(std::string(1, static_cast<char>(c)) + "[\"e\"]"), "invalid") << c;
    }
    EXPECT_EQ(words(""), "invalid");
}

TEST(SocketIoDecode, RefusesPayloadsOfTheWrongKind) {
    const std::string_view bad[] = {
        "0[]",        "0null",     "0\"x\"",      "0true",       "0{",     "0{}x",
        "1{}",        "1[]",       "1/admin,{}",  "2{}",         "2[]",    "2null",
        "2[null]",    "2[true]",   "2[{}]",       "2[[]]",       "2\"x\"", "2[\"e\"",
        "2[\"e\"]x",  "3{}",       "3null",       "3\"x\"",      "4",      "4[]",
        "4null",      "41",        "2[\"\x01\"]", "2[\"\xFF\"]", "2abc",   "2,[\"e\"]",
        "2-1[\"e\"]", "2+1[\"e\"]"};
    for (const std::string_view text : bad) {
        EXPECT_EQ(words(text), "invalid") << text;
    }
}

TEST(SocketIoDecode, RefusesReservedNames) {
    for (const std::string name : {"connect", "connect_error", "disconnect", "disconnecting",
                                   "newListener", "removeListener"}) {
        EXPECT_EQ(words("2[\"" + name + "\"]"), "invalid");
        EXPECT_EQ(words("51-[\"" + name + "\",{\"_placeholder\":true,\"num\":0}]"), "invalid");
        EXPECT_TRUE(valid("3[\"" + name + "\"]"));  // an ack has no name
    }
    EXPECT_EQ(words(R"(2["\u0063onnect"])"), "invalid");  // the name, not its spelling
    for (const std::string name : {"connection", "error", "message", "", "Connect", "connect "}) {
        EXPECT_TRUE(valid("2[\"" + name + "\"]")) << name;
    }
}

TEST(SocketIoDecode, GivesTheNameAsText) {
    const auto name = [](std::string_view text) {
        return event_name(decode(text, wide)->arguments.front());
    };
    EXPECT_EQ(name(R"(2["post:create",1])"), "post:create");
    EXPECT_EQ(name(R"(2["\u00e9\n"])"), "\xC3\xA9\n");
    EXPECT_EQ(name("2[1,2]"), "1");
    EXPECT_EQ(name(R"(2["1"])"), "1");
}

// --- Numbers -------------------------------------------------------------------------------------

TEST(SocketIoDecode, TakesAckIdsOf64Bits) {
    EXPECT_EQ(words("29007199254740993[\"e\"]"),
              "2 / 9007199254740993 0 | \"e\"");  // beyond 2^53: given back exactly
    EXPECT_EQ(words("218446744073709551615[\"e\"]"), "2 / 18446744073709551615 0 | \"e\"");
    EXPECT_EQ(words("218446744073709551616[\"e\"]"), "invalid");
    EXPECT_EQ(words("2" + std::string(1000, '9') + "[\"e\"]"), "invalid");
}

TEST(SocketIoDecode, LimitsAttachments) {
    EXPECT_EQ(words("510-[\"e\"]"),
              "5 / - 10 | \"e\"");                 // fewer placeholders than attachments: legal
    EXPECT_EQ(words("511-[\"e\"]"), "too_large");  // CVE-2026-33151
    EXPECT_EQ(words("599999999999999999999-[\"e\"]"), "invalid");
    for (const std::string_view text :
         {"50-[\"e\"]", "5[\"e\"]", "5-[\"e\"]", "5-1-[\"e\"]", "51[\"e\"]", "5+1-[\"e\"]",
          "51.0-[\"e\"]", "5 1-[\"e\"]", "60-[]", "6[]", "5", "51", "6/admin,1-[]"}) {
        EXPECT_EQ(words(text), "invalid") << text;
    }
}

TEST(SocketIoDecode, LimitsNamespaces) {
    const std::string longest = "/" + std::string(wide.namespace_bytes_max - 1, 'n');
    EXPECT_TRUE(valid("0" + longest + ","));
    EXPECT_TRUE(valid("0" + longest));
    EXPECT_EQ(words("0" + longest + "n,"), "too_large");
    EXPECT_EQ(words("0/" + std::string(1'000'000, 'n')), "too_large");
    EXPECT_EQ(words("2/" + std::string(1'000'000, 'n') + ",[\"e\"]"), "too_large");
}

TEST(SocketIoDecode, LimitsJson) {
    std::string deep(wide.json_depth_max - 1, '[');
    deep += std::string(wide.json_depth_max - 1, ']');
    EXPECT_TRUE(valid("2[\"e\"," + deep + "]"));
    EXPECT_EQ(words("2[\"e\",[" + deep + "]]"), "too_large");
    EXPECT_EQ(words("2[\"e\"," + std::string(999'000, '[')), "too_large");
    std::string objects = "0";
    for (int i = 0; i < 150'000; ++i) objects += "{\"a\":";
    EXPECT_EQ(words(objects), "too_large");
    std::string many = "3[";
    for (std::size_t i = 0; i < wide.json_values_max; ++i) many += "1,";
    EXPECT_EQ(words(many + "1]"), "too_large");
}

// --- Placeholders --------------------------------------------------------------------------------

TEST(SocketIoPlaceholder, NamesAnAttachmentThatExists) {  // CVE-2022-2421, CVE-2023-32695
    const auto with = [](std::string_view value) {
        return words("52-[\"e\"," + std::string{value} + "]") != "invalid";
    };
    EXPECT_TRUE(with(R"({"_placeholder":true,"num":0})"));
    EXPECT_TRUE(with(R"({"_placeholder":true,"num":1})"));
    EXPECT_FALSE(with(R"({"_placeholder":true,"num":2})"));
    for (const std::string_view num :
         {"-1", "0.5", "1.5", "1e5", "\"0\"", "null", "true", "[0]", "{}", "\"splice\"",
          "18446744073709551616", "99999999999999999999999"}) {
        EXPECT_FALSE(with(R"({"_placeholder":true,"num":)" + std::string{num} + "}")) << num;
    }
    EXPECT_FALSE(with(R"({"_placeholder":true})"));
    EXPECT_FALSE(with(R"({"_placeholder":true,"number":0})"));
}

TEST(SocketIoPlaceholder, IsRecognisedInAnySpelling) {
    const auto with = [](std::string_view value) {
        return words("51-[\"e\"," + std::string{value} + "]") != "invalid";
    };
    EXPECT_TRUE(with(R"({"num":0,"_placeholder":true})"));
    EXPECT_FALSE(with(R"({"num":1,"_placeholder":true})"));
    EXPECT_TRUE(with(R"({ "_placeholder" : true , "extra" : [{}] , "num" : 0 })"));
    EXPECT_FALSE(with(R"({ "_placeholder" : true , "extra" : {"num":0} , "num" : 7 })"));
    EXPECT_FALSE(with(R"({"_placeholder":true,"extra":{"num":0}})"));
    EXPECT_FALSE(with(R"({"\u005fplaceholder":true,"num":9})"));
    EXPECT_FALSE(with(R"({"_placeholder":true,"\u006eum":9})"));
    EXPECT_TRUE(with(R"({"_placeholder":true,"\u006eum":0})"));
    EXPECT_FALSE(with(R"({"deep":[[{"a":{"_placeholder":true,"num":9}}]]})"));
    EXPECT_TRUE(with(R"({"deep":[[{"a":{"_placeholder":true,"num":0}}]]})"));
    // Of a key that comes twice, JavaScript takes the last.
    EXPECT_FALSE(with(R"({"_placeholder":true,"num":0,"num":9})"));
    EXPECT_TRUE(with(R"({"_placeholder":true,"num":9,"num":0})"));
    EXPECT_TRUE(with(R"({"_placeholder":true,"num":9,"_placeholder":false})"));
}

TEST(SocketIoPlaceholder, IsNoOtherObject) {
    const auto with = [](std::string_view value) {
        return words("51-[\"e\"," + std::string{value} + "]") != "invalid";
    };
    for (const std::string_view value :
         {R"({"_placeholder":false,"num":9})", R"({"_placeholder":1,"num":9})",
          R"({"_placeholder":"true","num":9})", R"({"_placeholder":{},"num":9})", R"({"num":9})",
          R"(["_placeholder",true,"num",9])", R"("_placeholder")",
          R"("{\"_placeholder\":true,\"num\":9}")", R"({"a":"_placeholder","num":9})",
          R"({"_placeholder":[true],"num":9})", R"({"x_placeholder":true,"num":9})"}) {
        EXPECT_TRUE(with(value)) << value;
    }
    EXPECT_TRUE(valid(R"(51-["_placeholder",true])"));
}

// --- Writing -------------------------------------------------------------------------------------

using Arguments = std::vector<std::string_view>;

TEST(SocketIoEncode, WritesTheProtocolsExamples) {
    EXPECT_EQ(encode_connect("/", "abc", ""), R"(0{"sid":"abc"})");
    EXPECT_EQ(encode_connect("/admin", "abc", "p1"), R"(0/admin,{"sid":"abc","pid":"p1"})");
    EXPECT_EQ(encode_connect_error("/", "Not \"authorized\"", ""),
              R"(4{"message":"Not \"authorized\""})");
    EXPECT_EQ(encode_connect_error("/admin", "no", R"({"code":1})"),
              R"(4/admin,{"message":"no","data":{"code":1}})");
    EXPECT_EQ(encode_disconnect("/"), "1");
    EXPECT_EQ(encode_disconnect("/admin"), "1/admin,");
    EXPECT_EQ(encode_event("/", "foo", {}), R"(2["foo"])");
    EXPECT_EQ(encode_event("/admin", "a\"b", Arguments{"1", "{}"}, 12),
              R"(2/admin,12["a\"b",1,{}])");
    EXPECT_EQ(
        encode_event("/", "baz", Arguments{R"({"_placeholder":true,"num":0})"}, std::nullopt, 1),
        R"(51-["baz",{"_placeholder":true,"num":0}])");
    EXPECT_EQ(encode_ack("/", 0, {}), "30[]");
    EXPECT_EQ(encode_ack("/admin", 13, Arguments{"1", "2"}), "3/admin,13[1,2]");
    EXPECT_EQ(encode_ack("/", 15, Arguments{R"({"_placeholder":true,"num":0})"}, 1),
              R"(61-15[{"_placeholder":true,"num":0}])");
    EXPECT_EQ(encode_ack("/", 18446744073709551615ULL, {}), "318446744073709551615[]");
}

RC_GTEST_PROP(SocketIoEncode, IsReadBack, ()) {
    const auto nsp = *rc::gen::element<std::string>("/", "/admin", "/a?b=1", "/0", "/-");
    const auto id = *rc::gen::maybe(rc::gen::arbitrary<std::uint64_t>());
    const auto attachments = *rc::gen::inRange<std::size_t>(0, limits::attachments_max + 1);
    std::string name = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
    std::vector<std::string> values;
    const auto count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) {
        values.push_back(*rc::gen::element<std::string>("1", "null", R"("]")",
                                                        R"({"a":[1,{"b":"\""}]})", "[]", "-1e5"));
    }
    if (attachments > 0)
        values.push_back(R"({"_placeholder":true,"num":)" + std::to_string(attachments - 1) + "}");
    const Arguments arguments{values.begin(), values.end()};
    const std::string text =
        encode_event(nsp, name, arguments, id ? std::optional{*id} : std::nullopt, attachments);
    const auto packet = decode(text, wide);
    RC_ASSERT(packet.ok());
    RC_ASSERT(packet->nsp == nsp);
    RC_ASSERT(packet->id.has_value() == bool(id));
    if (id) RC_ASSERT(*packet->id == *id);
    RC_ASSERT(packet->attachments == attachments);
    RC_ASSERT(event_name(packet->arguments.front()) == name);
    RC_ASSERT(Arguments(packet->arguments.begin() + 1, packet->arguments.end()) == arguments);

    const std::string ack = encode_ack(nsp, id ? *id : 0, arguments, attachments);
    const auto answer = decode(ack, wide);
    RC_ASSERT(answer.ok());
    RC_ASSERT(answer->arguments == arguments);
    RC_ASSERT(answer->id == (id ? *id : 0));
}

// Whatever is done to a packet, it is read or refused; what is read is what another parser reads.
RC_GTEST_PROP(SocketIoDecode, AgreesWithAnotherParserOnDamagedPackets, ()) {
    std::string text = *rc::gen::element<std::string>(
        R"(2/admin,12["e",{"a":[1,2]},"x"])", R"(52-["e",{"_placeholder":true,"num":1}])",
        R"(0/a,{"token":"t"})", R"(61-15[{"_placeholder":true,"num":0}])", "1/admin,");
    const auto damages = *rc::gen::inRange(1, 4);
    for (int i = 0; i < damages && !text.empty(); ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        const auto with = *rc::gen::elementOf(std::string{"[]{},:\"\\/0129-e \x01"});
        switch (*rc::gen::inRange(0, 3)) {
            case 0: text.erase(at, 1); break;
            case 1: text.insert(at, 1, with); break;
            default: text[at] = with; break;
        }
    }
    const auto packet = decode(text, wide);
    if (!packet.ok() || packet->payload.empty()) return;
    const auto json = nlohmann::json::parse(packet->payload, nullptr, false);
    RC_ASSERT(!json.is_discarded());
    if (json.is_array()) RC_ASSERT(packet->arguments.size() == json.size());
}

}  // namespace
}  // namespace homeroom::codec::socketio
