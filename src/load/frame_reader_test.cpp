#include "load/frame_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

#include "load/test_server_frames.h"

namespace homeroom::load {
namespace {

using test::read_in_pieces;
using test::server_frame;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint8_t continuation = 0;
constexpr std::uint8_t text = 1;
constexpr std::uint8_t binary = 2;
constexpr std::uint8_t ping = 9;

TEST(FrameReader, ReadsWhatLiesInOneBuffer) {
    const std::string stream = server_frame(text, "42[\"a\"]") + server_frame(binary, "\x01") +
                               server_frame(ping, "") + server_frame(8, "\x03\xE8");
    const auto readings = read_in_pieces(stream, stream.size());
    EXPECT_THAT(readings.messages, ElementsAre("1:42[\"a\"]", "2:\x01", "9:", "8:\x03\xE8"));
    EXPECT_EQ(readings.wire_bytes, stream.size());
    EXPECT_FALSE(readings.broken);
}

TEST(FrameReader, AndEveryFormOfLengthHoweverItIsCut) {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, 70'000U}) {
        const std::string payload(size, 'p');
        const std::string stream = server_frame(text, payload) + server_frame(text, "next");
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, size + 1, size + 14}) {
            const auto readings = read_in_pieces(stream, piece);
            EXPECT_THAT(readings.messages, ElementsAre("1:" + payload, "1:next"));
            EXPECT_EQ(readings.wire_bytes, stream.size());
        }
    }
}

TEST(FrameReader, JoinsFragmentsWithControlFramesBetween) {
    const std::string stream = server_frame(text, "one ", false) + server_frame(ping, "?") +
                               server_frame(continuation, "two ", false) +
                               server_frame(continuation, "three");
    for (const std::size_t piece : {std::size_t{1}, stream.size()}) {
        const auto readings = read_in_pieces(stream, piece);
        EXPECT_THAT(readings.messages, ElementsAre("9:?", "1:one two three"));
        EXPECT_EQ(readings.wire_bytes, stream.size());
    }
}

TEST(FrameReader, OwnsNothingBetweenMessages) {
    FrameReader reader;
    const auto any = [](const ReceivedMessage&) { return true; };
    const std::string frame = server_frame(text, std::string(1'000, 'x'));
    EXPECT_TRUE(reader.read(std::string_view{frame}.substr(0, 500), any));
    EXPECT_GT(reader.memory_bytes(), 0U);
    EXPECT_TRUE(reader.read(std::string_view{frame}.substr(500), any));
    EXPECT_EQ(reader.memory_bytes(), 0U);
}

TEST(FrameReader, StopsWhenItIsToldTo) {
    FrameReader reader;
    int seen = 0;
    EXPECT_TRUE(
        reader.read(server_frame(text, "a") + server_frame(text, "b"), [&](const ReceivedMessage&) {
            ++seen;
            return false;
        }));
    EXPECT_EQ(seen, 1);
}

TEST(FrameReader, RefusesWhatIsNoServersFrame) {
    const std::string masked{"\x81\x81\x01\x02\x03\x04\x60", 7};
    const std::string too_long{"\x81\x7F\x00\x00\x00\x00\x80\x00\x00\x00", 10};
    for (const std::string& stream :
         {masked, too_long, std::string{"\xC1\x00", 2}, std::string{"\x83\x00", 2},
          std::string{"\x80\x00", 2}, std::string{"\x09\x00", 2},
          server_frame(text, "a", false) + server_frame(text, "b"),
          server_frame(ping, std::string(126, 'x'))}) {
        for (const std::size_t piece : {std::size_t{1}, stream.size()}) {
            const auto readings = read_in_pieces(stream, piece);
            EXPECT_TRUE(readings.broken);
            EXPECT_THAT(readings.messages, IsEmpty());
        }
    }
}

RC_GTEST_PROP(FrameReader, ReadsTheSameHoweverItIsCut, ()) {
    std::string stream;
    const auto payloads =
        *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
    for (const auto& payload : payloads) stream += server_frame(text, payload);
    const auto whole = read_in_pieces(stream, stream.size() + 1);
    RC_ASSERT(whole.messages.size() == payloads.size());
    const auto cut = read_in_pieces(stream, *rc::gen::inRange<std::size_t>(1, 20));
    RC_ASSERT(cut.messages == whole.messages);
    RC_ASSERT(cut.wire_bytes == stream.size());
}

}  // namespace
}  // namespace homeroom::load
