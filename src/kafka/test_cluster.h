// For tests: librdkafka's mock of a cluster, in this process, on ports of its own. It does what a
// broker can't be made to do at will.
#pragma once

#include <array>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <string>

#include "kafka/options.h"

namespace homeroom::kafka {

class TestCluster {
public:
    TestCluster() {
        std::array<char, 256> words{};
        handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), words.data(), words.size());
        cluster_ = rd_kafka_mock_cluster_new(handle_, 1);
        EXPECT_NE(cluster_, nullptr) << words.data();
    }
    TestCluster(const TestCluster&) = delete;
    TestCluster& operator=(const TestCluster&) = delete;
    ~TestCluster() {
        rd_kafka_mock_cluster_destroy(cluster_);
        rd_kafka_destroy(handle_);
    }

    Options options() const { return {.brokers = rd_kafka_mock_cluster_bootstraps(cluster_)}; }
    void add_topic(const char* name, int partitions) {
        EXPECT_EQ(rd_kafka_mock_topic_create(cluster_, name, partitions, 1),
                  RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    // Whoever asks for the topic is told that there is none.
    void set_missing(const char* name) {
        rd_kafka_mock_topic_set_error(cluster_, name, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    }
    // The next request to produce is answered with it.
    void fail_produce(rd_kafka_resp_err_t error) {
        constexpr std::int16_t produce = 0;  // Kafka's number of the request
        rd_kafka_mock_push_request_errors(cluster_, produce, 1, error);
    }
    // The next heartbeat of a member of a group is answered with it.
    void fail_heartbeat(rd_kafka_resp_err_t error) {
        constexpr std::int16_t heartbeat = 12;
        rd_kafka_mock_push_request_errors(cluster_, heartbeat, 1, error);
    }
    void set_up(bool up) {
        if (up) {
            rd_kafka_mock_broker_set_up(cluster_, 1);
        } else {
            rd_kafka_mock_broker_set_down(cluster_, 1);
        }
    }

private:
    rd_kafka_t* handle_ = nullptr;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace homeroom::kafka
