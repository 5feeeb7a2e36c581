#include "ops/metrics.h"

#include <cmath>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>
#include <unistd.h>

namespace homeroom::ops {
namespace {

using testing::HasSubstr;

double value_of(const Metrics& metrics, const std::string& name) {
    std::istringstream lines{metrics.text()};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(name + " ")) return std::stod(line.substr(name.size() + 1));
    }
    ADD_FAILURE() << "there is no " << name;
    return -1;
}

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
    Metrics metrics;
    EXPECT_EQ(metrics.text(), "");
    metrics.add("homeroom_sockets", MetricKind::gauge, "Sockets connected now.",
                [] { return 3.0; });
    metrics.add("homeroom_events_total", MetricKind::counter, "Events so far.", [] { return 0.5; });
    EXPECT_EQ(metrics.text(),
              "# HELP homeroom_sockets Sockets connected now.\n# TYPE homeroom_sockets "
              "gauge\nhomeroom_sockets 3\n"
              "# HELP homeroom_events_total Events so far.\n# TYPE homeroom_events_total counter\n"
              "homeroom_events_total 0.5\n");
}

TEST(Metrics, MayBeHistograms) {
    Metrics metrics;
    metrics.add("homeroom_wait_seconds", "How long it took.", [] {
        DurationHistogram histogram;
        histogram.record(std::chrono::milliseconds{4});
        histogram.record(std::chrono::seconds{7});
        return histogram.values();
    });
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# TYPE homeroom_wait_seconds histogram\n"));
    EXPECT_THAT(text, HasSubstr("homeroom_wait_seconds_bucket{le=\"0.0025\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("homeroom_wait_seconds_bucket{le=\"0.005\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("homeroom_wait_seconds_bucket{le=\"+Inf\"} 2\n"));
    EXPECT_THAT(text,
                HasSubstr("homeroom_wait_seconds_sum 7.004\nhomeroom_wait_seconds_count 2\n"));
}

TEST(Metrics, MayHaveAValueForEachOfALabel) {
    Metrics metrics;
    metrics.add("homeroom_refused_total", MetricKind::counter, "Refused so far.", "limit", [] {
        return LabelledValues{{"connections", 2}, {"json", 0}};
    });
    EXPECT_EQ(
        metrics.text(),
        "# HELP homeroom_refused_total Refused so far.\n# TYPE homeroom_refused_total counter\n"
        "homeroom_refused_total{limit=\"connections\"} 2\n"
        "homeroom_refused_total{limit=\"json\"} 0\n");
}

TEST(Metrics, AreReadAnewEachTime) {
    Metrics metrics;
    double number = 0;
    metrics.add("n", MetricKind::gauge, "", [&] { return ++number; });
    EXPECT_EQ(value_of(metrics, "n"), 1);
    EXPECT_EQ(value_of(metrics, "n"), 2);
}

TEST(Metrics, KeepLargeCountersExact) {
    Metrics metrics;
    metrics.add("n", MetricKind::counter, "", [] { return 9'007'199'254'740'991.0; });
    metrics.add("m", MetricKind::counter, "", [] { return 1'234'567'890'123.0; });
    EXPECT_EQ(value_of(metrics, "n"), 9'007'199'254'740'991.0);
    EXPECT_EQ(value_of(metrics, "m"), 1'234'567'890'123.0);
}

TEST(ProcessMetrics, SayWhatTheProcessHolds) {
    Metrics metrics;
    add_process_metrics(metrics);
    EXPECT_GT(value_of(metrics, "process_resident_memory_bytes"), 1024.0 * 1024);
    const double before = value_of(metrics, "process_open_fds");
    EXPECT_GT(before, 2);
    const int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(value_of(metrics, "process_open_fds"), before + 1);
    close(descriptor);
    EXPECT_EQ(value_of(metrics, "process_open_fds"), before);
    EXPECT_THAT(metrics.text(), HasSubstr("# TYPE process_open_fds gauge\n"));
}

}  // namespace
}  // namespace homeroom::ops
