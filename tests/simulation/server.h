// The server as the program builds it (app/running.cpp), as far as it is simulated: store, roster,
// feed, study groups, gateway and loop, and both ways of Kafka. Without the features that only
// listen, REST, Kafka's state of the fallback, and PostgreSQL.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backbone/commands.h"
#include "backbone/pump.h"
#include "broker.h"
#include "campus/commit_listeners.h"
#include "campus/fanout.h"
#include "campus/gateway.h"
#include "campus/roster_service.h"
#include "campus/sign_outs.h"
#include "campus/surface.h"
#include "history.h"
#include "hub/server.h"
#include "identity/token.h"
#include "mutant.h"

namespace homeroom::simulation {

inline constexpr const char* events_topic = "homeroom.events";
inline constexpr const char* events_dead_letters = "homeroom.events.dlq";
inline constexpr const char* commands_dead_letters = "homeroom.commands.dlq";
inline constexpr int partitions = 3;

// Where the database would be: the files themselves are on the simulated disk.
const std::string& data_directory();
void remove_data_directory();

campus::Directory::Records school();
// Who is in which groups in the beginning: in the one of physics its past is everybody's, in the
// one of the school only whoever was there sees it.
inline constexpr const char* shared_group = "lab";
inline constexpr const char* own_past_group = "club";
std::vector<campus::StudyGroups::Change> groups();
// Writes the tables and the school, on the disk that is in use.
Status make_data();

class Server {
public:
    static Result<std::unique_ptr<Server>> start(Broker& broker, History& history, Mutant mutant);
    ~Server();  // as stop()

    // As SIGTERM does. When the power is gone nothing of it counts any more.
    void stop();
    void power_is_gone() { listener_.deaf = true; }

    std::uint16_t port() const { return server_->port(); }

    bool has_all_sent() const { return pump_->figures().done >= store_->last_seq(); }
    // What the program does from time to time.
    void keep_house();

    using Answer = std::function<void(Result<bool>)>;
    // Puts the student into the class, or takes him out of it. `answer`: whether he is in it now.
    void turn_enrolment(const std::string& user, const std::string& class_id, const Answer& answer);
    // Disables somebody, or enables him. `answer`: whether he is enabled now.
    void turn_user(const std::string& user, const Answer& answer);
    // As the route of REST does. `decided`: until when tokens must have been issued to hold no
    // more, if it comes to be.
    void sign_out(const std::string& user, const std::function<void(WallTime)>& decided,
                  const std::function<void(const Status&)>& answer);
    static std::string token_of(const std::string& user);

private:
    // Hears of what is committed before anybody else does.
    struct Listener final : store::CommitListener {
        explicit Listener(History& to) : history(to) {}
        void on_event(const store::JournalEvent& event) override {
            if (!deaf) history.hear(event);
        }
        void on_batch_end(store::Seq) override {
            if (!deaf) history.hear_batch_end();
        }
        History& history;
        bool deaf = false;
    };

    Server(Broker& broker, History& history, Mutant mutant)
        : broker_(broker), history_(history), mutant_(mutant), listener_(history) {}
    Status open();
    Status load();
    void change_roster(const campus::RosterService::Decide& decide,
                       const campus::RosterService::Answer& answer);

    Broker& broker_;
    History& history_;
    Mutant mutant_;
    Listener listener_;
    std::unique_ptr<identity::Verifier> verifier_{};
    std::unique_ptr<store::Store> store_{};
    campus::Directory directory_{};
    campus::SignOuts sign_outs_{};
    std::unique_ptr<campus::Surface> surface_{};
    std::unique_ptr<campus::Gateway> gateway_{};
    std::unique_ptr<hub::Server> server_{};
    std::unique_ptr<campus::Fanout> fanout_{};
    std::unique_ptr<campus::RosterService> roster_{};
    std::unique_ptr<campus::RoomMover> mover_{};  // one that is broken on purpose
    std::unique_ptr<backbone::Pump> pump_{};
    std::unique_ptr<backbone::Commands> commands_{};
    std::unique_ptr<campus::CommitListeners> listeners_{};
    bool started_ = false;
};

// The data of a server that is not running, compared with the history; false: they can't be read.
bool compare_data(History& history, store::Check check);

}  // namespace homeroom::simulation
