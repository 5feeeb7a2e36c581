#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/base64.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/shared_bytes.h"

namespace homeroom {
namespace {

TEST(Base64, EncodesTheVectorsOfRfc4648) {
    EXPECT_EQ(base64::encode(""), "");
    EXPECT_EQ(base64::encode("f"), "Zg==");
    EXPECT_EQ(base64::encode("fo"), "Zm8=");
    EXPECT_EQ(base64::encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64::encode_url("\xff\xfe"), "__4");
}

TEST(Base64, LenientDecodingSkipsLineBreaksAndMissingPadding) {
    EXPECT_EQ(base64::decode_lenient("Zm9v\nYmFy\n"), "foobar");
    EXPECT_EQ(base64::decode_lenient("Zm8"), "fo");
    EXPECT_EQ(base64::decode_lenient("__4="), "\xff\xfe");
    EXPECT_EQ(base64::decode_lenient("//4="), "\xff\xfe");
}

TEST(Base64, StrictDecodingHasOneSpellingForEachValue) {
    EXPECT_EQ(base64::decode_url_strict("Zm8"), "fo");
    EXPECT_EQ(base64::decode_url_strict("Zm8="), std::nullopt);
    EXPECT_EQ(base64::decode_url_strict("Zm9"), std::nullopt) << "stray bits";
    EXPECT_EQ(base64::decode_url_strict("Zm+v"), std::nullopt) << "the other alphabet";
    EXPECT_EQ(base64::decode_url_strict("Z"), std::nullopt);
}

TEST(Clock, WritesAndReadsDates) {
    EXPECT_EQ(to_rfc3339(WallTime{std::chrono::milliseconds{1'000'000'000'123}}),
              "2001-09-09T01:46:40.123Z");
    EXPECT_EQ(to_string(*parse_date("2024-02-29")), "2024-02-29");
    EXPECT_EQ(parse_date("2023-02-29"), std::nullopt);
    EXPECT_EQ(parse_date("2023-2-28"), std::nullopt);
    EXPECT_EQ(parse_date("20230228"), std::nullopt);
}

TEST(Ids, AreOfTheirFormAndDiffer) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(random_id20().size(), 20U);
        EXPECT_TRUE(seen.insert(make_ulid(wall_now())).second);
    }
    EXPECT_EQ(make_ulid(WallTime{}).substr(0, 10), "0000000000");
}

Result<int> half(int number) {
    if (number % 2 != 0) return Error{Code::invalid, "odd", "number"};
    return number / 2;
}

Result<int> quarter(int number) {
    TRY(const int once, half(number));
    TRY(const int twice, half(once));
    return twice;
}

TEST(Result, TryPassesTheFirstErrorUp) {
    EXPECT_EQ(quarter(12).value(), 3);
    EXPECT_EQ(quarter(6).error().field, "number");
    EXPECT_EQ(to_string(quarter(6).error().code), "invalid");
}

TEST(SharedBytes, JoinsHeadAndTailAndOutlivesItsMaker) {
    SharedBytes copy;
    {
        const SharedBytes bytes("ab", "cd");
        copy = bytes;
    }
    EXPECT_EQ(copy.view(), "abcd");
    EXPECT_TRUE(SharedBytes("").empty());
}

}  // namespace
}  // namespace homeroom
