#include "kafka/consumer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sstream>

#include "base/log.h"
#include "kafka/producer.h"
#include "kafka/test_cluster.h"

namespace homeroom::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
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
        auto made = make_consumer(options(), {.topic = "commands", .group = "group"});
        EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
        return std::move(made).value();
    }
    // Members that are gone are forgotten soon.
    Options options() const {
        auto options = cluster_.options();
        options.properties = {{"heartbeat.interval.ms", "100"}, {"session.timeout.ms", "6000"}};
        return options;
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

TEST_F(ConsumerTest, APausedPartitionThatGoesAndComesBackIsReadOn) {
    send({"a"});
    int gone = 0;
    auto made = make_consumer(options(), {.topic = "commands",
                                          .group = "group",
                                          .on_revoked = [&](const std::vector<int>& partitions) {
                                              EXPECT_THAT(partitions, ElementsAre(0));
                                              ++gone;
                                          }});
    ASSERT_TRUE(made.ok()) << made.error().message;
    auto& reader = **made;
    ASSERT_EQ(receive(reader, 1).size(), 1u);
    EXPECT_EQ(reader.assigned(), 1u);
    reader.store(0, 1);
    reader.pause(0);
    // As after having been away for too long.
    cluster_.fail_heartbeat(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
    send({"b"});
    // What was stored could not be committed: it comes again.
    const auto all = receive(reader, 2);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1].record.value, "b");
    EXPECT_EQ(gone, 1);
    EXPECT_EQ(reader.assigned(), 1u);
}

TEST_F(ConsumerTest, EndsWithRecordsThatNobodyHasRead) {
    send(std::vector<std::string>(200, "a"));
    {
        const auto reader = consumer();
        ASSERT_EQ(receive(*reader, 1).size(), 1u);
        reader->store(0, 1);
    }
    const auto reader = consumer();
    const auto all = receive(*reader, 1);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].offset, 1) << "what was stored is committed by the end";
}

// What is logged while it is there.
class LogCapture {
public:
    LogCapture() : before_(spdlog::default_logger()) {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "capture", std::make_shared<spdlog::sinks::ostream_sink_mt>(words_)));
    }
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;
    ~LogCapture() { spdlog::set_default_logger(before_); }

    std::string words() const { return words_.str(); }

private:
    std::shared_ptr<spdlog::logger> before_;
    std::ostringstream words_{};
};

TEST_F(ConsumerTest, ATopicThatIsMissingIsToldAndNobodys) {
    const LogCapture log;
    cluster_.set_missing("missing");
    {
        const auto made = make_consumer(cluster_.options(), {.topic = "missing", .group = "group"});
        ASSERT_TRUE(made.ok()) << made.error().message;
        // A member that joins is told, which takes the cluster a few seconds.
        for (int turn = 0; turn < 250; ++turn) EXPECT_FALSE((*made)->poll(20ms));
        EXPECT_EQ((*made)->assigned(), 0u);
    }
    EXPECT_THAT(log.words(), HasSubstr("[warning] kafka consumer: missing can't be read"));
}

}  // namespace
}  // namespace homeroom::kafka
