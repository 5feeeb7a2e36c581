#include "run.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker.h"
#include "device.h"
#include "disk.h"
#include "kafka/partition.h"
#include "machine.h"
#include "server.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::size_t wishes_max = 60;  // of a seed, so that its journal stays small
constexpr std::size_t commands_max = 24;
constexpr std::size_t turns_per_step_max = 40;
constexpr std::size_t rounds_to_settle_max = 40'000;
constexpr std::size_t changes_under_way_max = 2;

// What has been made once and is copied for each seed.
const Disk& first_disk() {
    static const std::unique_ptr<Disk> disk = [] {
        static Draw draw{1};
        use_disk(nullptr);
        Machine::here().begin(1);
        auto made = std::make_shared<Disk>(draw);
        use_disk(made);
        if (const auto status = make_data(); !status.ok()) fail(status.error().message);
        auto copy = made->copy(draw);
        use_disk(nullptr);
        return copy;
    }();
    return *disk;
}

class Run {
public:
    Run(std::uint64_t seed, Mutant mutant);
    Figures run();

private:
    using Step = void (Run::*)();

    void begin_server();
    void lose_power();
    void stop_server();
    void step();
    void let_server_work();
    void use_device();
    void wish();
    void cut_device();
    void forget_device();
    void turn_enrolment();
    void turn_user();
    void turn_user(const std::string& user);
    void move_in_group();
    void sign_out();
    bool is_signed_out(const std::string& user, WallTime issued_at) const;
    void set_clock_right(WallTime later_than);
    void let_everybody_in();
    // What a change of the roster that is under way concerns; false: there are enough.
    bool begin_change(const std::string& user, const std::string& class_id);
    void end_change(const std::string& user, const std::string& class_id,
                    const Result<bool>& outcome, const char* yes, const char* no);
    void send_command();
    void change_broker();
    void change_disk();
    void plan_power_loss();
    void restart();
    void turn_clock();
    void stand_still();
    void keep_house();
    void mend();
    void settle();
    bool is_settled();
    std::string what_is_not_settled();
    void finish();
    void use(std::shared_ptr<Disk> disk);

    Machine& machine_;
    Draw& draw_;
    Mutant mutant_;
    Figures figures_{};
    History history_{partitions};
    Broker broker_;
    std::shared_ptr<Disk> disk_{};
    std::unique_ptr<Server> server_{};
    std::vector<std::unique_ptr<Device>> devices_{};
    std::uint64_t marks_ = 0;
    std::size_t wishes_ = 0;
    std::vector<kafka::Record> sent_commands_{};
    // Of whom, where; where is empty: he is disabled, or enabled.
    std::set<std::pair<std::string, std::string>> changes_under_way_{};
    bool sign_out_is_under_way_ = false;
    // Tokens until then may hold no more; must hold no more.
    std::map<std::string, WallTime> perhaps_signed_out_{};
    std::map<std::string, WallTime> signed_out_{};
    std::uint64_t server_number_ = 0;
    bool mended_ = false;
};

Run::Run(std::uint64_t seed, Mutant mutant)
    : machine_(Machine::here()), draw_(machine_.draw()), mutant_(mutant), broker_(draw_) {
    const Disk& first = first_disk();
    machine_.begin(seed);
    broker_.add_topic(events_topic, partitions);
    broker_.add_topic(events_dead_letters, 1);
    broker_.add_topic(commands_dead_letters, 1);
    for (int i = 0; i < partitions; ++i) broker_.add_commands(i);
    broker_.reports_before_writing = mutant == Mutant::delivered_too_soon;
    broker_.commits_when_given = mutant == Mutant::offset_too_soon;
    broker_.on_written = [this](const std::string& topic, const kafka::Record& record) {
        if (topic == events_topic) {
            history_.write_event(record);
        } else if (topic == events_dead_letters) {
            history_.write_dead_letter(record);
        } else {
            history_.write_refused_command(record);
        }
    };
    campus::Directory directory;
    directory.load(school(), std::chrono::year{2026} / 11 / 23);
    directory.groups().load(groups());
    for (const auto& user : directory.members_of("global"))
        history_.put_in(user, directory.rooms_of(user).all());
    history_.keep_past(std::string{"group-"} + own_past_group);
    for (const char* const user : {"sam", "sam", "sue", "pat", "tim", "ann"})
        devices_.push_back(std::make_unique<Device>(user, draw_, history_, mutant));
    use(first.copy(draw_));
}

void Run::use(std::shared_ptr<Disk> disk) {
    disk_ = std::move(disk);
    disk_->lies = mutant_ == Mutant::disk_lies;
    disk_->on_power_loss = [this] { machine_.let_others(); };
    use_disk(disk_);
}

// --- The server's life ---------------------------------------------------------------------------

// A disk that fails may keep it from starting, and the power may go meanwhile: then once more.
void Run::begin_server() {
    for (;;) {
        note("the server starts");
        auto started = Server::start(broker_, history_, mutant_);
        if (started.ok()) {
            server_ = std::move(started).value();
            ++server_number_;
            return;
        }
        note("it does not start: " + started.error().message);
        if (disk_->is_dead()) {
            use(disk_->after_power_loss());
        } else if (mended_ || disk_->is_well()) {
            fail("the server does not start: " + started.error().message);
        } else {
            disk_->faults = {};
        }
    }
}

void Run::lose_power() {
    ++figures_.power_losses;
    note(fmt::format("the power is gone, after {} operations", disk_->operations()));
    disk_->die();
    for (const auto& device : devices_) {
        device->excuse_gaps(disk_->has_failed_reads());
        if (draw_.one_in(2)) device->read();
        device->cut();
    }
    if (server_) server_->power_is_gone();
    broker_.power_loss();
    std::shared_ptr<Disk> next = disk_->after_power_loss();
    if (server_) server_->stop();
    server_.reset();
    changes_under_way_.clear();
    sign_out_is_under_way_ = false;
    next->faults = disk_->faults;
    use(std::move(next));
    if (draw_.one_in(3)) disk_->power_loss_in = 1 + draw_.below(30);
    begin_server();
}

void Run::stop_server() {
    ++figures_.stops;
    note("the server is stopped");
    server_->stop();
    for (const auto& device : devices_) device->cut();
    if (disk_->is_dead()) return;
    server_.reset();
    changes_under_way_.clear();
    sign_out_is_under_way_ = false;
}

void Run::restart() {
    stop_server();
    if (disk_->is_dead()) return lose_power();
    begin_server();
}

// --- Steps ---------------------------------------------------------------------------------------

void Run::let_server_work() {
    const std::size_t turns = 1 + draw_.below(turns_per_step_max);
    for (std::size_t i = 0; i < turns && !disk_->is_dead(); ++i) {
        if (!machine_.run_one()) machine_.pass_time(draw_.between(1, 300) * millisecond);
    }
}

void Run::use_device() {
    Device& device = *draw_.of(devices_);
    if (device.is_cut()) {
        const auto perhaps = perhaps_signed_out_.find(device.user());
        if (perhaps != perhaps_signed_out_.end() && draw_.one_in(2))
            set_clock_right(perhaps->second);
        Device::Token token{.text = Server::token_of(device.user()),
                            .issued_at = std::chrono::floor<std::chrono::seconds>(wall_now())};
        token.holds = !is_signed_out(device.user(), token.issued_at);
        return device.connect(server_->port(), std::move(token));
    }
    device.excuse_gaps(disk_->has_failed_reads());
    if (!device.read()) device.ask();
}

void Run::wish() {
    Device& device = *draw_.of(devices_);
    if (!device.is_idle() || !device.is_in() || wishes_ >= wishes_max) return;
    ++wishes_;
    std::vector<std::string> rooms = history_.rooms_of(device.user());
    if (rooms.empty() || draw_.one_in(5)) rooms = {"class-physics", "class-chemistry", "class-art"};
    std::string room = draw_.of(rooms);
    std::vector<std::string> visibilities{"", "", "", "", R"("staff")", R"({"users":["sam"]})"};
    const std::string mark = mark_of(++marks_);
    note(fmt::format("{} wants {} in {}", device.user(), mark, room));
    device.want(mark, std::move(room), draw_.of(visibilities));
}

void Run::cut_device() {
    Device& device = *draw_.of(devices_);
    if (device.is_cut()) return;
    ++figures_.cuts;
    note(device.user() + " is cut off");
    device.cut();
}

void Run::forget_device() {
    if (!draw_.one_in(6)) return;
    Device& device = *draw_.of(devices_);
    note(device.user() + " is a new device");
    device.forget();
}

void Run::turn_enrolment() {
    std::vector<std::string> users{"sam", "sue", "pat"};
    std::vector<std::string> classes{"physics", "chemistry", "art"};
    const std::string user = draw_.of(users);
    const std::string class_id = draw_.of(classes);
    if (!begin_change(user, class_id)) return;
    note(fmt::format("{} comes to {}, or leaves it", user, class_id));
    server_->turn_enrolment(
        user, class_id, [this, user, class_id, number = server_number_](const Result<bool>& is_in) {
            if (number != server_number_ || disk_->is_dead()) return;
            end_change(user, class_id, is_in, "came", "left");
            if (is_in.ok()) ++figures_.enrolments;
        });
}

bool Run::begin_change(const std::string& user, const std::string& class_id) {
    return changes_under_way_.size() < changes_under_way_max &&
           changes_under_way_.emplace(user, class_id).second;
}

void Run::end_change(const std::string& user, const std::string& class_id,
                     const Result<bool>& outcome, const char* yes, const char* no) {
    changes_under_way_.erase({user, class_id});
    const std::string words = outcome.ok() ? *outcome ? yes : no : outcome.error().message;
    note(fmt::format("{} {}: {}", user, class_id, words));
}

void Run::turn_user() {
    std::vector<std::string> users{"sam", "sue", "pat", "tim"};
    turn_user(draw_.of(users));
}

void Run::turn_user(const std::string& user) {
    if (!begin_change(user, "")) return;
    note(user + " is disabled, or enabled");
    server_->turn_user(user, [this, user, number = server_number_](const Result<bool>& enabled) {
        if (number != server_number_ || disk_->is_dead()) return;
        end_change(user, "", enabled, "enabled", "disabled");
        if (enabled.ok()) ++figures_.turned;
    });
}

// Those whose group it is stay, so that there are both till the end.
void Run::move_in_group() {
    Device& device = *draw_.of(devices_);
    if (!device.is_idle() || !device.is_in()) return;
    std::vector<campus::StudyGroups::Change> all = groups();
    const auto& [group, members] = draw_.of(all);
    if (members.front().user == device.user()) return;
    // Now and then where he is already, or is not.
    const bool leaves = history_.is_in(device.user(), group.room()) != draw_.one_in(8);
    const std::string mark = mark_of(++marks_);
    note(fmt::format("{} wants, as {}, to {} {}", device.user(), mark, leaves ? "leave" : "join",
                     group.id));
    device.want(mark, leaves ? Device::Move::leave : Device::Move::join, group.id, group.home);
    ++figures_.group_moves;
}

void Run::sign_out() {
    if (std::exchange(sign_out_is_under_way_, true)) return;
    const std::string user = draw_.of(devices_)->user();
    note(user + " is signed out everywhere");
    const auto until = std::make_shared<WallTime>();
    server_->sign_out(
        user,
        [this, user, until](WallTime now) {
            *until = now;
            auto& perhaps = perhaps_signed_out_[user];
            perhaps = std::max(perhaps, now);
        },
        [this, user, until, number = server_number_](const Status& status) {
            if (number != server_number_ || disk_->is_dead()) return;
            sign_out_is_under_way_ = false;
            note(user + (status.ok() ? " is signed out" : ": " + status.error().message));
            if (!status.ok()) return;
            ++figures_.sign_outs;
            auto& known = signed_out_[user];
            known = std::max(known, *until);
        });
}

bool Run::is_signed_out(const std::string& user, WallTime issued_at) const {
    const auto until = signed_out_.find(user);
    return until != signed_out_.end() && issued_at <= until->second;
}

// What is signed now was signed later than then.
void Run::set_clock_right(WallTime later_than) {
    const auto behind = later_than - wall_now() + std::chrono::seconds{1};
    if (behind <= std::chrono::seconds{0}) return;
    note("the clock is set right");
    machine_.turn_wall_clock(std::chrono::nanoseconds{behind}.count());
}

void Run::send_command() {
    if (!sent_commands_.empty() && draw_.one_in(5)) {  // it comes again
        const auto& again = draw_.of(sent_commands_);
        return broker_.send_command(kafka::partition_of(again.key, partitions), again);
    }
    if (sent_commands_.size() >= commands_max) return;
    const std::string mark = mark_of(++marks_);
    std::vector<std::string> rooms{"class-physics", "class-chemistry", "class-art", "class-gone"};
    const std::string room = draw_.of(rooms);
    kafka::Record record{
        .key = room,
        .value = fmt::format(R"({{"to":"{}","text":"from Kafka, {}"}})", room, mark),
        .headers = {{"ce_specversion", "1.0"},
                    {"ce_id", mark},
                    {"ce_source", "/simulation"},
                    {"ce_type", draw_.one_in(10) ? "homeroom.nonsense" : "homeroom.post:create"}},
    };
    const int partition = kafka::partition_of(record.key, partitions);
    note(fmt::format("{} is sent by Kafka to {}", mark, room));
    history_.send_command(mark, partition);
    sent_commands_.push_back(record);
    broker_.send_command(partition, std::move(record));
}

void Run::change_broker() {
    ++figures_.broker_faults;
    auto& faults = broker_.faults;
    switch (draw_.below(8)) {
        case 0: faults.away = !faults.away; break;
        case 1: faults.leaderless = {static_cast<int>(draw_.below(partitions))}; break;
        case 2: faults.leaderless.clear(); break;
        case 3: faults.refuses_in = faults.refuses_in == 0 ? 15 : 0; break;
        case 4: faults.fails_in = faults.fails_in == 0 ? 10 : 0; break;
        case 5: faults.is_late_in = faults.is_late_in == 0 ? 6 : 0; break;
        case 6: broker_.kill_producers(); break;
        default: broker_.revoke(static_cast<int>(draw_.below(partitions)));
    }
    broker_.commit_offsets();
    note(fmt::format("Kafka: away {}, leaderless {}, refuses {}, fails {}, late {}", faults.away,
                     faults.leaderless.size(), faults.refuses_in, faults.fails_in,
                     faults.is_late_in));
}

void Run::change_disk() {
    ++figures_.disk_faults;
    auto& faults = disk_->faults;
    switch (draw_.below(6)) {
        case 0: faults.full = !faults.full; break;
        case 1: faults.write_fails = faults.write_fails == 0 ? 20 : 0; break;
        case 2: faults.sync_fails = faults.sync_fails == 0 ? 4 : 0; break;
        case 3: faults.read_fails = faults.read_fails == 0 ? 50 : 0; break;
        default: faults = {};
    }
    note(fmt::format("disk: full {}, writes {}, syncs {}, reads {}", faults.full,
                     faults.write_fails, faults.sync_fails, faults.read_fails));
}

void Run::plan_power_loss() {
    if (disk_->power_loss_in != 0) return;
    disk_->power_loss_in = 1 + draw_.below(60);
    note(fmt::format("the power will go in {} operations", disk_->power_loss_in));
}

void Run::turn_clock() {
    ++figures_.clock_jumps;
    constexpr std::int64_t most = 2LL * 24 * 3'600 * 1'000 * millisecond;
    const std::int64_t by =
        draw_.one_in(2) ? draw_.between(-most, most) : draw_.between(-most, most) / 1'000;
    machine_.turn_wall_clock(by);
    note(fmt::format("the clock is turned by {} s", by / nanoseconds_per_second));
}

void Run::stand_still() {
    const std::int64_t time = draw_.between(1, 60) * nanoseconds_per_second;
    machine_.stand_still(time);
    note(fmt::format("all stood still for {} s", time / nanoseconds_per_second));
}

void Run::keep_house() {
    server_->keep_house();
}

void Run::step() {
    ++figures_.steps;
    struct Chance {
        unsigned weight;
        Step step;
    };
    static constexpr Chance chances[] = {
        {300, &Run::let_server_work}, {350, &Run::use_device},   {120, &Run::wish},
        {25, &Run::cut_device},       {6, &Run::forget_device},  {25, &Run::turn_enrolment},
        {25, &Run::move_in_group},    {10, &Run::turn_user},     {6, &Run::sign_out},
        {30, &Run::send_command},     {20, &Run::change_broker}, {14, &Run::change_disk},
        {8, &Run::plan_power_loss},   {3, &Run::lose_power},     {3, &Run::restart},
        {8, &Run::turn_clock},        {3, &Run::stand_still},    {10, &Run::keep_house},
    };
    static constexpr unsigned all = [] {
        unsigned sum = 0;
        for (const Chance& chance : chances) sum += chance.weight;
        return sum;
    }();
    auto drawn = static_cast<unsigned>(draw_.below(all));
    for (const Chance& chance : chances) {
        if (drawn < chance.weight) {
            (this->*chance.step)();
            break;
        }
        drawn -= chance.weight;
    }
    if (disk_->is_dead()) lose_power();
}

// --- The end -------------------------------------------------------------------------------------

void Run::mend() {
    note("all is mended");
    mended_ = true;
    broker_.faults = {};
    disk_->faults = {};
    disk_->power_loss_in = 0;
    for (const auto& [user, until] : perhaps_signed_out_) set_clock_right(until);
}

bool Run::is_settled() {
    return what_is_not_settled().empty();
}

std::string Run::what_is_not_settled() {
    for (const auto& device : devices_) {
        if (device->is_in() && is_signed_out(device->user(), device->token_issued_at()))
            return device->user() + " was signed out, and is there still";
        if (!device->is_in() || !device->is_idle() || !device->has_all()) return device->words();
    }
    if (!server_->has_all_sent()) return "Kafka has yet to get events";
    broker_.commit_offsets();
    for (int i = 0; i < partitions; ++i) {
        if (broker_.committed(i) < static_cast<std::int64_t>(broker_.commands(i)))
            return fmt::format("commands of partition {} are open: {} of {}", i,
                               broker_.committed(i), broker_.commands(i));
    }
    if (sign_out_is_under_way_) return "a sign-out is not answered";
    return changes_under_way_.empty() ? "" : "a change of the roster is not answered";
}

void Run::let_everybody_in() {
    for (const auto& device : devices_) {
        if (history_.is_disabled(device->user())) turn_user(device->user());
    }
}

void Run::settle() {
    for (std::size_t round = 0; round < rounds_to_settle_max; ++round) {
        use_device();
        let_server_work();
        if (round % 32 == 0) keep_house();
        if (round % 32 == 0) let_everybody_in();
        if (round % 32 == 0 && is_settled()) return;
    }
    for (const auto& device : devices_) device->check_all();
    fail("it does not come to rest: " + what_is_not_settled());
}

void Run::finish() {
    for (const auto& device : devices_) device->check_all();
    for (const std::string& mark : history_.commands()) {
        if (history_.has(mark) == history_.is_command_refused(mark))
            fail(mark + " was sent by Kafka, and is neither done nor refused, or both");
    }
    stop_server();
    if (!compare_data(history_, store::Check::full)) fail("the data can't be read in the end");
    if (const auto seq = history_.missing_from_topic())
        fail(fmt::format("Kafka never got {}", *seq));
}

Figures Run::run() {
    begin_server();
    const std::size_t steps = 300 + draw_.below(700);
    for (std::size_t i = 0; i < steps; ++i) step();
    mend();
    settle();
    finish();
    devices_.clear();
    use_disk(nullptr);
    const auto& counts = history_.counts();
    figures_.seeds = 1;
    figures_.acknowledged = counts.acknowledged;
    figures_.delivered = counts.delivered;
    figures_.committed = history_.last();
    figures_.written = counts.written;
    figures_.repeated = counts.repeated;
    figures_.compared = counts.compared;
    figures_.digest = trace_digest();
    return figures_;
}

}  // namespace

Figures& Figures::operator+=(const Figures& more) {
    seeds += more.seeds;
    steps += more.steps;
    power_losses += more.power_losses;
    stops += more.stops;
    disk_faults += more.disk_faults;
    broker_faults += more.broker_faults;
    clock_jumps += more.clock_jumps;
    cuts += more.cuts;
    acknowledged += more.acknowledged;
    delivered += more.delivered;
    committed += more.committed;
    written += more.written;
    repeated += more.repeated;
    compared += more.compared;
    enrolments += more.enrolments;
    group_moves += more.group_moves;
    turned += more.turned;
    sign_outs += more.sign_outs;
    digest = more.digest;
    return *this;
}

Figures run_seed(std::uint64_t seed, Mutant mutant, bool aloud) {
    begin_trace(seed, aloud);
    return Run{seed, mutant}.run();
}

}  // namespace homeroom::simulation
