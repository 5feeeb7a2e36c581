#include "base/limit_counters.h"

namespace homeroom {

std::string_view to_string(Limit limit) {
    switch (limit) {
        case Limit::connections: return "connections";
        case Limit::connections_per_address: return "connections_per_address";
        case Limit::handshakes_per_second: return "handshakes_per_second";
        case Limit::sessions: return "sessions";
        case Limit::header_bytes: return "header_bytes";
        case Limit::header_count: return "header_count";
        case Limit::body_bytes: return "body_bytes";
        case Limit::request_time: return "request_time";
        case Limit::message_bytes: return "message_bytes";
        case Limit::fragments: return "fragments";
        case Limit::attachments: return "attachments";
        case Limit::attachment_bytes: return "attachment_bytes";
        case Limit::attachment_time: return "attachment_time";
        case Limit::json: return "json";
        case Limit::namespaces: return "namespaces";
        case Limit::unjoined_time: return "unjoined_time";
        case Limit::send_queue_bytes: return "send_queue_bytes";
        case Limit::pending_acks: return "pending_acks";
    }
    return "unknown";
}

}  // namespace homeroom
