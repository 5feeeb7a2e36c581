// CloudEvents 1.0 in Kafka: an event of the journal as a record, and a record as a command. Pure.
//
//   out   binary mode: the payload is the value, each attribute a header
//         key             the room; for what is one person's alone, his own room
//         ce_id           the event's own        ce_type      "homeroom." and its name:
//         "homeroom.post:created" ce_source       this deployment        ce_subject   the room
//         ce_time         RFC 3339               ce_sequence  its seq, which sorts as text
//         ce_partitionkey the key again          ce_audience  the kind of audience: who of the room
//         it is for             ce_users       the users that it names, where it does: a JSON array
//   in    binary or structured mode, data is one JSON object
//
// What came from outside is within the limits of a REST body.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
// The same, naming these users in place of its own.
kafka::Record to_record(const store::JournalEvent& event, std::string_view source,
                        const std::vector<std::string>& users);

// When a record was sent once more by an operator (replay.h).
inline constexpr std::string_view replayed_header = "homeroom-replayed";

// The first header of this name, whatever its case.
std::optional<std::string_view> header_of(const kafka::Record& record, std::string_view name);

struct Command {
    std::string source{};
    std::string id{};    // unique with the source
    std::string name{};  // the type without "homeroom."
    campus::Json data = campus::Json::object();
};

Result<Command> to_command(const kafka::Record& record);

}  // namespace homeroom::backbone
