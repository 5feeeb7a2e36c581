#include "load/mark.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>
#include <string>

namespace homeroom::load {
namespace {

constexpr std::uint32_t this_run = 0xC0FFEE;

TEST(Mark, StandsAtTheBeginningOfATextOfTheWantedSize) {
    Marker marker{this_run};
    const std::string text = marker.text({7, 42, 1'234'567}, 100);
    EXPECT_TRUE(text.starts_with("~hb00c0ffee:7:42:1234567~xxx")) << text;
    EXPECT_EQ(text.size(), 100U);
}

TEST(Mark, IsNeverLongerThanItsLimit) {
    Marker marker{UINT32_MAX};
    const Mark longest{UINT32_MAX >> 8U, UINT64_MAX >> 16U, INT64_MAX};
    const std::string text = marker.text(longest, 0);
    EXPECT_LE(text.size(), mark_bytes_max);
    EXPECT_EQ(marker.find(text), longest);
}

TEST(Mark, IsFoundWhereverItStands) {
    Marker marker{this_run};
    const std::string text = marker.text({1, 2, 3}, 80);
    const std::string packet = R"(42["post:created",{"seq":"1","post":{"text":")" + text + "\"}}]";
    const Mark wanted{1, 2, 3};
    EXPECT_EQ(marker.find(packet), wanted);
    EXPECT_EQ(marker.find(packet), wanted);           // where it was
    EXPECT_EQ(marker.find("  " + packet), wanted);    // elsewhere
    EXPECT_EQ(marker.find(text), wanted);             // before where it was
    EXPECT_EQ(marker.find(packet + packet), wanted);  // the first
}

TEST(Mark, OfAnotherRunIsNone) {
    Marker marker{this_run};
    EXPECT_FALSE(marker.find(Marker{this_run + 1}.text({1, 2, 3}, 64)));
}

TEST(Mark, ThatIsCutOrBrokenIsOfNobody) {
    Marker marker{this_run};
    const Mark of_nobody{};
    const std::string text = marker.text({1, 2, 3}, 0);
    const std::size_t beginning = text.find(':') + 1;
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto found = marker.find(std::string_view{text}.substr(0, size));
        EXPECT_EQ(found, size < beginning ? std::nullopt : std::optional{of_nobody}) << size;
    }
    EXPECT_EQ(marker.find("~hb00c0ffee:1:2:x~"), of_nobody);
    EXPECT_EQ(marker.find("~hb00c0ffee::2:3~"), of_nobody);
    EXPECT_EQ(marker.find("~hb00c0ffee:1:-1:3~"), of_nobody);
    EXPECT_EQ(marker.find("~hb00c0ffee:1:99999999999999999999999:3~"), of_nobody);
    EXPECT_FALSE(marker.find(""));
}

RC_GTEST_PROP(Mark, ComesBackAsItWas, ()) {
    Marker marker{*rc::gen::arbitrary<std::uint32_t>()};
    const Mark mark{*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint64_t>(),
                    *rc::gen::arbitrary<std::int64_t>()};
    const auto before = *rc::gen::string<std::string>();
    const auto after = *rc::gen::string<std::string>();
    const auto bytes = *rc::gen::inRange<std::size_t>(0, 300);
    RC_ASSERT(marker.find(before + marker.text(mark, bytes) + after) == mark);
}

}  // namespace
}  // namespace homeroom::load
