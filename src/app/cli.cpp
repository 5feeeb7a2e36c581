#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "app/backup_command.h"
#include "app/bench_command.h"
#include "app/config.h"
#include "app/data_home.h"
#include "app/import_command.h"
#include "app/kafka_command.h"
#include "app/privacy_command.h"
#include "app/serve.h"
#include "base/limits.h"
#include "base/log.h"
#include "identity/token.h"

namespace homeroom::app {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;  // the command line or the configuration is wrong

struct Options {
    std::string config{};
    std::string data{};
    // serve
    std::optional<std::string> host{};
    std::optional<std::uint16_t> port{};
    std::optional<std::uint16_t> admin_port{};
    bool demo = false;
    // import
    std::string path{};
    std::string profile = "strict";
    bool dry_run = false;
    bool approve = false;
    // backup and restore
    std::string folder{};
    bool replace = false;
    std::string source{};
    std::int64_t import = 0;
    // token
    std::string user{};
    std::string ttl = "8h";
    bool service = false;
    // export, erase, explain
    std::string reason{};
    std::string event{};
    std::string post{};
    // audit verify
    std::string expected{};
};

int complain(const Error& error) {
    std::fprintf(stderr, "homeroom: %s\n", error.message.c_str());
    return error.code == Code::invalid ? exit_usage : exit_failed;
}

// CLI11 would also take "0x50" and "0120".
std::string check_port(const std::string& text) {
    const bool digits = !text.empty() && text.size() <= 5 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    const bool plain = digits && (text.size() == 1 || text.front() != '0');
    return plain && std::stoul(text) <= 65535 ? std::string{}
                                              : "\"" + text + "\" is no port (0 to 65535)";
}

// File and environment, then what the command line says.
Result<Config> config_of(const Options& options) {
    TRY(Config config, load_config(options.config));
    if (!options.data.empty()) config.data = options.data;
    if (options.host) config.server.host = *options.host;
    if (options.port) config.server.port = *options.port;
    if (options.admin_port) config.server.admin_port = *options.admin_port;
    if (options.demo) config.demo = true;
    TRY_OK(check_config(config));
    return config;
}

log::Level log_level(const std::string& name) {
    if (name == "debug") return log::Level::debug;
    if (name == "warn") return log::Level::warn;
    if (name == "error") return log::Level::error;
    return log::Level::info;
}

int run_serve(const Config& config) {
    const auto status = serve(config);
    return status.ok() ? 0 : complain(status.error());
}

campus::ImportOptions import_options(const Config& config, const Options& options) {
    return {.dry_run = options.dry_run,
            .approved = options.approve,
            .guard = {.removed_share_max = config.roster.removed_share_max},
            .precedence = campus::Precedence{config.roster.sources},
            .source = options.source};
}

int run_import(const Config& config, const Options& options) {
    ImportRequest request{.path = options.path};
    if (options.profile == "tolerant") request.profile = campus::oneroster::Profile::tolerant;
    request.options = import_options(config, options);
    const auto code = import_command(config, request);
    return code.ok() ? *code : complain(code.error());
}

int run_undo(const Config& config, const Options& options) {
    const auto code = undo_command(
        config, {.import = options.import, .options = import_options(config, options)});
    return code.ok() ? *code : complain(code.error());
}

int run_list_imports(const Config& config) {
    const auto code = list_imports_command(config);
    return code.ok() ? *code : complain(code.error());
}

int run_token(const Config& config, const Options& options) {
    if (options.user.empty()) return complain({Code::invalid, "USER must not be empty", "user"});
    const auto lifetime = parse_lifetime(options.ttl);
    if (!lifetime || *lifetime > limits::token_lifetime_max)
        return complain({Code::invalid,
                         "--ttl must be a duration like 90s, 15m, 8h or 30d, at most 3650d",
                         "ttl"});
    std::error_code unknown;
    const bool had_secret = std::filesystem::exists(config.data / "secret", unknown);
    const auto keys = load_keys(config);
    if (!keys.ok()) return complain(keys.error());
    if (!had_secret && keys->signing_secret == keys->own_secret) {
        std::fprintf(stderr,
                     "homeroom: there was no secret in %s, a new one was made; a server with "
                     "another data directory will not take this token\n",
                     config.data.c_str());
    }
    if (keys->signing_secret.empty()) {
        return complain(
            {Code::invalid,
             "only public keys are configured (auth.key_files, auth.jwks_file): whoever holds "
             "the private key makes the tokens",
             "auth"});
    }
    const std::string token = identity::sign_token(keys->signing_secret,
                                                   {.subject = options.user,
                                                    .lifetime = *lifetime,
                                                    .service = options.service,
                                                    .issuer = config.auth.issuer,
                                                    .audience = config.auth.audience},
                                                   wall_now());
    std::printf("%s\n", token.c_str());
    return 0;
}

int run_backup(const Config& config, const Options& options) {
    const auto status = backup_command(config, options.folder);
    return status.ok() ? 0 : complain(status.error());
}

int run_restore(const Config& config, const Options& options) {
    const auto status = restore_command(config, options.folder,
                                        options.replace ? Existing::replace : Existing::refuse);
    return status.ok() ? 0 : complain(status.error());
}

int exit_code(const Result<int>& code) {
    return code.ok() ? *code : complain(code.error());
}

int run_check(const Config& config) {
    const auto keys = load_keys(config, OwnSecret::if_there);
    if (!keys.ok()) return complain(keys.error());
    if (const auto webhooks = load_webhook_keys(config); !webhooks.ok())
        return complain(webhooks.error());
    if (const auto live = load_live_secrets(config); !live.ok()) return complain(live.error());
    std::printf("the configuration is good\n");
    return 0;
}

}  // namespace

int run(int argc, char** argv) {
    Options options;
    CLI::App cli{"Homeroom, the real-time server for learning communities", "homeroom"};
    cli.set_version_flag("--version", HOMEROOM_VERSION);
    cli.require_subcommand(1);
    const auto common = [&](CLI::App* command) {
        command->add_option("--config", options.config, "TOML file")->check(CLI::ExistingFile);
        command->add_option("--data", options.data, "data directory (default ./homeroom-data)");
        return command;
    };

    auto* serve_command = common(cli.add_subcommand("serve", "run the server"));
    serve_command->add_option("--host", options.host, "address to listen on (default 127.0.0.1)");
    serve_command->add_option("--port", options.port, "port (default 8080; 0 takes any free one)")
        ->check(CLI::Validator{check_port, "PORT"});
    serve_command
        ->add_option("--admin-port", options.admin_port,
                     "port for metrics and health (default 9090)")
        ->check(CLI::Validator{check_port, "PORT"});
    serve_command->add_flag("--demo", options.demo,
                            "seed a demo school and let anyone sign in as anyone of it");

    auto* import = common(cli.add_subcommand("import", "read a roster, or take that back"));
    import->require_subcommand(1);
    auto* oneroster =
        common(import->add_subcommand("oneroster", "a OneRoster 1.1 or 1.2 CSV package"));
    oneroster->add_option("path", options.path, "folder or zip")->required();
    oneroster->add_flag("--dry-run", options.dry_run, "say what would change, change nothing");
    oneroster->add_option("--profile", options.profile, "how strictly the standard is taken")
        ->check(CLI::IsMember({"strict", "tolerant"}))
        ->capture_default_str();
    oneroster->add_flag("--approve", options.approve,
                        "apply it although it removes a large part of the school");
    oneroster->add_option("--source", options.source,
                          "which of roster.sources it comes from, where there are several");
    auto* list = common(import->add_subcommand("list", "the imports, the newest first"));
    auto* undo = common(import->add_subcommand("undo", "put back what an import changed"));
    undo->add_option("import", options.import, "its number, as `homeroom import list` has it")
        ->required();
    undo->add_flag("--dry-run", options.dry_run, "say what would change, change nothing");
    undo->add_flag("--approve", options.approve,
                   "do it although it removes a large part of the school");

    auto* token = common(cli.add_subcommand("token", "print a token for a user"));
    token->add_option("user", options.user, "the user's id")->required();
    token->add_option("--ttl", options.ttl, "how long it is valid")->capture_default_str();
    token->add_flag("--service", options.service, "a token for the platform's back end");

    auto* backup = common(
        cli.add_subcommand("backup", "copy the data into a new folder, while the server runs"));
    backup->add_option("folder", options.folder, "the folder to make")->required();
    auto* restore = common(cli.add_subcommand("restore", "put a backup into the data directory"));
    restore->add_option("folder", options.folder, "what `homeroom backup` made")
        ->required()
        ->check(CLI::ExistingDirectory);
    restore->add_flag("--replace", options.replace,
                      "although there is a school already; that is put aside");
    auto* export_data = common(cli.add_subcommand("export", "print what is kept of a person"));
    auto* erase = common(cli.add_subcommand("erase", "erase what is kept of a person"));
    for (auto* command : {export_data, erase}) {
        command->add_option("user", options.user, "the user's id")->required();
        command->add_option("--reason", options.reason, "why, for the audit log")->required();
    }
    auto* explain = common(
        cli.add_subcommand("explain", "say why somebody got an event or not (asks the server)"));
    explain->add_option("user", options.user, "the user's id")->required();
    auto* event = explain->add_option("--event", options.event, "the event's id, or its seq");
    explain
        ->add_option("--post", options.post,
                     "the id of the post (comment, message, announcement) that it told of")
        ->excludes(event);
    explain->add_option("--reason", options.reason, "why, for the audit log");
    auto* audit = common(cli.add_subcommand("audit", "the log of who did what"));
    audit->require_subcommand(1);
    auto* verify = common(audit->add_subcommand("verify", "say whether it was tampered with"));
    verify->add_option("--expect", options.expected, "a digest that it printed before");

    const KafkaCommand kafka{cli, common};
    BenchCommand bench{cli};

    auto* check = common(cli.add_subcommand("check", "say what is wrong with a configuration"));
    // CLI11 would only say that a subcommand is required.
    const auto is_named = [&](CLI::App* command) { return command->check_name(argv[1]); };
    if (argc > 1 && argv[1][0] != '-' && cli.get_subcommands(is_named).empty()) {
        return complain({Code::invalid, "there is no command \"" + std::string{argv[1]} +
                                            "\"; `homeroom --help` lists them"});
    }
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {  // also --help and --version, which are no errors
        return cli.exit(wrong) == 0 ? 0 : exit_usage;
    }

    if (bench.parsed()) return bench.run();  // it needs no configuration: the server has one

    const auto config = config_of(options);
    if (!config.ok()) return complain(config.error());
    log::start(log_level(config->log_level));
    if (serve_command->parsed()) return run_serve(*config);
    if (oneroster->parsed()) return run_import(*config, options);
    if (backup->parsed()) return run_backup(*config, options);
    if (restore->parsed()) return run_restore(*config, options);
    if (list->parsed()) return run_list_imports(*config);
    if (undo->parsed()) return run_undo(*config, options);
    if (token->parsed()) return run_token(*config, options);
    if (export_data->parsed())
        return exit_code(export_command(*config, options.user, options.reason));
    if (erase->parsed()) return exit_code(erase_command(*config, options.user, options.reason));
    if (explain->parsed()) {
        return exit_code(explain_command(*config, {.user = options.user,
                                                   .event = options.event,
                                                   .post = options.post,
                                                   .reason = options.reason}));
    }
    if (verify->parsed()) return exit_code(audit_verify_command(*config, options.expected));
    if (kafka.parsed()) return exit_code(kafka.run(*config));
    return check->parsed() ? run_check(*config) : exit_failed;
}

}  // namespace homeroom::app
