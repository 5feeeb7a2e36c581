#include "kafka/topic_reader.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/producer.h"
#include "kafka/test_cluster.h"

namespace homeroom::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class TopicReaderTest : public testing::Test {
protected:
    TopicReaderTest() { cluster_.add_topic("events", 3); }

    void send(int partition, const std::vector<std::string>& values) {
        auto made = make_producer(cluster_.options());
        ASSERT_TRUE(made.ok());
        std::string reason;
        for (const auto& value : values) {
            const Record record{.key = "key", .value = value, .headers = {{"name", "text"}}};
            ASSERT_EQ((*made)->produce("events", partition, record, 1, reason), Taken::taken);
        }
        std::vector<Report> reports;
        while (reports.size() < values.size()) (*made)->poll(20ms, reports);
    }
    std::unique_ptr<TopicReader> reader() {
        auto made = make_topic_reader(cluster_.options(), "events");
        EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
        return std::move(made).value();
    }
    static std::vector<std::string> values(TopicReader& reader, int partition) {
        std::vector<std::string> all;
        for (;;) {
            const auto received = reader.next();
            EXPECT_TRUE(received.ok()) << (received.ok() ? "" : received.error().message);
            if (!received.ok() || !*received) return all;
            if ((*received)->partition == partition) all.push_back((*received)->record.value);
        }
    }

    TestCluster cluster_{};
};

TEST_F(TopicReaderTest, ReadsAllThatThereWasInOrderAndThenEnds) {
    send(0, {"a", "b", "c"});
    send(2, {"d"});
    const auto one = reader();
    ASSERT_EQ(one->extents().size(), 3u);
    EXPECT_EQ(one->extents()[0].end, 3);
    EXPECT_EQ(one->extents()[1].end, 0);
    send(0, {"too late"});
    EXPECT_THAT(values(*one, 0), ElementsAre("a", "b", "c"));
    // Nothing was committed: the next one reads the same.
    EXPECT_THAT(values(*reader(), 0), ElementsAre("a", "b", "c", "too late"));
}

TEST_F(TopicReaderTest, AnEmptyTopicIsAtItsEndAtOnce) {
    EXPECT_THAT(values(*reader(), 0), ElementsAre());
}

TEST(TopicReader, WithoutABrokerItSaysSo) {
    const auto made = make_topic_reader({.brokers = "127.0.0.1:1"}, "events");
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, Code::unavailable);
}

}  // namespace
}  // namespace homeroom::kafka
