// What an operator's Prometheus reads: numbers of this process, without names, ids or contents of
// anyone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration_histogram.h"

namespace homeroom::ops {

enum class MetricKind : std::uint8_t { gauge, counter };

// The values of a label, which are our own words, and what each stands at.
using LabelledValues = std::vector<std::pair<std::string_view, double>>;

// Metrics are read when they are asked for; each is a function that any thread may call.
class Metrics {
public:
    void add(std::string name, MetricKind kind, std::string help, std::function<double()> read);
    // One value for each value of a label.
    void add(std::string name, MetricKind kind, std::string help, std::string label,
             std::function<LabelledValues()> read);
    void add(std::string name, std::string help, std::function<DurationHistogram::Values()> read);
    // Text exposition format 0.0.4.
    std::string text() const;

private:
    struct Metric {
        std::string name;
        MetricKind kind;
        std::string help;
        std::string label;  // empty: one value, without
        std::function<LabelledValues()> read;
    };
    struct Histogram {
        std::string name;
        std::string help;
        std::function<DurationHistogram::Values()> read;
    };
    std::vector<Metric> metrics_{};
    std::vector<Histogram> histograms_{};
};

// Resident memory and open descriptors, under Prometheus' usual names.
void add_process_metrics(Metrics& metrics);

}  // namespace homeroom::ops
