// One message in both of its forms.
#include "engineio/frame.h"

#include <gtest/gtest.h>
#include <string>

namespace homeroom::engineio {
namespace {

TEST(Frame, IsAMessageInAWebSocketFrame) {
    const Frame frame = Frame::text("hello");
    EXPECT_EQ(frame.websocket().view(),
              "\x81\x06"
              "4hello");
    EXPECT_EQ(frame.as_text(), "4hello");
    EXPECT_FALSE(frame.is_binary());
    EXPECT_EQ(frame.size(), 8U);
    EXPECT_EQ(Frame::text("").websocket().view(),
              "\x81\x01"
              "4");
}

TEST(Frame, CarriesBytesBareOrAsBase64) {
    const Frame frame = Frame::binary("\x01\x02\x03\x04");
    EXPECT_EQ(frame.websocket().view(), "\x82\x04\x01\x02\x03\x04");
    EXPECT_EQ(frame.as_text(), "bAQIDBA==");
    EXPECT_TRUE(frame.is_binary());
    EXPECT_EQ(Frame::binary("").as_text(), "b");
}

TEST(Frame, IsAnyOtherPacket) {
    EXPECT_EQ(Frame::packet("2").websocket().view(),
              "\x81\x01"
              "2");
}

TEST(Frame, FindsItsPayloadBehindEveryHeader) {
    for (const int length : {0, 124, 125, 126, 65534, 65535, 65536}) {
        const auto size = static_cast<std::size_t>(length);
        const std::string text(size, 't');
        EXPECT_EQ(Frame::text(text).as_text(), "4" + text);
        EXPECT_EQ(Frame::text(text).websocket().view().substr(Frame::text(text).size() - size),
                  text);
    }
}

TEST(Frame, SharesItsBytes) {
    const Frame frame = Frame::text("hello");
    const Frame copy = frame;
    EXPECT_EQ(frame.websocket().view().data(), copy.websocket().view().data());
}

}  // namespace
}  // namespace homeroom::engineio
