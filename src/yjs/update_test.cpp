#include "yjs/update.h"

#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"
#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;
using test::Writing;

constexpr DecodeLimits small{.bytes_max = 200,
                             .structs_max = 4,
                             .clients_max = 2,
                             .ranges_max = 3,
                             .holes_max = 1,
                             .depth_max = 3,
                             .values_max = 5};

Update read(const std::string& update) {
    auto decoded = decode_update(update, document_limits);
    EXPECT_TRUE(decoded.ok()) << (decoded.ok() ? "" : decoded.error().message);
    return decoded.ok() ? *decoded : Update{};
}

std::string refusal(const std::string& update, const DecodeLimits& limits = small) {
    const auto decoded = decode_update(update, limits);
    return decoded.ok() ? "accepted" : decoded.error().message;
}

std::string one_struct(std::string_view notation) {
    return bytes("01 01 07 00") + bytes(notation) + bytes("00");
}

TEST(YjsUpdate, AClientsStructsFollowOneAnother) {
    const std::string written = bytes(
        "01 03 07 05"             // three structs of client 7, from clock 5
        "04 01 01't' 02'ab'"      // a string in the root t
        "c4 07 06 03 09 02 c3a4"  // behind 7:6 and before 3:9: ä
        "00 04"                   // four units of garbage
        "01 07 01 05 02");        // 7:5 and 7:6 are deleted
    const Update update = read(written);
    ASSERT_EQ(update.structs.size(), 3U);
    EXPECT_EQ(update.structs[0].id, (Id{7, 5}));
    EXPECT_EQ(update.structs[0].parent_root, "t");
    EXPECT_EQ(update.structs[0].content, "ab");
    EXPECT_EQ(update.structs[1].id, (Id{7, 7}));
    EXPECT_EQ(update.structs[1].origin, (Id{7, 6}));
    EXPECT_EQ(update.structs[1].right_origin, (Id{3, 9}));
    EXPECT_EQ(update.structs[2].id, (Id{7, 8}));
    EXPECT_EQ(update.structs[2].end(), 12U);
    EXPECT_EQ(update.deleted, (std::vector<IdRange>{{7, 5, 2}}));
    EXPECT_EQ(encode_update(update), written);
}

TEST(YjsUpdate, EveryKindOfContentIsWrittenAsItWasRead) {
    for (const char* notation :
         {"01 01 01't' 05", "02 01 01't' 02 09'undefined' 03'[1]'", "03 01 01't' 02 00ff",
          "04 00 05 06 04 f09f9982", "05 01 01't' 02'{}'", "06 01 01't' 01'b' 04'true'",
          "07 01 01't' 00", "07 01 01't' 01", "07 01 01't' 02", "07 01 01't' 03 01'p'",
          "07 01 01't' 04", "07 01 01't' 05 01'h'", "07 01 01't' 06", "08 01 01't' 02 78 7d01",
          "09 01 01't' 04'guid' 76 00", "28 01 01'm' 01'k' 01 7e", "00 03",
          // A key that is said to be there, behind an origin: Yjs writes so, and no key follows.
          "a8 05 06 01 7e"}) {
        const std::string update = one_struct(notation);
        EXPECT_EQ(encode_update(read(update)), update) << notation;
    }
}

TEST(YjsUpdate, LengthsAreCountedInUtf16) {
    EXPECT_EQ(read(one_struct("04 01 00 08 61c3a4f09f9982 78")).structs[0].length, 5U);
}

TEST(YjsUpdate, RefusesWhatIsMalformed) {
    const std::string good = one_struct("04 01 01't' 02'ab'");
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size;
    EXPECT_EQ(refusal(good + '\0'), "bytes behind the end of the update");
    EXPECT_EQ(refusal(one_struct("0b 01 01't' 00")), "a struct of an unknown kind");
    EXPECT_EQ(refusal(one_struct("8a 01")), "a struct of an unknown kind");
    EXPECT_EQ(refusal(one_struct("80 01")), "a struct of an unknown kind");
    EXPECT_EQ(refusal(one_struct("04 02 01't' 01'a'")), "a parent of an unknown kind");
    EXPECT_EQ(refusal(one_struct("04 01 01't' 00")), "a struct without a length");
    EXPECT_EQ(refusal(one_struct("00 00")), "a struct without a length");
    EXPECT_EQ(refusal(one_struct("04 01 01't' 01ff")), "a string is not UTF-8");
    EXPECT_EQ(refusal(one_struct("04 01 01 ff 01'a'")), "a string is not UTF-8");
    EXPECT_EQ(refusal(one_struct("05 01 01't' 01'{'")), "JSON is not well formed");
    EXPECT_EQ(refusal(one_struct("05 01 01't' 09'undefined'")), "JSON is not well formed");
    EXPECT_EQ(refusal(one_struct("07 01 01't' 07")), "a type of an unknown kind");
    EXPECT_EQ(refusal(one_struct("01 01 01't' ffffffffffffff0f")), "accepted");
    EXPECT_EQ(refusal(bytes("01 01 07 01 01 01 00 ffffffffffffff0f 00")), "a clock is too large");
    EXPECT_EQ(refusal(bytes("00 01 07 01 01 ffffffffffffff0f")), "a clock is too large");
}

TEST(YjsUpdate, NoClientHasTwoBlocks) {
    EXPECT_EQ(refusal(bytes("02 01 07 00 00 01  01 07 01 00 01  00")), "a client has two blocks");
    EXPECT_EQ(refusal(bytes("02 01 03 00 00 01  01 07 01 00 01  00")), "accepted");
}

TEST(YjsUpdate, EverythingHasALimit) {
    EXPECT_EQ(refusal(std::string(201, '\0')), "the update is too large");
    EXPECT_EQ(refusal(bytes("01 05 07 00 0001 0001 0001 0001 0001 00")), "too many structs");
    EXPECT_EQ(refusal(bytes("03 01 07 00 0001 01 08 00 0001 01 09 00 0001 00")),
              "too many clients");
    EXPECT_EQ(refusal(bytes("00 03 07 01 0001 08 01 0001 09 01 0001")), "too many clients");
    EXPECT_EQ(refusal(bytes("00 01 07 04 0001 0201 0401 0601")), "too many deletions");
    EXPECT_EQ(refusal(bytes("01 03 07 00 0a01 0001 0a01 00")), "too many holes");
    EXPECT_EQ(refusal(one_struct("05 01 01't' 08'[[[[]]]]'")),
              "JSON is too large or nested too deeply");
    EXPECT_EQ(refusal(one_struct("08 01 01't' 01 7501 7501 7501 7500")),
              "a value is nested too deeply");
    EXPECT_EQ(refusal(one_struct("08 01 01't' 06 787878787878")), "too many values");
}

TEST(YjsUpdate, ClaimedNumbersAllocateNothing) {
    EXPECT_EQ(refusal(bytes("ffffff7f"), document_limits), "the bytes end too early");
    EXPECT_EQ(refusal(bytes("01 ffffff7f 07 00"), document_limits), "the bytes end too early");
    EXPECT_EQ(refusal(bytes("00 01 07 ffffff7f"), document_limits), "the bytes end too early");
}

TEST(YjsUpdate, NothingIsAnUpdateToo) {
    EXPECT_TRUE(read(empty_update()).changes_nothing());
    EXPECT_EQ(encode_update(Update{}), empty_update());
}

}  // namespace
}  // namespace homeroom::yjs
