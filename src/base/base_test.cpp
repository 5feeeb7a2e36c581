#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/shared_bytes.h"

namespace homeroom {
namespace {

TEST(Hash, MakesTheDigestsOfFips180) {
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hash, MakesTheCodesOfRfc4231) {
    EXPECT_EQ(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Ascii, KnowsTheLettersOnly) {
    EXPECT_EQ(ascii::lower("@AZ[`az{ \xC3\x84"), "@az[`az{ \xC3\x84");
    EXPECT_TRUE(ascii::same_letters("Content-TYPE", "content-type"));
    EXPECT_FALSE(ascii::same_letters("[", "{"));
    EXPECT_FALSE(ascii::same_letters("origin", "origins"));
}

TEST(Hex, ReadsDigitsInBothCases) {
    EXPECT_EQ(hex_value('0'), 0);
    EXPECT_EQ(hex_value('f'), 15);
    EXPECT_EQ(hex_value('F'), 15);
    EXPECT_EQ(hex_value('g'), -1);
    EXPECT_EQ(hex_value('/'), -1);
    EXPECT_EQ(hex_value(':'), -1);
}

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

TEST(Ids, ComeInTheOrderInWhichTheyWereMade) {
    const WallTime now = wall_now() + std::chrono::hours{1};
    std::string before = make_ulid(now);
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = make_ulid(now);
        ASSERT_LT(before, id) << "in the same millisecond";
        before = id;
    }
    const std::string stepped = make_ulid(now - ulid_step_back_max);
    EXPECT_LT(before, stepped) << "when the clock has stepped back";
    EXPECT_LT(stepped, make_ulid(now + std::chrono::milliseconds{1}));
    const WallTime earlier = now - std::chrono::minutes{1};
    EXPECT_EQ(time_of_ulid(make_ulid(earlier)), earlier) << "when it was set back";
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

TEST(Rfc3339, IsReadInAnyZone) {
    const auto read = [](const char* text) {
        const auto time = parse_rfc3339(text);
        return time ? to_rfc3339(*time) : std::string{"none"};
    };
    EXPECT_EQ(read("2026-11-23T08:15:30.123Z"), "2026-11-23T08:15:30.123Z");
    EXPECT_EQ(read("2026-11-23T08:15:30Z"), "2026-11-23T08:15:30.000Z");
    EXPECT_EQ(read("2026-11-23t08:15:30.5z"), "2026-11-23T08:15:30.500Z");
    EXPECT_EQ(read("2026-11-23T08:15:30.123456789Z"), "2026-11-23T08:15:30.123Z");
    EXPECT_EQ(read("2026-11-23T09:15:30+01:00"), "2026-11-23T08:15:30.000Z");
    EXPECT_EQ(read("2026-12-31T23:30:00-05:30"), "2027-01-01T05:00:00.000Z");
    EXPECT_EQ(read("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, IsNothingElse) {
    for (const char* text :
         {"", "2026-11-23", "2026-11-23T08:15Z", "2026-11-23T08:15:30", "2026-11-23 08:15:30Z",
          "2026-02-30T08:15:30Z", "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z",
          "2026-11-23T08:15:60Z", "2026-11-23T08:15:30.Z", "2026-11-23T08:15:30.1",
          "2026-11-23T08:15:30+0100", "2026-11-23T08:15:30+01:60", "2026-11-23T08:15:30Z ",
          "2026-11-23T08:15:30 Z", "2026-11-23T-1:15:30Z", "2026-11-23T08:15:+3Z",
          "x026-11-23T08:15:30Z", "2026-11-23T08-15-30Z"}) {
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace homeroom
