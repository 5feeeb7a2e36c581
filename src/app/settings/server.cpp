// What stands in no section, [server], [auth].
#include "app/settings/kinds.h"
#include "net/trusted_proxies.h"

namespace homeroom::app {
namespace {

// As browsers send it (RFC 6454 §6.2); any other text would never match.
bool is_origin(std::string_view text) {
    if (text == "*") return true;
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos || scheme_end == 0) return false;
    const std::string_view host = text.substr(scheme_end + 3);
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view{".-_:[]+"}.find(c) != std::string_view::npos;
    };
    return !host.empty() && std::ranges::all_of(text.substr(0, scheme_end), is_part) &&
           std::ranges::all_of(host, is_part);
}

}  // namespace

Settings server_settings() {
    using Server = Config::Server;
    const Section server{"server", &Config::server};
    const auto port = number<std::uint16_t>(0, 65'535, "a port, 0 to 65535");
    const auto count = number<std::size_t>(1, many, "a number from 1");
    return {
        setting("data", &Config::data, path("a folder")),
        setting("share", &Config::share, path("a folder")),
        setting("demo", &Config::demo, flag()),
        setting("log_level", &Config::log_level, choice({"debug", "info", "warn", "error"})),
        server("host", &Server::host, text("an IP address")),
        server("port", &Server::port, port),
        server("admin_host", &Server::admin_host, text("an IP address")),
        server("admin_port", &Server::admin_port, port),
        server("loops", &Server::loops,
               number<std::size_t>(0, limits::loops_max, "0 (one per core) to 64")),
        server("cors_origins", &Server::cors_origins,
               list_of("a list of origins like https://school.example, without a path, or \"*\"",
                       is_origin)),
        server(
            "trusted_proxies", &Server::trusted_proxies,
            list("a list of addresses and networks like 10.0.0.0/8",
                 [](const Texts& texts) { return net::TrustedProxies::parse(texts).has_value(); })),
        server("connections_max", &Server::connections_max, count),
        server("connections_per_user_max", &Server::connections_per_user_max, count),
        server("requests_per_second", &Server::requests_per_second, positive()),
        server("requests_burst", &Server::requests_burst, amount()),
        server("ping_interval", &Server::ping_interval, duration_like("25s")),
        server("ping_timeout", &Server::ping_timeout, duration_like("20s")),
        server("message_bytes_max", &Server::message_bytes_max,
               number<std::size_t>(1'024, 100'000'000, "1024 to 100000000")),
        server("send_queue_bytes_max", &Server::send_queue_bytes_max,
               number<std::size_t>(4'096, many, "4096 or more")),
        server("allow_eio3", &Server::allow_eio3, flag()),
        server("http_compression", &Server::http_compression, flag()),
        server("message_deflate", &Server::message_deflate, flag()),
    };
}

Settings auth_settings() {
    using Auth = Config::Auth;
    const Section auth{"auth", &Config::auth};
    const Kind key_files{"a list of PEM files",
                         [](std::vector<std::filesystem::path>& to, const Texts& texts) {
                             to.assign(texts.begin(), texts.end());
                             return true;
                         },
                         true};
    return {
        auth("secret", &Auth::secret, text("a secret")),
        auth("secret_file", &Auth::secret_file, path("a file")),
        auth("key_files", &Auth::key_files, key_files),
        auth("jwks_file", &Auth::jwks_file, path("a file")),
        auth("issuer", &Auth::issuer, text("a text")),
        auth("audience", &Auth::audience, text("a text")),
    };
}

Status check_server(const Config::Server& server) {
    if (server.port != 0 && server.port == server.admin_port && server.host == server.admin_host)
        return Error{Code::invalid, "server.port and server.admin_port must differ",
                     "server.admin_port"};
    if (server.send_queue_bytes_max < 2 * server.message_bytes_max)
        return wrong("server.send_queue_bytes_max",
                     "must be at least twice server.message_bytes_max");
    if (server.ping_timeout >= server.ping_interval)
        return wrong("server.ping_timeout",
                     "must be less than server.ping_interval: a missed pong is noticed before the "
                     "next ping");
    return Ok{};
}

}  // namespace homeroom::app
