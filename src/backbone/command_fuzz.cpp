// Any record: a command within its limits, or a refusal that says why; and whatever is a command is
// the same one in structured mode.
//
// input := (name ":" value LF)* LF data        the headers as text, then the record's value
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "backbone/cloud_event.h"

namespace {

using namespace homeroom;

void require(bool holds) {
    if (!holds) std::abort();
}

kafka::Record record_of(std::string_view input) {
    kafka::Record record;
    while (!input.empty()) {
        const auto end = std::min(input.find('\n'), input.size());
        const std::string_view line = input.substr(0, end);
        input.remove_prefix(std::min(end + 1, input.size()));
        if (line.empty()) break;
        const auto colon = std::min(line.find(':'), line.size());
        record.headers.emplace_back(line.substr(0, colon),
                                    line.substr(std::min(colon + 1, line.size())));
    }
    record.value = input;
    return record;
}

void require_attribute(std::string_view value) {
    require(!value.empty() && value.size() <= backbone::attribute_bytes_max);
    require(value.find('\0') == std::string_view::npos);
}

void require_same(const backbone::Command& command) {
    const campus::Json envelope{{"specversion", "1.0"},
                                {"id", command.id},
                                {"source", command.source},
                                {"type", "homeroom." + command.name},
                                {"data", command.data}};
    const auto again = backbone::to_command(
        {.value = envelope.dump(), .headers = {{"content-type", "application/cloudevents+json"}}});
    // The envelope is one level deeper, and longer.
    if (!again.ok()) return require(again.error().code != Code::internal);
    require(again->source == command.source && again->id == command.id);
    require(again->name == command.name && again->data == command.data);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto command =
        backbone::to_command(record_of({reinterpret_cast<const char*>(data), size}));
    if (!command.ok()) {
        const Code code = command.error().code;
        require(code == Code::invalid || code == Code::too_large);
        require(!command.error().message.empty());
        return 0;
    }
    require_attribute(command->source);
    require_attribute(command->id);
    require(command->name.size() < backbone::attribute_bytes_max);
    require(command->data.is_object());
    require_same(*command);
    return 0;
}
