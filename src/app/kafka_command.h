// `homeroom verify` and `homeroom replay`: what an operator does about the topic of events. The
// first reads the database beside the server; the second asks the server that runs on the data
// directory, and does it itself where none does.
#pragma once

#include <functional>
#include <memory>

#include "app/config.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace homeroom::app {

class KafkaCommand {
public:
    // `common` adds the options that every command has.
    KafkaCommand(CLI::App& cli, const std::function<CLI::App*(CLI::App*)>& common);
    ~KafkaCommand();

    bool parsed() const;
    // 0: all is well; 1: `verify` found something, or a replay did not come to its end.
    Result<int> run(const Config& config) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace homeroom::app
