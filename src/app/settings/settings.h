// What an operator may set, part by part: each has a list of its settings and, where some of them
// make sense only together, a check that names the key of what does not.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"

namespace homeroom::app {

// A value as the file or the environment gives it: a text, or a list of texts.
using Texts = std::vector<std::string>;

// One key: which values are good, how that is told, and where a good one goes.
struct Setting {
    std::string name;  // "server.port"
    bool is_list;
    std::string wanted;                              // in words
    std::function<bool(Config&, const Texts&)> set;  // false: a bad value
};
using Settings = std::vector<Setting>;

// Which values are good (kinds.h has the usual ones): in words, and what reads one,
// bool(Value& to, const Texts& texts), false for a bad one.
template <typename Read>
struct Kind {
    std::string wanted;
    Read read;
    bool is_list = false;
};
template <typename Read>
Kind(std::string, Read) -> Kind<Read>;
template <typename Read>
Kind(std::string, Read, bool) -> Kind<Read>;

// A setting that stands in no section.
template <typename Value, typename Read>
Setting setting(std::string name, Value Config::*to, Kind<Read> kind) {
    return {std::move(name), kind.is_list, std::move(kind.wanted),
            [to, read = std::move(kind.read)](Config& config, const Texts& texts) {
                return read(config.*to, texts);
            }};
}

// Makes those of one section:
//   const Section server{"server", &Config::server};
//   server("port", &Config::Server::port, port)
template <typename Part>
class Section {
public:
    Section(std::string name, Part Config::*part) : name_(std::move(name)), part_(part) {}

    template <typename Value, typename Read>
    Setting operator()(const char* key, Value Part::*to, Kind<Read> kind) const {
        return {name_ + "." + key, kind.is_list, std::move(kind.wanted),
                [part = part_, to, read = std::move(kind.read)](
                    Config& config, const Texts& texts) { return read(config.*part.*to, texts); }};
    }

private:
    std::string name_;
    Part Config::*part_;
};

Settings server_settings();  // with those that stand in no section
Settings auth_settings();
Settings store_settings();
Settings retention_settings();
Settings limit_settings();
Settings rate_settings();
Settings roster_settings();
Settings feature_settings();  // of those features that have few
Settings notification_settings();
Settings call_settings();
Settings live_settings();
Settings kafka_settings();

// What a check finds: "the key", and what is wrong with it.
inline Error wrong(const std::string& key, const std::string& words) {
    return {.code = Code::invalid, .message = key + " " + words, .field = key};
}
Status check_server(const Config::Server& server);
Status check_notifications(const Config::Notifications& notifications);
Status check_calls(const Config::Calls& calls);
Status check_live(const Config::Live& live);
Status check_kafka(const Config& config);

}  // namespace homeroom::app
