#include "app/config.h"

#include <algorithm>
#include <toml++/toml.h>
#include <utility>

#include "app/settings/kinds.h"

extern char** environ;

namespace homeroom::app {
namespace {

const Settings& all_settings() {
    static const Settings all = [] {
        Settings list;
        for (const auto part :
             {server_settings, auth_settings, store_settings, retention_settings, limit_settings,
              rate_settings, roster_settings, feature_settings, notification_settings,
              call_settings, live_settings, kafka_settings}) {
            for (Setting& one : part()) list.push_back(std::move(one));
        }
        return list;
    }();
    return all;
}

// Null: there is none such.
const Setting* find_setting(const std::function<bool(const Setting&)>& is_meant) {
    const auto found = std::ranges::find_if(all_settings(), is_meant);
    return found == all_settings().end() ? nullptr : &*found;
}

Error bad_value(std::string_view key, std::string_view wanted, std::string_view where) {
    return Error{Code::invalid,
                 std::string{where} + ": " + std::string{key} + " must be " + std::string{wanted},
                 std::string{key}};
}

// The texts of a TOML value; nothing when it is of a kind that the key has not.
std::optional<Texts> texts_of(const toml::node& node, bool is_list) {
    const auto one = [](const toml::node& value) -> std::optional<std::string> {
        if (const auto* text = value.as_string()) return text->get();
        if (const auto* number = value.as_integer()) return std::to_string(number->get());
        if (const auto* number = value.as_floating_point()) return std::to_string(number->get());
        if (const auto* flag = value.as_boolean()) return flag->get() ? "true" : "false";
        return std::nullopt;
    };
    if (node.is_array() != is_list) return std::nullopt;
    if (!is_list) {
        auto text = one(node);
        return text ? std::optional{Texts{std::move(*text)}} : std::nullopt;
    }
    Texts texts;
    for (const auto& element : *node.as_array()) {
        auto text = one(element);
        if (!text) return std::nullopt;
        texts.push_back(std::move(*text));
    }
    return texts;
}

Status apply_value(Config& config, const std::string& name, const toml::node& node,
                   std::string_view where) {
    const Setting* setting = find_setting([&](const Setting& one) { return one.name == name; });
    if (setting == nullptr) {
        return Error{Code::invalid, std::string{where} + ": unknown key " + name, name};
    }
    const auto texts = texts_of(node, setting->is_list);
    if (!texts || !setting->set(config, *texts)) return bad_value(name, setting->wanted, where);
    return Ok{};
}

Status apply_file(Config& config, const std::filesystem::path& file) {
    try {
        const toml::table table = toml::parse_file(file.string());
        for (const auto& [name, node] : table) {
            const std::string section{name.str()};
            const auto* inner = node.as_table();
            if (inner == nullptr) {
                TRY_OK(apply_value(config, section, node, file.string()));
                continue;
            }
            if (inner->empty() && find_setting([&](const Setting& one) {
                                      return one.name.starts_with(section + ".");
                                  }) == nullptr)
                return Error{Code::invalid, file.string() + ": unknown section " + section,
                             section};
            for (const auto& [inner_name, value] : *inner)
                TRY_OK(apply_value(config, section + "." + std::string{inner_name.str()}, value,
                                   file.string()));
        }
    } catch (const toml::parse_error& error) {
        return Error{Code::invalid, file.string() + ", line " +
                                        std::to_string(error.source().begin.line) + ": " +
                                        std::string{error.description()}};
    }
    return Ok{};
}

// HOMEROOM_SERVER_PORT is server.port; lists are separated by commas.
std::string environment_name(std::string_view key) {
    std::string name = "HOMEROOM_";
    for (const char c : key)
        name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

Status apply_environment(Config& config) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (!text.starts_with("HOMEROOM_")) continue;
        const auto equals = text.find('=');
        const std::string_view name = text.substr(0, equals);
        const Setting* setting =
            find_setting([&](const Setting& one) { return environment_name(one.name) == name; });
        if (setting == nullptr) {
            // Variables for scripts and tests around the server share the prefix but end in these.
            if (name == "HOMEROOM_BIN" || name == "HOMEROOM_URL") continue;
            return Error{Code::invalid, "environment: unknown key " + std::string{name},
                         std::string{name}};
        }
        Texts texts;
        std::string_view rest = text.substr(equals + 1);
        while (setting->is_list && rest.find(',') != std::string_view::npos) {
            texts.emplace_back(rest.substr(0, rest.find(',')));
            rest.remove_prefix(rest.find(',') + 1);
        }
        if (!setting->is_list || !texts.empty() || !rest.empty()) texts.emplace_back(rest);
        if (!setting->set(config, texts)) return bad_value(name, setting->wanted, "environment");
    }
    return Ok{};
}

}  // namespace

Result<Config> load_config(const std::filesystem::path& file) {
    Config config;
    if (!file.empty()) TRY_OK(apply_file(config, file));
    TRY_OK(apply_environment(config));
    TRY_OK(check_config(config));
    return config;
}

std::optional<std::chrono::seconds> parse_lifetime(std::string_view text) {
    std::chrono::seconds lifetime{};
    return read_duration(lifetime, text) ? std::optional{lifetime} : std::nullopt;
}

kafka::Options kafka_options(const Config& config) {
    kafka::Options options;
    for (const std::string& broker : config.kafka.brokers)
        options.brokers += (options.brokers.empty() ? "" : ",") + broker;
    for (const std::string& property : config.kafka.properties) {
        const auto equals = property.find('=');
        options.properties.emplace_back(property.substr(0, equals), property.substr(equals + 1));
    }
    return options;
}

Status check_config(const Config& config) {
    TRY_OK(check_server(config.server));
    TRY_OK(check_notifications(config.notifications));
    TRY_OK(check_calls(config.calls));
    TRY_OK(check_live(config.live));
    return check_kafka(config);
}

}  // namespace homeroom::app
