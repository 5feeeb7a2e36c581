// One process of the run: a loop, its part of the connections, and what its scenario does.
//
// It connects as many as are asked for, a limited number at once, brings each to where the
// application has let it in, checks every delivery against what came before, and counts. What is
// sent, and when, is the Role's. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "load/client.h"
#include "load/mark.h"
#include "load/plan.h"
#include "load/role.h"
#include "load/seat.h"
#include "load/shared_run.h"
#include "load/tokens.h"
#include "net/event_loop.h"

namespace homeroom::load {

class Worker final : public ClientOwner {
public:
    // How connections are let in, and how they go about it.
    struct Admission {
        bool rooms = true;        // campus: read the user's rooms; rooms: join one
        bool recovery = false;    // keep what a client needs to come back
        bool comes_back = false;  // whose connection ends is still one of those who get all
        std::uint32_t concurrency = 64;
        double ramp_seconds = 0;          // over which all connect; 0: as fast as they can
        std::uint32_t small_buffers = 0;  // so many of the last connections have them
    };

    static Result<std::unique_ptr<Worker>> create(const Plan& plan, SharedRun& run,
                                                  const Tokens& tokens, std::uint32_t process,
                                                  std::uint32_t mark_run);
    ~Worker() override;

    void run(RoleMaker make_role);  // until the command to quit

    // --- For roles.
    const Plan& plan() const { return plan_; }
    SharedRun& shared() { return run_; }
    ProcessState& state() { return state_; }
    net::EventLoop& loop() { return *loop_; }
    Marker& marker() { return marker_; }
    std::uint32_t process() const { return process_; }
    Admission& admission() { return admission_; }
    std::vector<Seat>& seats() { return seats_; }
    // Null when another process has it.
    Seat* seat(std::uint32_t connection);

    void open(Seat& seat);
    // Ends it, unseen by on_lost; it can be opened again.
    void reset(Seat& seat);
    // Which window a moment is in; nothing when in none.
    WindowState* window_at(std::int64_t time);
    // Ready connections of this process in a room.
    std::uint32_t here(std::uint32_t room) const { return here_[room]; }
    void note_reason(std::string_view reason);
    // An answer that says { ok: false }: counts and notes it. False: it is none.
    bool is_refusal(std::string_view arguments);
    // Connects all that are away, so many at once.
    void return_all(std::uint32_t concurrency);

    // --- ClientOwner
    void on_open(Client& client) override;
    void on_connected(Client& client, std::string_view answer) override;
    void on_event(Client& client, std::string_view packet, std::size_t wire_bytes) override;
    void on_ack(Client& client, std::uint64_t id, std::string_view arguments) override;
    void on_ended(Client& client, std::string_view why) override;

private:
    class Wake;
    Worker(const Plan& plan, SharedRun& run, std::uint32_t process, std::uint32_t mark_run);

    Seat& seat_of(const Client& client) { return seats_[client.seat()]; }
    void on_wake();
    void connect_more();
    void done(std::uint32_t step);
    void carry_out(Command command);
    void pace();
    void explain();
    void check();
    void let_in(Seat& seat);
    void on_session(Seat& seat, std::string_view packet);
    bool read_rooms(Seat& seat, std::string_view packet);
    void add_to_rooms(Seat& seat);
    void take_from_rooms(Seat& seat);
    void keep_offset(Seat& seat, std::string_view packet);
    bool is_for(const Seat& seat, const Mark& mark) const;
    void count_delivery(Seat& seat, const Mark& mark, std::size_t wire_bytes);
    Result<int> open_socket(const Seat& seat);
    void refuse(Seat& seat, std::string_view why);
    void turn_away(Seat& seat, std::string_view why);

    const Plan& plan_;
    SharedRun& run_;
    ProcessState& state_;
    std::uint32_t process_;
    Marker marker_;
    Admission admission_{};
    SharedBytes upgrade_request_;
    std::vector<Seat> seats_{};
    std::vector<std::uint32_t> here_;
    std::unique_ptr<net::EventLoop> loop_{};
    std::unique_ptr<Wake> wake_{};
    std::unique_ptr<Role> role_{};
    net::Timer pace_timer_;
    std::uint32_t step_seen_ = 0;
    std::size_t next_ = 0;   // the next seat to connect
    std::size_t until_ = 0;  // before which seats are to connect
    std::uint32_t under_way_ = 0;
    std::int64_t ramp_began_ = 0;
    bool connecting_ = false;  // in connect_more()
};

}  // namespace homeroom::load
