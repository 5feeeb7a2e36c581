#include "socketio/json_reader.h"

#include <gtest/gtest.h>
#include <string>

namespace homeroom::socketio {
namespace {

TEST(JsonReader, ReadsAsTheLibraryDoes) {
    for (const std::string text :
         {"null", "true", "-1", "18446744073709551615", "1.5", R"("a\u00e9")", "[]", "{}",
          R"([1,[2,{"b":[],"a":{}}],"x"])", R"({"z":1,"a":{"y":2,"b":3},"m":[{}]})"}) {
        const auto read = read_json(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->dump(), Json::parse(text).dump());
    }
    for (const std::string text : {"", "{", "[1,]", "nul", "1 2", R"({"a"})", "1e400"})
        EXPECT_FALSE(read_json(text)) << text;
}

TEST(JsonReader, TakesTheLastOfTwins) {
    EXPECT_EQ(read_json(R"({"a":1,"b":2,"a":{"c":3,"c":4},"b":5})")->dump(),
              R"({"a":{"c":4},"b":5})");
}

// With a look at all earlier keys for each key this would take minutes.
TEST(JsonReader, ReadsLargeObjects) {
    std::string text = "{";
    for (int i = 0; i < 200'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    text += R"("k7":1})";
    const auto read = read_json(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->size(), 200'000U);
    EXPECT_EQ(read->begin().value(), 0);
    EXPECT_EQ(read->at("k7"), 1);
}

}  // namespace
}  // namespace homeroom::socketio
