#include "campus/fanout.h"

#include <gtest/gtest.h>

namespace homeroom::campus {
namespace {

TEST(MessageOf, IsTheEventWithItsOffsetBehindIt) {
    const store::JournalEvent event{.seq = 42,
                                    .type = "post:created",
                                    .audience = {},
                                    .payload = R"({"seq":"0000000000000042","x":[1,"é"]})"};
    const auto message = message_of(event, hub::Encoder{});
    const std::string expected =
        R"(2["post:created",{"seq":"0000000000000042","x":[1,"é"]},"0000000000000042"])";
    EXPECT_EQ(message.head.as_text(), "4" + expected);
    EXPECT_TRUE(message.attachments.empty());
}

}  // namespace
}  // namespace homeroom::campus
