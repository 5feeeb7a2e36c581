#include "yjs/sync_message.h"

#include <gtest/gtest.h>
#include <string>

#include "codec/test_bytes.h"

namespace homeroom::yjs {
namespace {

using codec::test::bytes;

TEST(YjsSyncMessage, KindAndBody) {
    for (const SyncKind kind : {SyncKind::state_vector, SyncKind::missing, SyncKind::update}) {
        const std::string written = encode_sync_message({kind, "body"});
        const auto read = decode_sync_message(written);
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(read->kind, kind);
        EXPECT_EQ(read->body, "body");
    }
    EXPECT_EQ(encode_sync_message({SyncKind::update, "ab"}), bytes("02 02 'ab'"));
}

TEST(YjsSyncMessage, RefusesWhatIsNone) {
    for (const char* wrong : {"", "00", "03 00", "00 02 00", "00 00 00", "ffffffffffffffffff 00"})
        EXPECT_FALSE(decode_sync_message(bytes(wrong)).ok()) << wrong;
}

}  // namespace
}  // namespace homeroom::yjs
