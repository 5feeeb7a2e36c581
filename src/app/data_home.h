// What every subcommand needs of a data directory: its keys and its store with all features'
// tables.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "identity/token.h"
#include "store/store.h"

namespace homeroom::app {

// The keys that may sign tokens: those configured, else the data directory's own secret.
struct Keys {
    identity::KeySet set;
    std::string own_secret;  // always there: it also protects recovery ids
    // what `token` signs with; empty when only public keys are configured
    std::string signing_secret;
};
enum class OwnSecret : std::uint8_t { create, if_there };
Result<Keys> load_keys(const Config& config, OwnSecret own = OwnSecret::create);

// What webhooks are signed with: the configured secrets, then those of the file, one a line.
Result<std::vector<std::string>> load_webhook_keys(const Config& config);

// What the relays have, too: the configured secrets, then those of the file, one a line.
Result<std::vector<std::string>> load_turn_secrets(const Config& config);

// What opens streams at the media server, and what its webhooks are signed with: of each file, one
// a line.
struct LiveSecrets {
    std::vector<std::string> tickets{};
    std::vector<std::string> hooks{};
};
Result<LiveSecrets> load_live_secrets(const Config& config);

// The media server's secrets: those configured, else those of the file, one a line.
struct MediaSecrets {
    std::string secret{};
    std::string admin_key{};  // of Janus' VideoRoom; empty: none
};
Result<MediaSecrets> load_media_secrets(const Config& config);

identity::VerifyPolicy verify_policy(const Config& config);

// Opens the store with the tables of every feature. The caller holds the directory's lock.
Result<std::unique_ptr<store::Store>> open_store(const Config& config);

// A data directory into which `serve --demo` has put the demo school is marked as such. Only there
// may anyone sign in as anyone, and no other school is imported there.
bool holds_demo(const std::filesystem::path& data);
Status mark_as_demo(const std::filesystem::path& data);
Status refuse_demo(const std::filesystem::path& data);  // an Error when it holds the demo

// Where web/ and demo-school/ lie: configured, or share/homeroom beside the program or one level
// up.
std::filesystem::path find_share(const Config& config);

}  // namespace homeroom::app
