// Every limit of the server in one place, with the relations between them asserted.
// Bytes unless the name says otherwise. Those an operator may change have the default here
// and the key in docs/configuration.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeroom::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t KiB = 1024;
inline constexpr std::size_t MiB = 1024 * KiB;

// --- HTTP ----------------------------------------------------------------------------------------
inline constexpr std::size_t http_header_bytes_max = 16 * KiB;
inline constexpr std::size_t http_header_count_max = 100;
inline constexpr std::size_t http_body_bytes_max = 1 * MiB;
inline constexpr std::size_t query_parameters_max = 256;  // more of them are not looked at
inline constexpr std::size_t http_keep_alive_requests_max = 100'000;
inline constexpr auto http_request_timeout = 30s;  // from the first byte of a request to its last
inline constexpr auto http_idle_timeout = 75s;
inline constexpr auto closing_wait = 5s;  // for the last bytes to leave and the peer's end to come

// --- Engine.IO -----------------------------------------------------------------------------------
// One message, in or out of a polling body or WebSocket; the reference server's default.
inline constexpr std::size_t message_bytes_max = 1'000'000;
// python-engineio drops the connection when a polling response holds more packets.
inline constexpr std::size_t polling_packets_max = 16;
inline constexpr std::size_t websocket_fragments_max = 1024;
inline constexpr std::size_t websocket_control_bytes_max = 125;  // RFC 6455 §5.5
inline constexpr auto ping_interval = 25s;
inline constexpr auto ping_timeout = 20s;
inline constexpr auto upgrade_timeout = 10s;
inline constexpr auto connect_timeout = 15s;  // a transport that joins no namespace is closed
inline constexpr auto polling_close_wait = 30s;
// Before a connection has joined a namespace it has said nothing but who it is.
inline constexpr std::size_t unjoined_message_bytes_max = 64 * KiB;
// Answers and messages below it are not worth compressing.
inline constexpr std::size_t compression_bytes_min = 1 * KiB;
// What may wait for one connection, because the kernel or the next poll has yet to take it, before
// it is closed as too slow.
inline constexpr std::size_t send_queue_bytes_max = 4 * MiB;
// Answers to probes and pings are left out for a peer that has left so many unread.
inline constexpr std::uint8_t unread_answers_max = 64;
// One connection can open many sessions by polling: the number of connections alone does not limit
// them.
inline constexpr std::size_t sessions_per_loop_max = 200'000;
// New sessions, of all loops together: more than a process can serve, so that only a flood meets
// it.
inline constexpr double handshakes_per_second = 10'000;
inline constexpr double handshakes_burst = 20'000;

// --- Socket.IO -----------------------------------------------------------------------------------
inline constexpr std::size_t json_depth_max = 128;
inline constexpr std::size_t json_values_max = 100'000;   // per packet
inline constexpr std::size_t object_members_max = 1'000;  // of one object in a request
inline constexpr std::size_t attachments_max = 10;        // socket.io-parser's default, both ways
inline constexpr std::size_t attachment_bytes_max = 4 * MiB;  // of one packet, together
inline constexpr auto attachments_wait = 30s;  // from a packet's header to its last attachment
inline constexpr std::size_t namespace_name_bytes_max = 256;
inline constexpr std::size_t namespaces_per_connection_max = 16;
inline constexpr std::size_t event_name_bytes_max = 128;
inline constexpr std::size_t ended_stays_max = 64;  // in rooms left, of a socket that may recover
inline constexpr std::size_t acks_pending_per_socket_max = 1'000;
// that wait for a turn's end, so that their sockets get them at once
inline constexpr std::size_t broadcasts_per_delivery_max = 256;
inline constexpr std::size_t broadcasts_awaiting_acks_max = 1'000;  // per loop
inline constexpr auto broadcast_ack_timeout = 5s;

// --- Connections ---------------------------------------------------------------------------------
inline constexpr std::size_t loops_max = 64;  // one character of a session id says which
inline constexpr std::size_t connections_max = 100'000;
// A whole school may come through one address; an attacker with one address gets no more than this.
inline constexpr std::size_t connections_per_address_max = 20'000;
inline constexpr std::size_t sockets_per_user_max = 64;
inline constexpr std::size_t accepts_per_turn_max = 64;
// one a loop, shared by its connections
inline constexpr std::size_t read_buffer_bytes = 128 * KiB;

// --- Identity ------------------------------------------------------------------------------------
inline constexpr std::size_t token_bytes_max = 8 * KiB;
inline constexpr std::size_t keys_max = 64;
inline constexpr std::size_t pem_bytes_max = 16 * KiB;
inline constexpr std::size_t jwks_bytes_max = 256 * KiB;
inline constexpr std::size_t identity_json_depth_max = 16;  // of a header, of claims, of a key set
inline constexpr int rsa_bits_min = 2048;                   // RFC 7518 §3.3
inline constexpr int rsa_bits_max = 8192;
inline constexpr std::size_t secret_bytes_min = 32;  // RFC 7518 §3.2
inline constexpr std::size_t secret_file_bytes_max = 4 * KiB;
inline constexpr auto token_lifetime_max = 24h * 3650;  // of those that `homeroom token` makes
inline constexpr auto token_expiring_notice = 60s;
inline constexpr auto expiry_check_interval = 250ms;

// --- Requests of one user (token bucket) ---------------------------------------------------------
inline constexpr double requests_per_second = 500;
inline constexpr double requests_burst = 1'000;
// so that one user's lists keep nobody else waiting
inline constexpr std::size_t reads_in_flight_per_user_max = 16;

// --- Commands ------------------------------------------------------------------------------------
inline constexpr std::size_t commands_queued_max = 20'000;
inline constexpr std::size_t commands_per_commit_max = 512;
inline constexpr std::size_t reads_queued_max = 20'000;
inline constexpr std::size_t replay_events_max = 10'000;
inline constexpr std::size_t replay_held_events_max = 10'000;  // live ones that wait for a replay
inline constexpr std::size_t idempotency_key_characters_max = 64;

// --- Presence ------------------------------------------------------------------------------------
inline constexpr std::chrono::milliseconds presence_interval = 300ms;  // between a room's news
// From the last device's going until it is news: a page loads anew, a network is lost for a moment.
inline constexpr std::chrono::milliseconds presence_linger = 5s;
inline constexpr std::size_t presence_members_max = 5'000;  // of a room
// `presence:watch` of one user: a client that comes back asks for all of its rooms at once.
inline constexpr double presence_watches_per_second = 5;
inline constexpr double presence_watches_burst = 128;
inline constexpr std::size_t presence_watches_per_socket_max = 64;
inline constexpr std::size_t presence_changes_per_event_max = 200;
inline constexpr std::size_t presence_users_per_turn_max = 1'000;  // looked at for news

// --- Typing --------------------------------------------------------------------------------------
// Who does not say again that he types has stopped; a client says it every three seconds.
inline constexpr std::chrono::milliseconds typing_lease = 6s;
inline constexpr std::chrono::milliseconds typing_check_interval = 500ms;
inline constexpr std::chrono::milliseconds typing_repeat_interval = 2s;  // between being told so
// `typing` of one user, over all connections.
inline constexpr double typing_per_second = 1;
inline constexpr double typing_burst = 8;
inline constexpr std::size_t typing_scopes_per_user_max = 4;  // at once
inline constexpr std::size_t typing_scopes_max = 20'000;      // of all users

// --- Store ---------------------------------------------------------------------------------------
inline constexpr std::chrono::milliseconds database_busy_timeout = 5s;
// Pages of the write-ahead log since the last checkpoint (4 KiB each): when the writer makes the
// next one, when a commit does it by itself, and how long the log may be before readers are waited
// for. The rarer, the more posts share the writing of a page.
inline constexpr int checkpoint_pages = 4'000;
inline constexpr int checkpoint_forced_pages = 17'000;
inline constexpr int checkpoint_waiting_pages = 21'000;
// What a command writes at most: the longest post, in its table, in the journal and in the index of
// words.
inline constexpr int pages_per_command_max = 25;
inline constexpr std::int64_t log_bytes_kept = std::int64_t{64} << 20U;  // after a spike
inline constexpr std::chrono::milliseconds checkpoint_wait = 250ms;

// --- Content -------------------------------------------------------------------------------------
inline constexpr std::size_t post_text_bytes_max = 20'000;
inline constexpr std::size_t comment_text_bytes_max = 8'000;
inline constexpr std::size_t visibility_users_max = 200;
inline constexpr std::size_t mentions_max = 50;  // of one post or comment
inline constexpr std::size_t reaction_kind_bytes_max = 32;
inline constexpr std::size_t reaction_kinds_per_target_max = 32;
inline constexpr std::int64_t pinned_posts_max = 20;       // of one room
inline constexpr std::int64_t posts_scheduled_max = 50;    // of one author in one room
inline constexpr std::int64_t mutes_per_room_max = 1'000;  // that have not ended
inline constexpr std::int64_t slow_seconds_max = std::int64_t{6} * 60 * 60;
inline constexpr std::size_t poll_options_max = 20;
inline constexpr std::size_t poll_option_bytes_max = 200;
inline constexpr auto poll_tally_interval = 400ms;      // of one poll's, however many vote
inline constexpr std::int64_t versions_kept_max = 100;  // of one post or comment
inline constexpr std::size_t versions_page_max = 100;
inline constexpr std::size_t versions_page_default = 20;
inline constexpr std::size_t report_reason_bytes_max = 1'000;
inline constexpr std::int64_t report_reasons_shown_max = 20;
inline constexpr std::size_t reports_page_max = 100;
inline constexpr std::size_t reports_page_default = 20;
inline constexpr std::size_t search_query_bytes_max = 400;
inline constexpr std::size_t search_words_max = 16;
// of what the index finds for one request: most may be for others
inline constexpr std::int64_t search_looked_at_max = 2'000;
inline constexpr std::size_t search_page_max = 50;
inline constexpr std::size_t search_page_default = 20;
// Files of posts.
inline constexpr std::size_t files_per_post_max = 10;
inline constexpr std::size_t file_bytes_max = 8 * MiB;
inline constexpr std::size_t file_name_bytes_max = 200;
inline constexpr std::size_t file_type_bytes_max = 100;
inline constexpr std::int64_t files_unused_per_user_max = 50;  // announced, in no post yet
inline constexpr auto file_unused_time = 24h;                  // until such a one goes
inline constexpr auto file_link_lifetime = 5min;
inline constexpr std::size_t file_jobs_max = 64;  // that wait for the disk
inline constexpr std::size_t feed_page_max = 100;
inline constexpr std::size_t feed_page_default = 20;
inline constexpr std::size_t comments_page_max = 500;
inline constexpr std::size_t page_bytes_max = 1 * MiB;    // of JSON; a page has one entry at least
inline constexpr std::size_t identifier_bytes_max = 255;  // OneRoster GUID: fewer than 256

// --- What is to happen later ---------------------------------------------------------------------
inline constexpr auto schedule_check_interval = 250ms;  // how late something is at most
inline constexpr std::size_t schedule_batch_max = 256;  // of one look
// What fails is tried again, each time after twice as long a wait, and given up in the end.
inline constexpr std::chrono::milliseconds schedule_retry_first = 10s;
inline constexpr std::chrono::milliseconds schedule_retry_longest = 1h;
inline constexpr std::int64_t schedule_attempts_max = 10;
inline constexpr auto schedule_ahead_max = 24h * 366;

// --- Grades --------------------------------------------------------------------------------------
inline constexpr std::size_t grade_item_bytes_max = 200;
inline constexpr std::size_t grade_comment_bytes_max = 4'000;
inline constexpr double grade_score_max = 1e9;  // and as far below zero
// of one request, which is one command: the writer does nothing else meanwhile
inline constexpr std::size_t grades_per_request_max = 2'000;
inline constexpr std::size_t grades_page_max = 500;
inline constexpr std::size_t grades_page_default = 50;

// --- Announcements -------------------------------------------------------------------------------
inline constexpr std::size_t announcement_title_bytes_max = 200;
inline constexpr std::size_t announcement_text_bytes_max = 20'000;
inline constexpr std::int64_t announcements_scheduled_max = 100;  // of one room, not published yet
inline constexpr std::size_t announcements_page_max = 100;
inline constexpr std::size_t announcements_page_default = 20;
inline constexpr std::size_t acknowledgements_page_max = 1'000;
inline constexpr std::size_t acknowledgements_page_default = 200;

// --- Messages ------------------------------------------------------------------------------------
inline constexpr std::size_t message_text_bytes_max = 8'000;
inline constexpr std::size_t conversation_title_bytes_max = 200;
inline constexpr std::size_t conversation_members_max = 32;  // each event names them all
inline constexpr std::size_t conversations_created_per_minute_max = 20;
inline constexpr std::size_t blocks_per_user_max = 1'000;
inline constexpr std::size_t messages_page_max = 100;
inline constexpr std::size_t messages_page_default = 20;
inline constexpr std::size_t conversations_page_max = 100;
inline constexpr std::size_t conversations_page_default = 20;
// the unread are counted among so many of a conversation's last messages
inline constexpr std::size_t unread_counted_max = 1'000;
// conversations of a class that one request for those to be supervised looks at
inline constexpr std::size_t conversations_looked_at_max = 500;

// --- What is derived from the journal ------------------------------------------------------------
inline constexpr std::size_t follower_events_per_step_max = 128;  // read in one command
inline constexpr std::size_t follower_work_per_step_max = 64;     // steps of work in one command
inline constexpr std::size_t follower_attempts_max = 3;           // then the event is left out

// --- Notifications -------------------------------------------------------------------------------
inline constexpr std::int64_t notifications_per_user_max = 500;  // the oldest give way
inline constexpr auto notifications_kept = 24h * 90;
inline constexpr std::size_t notification_actors_shown_max = 3;
inline constexpr std::size_t notifications_page_max = 100;
inline constexpr std::size_t notifications_page_default = 20;
inline constexpr std::int64_t notification_preferences_per_user_max = 200;
inline constexpr std::size_t time_zone_name_bytes_max = 64;
inline constexpr std::size_t notified_per_step_max = 32;  // people told of one event in one step

// --- Webhooks ------------------------------------------------------------------------------------
inline constexpr std::size_t webhooks_in_flight_max = 16;  // to one endpoint
// Each wait is three times as long as the one before; after so many attempts it is given up. With
// these numbers that is after half a day to a day.
inline constexpr std::int64_t webhook_attempts_max = 12;
inline constexpr std::chrono::milliseconds webhook_retry_first = 5s;
inline constexpr std::chrono::milliseconds webhook_retry_longest = 6h;
// from connecting to the last byte
inline constexpr std::chrono::milliseconds webhook_timeout = 15s;
inline constexpr auto webhook_check_interval = 250ms;
inline constexpr std::size_t webhook_answer_bytes_max = 64 * KiB;  // more of it is not read
inline constexpr std::size_t webhook_secrets_max = 4;
inline constexpr std::size_t webhook_secret_bytes_min = 24;  // as Standard Webhooks has it
inline constexpr std::size_t webhook_secret_bytes_max = 64;
inline constexpr auto webhooks_given_up_kept = 24h * 30;
// How long something waits for others of its kind, to go with them.
inline constexpr std::chrono::milliseconds push_delay = 2s;
inline constexpr std::chrono::milliseconds mail_delay = 5min;

// --- Roster import -------------------------------------------------------------------------------
inline constexpr std::size_t zip_entries_max = 32;
inline constexpr std::uint64_t zip_inflated_bytes_max = 2048ULL * MiB;
inline constexpr std::uint64_t zip_ratio_max = 200;
// smaller files cannot do harm by inflating
inline constexpr std::uint64_t zip_ratio_checked_bytes_min = 1 * MiB;
inline constexpr std::uint64_t zip_archive_bytes_max = 512 * MiB;
// one file of a package; one is in memory at a time
inline constexpr std::uint64_t roster_file_bytes_max = 1024 * MiB;
inline constexpr std::size_t csv_field_bytes_max = 64 * KiB;
inline constexpr std::size_t csv_columns_max = 256;
inline constexpr std::uint32_t csv_rows_max = 10'000'000;
// a name or title; the standard asks for 255 characters
inline constexpr std::size_t roster_text_bytes_max = 1 * KiB;
inline constexpr std::size_t diagnostic_value_characters_max = 40;
inline constexpr std::size_t diagnostics_max = 1'000;
inline constexpr std::size_t roster_upload_bytes_max = 64 * MiB;
inline constexpr std::size_t imports_waiting_max = 4;
inline constexpr std::size_t path_bytes_max = 4096;

static_assert(http_body_bytes_max >= message_bytes_max,
              "a polling POST may carry one full message");
static_assert(unjoined_message_bytes_max >= 2 * token_bytes_max, "a CONNECT carries a token");
static_assert(connections_per_address_max <= connections_max, "one address is part of all");
static_assert(send_queue_bytes_max >= 2 * page_bytes_max, "a page is no flood");
static_assert(send_queue_bytes_max >= 2 * message_bytes_max,
              "a slow reader may hold one message while the next is queued");
static_assert(post_text_bytes_max < message_bytes_max / 4,
              "a post fits in a message however it is escaped");
static_assert(roster_file_bytes_max <= zip_inflated_bytes_max,
              "one file is no larger than the package");
static_assert(checkpoint_forced_pages - checkpoint_pages >=
                  static_cast<int>(commands_per_commit_max) * pages_per_command_max,
              "the writer comes first, after its acks");
static_assert(checkpoint_forced_pages < checkpoint_waiting_pages, "waiting is the last resort");
static_assert(presence_watches_burst >= 2 * presence_watches_per_socket_max,
              "two pages of one user may come back at once");
static_assert(typing_lease >= 2 * typing_repeat_interval + typing_check_interval,
              "who goes on typing is never told to have stopped");
static_assert(ping_timeout < ping_interval, "a missed pong is noticed before the next ping");

}  // namespace homeroom::limits
