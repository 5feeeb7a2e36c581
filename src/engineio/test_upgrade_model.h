// For tests: random operations on one session, on both of its ends, checked against a plain model
// of it: docs/conformance.md and the reference's rules, without sockets or time.
//
// input := mode operation*             one byte each
// mode  := bit 0: settle after each operation, and know exactly what each connection is told;
//                 else operations meet each other, and what holds in any order is checked
//          bit 1: the first session opens by WebSocket
// operation := its number in the low four bits, an argument in the high ones
//
// However it goes: what the server sent arrives once and in order, over whatever transport; so does
// what the client sent; and the session ends once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "engineio/test_upgrade_world.h"

namespace homeroom::engineio::test {

using LineNumber = std::size_t;

// What a session should do, operation by operation, each carried to its end before the next.
class UpgradeModel {
public:
    enum class Phase : unsigned char { polling, websocket, closing, closed };

    Phase phase = Phase::polling;
    int closes = 0;
    std::vector<std::string> received{};                    // by the server
    std::map<LineNumber, std::vector<std::string>> told{};  // by the server, on each line

    void open(LineNumber line, bool by_websocket) {
        *this = {};
        if (by_websocket) {
            phase = Phase::websocket;
            socket_ = line;
            told[line] = {"101", "0"};
        } else {
            told[line] = {"200 0"};
        }
    }
    void get(LineNumber line) {
        switch (phase) {
            case Phase::closed:
            case Phase::websocket: return tell(line, "400");
            case Phase::closing:
                if (!queue_.empty()) return tell(line, take_queued());
                phase = Phase::closed;
                drop_candidate();
                return tell(line, "200 6|1");
            case Phase::polling: break;
        }
        if (get_) {
            tell(line, "400");
            fail();
        } else if (!queue_.empty()) {
            tell(line, take_queued());
        } else if (candidate_ && probed_) {
            tell(line, "200 6");
        } else {
            get_ = line;
        }
    }
    void post(LineNumber line, const std::vector<std::string>& messages) {
        if (refuses_posts(line)) return;
        if (phase == Phase::polling)
            received.insert(received.end(), messages.begin(), messages.end());
    }
    void post_nonsense(LineNumber line) {
        if (!refuses_posts(line) && phase == Phase::polling) fail();
    }
    void post_close(LineNumber line) {
        if (refuses_posts(line) || phase != Phase::polling) return;
        answer_get("200 6");
        end();
    }
    void abort_get(LineNumber line) {
        if (get_ != line) return;
        get_.reset();
        fail();
    }
    void websocket(LineNumber line) {
        if (phase == Phase::closed) return tell(line, "400");
        tell(line, "101");
        if (phase != Phase::polling || candidate_) return tell(line, "close");
        candidate_ = line;
        probed_ = false;
    }
    void probe(LineNumber line) {
        if (candidate_ == line) {
            tell(line, "3probe");
            probed_ = true;
            answer_get("200 6");
        } else if (socket_ == line) {
            fail();  // a ping in the wrong direction
        }
    }
    void upgrade(LineNumber line) {
        if (candidate_ != line) return;
        candidate_.reset();
        answer_get("200 6");
        for (const std::string& message : queue_) tell(line, message);
        queue_.clear();
        if (phase == Phase::closing) {
            phase = Phase::closed;
            return tell(line, "close");
        }
        socket_ = line;
        phase = Phase::websocket;
    }
    void message(LineNumber line, const std::string& message) {
        if (candidate_ == line) {
            drop_candidate();
        } else if (socket_ == line) {
            received.push_back(message);
        }
    }
    void say_close(LineNumber line) {
        if (candidate_ == line) {
            drop_candidate();
        } else if (socket_ == line) {
            fail();
        }
    }
    void hang_up(LineNumber line, bool politely) {
        if (candidate_ != line && socket_ != line) return;
        if (politely) tell(line, "close");
        if (candidate_ == line) {
            candidate_.reset();
        } else {
            socket_.reset();
            end();
        }
    }
    // Whether the messages, made by the server in one go, are on their way.
    bool send(const std::vector<std::string>& messages, Delivery delivery) {
        if (phase == Phase::websocket) {
            for (const std::string& one : messages) tell(*socket_, "4" + one);
            return true;
        }
        if (phase != Phase::polling || (delivery == Delivery::may_drop && !get_)) return false;
        for (const std::string& one : messages) queue_.push_back("4" + one);
        return true;
    }
    void close() {
        if (phase == Phase::websocket) return fail();
        if (phase != Phase::polling) return;
        if (!probed_) drop_candidate();
        ++closes;
        phase = get_ && queue_.empty() ? Phase::closed : Phase::closing;
        if (phase == Phase::closed) answer_get("200 1");
    }
    // What the server does at the end of its turn.
    void flush() {
        if (get_ && !queue_.empty()) answer_get(take_queued());
    }

private:
    void tell(LineNumber line, const std::string& what) { told[line].push_back(what); }
    bool refuses_posts(LineNumber line) {
        const bool refuses = phase == Phase::closed || phase == Phase::websocket;
        tell(line, refuses ? "400" : "200 ok");
        return refuses;
    }
    void answer_get(const std::string& what) {
        if (get_) tell(*std::exchange(get_, std::nullopt), what);
    }
    std::string take_queued() {
        std::string answer = "200 ";
        for (std::size_t i = 0; i < limits::polling_packets_max && !queue_.empty(); ++i) {
            answer += (i == 0 ? "" : "|") + queue_.front();
            queue_.pop_front();
        }
        return answer;
    }
    void drop_candidate() {
        if (candidate_) tell(*std::exchange(candidate_, std::nullopt), "close");
    }
    void fail() {
        answer_get("200 1");
        if (socket_) tell(*std::exchange(socket_, std::nullopt), "close");
        end();
    }
    void end() {
        drop_candidate();
        queue_.clear();
        phase = Phase::closed;
        ++closes;
    }

    std::deque<std::string> queue_{};
    std::optional<LineNumber> get_{};
    std::optional<LineNumber> candidate_{};
    bool probed_ = false;
    std::optional<LineNumber> socket_{};
};

// Carries the operations out; `problem` tells what went wrong first.
class UpgradeRun {
public:
    explicit UpgradeRun(std::string_view input) {
        const auto mode = input.empty() ? 0U : static_cast<unsigned char>(input.front());
        exact_ = (mode & 1U) != 0;
        open((mode & 2U) != 0);
        for (const char byte : input.substr(std::min<std::size_t>(1, input.size()))) {
            if (!problem.empty()) return;
            const auto number = static_cast<unsigned char>(byte);
            operate(number & 15U, number >> 4);
        }
        finish();
    }

    std::string problem{};

private:
    // A message of the client's, and when it left.
    struct Said {
        LineNumber line;
        int batch;
        std::string message;
    };

    void operate(unsigned operation, unsigned argument) {
        switch (operation) {
            case 0:
            case 1: get(); break;
            case 2: post(1 + argument % 3); break;
            case 3: post("x", &UpgradeModel::post_nonsense, argument == 0); break;
            case 4: post("1", &UpgradeModel::post_close, argument < 2); break;
            case 5: abort_get(argument); break;
            case 6: websocket(); break;
            case 7: say(argument, "2probe", &UpgradeModel::probe); break;
            case 8: say(argument, "5", &UpgradeModel::upgrade); break;
            case 9: message(argument); break;
            case 10: say(argument, "1", &UpgradeModel::say_close); break;
            case 11: hang_up(argument); break;
            case 12: server_sends(argument); break;
            case 13: server_closes(argument); break;
            case 14: reopen(argument); break;
            default: settle(); break;
        }
        if (exact_) settle();
    }

    void open(bool by_websocket) {
        trace_ += by_websocket ? "open by WebSocket; " : "open; ";
        sent_.clear();
        said_.clear();
        aborted_ = false;
        world_.open(by_websocket);
        model_.open(0, by_websocket);
        check();
    }
    void get() {
        trace_ += "get; ";
        const LineNumber line = world_.get();
        if (exact_) model_.get(line);
    }
    void post(unsigned count) {
        trace_ += "post; ";
        std::string body;
        std::vector<std::string> messages;
        const LineNumber line = world_.lines.size();
        for (unsigned i = 0; i < count; ++i) {
            messages.push_back(next_said(line));
            if (i > 0) body += codec::engineio::record_separator;
            body += "4" + messages.back();
        }
        world_.post(body);
        if (exact_) model_.post(line, messages);
    }
    // What ends the session is seldom, so that it has a life first.
    void post(const std::string& body, void (UpgradeModel::*told)(LineNumber), bool really) {
        if (!really) return;
        trace_ += "post " + body + "; ";
        const LineNumber line = world_.post(body);
        if (exact_) (model_.*told)(line);
    }
    void abort_get(unsigned argument) {
        if (argument > 3) return;
        settle();  // else an answer that is under way would be lost, as it would anywhere
        for (LineNumber line = 0; line < world_.lines.size(); ++line) {
            Line& poll = *world_.lines[line];
            if (poll.is_websocket() || poll.is_answered() || !poll.is_open()) continue;
            trace_ += "abort; ";
            aborted_ = true;
            if (argument % 2 == 0) {
                poll.close();
            } else {
                poll.end_sending();
            }
            if (exact_) model_.abort_get(line);
            return;
        }
    }
    void websocket() {
        trace_ += "WebSocket; ";
        const LineNumber line = world_.websocket();
        if (exact_) model_.websocket(line);
    }
    // The WebSocket that the argument means, the newest by default.
    std::optional<LineNumber> pick(unsigned argument) {
        std::optional<LineNumber> picked;
        unsigned back = argument % 4 == 3 ? 1 : 0;
        for (LineNumber line = world_.lines.size(); line-- > 0;) {
            if (!world_.lines[line]->is_websocket() || !world_.lines[line]->is_open()) continue;
            // Bytes behind a refused upgrade are no request.
            if (world_.lines[line]->is_answered() && world_.lines[line]->seen.front() != "101")
                continue;
            picked = line;
            if (back-- == 0) break;
        }
        return picked;
    }
    void say(unsigned argument, const std::string& packet, void (UpgradeModel::*told)(LineNumber)) {
        const auto line = pick(argument);
        if (!line) return;
        trace_ += "say " + packet + " on " + std::to_string(*line) + "; ";
        world_.lines[*line]->say(packet);
        if (exact_) (model_.*told)(*line);
    }
    void message(unsigned argument) {
        const auto line = pick(argument);
        if (!line) return;
        trace_ += "say a message on " + std::to_string(*line) + "; ";
        const std::string text = next_said(*line);
        world_.lines[*line]->say("4" + text);
        if (exact_) model_.message(*line, text);
    }
    void hang_up(unsigned argument) {
        settle();  // what is under way to it
        const auto line = pick(argument);
        if (!line) return;
        const bool politely = argument >= 8;
        trace_ += (politely ? "close " : "hang up ") + std::to_string(*line) + "; ";
        if (politely) {
            world_.lines[*line]->send(codec::websocket::test::client_frame(
                {.opcode = codec::websocket::Opcode::close}, ""));
        } else {
            world_.lines[*line]->close();
            aborted_ = true;
        }
        if (exact_) model_.hang_up(*line, politely);
    }
    void server_sends(unsigned argument) {
        const auto delivery = argument == 15 ? Delivery::may_drop : Delivery::must_arrive;
        const int count = argument == 14                   ? 20
                          : delivery == Delivery::may_drop ? 1
                                                           : 1 + argument % 3;
        trace_ += "send " + std::to_string(count) + "; ";
        std::vector<std::string> messages;
        bool on_their_way = false;
        for (int i = 0; i < count; ++i) {
            messages.push_back("s" + std::to_string(++count_));
            const Sent sent = world_.send(messages.back(), delivery);
            on_their_way = sent == Sent::queued;
            if (on_their_way) sent_.push_back(messages.back());
        }
        if (exact_ && model_.send(messages, delivery) != on_their_way)
            fail("the server could send, or could not");
    }
    void server_closes(unsigned argument) {
        if (argument > 3) return;
        if (argument % 2 == 0) server_sends(argument == 2 ? 14 : 0);
        trace_ += "close; ";
        world_.close();
        if (exact_) model_.close();
    }
    void reopen(unsigned argument) {
        if (world_.has_session()) return;
        finish();
        if (problem.empty()) open(argument % 2 == 1);
    }
    void settle() {
        world_.settle();
        ++batch_;
        if (!exact_) return;
        model_.flush();
        check();
    }

    // --- What must hold --------------------------------------------------------------------------

    // What the model foretold.
    void check() {
        if (!exact_) return;
        if (world_.closes != model_.closes) fail("the handler was told of the end or was not");
        if (world_.has_session() != (model_.phase != UpgradeModel::Phase::closed))
            fail("there is a session or there is none");
        if (world_.received != model_.received)
            fail("the server heard " + joined(world_.received) + " instead of " +
                 joined(model_.received));
        for (LineNumber line = 0; line < world_.lines.size(); ++line) {
            if (world_.lines[line]->is_open() && world_.lines[line]->seen != model_.told[line])
                fail("line " + std::to_string(line) + " saw " + joined(world_.lines[line]->seen) +
                     " instead of " + joined(model_.told[line]));
        }
    }

    // Ends the session, in such a way that all that is under way arrives, and looks at the whole.
    void finish() {
        settle();
        const bool alive = world_.is_open();
        if (alive && world_.is_polling()) {
            end_candidates();
            for (int polls = 0; !has_pending_get() && polls < 1000; ++polls) {
                get();
                settle();
            }
        }
        const std::vector<std::string> received = world_.received;
        if (alive) check_all_received();
        world_.close();
        if (exact_) model_.close();
        settle();
        for (int polls = 0; world_.has_session() && polls < 1000; ++polls) {
            get();
            settle();
        }
        if (world_.closes != 1)
            fail("the session ended " + std::to_string(world_.closes) + " times");
        if (world_.has_session()) fail("the session did not end");
        if (world_.received != received) fail("something arrived after the end");
        check_heard(alive || (world_.close_reason == CloseReason::forced_close && !aborted_));
        check_received();
    }
    void end_candidates() {
        for (LineNumber line = 0; line < world_.lines.size(); ++line) {
            Line& candidate = *world_.lines[line];
            if (!candidate.is_websocket() || !candidate.is_open()) continue;
            candidate.close();
            if (exact_) model_.hang_up(line, false);
        }
        settle();
    }
    bool has_pending_get() const {
        return std::ranges::any_of(world_.lines, [](const auto& line) {
            return !line->is_websocket() && !line->is_answered();
        });
    }

    // The client heard what the server sent: all of it, or up to the end.
    void check_heard(bool all) {
        std::vector<std::string> heard;
        for (const bool by_websocket : {false, true}) {
            for (const auto& line : world_.lines) {
                if (line->is_websocket() != by_websocket) continue;
                for (const std::string& told : line->seen) take_messages(told, heard);
            }
        }
        // An answer to a poll that was given up in the same turn is lost, as it would be anywhere.
        std::size_t at = 0;
        bool in_order = true;
        for (const std::string& message : heard) {
            while (aborted_ && at < sent_.size() && sent_[at] != message) ++at;
            in_order = in_order && at < sent_.size() && sent_[at] == message;
            ++at;
        }
        if (!in_order || (all && heard.size() != sent_.size()))
            fail("sent " + joined(sent_) + " but the client heard " + joined(heard));
    }
    static void take_messages(std::string_view told, std::vector<std::string>& heard) {
        if (told.starts_with("200 ")) told.remove_prefix(4);
        while (!told.empty()) {
            const auto bar = told.find('|');
            const std::string_view packet = told.substr(0, bar);
            if (packet.starts_with("4s")) heard.emplace_back(packet.substr(1));
            told.remove_prefix(bar == std::string_view::npos ? told.size() : bar + 1);
        }
    }
    // The server heard what the client said: nothing twice, nothing that it had refused, in order.
    void check_received() {
        std::map<LineNumber, std::size_t> next;  // of each line's messages
        int batch = 0;
        for (const std::string& message : world_.received) {
            const auto found = std::ranges::find(said_, message, &Said::message);
            if (found == said_.end()) return fail("nobody said " + message);
            if (found->batch < batch) return fail(message + " came late");
            batch = found->batch;
            const auto place = static_cast<std::size_t>(
                std::ranges::count(said_.begin(), found, found->line, &Said::line));
            if (next[found->line]++ != place) return fail(message + " came twice or out of turn");
            if (!world_.lines[found->line]->is_websocket() &&
                world_.lines[found->line]->is_answered() &&
                world_.lines[found->line]->seen.front() != "200 ok")
                return fail(message + " was refused");
        }
    }
    // While it lives, the session has heard all that it has not refused.
    void check_all_received() {
        for (const Said& said : said_) {
            const Line& line = *world_.lines[said.line];
            const bool must = line.is_websocket() ? line.is_live() : line.seen.front() == "200 ok";
            if (must && std::ranges::find(world_.received, said.message) == world_.received.end())
                fail(said.message + " got lost");
        }
    }

    std::string next_said(LineNumber line) {
        said_.push_back({line, batch_, "c" + std::to_string(++count_)});
        return said_.back().message;
    }
    static std::string joined(const std::vector<std::string>& words) {
        std::string text = "[";
        for (const std::string& word : words) text += (text.size() > 1 ? ", " : "") + word;
        return text + "]";
    }
    void fail(const std::string& what) {
        if (problem.empty()) problem = what + "; after: " + trace_;
    }

    UpgradeWorld world_{};
    UpgradeModel model_{};
    bool exact_ = false;
    bool aborted_ = false;  // by the client, in this session
    int batch_ = 0;         // operations of one batch may meet
    int count_ = 0;
    std::vector<std::string> sent_{};  // by the server
    std::vector<Said> said_{};         // by the client
    std::string trace_{};
};

}  // namespace homeroom::engineio::test
