#include "store/derived.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_postgres.h"
#include "store/test_temporary_directory.h"

namespace homeroom::store {
namespace {

class Derived : public testing::Test {
protected:
    Derived() {
        store =
            Store::open(
                {.directory = directory.path(), .postgres = test_postgres(directory.path())}, {})
                .value();
    }

    void run(const Work& work) { ASSERT_TRUE(store->run_now(work).ok()); }
    void write(const std::string& room, const std::string& subject, Seq source = 0) {
        run([&](Transaction& transaction) {
            const EventDraft draft{.type = "x",
                                   .audience = {room, "room", {}},
                                   .body = R"({"title":"oops"})",
                                   .subject = subject};
            return source == 0 ? transaction.publish(draft)
                               : publish_derived(transaction, draft, source);
        });
    }
    StoredAudience audience_at(Seq seq) { return read_head(store->db(), seq).value()->audience; }

    TemporaryDirectory directory;
    std::unique_ptr<Store> store;
};

// Nobody looks for the derived rows: there may be one for each of thousands.
TEST_F(Derived, GoesWithItsSource) {
    write("class-7b", "a1");
    write("class-7b", "g1");
    write("user-ada", "", 1);
    write("user-ada", "", 2);
    write("user-ada", "");
    run([](Transaction& transaction) -> Status {
        TRY_OK(supersede(transaction.db(), "g1"));
        return transaction.forget("a1");
    });
    for (const std::size_t rooms : {1U, 8U}) {  // looked at one by one, and searched for
        const std::vector<std::string> names(rooms, "user-ada");
        const auto events = read_after(store->db(), 2, "ada", names, 100).value().events;
        ASSERT_EQ(events.size(), 3U);
        EXPECT_EQ(events[0].payload, "{}");
        EXPECT_EQ(events[0].audience.kind, "forgotten");
        EXPECT_EQ(events[0].audience.room, "");
        EXPECT_THAT(events[1].payload, testing::HasSubstr("oops"));
        EXPECT_THAT(events[2].payload, testing::HasSubstr("oops"));
    }
    EXPECT_EQ(read_on(store->db(), 2, 1).value().front().payload, "{}");
    EXPECT_EQ(audience_at(2).kind, "superseded");
    EXPECT_EQ(audience_at(3).kind, "forgotten");
    EXPECT_EQ(audience_at(4).room, "user-ada");
    EXPECT_FALSE(read_head(store->db(), 6).value());
}

TEST_F(Derived, StaysGoneWhenItsSourceIsToldOfAnew) {
    write("class-7b", "g1");
    write("user-ada", "", 1);
    run([](Transaction& transaction) -> Status {
        TRY_OK(transaction.forget("g1"));
        return supersede(transaction.db(), "g1");
    });
    EXPECT_EQ(audience_at(1).kind, "forgotten");
    EXPECT_EQ(audience_at(2).kind, "forgotten");
}

}  // namespace
}  // namespace homeroom::store
