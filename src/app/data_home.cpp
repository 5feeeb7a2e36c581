#include "app/data_home.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "app/backup_command.h"
#include "backbone/cursors.h"
#include "campus/blocks.h"
#include "campus/connection_log.h"
#include "campus/erasure.h"
#include "campus/following.h"
#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/schedule.h"
#include "campus/sign_outs.h"
#include "campus/surface.h"
#include "features/announcements/announcements.h"
#include "features/calls/calls.h"
#include "features/calls/limits.h"
#include "features/documents/documents.h"
#include "features/feed/feed.h"
#include "features/grades/grades.h"
#include "features/live/limits.h"
#include "features/live/live.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"
#include "features/presence/presence.h"
#include "features/study/study.h"
#include "identity/secret_file.h"
#include "outgoing/webhook.h"
#include "store/data_directory.h"

namespace homeroom::app {
namespace {

constexpr const char* demo_mark = "demo-school";

Result<std::string> read_file(const std::filesystem::path& path, const char* key) {
    std::ifstream stream{path, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}};
    if (!stream)
        return Error{Code::unavailable, std::string{key} + ": cannot read " + path.string(), key};
    return bytes;
}

// Adds the name of the key to the words of an error about its value.
Status about(const char* key, const std::string& where, Status status) {
    if (status.ok()) return status;
    Error error = std::move(status).error();
    error.message = std::string{key} + " (" + where + "): " + error.message;
    error.field = key;
    return error;
}

std::string without_line_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

}  // namespace

Result<Keys> load_keys(const Config& config, OwnSecret own) {
    Keys keys;
    std::error_code unknown;
    if (own == OwnSecret::create || std::filesystem::exists(config.data / "secret", unknown)) {
        TRY_OK(store::make_data_directory(config.data));
        TRY(keys.own_secret, identity::load_or_create_secret(config.data));
    }
    if (!config.auth.secret.empty()) {
        keys.signing_secret = config.auth.secret;
        TRY_OK(about("auth.secret", "configuration", keys.set.add_secret(keys.signing_secret)));
    }
    if (!config.auth.secret_file.empty()) {
        TRY(auto text, read_file(config.auth.secret_file, "auth.secret_file"));
        keys.signing_secret = without_line_end(std::move(text));
        TRY_OK(about("auth.secret_file", config.auth.secret_file.string(),
                     keys.set.add_secret(keys.signing_secret)));
    }
    for (const auto& file : config.auth.key_files) {
        TRY(const auto pem, read_file(file, "auth.key_files"));
        TRY_OK(about("auth.key_files", file.string(), keys.set.add_pem(pem)));
    }
    if (!config.auth.jwks_file.empty()) {
        TRY(const auto json, read_file(config.auth.jwks_file, "auth.jwks_file"));
        TRY_OK(about("auth.jwks_file", config.auth.jwks_file.string(), keys.set.add_jwks(json)));
    }
    // The demo's door signs with the own secret, whatever else is configured.
    if (!keys.own_secret.empty() && (keys.set.size() == 0 || config.demo)) {
        if (keys.signing_secret.empty()) keys.signing_secret = keys.own_secret;
        TRY_OK(about("data", config.data.string(), keys.set.add_secret(keys.own_secret)));
    }
    return keys;
}

Result<std::vector<std::string>> load_webhook_keys(const Config& config) {
    const Config::Notifications& hook = config.notifications;
    std::vector<std::string> keys;
    const auto add = [&](const std::string& secret, const char* key,
                         const std::string& where) -> Status {
        auto made = outgoing::webhook_key(secret);
        if (!made.ok()) return about(key, where, made.error());
        keys.push_back(std::move(*made));
        return Ok{};
    };
    for (const std::string& secret : hook.webhook_secrets)
        TRY_OK(add(secret, "notifications.webhook_secrets", "configuration"));
    if (!hook.webhook_secret_file.empty()) {
        constexpr const char* key = "notifications.webhook_secret_file";
        const std::string where = hook.webhook_secret_file.string();
        TRY(const auto text, read_file(hook.webhook_secret_file, key));
        std::istringstream lines{text};
        for (std::string line; std::getline(lines, line);) {
            line = without_line_end(std::move(line));
            if (!line.empty()) TRY_OK(add(line, key, where));
        }
        if (keys.empty())
            return about(key, where, Error{Code::invalid, "it has no secret"}).error();
    }
    if (keys.size() > limits::webhook_secrets_max)
        return Error{Code::invalid, "there are more than 4 secrets for webhooks",
                     "notifications.webhook_secrets"};
    return keys;
}

Result<std::vector<std::string>> load_turn_secrets(const Config& config) {
    std::vector<std::string> secrets = config.calls.turn_secrets;
    if (!config.calls.turn_secret_file.empty()) {
        constexpr const char* key = "calls.turn_secret_file";
        const std::string where = config.calls.turn_secret_file.string();
        TRY(const auto text, read_file(config.calls.turn_secret_file, key));
        std::istringstream lines{text};
        for (std::string line; std::getline(lines, line);) {
            line = without_line_end(std::move(line));
            if (!line.empty()) secrets.push_back(std::move(line));
        }
        if (secrets.empty())
            return about(key, where, Error{Code::invalid, "it has no secret"}).error();
    }
    if (secrets.size() > features::calls::limits::secrets_max)
        return Error{Code::invalid, "there are more than 4 secrets for relays",
                     "calls.turn_secrets"};
    return secrets;
}

namespace {

// None where there is no file; else one at least.
Result<std::vector<std::string>> read_secrets(const std::filesystem::path& file, const char* key) {
    std::vector<std::string> secrets;
    if (file.empty()) return secrets;
    TRY(const auto text, read_file(file, key));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        line = without_line_end(std::move(line));
        if (!line.empty()) secrets.push_back(std::move(line));
    }
    if (secrets.empty() || secrets.size() > features::live::secrets_max)
        return about(key, file.string(), Error{Code::invalid, "it has no secret, or more than 4"})
            .error();
    return secrets;
}

}  // namespace

Result<LiveSecrets> load_live_secrets(const Config& config) {
    LiveSecrets secrets;
    constexpr const char* tickets = "live.playback_secret_file";
    constexpr const char* hooks = "live.hook_secret_file";
    TRY(secrets.tickets, read_secrets(config.live.playback_secret_file, tickets));
    for (const std::string& secret : secrets.tickets) {
        if (secret.size() < features::live::secret_bytes_min)
            return about(tickets, config.live.playback_secret_file.string(),
                         Error{Code::invalid, "a secret of tickets has 32 characters or more"})
                .error();
    }
    TRY(const auto texts, read_secrets(config.live.hook_secret_file, hooks));
    for (const std::string& text : texts) {
        auto made = outgoing::webhook_key(text);
        if (!made.ok())
            return about(hooks, config.live.hook_secret_file.string(), made.error()).error();
        secrets.hooks.push_back(std::move(*made));
    }
    return secrets;
}

Result<MediaSecrets> load_media_secrets(const Config& config) {
    const Config::Calls& calls = config.calls;
    const bool is_janus = calls.media == "janus";
    MediaSecrets secrets{.secret = is_janus ? calls.janus_secret : calls.livekit_secret,
                         .admin_key = calls.janus_admin_key};
    const auto& file = is_janus ? calls.janus_secret_file : calls.livekit_secret_file;
    if (file.empty()) return secrets;
    const char* const key = is_janus ? "calls.janus_secret_file" : "calls.livekit_secret_file";
    TRY(const auto text, read_file(file, key));
    std::istringstream lines{text};
    for (std::string* const secret : {&secrets.secret, &secrets.admin_key}) {
        std::string line;
        if (std::getline(lines, line)) *secret = without_line_end(std::move(line));
    }
    if (secrets.secret.size() < 16)
        return about(key, file.string(),
                     Error{Code::invalid, "its first line is no secret of 16 characters or more"})
            .error();
    return secrets;
}

identity::VerifyPolicy verify_policy(const Config& config) {
    return {.issuer = config.auth.issuer, .audience = config.auth.audience};
}

Result<std::unique_ptr<store::Store>> open_store(const Config& config) {
    TRY_OK(refuse_unfinished_restore(config.data));
    std::vector<store::Migration> migrations;
    for (const auto part : {campus::roster_migrations(),
                            campus::group_migrations(),
                            campus::surface_migrations(),
                            campus::schedule_migrations(),
                            campus::sign_out_migrations(),
                            features::feed::feed_migrations(),
                            features::grades::grades_migrations(),
                            features::announcements::announcements_migrations(),
                            features::messages::messages_migrations(),
                            features::calls::calls_migrations(),
                            features::live::live_migrations(),
                            campus::block_migrations(),
                            features::presence::presence_migrations(),
                            features::documents::documents_migrations(),
                            campus::following_migrations(),
                            features::notifications::notifications_migrations(),
                            campus::connection_log_migrations(),
                            campus::personal_data_migrations(),
                            backbone::backbone_migrations(),
                            features::study::study_migrations()}) {
        migrations.insert(migrations.end(), part.begin(), part.end());
    }
    using store::Check;
    const Check check = config.store.check == "off"    ? Check::off
                        : config.store.check == "full" ? Check::full
                                                       : Check::quick;
    return store::Store::open(
        {.directory = config.data,
         .durability = config.store.durability == "full" ? store::Durability::full
                                                         : store::Durability::normal,
         .check = check,
         .postgres = config.store.postgres,
         .statement_timeout = config.store.statement_timeout},
        migrations);
}

bool holds_demo(const std::filesystem::path& data) {
    std::error_code unknown;
    return std::filesystem::exists(data / demo_mark, unknown);
}

Status mark_as_demo(const std::filesystem::path& data) {
    std::ofstream mark{data / demo_mark};
    mark << "The roster in this directory is the demo school's; anyone may sign in as anyone.\n";
    mark.close();
    if (!mark) return Error{Code::unavailable, "cannot write to " + data.string(), "data"};
    return Ok{};
}

Status refuse_demo(const std::filesystem::path& data) {
    if (!holds_demo(data)) return Ok{};
    return Error{Code::conflict,
                 data.string() +
                     " holds the demo school, where anyone may sign in as anyone; import into "
                     "another data directory",
                 "data"};
}

std::filesystem::path find_share(const Config& config) {
    if (!config.share.empty()) return config.share;
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    for (const auto& candidate :
         {program / "share" / "homeroom", program.parent_path() / "share" / "homeroom"}) {
        if (std::filesystem::is_directory(candidate, error)) return candidate;
    }
    return program / "share" / "homeroom";
}

}  // namespace homeroom::app
