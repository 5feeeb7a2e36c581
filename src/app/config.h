// What an operator may set: one TOML file, each key also as HOMEROOM_… in the environment, a few as
// options of `serve`. Later wins: default, file, environment, option. An unknown key or a bad value
// is an error that names the key. The lists in settings/ are the only ones: file, environment and
// `homeroom check` follow them, docs/configuration.md tells them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/rates.h"
#include "base/limits.h"
#include "base/result.h"
#include "features/live/limits.h"
#include "features/study/limits.h"
#include "kafka/options.h"
#include "media/limits.h"

namespace homeroom::app {

struct Config {
    std::filesystem::path data = "./homeroom-data";
    std::filesystem::path share{};  // web/ and demo-school/; empty: found beside the program
    bool demo = false;
    std::string log_level = "info";  // debug, info, warn, error

    struct Server {
        std::string host = "127.0.0.1";
        std::uint16_t port = 8080;
        std::string admin_host = "127.0.0.1";
        std::uint16_t admin_port = 9090;
        std::size_t loops = 0;  // 0: one per core
        std::vector<std::string> cors_origins{};
        std::vector<std::string> trusted_proxies{};  // addresses and networks
        std::size_t connections_max = limits::connections_max;
        std::size_t connections_per_user_max = limits::sockets_per_user_max;
        double requests_per_second = limits::requests_per_second;
        double requests_burst = limits::requests_burst;
        std::chrono::milliseconds ping_interval = limits::ping_interval;
        std::chrono::milliseconds ping_timeout = limits::ping_timeout;
        std::size_t message_bytes_max = limits::message_bytes_max;
        std::size_t send_queue_bytes_max = limits::send_queue_bytes_max;
        bool allow_eio3 = false;
        bool http_compression = true;
        bool message_deflate = false;
    } server{};

    // What stands between an attacker and the machine; most never need another value.
    struct Limits {
        std::size_t connections_per_address = limits::connections_per_address_max;  // 0: none
        double handshakes_per_second = limits::handshakes_per_second;
        double handshakes_burst = limits::handshakes_burst;
        double returns_per_second = 5'000;
        std::size_t sessions_per_loop = limits::sessions_per_loop_max;
        std::size_t header_bytes = limits::http_header_bytes_max;
        std::size_t header_count = limits::http_header_count_max;
        std::chrono::milliseconds request_time = limits::http_request_timeout;
        std::chrono::milliseconds unjoined_time = limits::connect_timeout;
        std::size_t unjoined_message_bytes = limits::unjoined_message_bytes_max;
        std::size_t fragments = limits::websocket_fragments_max;
        std::size_t attachments = limits::attachments_max;
        std::size_t attachment_bytes = limits::attachment_bytes_max;
        std::chrono::milliseconds attachment_time = limits::attachments_wait;
        std::size_t json_depth = limits::json_depth_max;
        std::size_t json_values = limits::json_values_max;
        std::size_t namespaces = limits::namespaces_per_connection_max;
        std::size_t pending_acks = limits::acks_pending_per_socket_max;
    } limits{};

    Rates rates{};

    struct Auth {
        std::string secret{};  // HS256; when no key at all is set, the data directory's own
        std::filesystem::path secret_file{};
        std::vector<std::filesystem::path> key_files{};  // PEM
        std::filesystem::path jwks_file{};
        std::string issuer{};
        std::string audience{};
    } auth{};

    struct Store {
        std::string durability = "full";  // full, normal
        std::string check = "quick";      // off, quick, full
        std::string postgres{};           // a connection string of libpq; empty: SQLite
        std::chrono::milliseconds statement_timeout{10'000};  // PostgreSQL's
        std::chrono::hours keep_events{24 * 30};
        std::size_t keep_bytes = 0;  // 0: as many as there are
        std::chrono::milliseconds keep_at_least = std::chrono::hours{24};
    } store{};

    struct Feed {
        bool anonymous = true;
        bool anonymous_names = false;
        std::filesystem::path files{};  // empty: "files" in the data directory
    } feed{};

    struct Grades {
        bool guardians = false;  // whether a student's guardians see what is published
    } grades{};

    struct Announcements {
        bool guardians = false;  // whether institutions have a room for guardians to announce to
    } announcements{};

    struct Groups {
        std::string create = "everybody";  // nobody, staff, everybody
        std::string secret = "staff";      // the same
    } groups{};

    struct Presence {
        std::string last_seen = "staff";  // nobody, staff, members
    } presence{};

    struct Study {
        // Within which somebody comes back whose connection was lost.
        std::chrono::milliseconds grace = features::study::grace_default;
    } study{};

    struct Notifications {
        std::string push_url{};  // webhooks; empty: none
        std::string mail_url{};
        std::vector<std::string> webhook_secrets{};  // the first is the current one
        std::filesystem::path webhook_secret_file{};
        std::chrono::milliseconds push_delay = limits::push_delay;
        std::chrono::milliseconds mail_delay = limits::mail_delay;
        std::chrono::milliseconds webhook_timeout = limits::webhook_timeout;
        std::chrono::milliseconds webhook_retry = limits::webhook_retry_first;
        std::int64_t webhook_attempts = limits::webhook_attempts_max;
    } notifications{};

    struct Calls {
        std::string rooms = "staff";  // who may begin one in a class: nobody, staff, everybody
        std::size_t members = 6;      // of one, at once
        std::chrono::milliseconds ring = std::chrono::seconds{45};
        std::chrono::milliseconds grace = std::chrono::seconds{30};
        bool recording = false;        // staff may say that one is recorded
        std::string hide_addresses{};  // nobody, students, everybody; empty: as relays are there
        std::vector<std::string> stun_urls{};
        std::vector<std::string> turn_urls{};
        std::vector<std::string> turn_secrets{};  // the first is the current one
        std::filesystem::path turn_secret_file{};
        std::chrono::seconds turn_time{3'600};
        std::string media = "mesh";  // how it goes: mesh, janus, livekit
        std::string janus_url{};     // of its HTTP interface
        std::string janus_secret{};
        std::string janus_admin_key{};              // of VideoRoom
        std::filesystem::path janus_secret_file{};  // both, one a line
        std::string livekit_url{};                  // where clients go
        std::string livekit_api_url{};              // where the server goes
        std::string livekit_key{};
        std::string livekit_secret{};
        std::filesystem::path livekit_secret_file{};
        std::chrono::seconds livekit_time = media::limits::ticket_time_default;
        std::int64_t video_bitrate = media::limits::video_bitrate_default;  // of one picture
    } calls{};

    struct Live {
        std::string playback_url{};                    // WHEP, "{stream}" in it; empty: none
        std::string hls_url{};                         // the same
        std::string ingest_url{};                      // WHIP
        std::filesystem::path playback_secret_file{};  // of tickets, one a line, the current first
        std::filesystem::path hook_secret_file{};      // of the media server's webhooks
        std::chrono::seconds ticket_time = features::live::ticket_time_default;
        std::chrono::seconds publish_time = features::live::publish_time_default;
        std::chrono::milliseconds reminder = features::live::reminded_before_default;
        std::chrono::milliseconds interrupted_after = features::live::interrupted_after_default;
        std::chrono::milliseconds ended_after = features::live::ended_after_default;
        double joins_per_second = features::live::joins_per_second_default;
        bool viewers = true;
    } live{};

    struct Kafka {
        std::vector<std::string> brokers{};     // "host:port"; none: no Kafka
        std::vector<std::string> properties{};  // "name=value", librdkafka's own
        std::string events_topic = "homeroom.events";
        std::string commands_topic = "homeroom.commands";
        std::string commands_as =
            "platform";  // the service that commands are of; empty: none are taken
        std::string group = "homeroom";
        std::string source = "/homeroom";
        double drain_rate = 5'000;  // events a second
        std::size_t backlog_bytes_max = std::size_t{8} << 30U;
        std::chrono::milliseconds degraded_after{10'000};
        std::chrono::milliseconds stop_wait{5'000};
    } kafka{};

    // How old what is kept may become; nothing: as old as it likes.
    struct Retention {
        using Age = std::optional<std::chrono::hours>;
        Age posts{};
        Age messages{};
        Age announcements{};
        Age calls{};
        Age live{};
        Age notifications{limits::notifications_kept};
        Age presence{};
        Age study{};
        Age documents{};
        Age connections{std::chrono::hours{24 * 30}};
        Age audit{std::chrono::hours{24 * 730}};
    } retention{};

    struct Roster {
        double removed_share_max = 0.10;
        std::vector<std::string> sources{};  // the highest first; empty: there is one
        std::string time_zone{};  // of the school, by whose days enrolments begin; empty: here
    } roster{};

    struct Messages {
        bool peers = true;
        bool staff = true;
        bool institution = false;
        std::string supervised = "off";  // off, students
    } messages{};
};

// `file` empty: no file. Reads the environment of this process.
Result<Config> load_config(const std::filesystem::path& file);

// "90s", "15m", "8h", "30d"; nothing for anything else.
std::optional<std::chrono::seconds> parse_lifetime(std::string_view text);

// What a client of Kafka is made of.
kafka::Options kafka_options(const Config& config);

// Whether the values make sense together; the Error names the key.
Status check_config(const Config& config);

}  // namespace homeroom::app
