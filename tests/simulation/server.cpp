#include "server.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "backbone/cursors.h"
#include "campus/blocks.h"
#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/schedule.h"
#include "features/feed/feed.h"
#include "machine.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

using campus::Role;

constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";
constexpr auto today = std::chrono::year{2026} / 11 / 23;

std::vector<store::Migration> migrations() {
    std::vector<store::Migration> all;
    for (const auto part :
         {campus::roster_migrations(), campus::group_migrations(), campus::surface_migrations(),
          campus::schedule_migrations(), features::feed::feed_migrations(),
          campus::block_migrations(), backbone::backbone_migrations()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

Result<std::unique_ptr<store::Store>> open_store(store::Check check, std::size_t readers) {
    const auto all = migrations();
    return store::Store::open({.directory = data_directory(), .readers = readers, .check = check},
                              all);
}

campus::Enrollment enrolled(const std::string& user, const std::string& class_id, Role role) {
    return {.id = user + "|" + class_id, .user = user, .class_id = class_id, .role = role};
}

}  // namespace

const std::string& data_directory() {
    static const std::string path = [] {
        std::string name = (std::filesystem::temp_directory_path() / "homeroom-simulation-XXXXXX");
        if (mkdtemp(name.data()) == nullptr) fail("there is no room for a directory");
        return name;
    }();
    return path;
}

void remove_data_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(data_directory(), ignored);
}

// sam, sue and pat learn, tim and ann teach; each of the first two classes has a teacher.
campus::Directory::Records school() {
    campus::Directory::Records records;
    records.orgs = {{.id = "north", .name = "North", .type = "school"}};
    records.courses = {{.id = "science", .title = "Science", .org = "north"}};
    for (const char* const id : {"physics", "chemistry", "art"})
        records.classes.push_back({.id = id, .title = id, .course = "science", .school = "north"});
    for (const char* const id : {"sam", "sue", "pat", "tim", "ann"})
        records.users.push_back({.id = id, .username = id, .given_name = id});
    records.enrollments = {
        enrolled("sam", "physics", Role::student),   enrolled("sue", "physics", Role::student),
        enrolled("sue", "chemistry", Role::student), enrolled("pat", "art", Role::student),
        enrolled("tim", "physics", Role::teacher),   enrolled("ann", "chemistry", Role::teacher)};
    return records;
}

Status make_data() {
    TRY(const auto store, open_store(store::Check::off, 1));
    return store->run_now([](store::Transaction& transaction) {
        campus::Directory::Changes changes;
        changes.upserts = school();
        return campus::save_changes(transaction.db(), changes);
    });
}

bool compare_data(History& history, store::Check check) {
    const auto store = open_store(check, 1);
    if (!store.ok()) {
        note("the data can't be read: " + store.error().message);
        return false;
    }
    return history.compare((*store)->db());
}

std::string Server::token_of(const std::string& user) {
    return identity::sign_token(secret, {.subject = user, .lifetime = std::chrono::minutes{30}},
                                wall_now());
}

Result<std::unique_ptr<Server>> Server::start(Broker& broker, History& history, Mutant mutant) {
    std::unique_ptr<Server> server{new Server(broker, history, mutant)};
    TRY_OK(server->open());
    return server;
}

Status Server::open() {
    identity::KeySet keys;
    TRY_OK(keys.add_secret(secret));
    verifier_ = std::make_unique<identity::Verifier>(std::move(keys), identity::VerifyPolicy{});
    const std::size_t readers = Machine::here().draw().one_in(4) ? 2 : 1;
    TRY(store_, open_store(store::Check::quick, readers));
    if (!history_.compare(store_->db())) return Error{Code::unavailable, "the disk fails"};
    TRY(const auto records, campus::load_roster(store_->db()));
    directory_.load(records, today);
    surface_ = std::make_unique<campus::Surface>(*store_, directory_,
                                                 TokenRate{.per_second = 1e6, .burst = 1e6});
    features::feed::register_feed(*surface_);
    gateway_ = std::make_unique<campus::Gateway>(campus::GatewayOptions{}, *verifier_, directory_,
                                                 *store_, *surface_, campus::RecoveryIds{secret});
    hub::ServerOptions options;
    options.engine.path = "/socket.io/";
    TRY(server_, hub::Server::create(std::move(options),
                                     {.namespaces = {.fixed = {{"/", gateway_.get()}}}}));
    gateway_->attach(*server_);
    fanout_ = std::make_unique<campus::Fanout>(*server_, directory_);
    roster_ =
        std::make_unique<campus::RosterService>(*store_, directory_, *gateway_, *fanout_, *server_);
    surface_->moved_by(*roster_);
    pump_ = std::make_unique<backbone::Pump>(
        *store_,
        backbone::PumpOptions{.topic = events_topic,
                              .dead_letters = events_dead_letters,
                              .in_flight_max = 60,
                              .stop_wait = std::chrono::milliseconds{2'000}},
        [this] { return Result<std::unique_ptr<kafka::Producer>>{broker_.producer()}; });
    TRY_OK(pump_->prepare());
    commands_ = std::make_unique<backbone::Commands>(
        *store_, backbone::CommandsOptions{.dead_letters = commands_dead_letters},
        [this](backbone::Errand errand) {
            const auto shared = std::make_shared<backbone::Errand>(std::move(errand));
            surface_->service_errand(
                "platform", shared->command.name, shared->command.data, shared->within,
                [shared](const Result<campus::Json>& result) {
                    shared->done(result.ok() ? Status{Ok{}} : Status{result.error()});
                });
        },
        [this](std::function<void(const std::vector<int>&)> on_revoked) {
            return Result<std::unique_ptr<kafka::Consumer>>{
                broker_.consumer(std::move(on_revoked))};
        },
        [this] { return Result<std::unique_ptr<kafka::Producer>>{broker_.producer()}; },
        [] { return true; });
    listeners_ = std::make_unique<campus::CommitListeners>(
        std::vector<store::CommitListener*>{&listener_, fanout_.get(), pump_.get()});
    store_->start(*listeners_);
    server_->start();
    pump_->start();
    commands_->start();
    started_ = true;
    return Ok{};
}

Server::~Server() {
    stop();
}

void Server::stop() {
    if (!std::exchange(started_, false)) return;
    gateway_->start_draining();
    server_->stop_accepting();
    commands_->stop();
    pump_->stop();
    store_->stop();
    server_->close_sessions();
    server_->stop();
}

void Server::keep_house() {
    roster_->tick();
    server_->keep_house();
}

void Server::turn_enrolment(const std::string& user, const std::string& class_id,
                            std::function<void(Result<bool>)> answer) {
    const auto is_in = std::make_shared<bool>();
    const campus::RosterService::Decide decide =
        [this, user, class_id, is_in](store::Transaction&) -> Result<campus::Directory::Changes> {
        campus::Directory::Changes changes;
        *is_in = !directory_.is_member(user, "class-" + class_id);
        auto one = enrolled(user, class_id, Role::student);
        if (*is_in) {
            changes.upserts.enrollments.push_back(std::move(one));
        } else {
            changes.removed_enrollments.push_back(one.id);
        }
        return changes;
    };
    const auto done = [is_in, answer = std::move(answer)](const Status& status) {
        answer(status.ok() ? Result<bool>{*is_in} : Result<bool>{status.error()});
    };
    if (mutant_ != Mutant::nobody_moves) return roster_->change(decide, done);
    store_->submit({.work = [this, decide](store::Transaction& transaction) -> Status {
                        TRY(const auto changes, decide(transaction));
                        TRY([[maybe_unused]] const auto rerouting,
                            campus::apply_roster_changes(changes, directory_, transaction));
                        return Ok{};
                    },
                    .done = done});
}

}  // namespace homeroom::simulation
