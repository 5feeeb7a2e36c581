#include "ops/metrics.h"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <unistd.h>
#include <utility>

namespace homeroom::ops {

void Metrics::add(std::string name, MetricKind kind, std::string help,
                  std::function<double()> read) {
    add(std::move(name), kind, std::move(help), "", [read = std::move(read)] {
        return LabelledValues{{"", read()}};
    });
}

void Metrics::add(std::string name, MetricKind kind, std::string help, std::string label,
                  std::function<LabelledValues()> read) {
    metrics_.push_back({std::move(name), kind, std::move(help), std::move(label), std::move(read)});
}

void Metrics::add(std::string name, std::string help,
                  std::function<DurationHistogram::Values()> read) {
    histograms_.push_back({std::move(name), std::move(help), std::move(read)});
}

std::string Metrics::text() const {
    std::string text;
    for (const Metric& metric : metrics_) {
        fmt::format_to(std::back_inserter(text), "# HELP {} {}\n# TYPE {} {}\n", metric.name,
                       metric.help, metric.name,
                       metric.kind == MetricKind::gauge ? "gauge" : "counter");
        for (const auto& [value_of_label, value] : metric.read()) {
            const std::string label =
                metric.label.empty() ? ""
                                     : fmt::format("{{{}=\"{}\"}}", metric.label, value_of_label);
            fmt::format_to(std::back_inserter(text), "{}{} {}\n", metric.name, label, value);
        }
    }
    const auto out = std::back_inserter(text);
    for (const Histogram& histogram : histograms_) {
        const std::string& name = histogram.name;
        const auto values = histogram.read();
        fmt::format_to(out, "# HELP {} {}\n# TYPE {} histogram\n", name, histogram.help, name);
        for (std::size_t i = 0; i < values.up_to.size(); ++i) {
            fmt::format_to(out, "{}_bucket{{le=\"{}\"}} {}\n", name, DurationHistogram::bounds[i],
                           values.up_to[i]);
        }
        fmt::format_to(out, "{}_bucket{{le=\"+Inf\"}} {}\n{}_sum {}\n{}_count {}\n", name,
                       values.count, name, values.sum, name, values.count);
    }
    return text;
}

void add_process_metrics(Metrics& metrics) {
    metrics.add(
        "process_resident_memory_bytes", MetricKind::gauge, "Resident memory size in bytes.", [] {
            std::ifstream stream{"/proc/self/statm"};
            long pages_all = 0;
            long pages_resident = 0;
            stream >> pages_all >> pages_resident;
            return static_cast<double>(pages_resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
        });
    metrics.add("process_open_fds", MetricKind::gauge, "Number of open file descriptors.", [] {
        std::error_code error;
        std::filesystem::directory_iterator entries{"/proc/self/fd", error};
        return error ? 0.0 : static_cast<double>(std::distance(begin(entries), end(entries)));
    });
}

}  // namespace homeroom::ops
