#include "yjs/reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>

#include "codec/test_bytes.h"
#include "yjs/id.h"
#include "yjs/writer.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;

TEST(YjsReader, ReadsNumbersAsLib0WritesThem) {
    const std::string input = bytes("00 7f 8001 ff01 ffffffffffffff0f");
    Reader reader{input};
    EXPECT_EQ(reader.var_uint(), 0U);
    EXPECT_EQ(reader.var_uint(), 127U);
    EXPECT_EQ(reader.var_uint(), 128U);
    EXPECT_EQ(reader.var_uint(), 255U);
    EXPECT_EQ(reader.var_uint(), number_max);
    EXPECT_TRUE(reader.done() && !reader.failed());
}

TEST(YjsReader, RefusesNumbersThatJavaScriptCannotHold) {
    for (const char* number : {"ffffffffffffff10", "ffffffffffffffff01", "8080808080808080808000",
                               "ffffffffffffffffffffffffffffffffffff"}) {
        const std::string input = bytes(number);
        Reader reader{input};
        reader.var_uint();
        EXPECT_TRUE(reader.failed()) << number;
        EXPECT_EQ(reader.error().code, Code::invalid);
    }
}

TEST(YjsReader, SignedNumbersHaveTheirSignInTheFirstByte) {
    const std::string input = bytes("00 40 01 41 bf01 ff01");
    Reader reader{input};
    EXPECT_EQ(reader.var_int(), 0);
    EXPECT_EQ(reader.var_int(), 0);  // lib0 writes -0 so
    EXPECT_EQ(reader.var_int(), 1);
    EXPECT_EQ(reader.var_int(), -1);
    EXPECT_EQ(reader.var_int(), 127);
    EXPECT_EQ(reader.var_int(), -127);
    EXPECT_FALSE(reader.failed());
}

TEST(YjsReader, SignedNumbersHaveAnEnd) {
    const std::string input(40, '\xFF');
    Reader reader{input};
    reader.var_int();
    EXPECT_TRUE(reader.failed());
}

TEST(YjsReader, StringsAreUtf8) {
    const std::string input = bytes("02 c3a4 01 ff");
    Reader reader{input};
    EXPECT_EQ(reader.string(), "\xC3\xA4");
    EXPECT_EQ(reader.string(), "");
    EXPECT_TRUE(reader.failed());
}

TEST(YjsReader, LengthsAreNotBelieved) {
    const std::string input = bytes("ffffffffffffff0f 00");
    Reader reader{input};
    EXPECT_EQ(reader.buffer(), "");
    EXPECT_TRUE(reader.failed());
    Reader counter{input};
    EXPECT_EQ(counter.count(1), 0U);
    EXPECT_TRUE(counter.failed());
}

TEST(YjsReader, TheFirstProblemStaysAndNothingIsReadAfterIt) {
    const std::string input = bytes("01 02");
    Reader reader{input};
    reader.fail(Code::too_large, "first");
    reader.fail(Code::invalid, "second");
    EXPECT_EQ(reader.byte(), 0);
    EXPECT_EQ(reader.error().message, "first");
    EXPECT_EQ(reader.error().code, Code::too_large);
}

RC_GTEST_PROP(YjsReader, ReadsWhatIsWritten, ()) {
    const std::uint64_t number = *rc::gen::arbitrary<std::uint64_t>() & number_max;
    const std::string buffer = *rc::gen::arbitrary<std::string>();
    std::string written;
    append_var_uint(written, number);
    append_buffer(written, buffer);
    Reader reader{written};
    RC_ASSERT(reader.var_uint() == number);
    RC_ASSERT(reader.buffer() == buffer);
    RC_ASSERT(reader.done() && !reader.failed());
}

}  // namespace
}  // namespace homeroom::yjs
