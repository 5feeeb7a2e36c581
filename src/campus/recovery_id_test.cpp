#include "campus/recovery_id.h"

#include <gtest/gtest.h>
#include <set>

#include "base/base64.h"

namespace homeroom::campus {
namespace {

const std::string secret(32, 's');

TEST(RecoveryIds, ReadWhatTheyMade) {
    const RecoveryIds ids(secret);
    for (const store::Seq start :
         {store::Seq{0}, store::Seq{1}, store::Seq{0x0102030405060708}, ~store::Seq{0}}) {
        const auto made = ids.make("sam", start);
        EXPECT_EQ(made.start, start);
        EXPECT_EQ(made.socket_id.size(), 20U);
        const auto read = ids.read(made.text, "sam");
        ASSERT_TRUE(read);
        EXPECT_EQ(read->start, start);
        EXPECT_EQ(read->socket_id, made.socket_id);
        EXPECT_EQ(read->text, made.text);
    }
}

TEST(RecoveryIds, AreOfTheirDeploymentAndOutliveARestart) {
    const auto made = RecoveryIds(secret).make("sam", 7);
    EXPECT_TRUE(RecoveryIds(secret).read(made.text, "sam"));
    EXPECT_FALSE(RecoveryIds(std::string(32, 't')).read(made.text, "sam"));
    EXPECT_FALSE(RecoveryIds("").read(made.text, "sam"));
}

TEST(RecoveryIds, AreOfTheirUser) {
    const RecoveryIds ids(secret);
    const auto made = ids.make("sam", 7);
    for (const char* user : {"sue", "", "sam ", "Sam", "sa", "samm"})
        EXPECT_FALSE(ids.read(made.text, user)) << user;
}

TEST(RecoveryIds, AreEachAnother) {
    const RecoveryIds ids(secret);
    std::set<std::string> texts, sockets;
    for (int i = 0; i < 1000; ++i) {
        const auto made = ids.make("sam", 7);
        texts.insert(made.text);
        sockets.insert(made.socket_id);
    }
    EXPECT_EQ(texts.size(), 1000U);
    EXPECT_EQ(sockets.size(), 1000U);
}

TEST(RecoveryIds, RefuseEveryOtherText) {
    const RecoveryIds ids(secret);
    const std::string good = ids.make("sam", 7).text;
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_FALSE(ids.read(good.substr(0, length), "sam")) << length;
    }
    EXPECT_FALSE(ids.read(good + "A", "sam"));
    EXPECT_FALSE(ids.read(good + "=", "sam"));
    EXPECT_FALSE(ids.read(" " + good, "sam"));
    EXPECT_FALSE(ids.read(std::string(100'000, 'A'), "sam"));
    EXPECT_FALSE(ids.read(std::string(good.size(), 'A'), "sam"));
    // Any other character anywhere.
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char c : {'A', 'b', '9', '_', '-', '+', '/', '\0', '=', '\xFF'}) {
            if (good[i] == c) continue;
            std::string other = good;
            other[i] = c;
            EXPECT_FALSE(ids.read(other, "sam")) << i << " " << c;
        }
    }
}

// A bit of the body moved into the user's name, or the other way round, must not leave the message
// the same.
TEST(RecoveryIds, CannotBeShiftedBetweenBodyAndUser) {
    const RecoveryIds ids(secret);
    const auto bytes = base64::decode_url_strict(ids.make("sam", 7).text).value();
    const std::string shifted = bytes.substr(0, 22) + bytes.substr(23);
    EXPECT_FALSE(ids.read(base64::encode_url(shifted), std::string{bytes[22]} + "sam"));
}

}  // namespace
}  // namespace homeroom::campus
