#include "server.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "backbone/cursors.h"
#include "campus/blocks.h"
#include "campus/groups/group_records.h"
#include "campus/groups/leaving.h"
#include "campus/roster/roster_store.h"
#include "campus/schedule.h"
#include "features/feed/feed.h"
#include "features/groups/groups.h"
#include "machine.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

using campus::Role;

constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";
constexpr auto today = std::chrono::year{2026} / 11 / 23;

std::vector<store::Migration> migrations() {
    std::vector<store::Migration> all;
    for (const auto part : {campus::roster_migrations(), campus::group_migrations(),
                            campus::surface_migrations(), campus::schedule_migrations(),
                            campus::sign_out_migrations(), features::feed::feed_migrations(),
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

// Whose rooms are in no doubt.
class TrustingRoster final : public campus::RosterService {
public:
    using RosterService::RosterService;
    campus::RoomsInDoubt& in_doubt() override { return unheard_; }

private:
    campus::RoomsInDoubt unheard_{};
};

// What the surface has to do with the roster, without the one or the other of it.
class BrokenMover final : public campus::RoomMover {
public:
    BrokenMover(campus::RosterService& roster, Mutant mutant) : roster_(roster), mutant_(mutant) {}
    campus::RoomsInDoubt& in_doubt() override {
        return mutant_ == Mutant::trusts_groups ? unheard_ : roster_.in_doubt();
    }
    void move(campus::Rerouting rerouting, SteadyTime since, std::function<void()> done) override {
        roster_.move(std::move(rerouting), since, std::move(done));
    }
    void directory_is_ahead() override { roster_.directory_is_ahead(); }
    bool is_ahead() const override {
        return mutant_ != Mutant::builds_on_what_failed && roster_.is_ahead();
    }
    void read_again() override { roster_.read_again(); }

private:
    campus::RosterService& roster_;
    Mutant mutant_;
    campus::RoomsInDoubt unheard_{};
};

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

std::vector<campus::StudyGroups::Change> groups() {
    using campus::GroupRole;
    return {{.group = {.id = shared_group, .title = "Lab", .home = "class-physics"},
             .members = {{.user = "tim", .role = GroupRole::owner}, {.user = "sue"}}},
            {.group = {.id = own_past_group,
                       .title = "Club",
                       .history = campus::GroupHistory::joined,
                       .home = "institution-north"},
             .members = {{.user = "ann", .role = GroupRole::owner}, {.user = "pat"}}}};
}

Status make_data() {
    TRY(const auto store, open_store(store::Check::off, 1));
    return store->run_now([](store::Transaction& transaction) -> Status {
        campus::Directory::Changes changes;
        changes.upserts = school();
        TRY_OK(campus::save_changes(transaction.db(), changes));
        for (const auto& [group, members] : groups()) {
            TRY_OK(campus::insert_group(transaction.db(), group, members.front().user));
            for (const auto& member : members)
                TRY_OK(campus::put_member(transaction.db(), group.id, member));
        }
        return Ok{};
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
    TRY_OK(load());
    if (!history_.compare(store_->db())) return Error{Code::unavailable, "the disk fails"};
    surface_ = std::make_unique<campus::Surface>(*store_, directory_,
                                                 TokenRate{.per_second = 1e6, .burst = 1e6});
    features::feed::register_feed(*surface_);
    features::groups::register_groups(*surface_);
    const auto* const sign_outs = mutant_ == Mutant::forgets_sign_outs ? nullptr : &sign_outs_;
    gateway_ = std::make_unique<campus::Gateway>(campus::GatewayOptions{.sign_outs = sign_outs},
                                                 *verifier_, directory_, *store_, *surface_,
                                                 campus::RecoveryIds{secret});
    hub::ServerOptions options;
    options.engine.path = "/socket.io/";
    TRY(server_, hub::Server::create(std::move(options),
                                     {.namespaces = {.fixed = {{"/", gateway_.get()}}}}));
    gateway_->attach(*server_);
    fanout_ = std::make_unique<campus::Fanout>(*server_, directory_);
    if (mutant_ == Mutant::trusts_the_roster) {
        roster_ =
            std::make_unique<TrustingRoster>(*store_, directory_, *gateway_, *fanout_, *server_);
    } else {
        roster_ = std::make_unique<campus::RosterService>(*store_, directory_, *gateway_, *fanout_,
                                                          *server_);
    }
    mover_ = std::make_unique<BrokenMover>(*roster_, mutant_);
    const bool is_whole =
        mutant_ != Mutant::trusts_groups && mutant_ != Mutant::builds_on_what_failed;
    surface_->moved_by(is_whole ? *roster_ : *mover_);
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

// As the program does before it listens.
Status Server::load() {
    TRY(const auto records, campus::load_roster(store_->db()));
    directory_.load(records, today);
    TRY_OK(sign_outs_.load(store_->db()));
    TRY(auto stored, campus::load_groups(store_->db()));
    directory_.groups().load(std::move(stored));
    return store_->run_now([this](store::Transaction& transaction) {
        return campus::end_lapsed_memberships(directory_, transaction);
    });
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

void Server::turn_user(const std::string& user, const Answer& answer) {
    const auto enabled = std::make_shared<bool>();
    change_roster(
        [this, user, enabled](store::Transaction&) -> Result<campus::Directory::Changes> {
            auto one = directory_.user(user).value();
            *enabled = one.enabled = !one.enabled;
            campus::Directory::Changes changes;
            changes.upserts.users.push_back(std::move(one));
            return changes;
        },
        [enabled, answer](const Status& status) {
            answer(status.ok() ? Result<bool>{*enabled} : Result<bool>{status.error()});
        });
}

void Server::turn_enrolment(const std::string& user, const std::string& class_id,
                            const Answer& answer) {
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
    change_roster(decide, [is_in, answer](const Status& status) {
        answer(status.ok() ? Result<bool>{*is_in} : Result<bool>{status.error()});
    });
}

void Server::change_roster(const campus::RosterService::Decide& decide,
                           const campus::RosterService::Answer& done) {
    if (mutant_ != Mutant::nobody_moves) return roster_->change(decide, done);
    store_->submit({.work = [this, decide](store::Transaction& transaction) -> Status {
                        TRY(const auto changes, decide(transaction));
                        TRY([[maybe_unused]] const auto rerouting,
                            campus::apply_roster_changes(changes, directory_, transaction));
                        return Ok{};
                    },
                    .done = done});
}

void Server::sign_out(const std::string& user, const std::function<void(WallTime)>& decided,
                      const std::function<void(const Status&)>& answer) {
    auto command = sign_outs_.command(user, [this, user, answer](const Status& status) {
        if (!status.ok()) return answer(status);
        server_->post_all_then(
            [this, user](hub::Hub& hub) {
                if (mutant_ != Mutant::signs_out_the_arrived) return gateway_->sign_out(hub, user);
                hub.for_each_in("/", "user-" + user, [](hub::Socket& socket) {
                    if (socket.connected()) socket.disconnect(true);
                });
            },
            [answer] { answer(Ok{}); });
    });
    command.work = [work = std::move(command.work), decided](store::Transaction& transaction) {
        decided(wall_now());
        return work(transaction);
    };
    if (!store_->submit(std::move(command))) answer(campus::too_much_to_do());
}

}  // namespace homeroom::simulation
