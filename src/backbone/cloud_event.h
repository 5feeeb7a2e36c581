// CloudEvents 1.0 in Kafka: an event of the journal as a record, and a record as a command. Pure.
//
//   out   binary mode: the payload is the value, each attribute a header
//         key             the room; for what is one person's alone, his own room
//         ce_id           the event's own        ce_type      "homeroom." and its name:
//         "homeroom.post:created" ce_source       this deployment        ce_subject   the room
//         ce_time         RFC 3339               ce_sequence  its seq, which sorts as text
//         ce_partitionkey the key again          ce_audience  the kind of audience: who of the room
//         it is for
//   in    binary or structured mode, data is one JSON object
//
// What came from outside is within the limits of a REST body.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "campus/surface.h"
#include "kafka/record.h"
#include "store/journal.h"

namespace homeroom::backbone {

inline constexpr std::size_t command_bytes_max = limits::http_body_bytes_max;
inline constexpr std::size_t attribute_bytes_max = 255;  // of an id, a source, a type

// What order is kept by. Never empty.
std::string key_of(const store::StoredAudience& audience);

// Whether it has been forgotten since: there is nothing to tell.
bool is_forgotten(const store::JournalEvent& event);
kafka::Record to_record(const store::JournalEvent& event, std::string_view source);

struct Command {
    std::string source{};
    std::string id{};    // unique with the source
    std::string name{};  // the type without "homeroom."
    campus::Json data = campus::Json::object();
};

Result<Command> to_command(const kafka::Record& record);

}  // namespace homeroom::backbone
