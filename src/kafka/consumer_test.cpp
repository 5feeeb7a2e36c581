#include "kafka/consumer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/producer.h"
#include "kafka/test_cluster.h"

namespace homeroom::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

class ConsumerTest : public testing::Test {
protected:
    ConsumerTest() { cluster_.add_topic("commands", 1); }

    void send(const std::vector<std::string>& values) {
        auto made = make_producer(cluster_.options());
        ASSERT_TRUE(made.ok());
        std::string reason;
        for (const auto& value : values) {
            const Record record{.key = "key", .value = value, .headers = {{"name", "text"}}};
            ASSERT_EQ((*made)->produce("commands", 0, record, 1, reason), Taken::taken);
        }
        std::vector<Report> reports;
        while (reports.size() < values.size()) (*made)->poll(20ms, reports);
    }
    std::unique_ptr<Consumer> consumer() {
        auto made = make_consumer(cluster_.options(), {.topic = "commands", .group = "group"});
        EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
        return std::move(made).value();
    }
    static std::vector<Received> receive(Consumer& consumer, std::size_t count) {
        std::vector<Received> all;
        const auto end = std::chrono::steady_clock::now() + 60s;
        while (all.size() < count && std::chrono::steady_clock::now() < end) {
            if (auto received = consumer.poll(50ms)) all.push_back(std::move(*received));
        }
        return all;
    }

    TestCluster cluster_{};
};

TEST_F(ConsumerTest, BeginsAtTheBeginningAndGoesOnWhereItWasStored) {
    send({"a", "b", "c"});
    {
        const auto reader = consumer();
        const auto all = receive(*reader, 3);
        ASSERT_EQ(all.size(), 3u);
        EXPECT_EQ(all[0].record.value, "a");
        EXPECT_EQ(all[0].record.key, "key");
        EXPECT_THAT(all[0].record.headers, ElementsAre(Pair("name", "text")));
        reader->store(0, all[1].offset);  // of the first alone
    }
    const auto reader = consumer();
    const auto all = receive(*reader, 2);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].record.value, "b");
}

TEST_F(ConsumerTest, NothingComesOfAPausedPartition) {
    send({"a"});
    const auto reader = consumer();
    ASSERT_EQ(receive(*reader, 1).size(), 1u);
    reader->pause(0);
    send({"b"});
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(reader->poll(10ms));
    reader->resume(0);
    const auto all = receive(*reader, 1);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].record.value, "b");
}

}  // namespace
}  // namespace homeroom::kafka
