// For tests: what happens to sockets and rooms, as bytes say, to a hub and to a plain model of it
// at the same time. Whatever is asked of both must be answered alike.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "hub/test_campus.h"

namespace homeroom::hub::test {

class RoomOperations {
public:
    // `require` is called with what must be true.
    RoomOperations(std::span<const std::uint8_t> bytes, std::function<void(bool)> require)
        : bytes_(bytes), require_(std::move(require)) {
        for (int i = 0; i < 8; ++i) campus_.add();
        campus_.on_end = [this](Socket& socket) { ended(socket); };
    }

    void run() {
        while (!bytes_.empty()) {
            step(0);
            compare();
        }
        compare();
        campus_.turn();
    }

private:
    struct Held {
        Selection to;
        std::uint64_t seq;
    };

    std::uint8_t next() {
        if (bytes_.empty()) return 0;
        const std::uint8_t byte = bytes_.front();
        bytes_ = bytes_.subspan(1);
        return byte;
    }
    Socket& socket() { return *campus_.sockets[next() % campus_.sockets.size()]; }
    std::string room() { return std::string(1, static_cast<char>('a' + next() % 5)); }
    bool is_gone(Socket& one) const { return gone_.contains(&one); }
    bool is_in(const std::string& name, Socket& one) const {
        const auto found = rooms_.find(name);
        return found != rooms_.end() && found->second.contains(&one);
    }

    // One change or walk. Within a walk there are others, to a limit.
    void step(int depth) {
        switch (next() % 16) {
            case 0:
            case 1:
            case 2:
            case 3: return join(socket(), room());
            case 4:
            case 5: return leave(socket(), room());
            case 6: return accept(socket());
            case 7: return accept(socket());
            case 8: return socket().disconnect();
            case 9: return walk_selection(depth);
            case 10: return walk_room(depth);
            case 11:
            case 12: return deliver();
            case 13: return hold(socket());
            case 14: return settle();
            default: return release(socket());
        }
    }

    void join(Socket& one, const std::string& name) {
        one.join(name);
        if (is_gone(one)) return;
        rooms_[name].insert(&one);
    }
    void leave(Socket& one, const std::string& name) {
        one.leave(name);
        remove(one, name);
    }
    void remove(Socket& one, const std::string& name) {
        const auto found = rooms_.find(name);
        if (found == rooms_.end()) return;
        found->second.erase(&one);
        if (!found->second.empty()) return;
        rooms_.erase(found);
    }
    void accept(Socket& one) {
        one.accept();
        if (is_gone(one) || connected_.contains(&one)) return;
        connected_.insert(&one);
        rooms_[one.id()].insert(&one);
    }
    // Called by the hub, in whatever it is doing.
    void ended(Socket& one) {
        const std::map<std::string, std::set<Socket*>> before = rooms_;
        for (const auto& [name, members] : before) {
            require_(one.is_in(name) == members.contains(&one));
            remove(one, name);
        }
        gone_.insert(&one);
        held_.erase(&one);
        // Whoever is told of an end may look who else is there.
        const Selection all{.everyone = true};
        const std::set<Socket*> expected = selected(all);
        std::set<Socket*> visited;
        campus_.hub.for_each_selected(
            all, [&](Socket& other) { require_(visited.insert(&other).second); });
        require_(visited == expected);
    }

    Selection selection() {
        Selection to;
        const std::uint8_t shape = next();
        to.everyone = shape % 4 == 0;
        for (int i = 0; i < shape / 4 % 4; ++i) to.rooms.push_back(room());
        for (int i = 0; i < shape / 16 % 3; ++i) to.except.push_back(room());
        if (shape / 64 == 3) to.within = room();
        return to;
    }
    bool is_meant(const Selection& to, Socket& one) const {
        const auto here = [&](const std::string& name) { return is_in(name, one); };
        if (!to.within.empty() && !here(to.within)) return false;
        if (std::ranges::any_of(to.except, here)) return false;
        return to.everyone || std::ranges::any_of(to.rooms, here);
    }
    std::set<Socket*> selected(const Selection& to) const {
        std::set<Socket*> sockets;
        for (Socket* one : campus_.sockets) {
            if (!is_gone(*one) && connected_.contains(one) && is_meant(to, *one))
                sockets.insert(one);
        }
        return sockets;
    }

    // Each that was there, once, unless it has gone meanwhile; and nobody else.
    template <typename Walk>
    void walk(const std::set<Socket*>& expected, int depth, const Walk& go) {
        std::set<Socket*> visited;
        go([&](Socket& one) {
            require_(expected.contains(&one) && !is_gone(one));
            require_(visited.insert(&one).second);
            if (depth < 2) step(depth + 1);
        });
        for (Socket* one : expected) require_(visited.contains(one) || is_gone(*one));
    }
    void walk_selection(int depth) {
        const Selection to = selection();
        walk(selected(to), depth,
             [&](const auto& visit) { campus_.hub.for_each_selected(to, visit); });
    }
    void walk_room(int depth) {
        const std::string name = room();
        const auto found = rooms_.find(name);
        const auto members = found == rooms_.end() ? std::set<Socket*>{} : found->second;
        walk(members, depth, [&](const auto& visit) { campus_.hub.for_each_in("/", name, visit); });
    }

    // A socket's floor tells which events it got. An event may wait until it is settled, and is
    // nevertheless for those who were meant when it was asked for. Some end on getting it, for
    // their queues are short.
    void deliver() {
        const Broadcast broadcast{
            .to = selection(), .message = {Frame::text("a short text")}, .seq = ++seq_};
        std::set<Socket*> expected = selected(broadcast.to);
        for (auto& [one, waiting] : held_) {
            expected.erase(one);
            if (is_meant(broadcast.to, *one)) waiting.push_back({broadcast.to, seq_});
        }
        for (Socket* one : expected) floors_[one] = seq_;
        campus_.hub.deliver(broadcast);
    }
    void settle() {
        campus_.hub.settle();
        for (Socket* one : campus_.sockets) {
            if (!is_gone(*one)) require_(one->floor() == floors_[one]);
        }
    }
    void hold(Socket& one) {
        if (is_gone(one)) return;
        one.hold();
        held_.try_emplace(&one);
    }
    void release(Socket& one) {
        auto waiting = held_.extract(&one);
        if (!waiting.empty()) {
            for (const Held& held : waiting.mapped()) {
                if (is_meant(held.to, one)) floors_[&one] = held.seq;
            }
        }
        one.release();
        if (!is_gone(one)) require_(one.floor() == floors_[&one]);
    }

    void compare() const {
        require_(campus_.rooms().size() == rooms_.size());
        for (const auto& [name, members] : rooms_) {
            const Room* found = campus_.rooms().find(name);
            require_(found != nullptr && found->members().size() == members.size());
            require_(std::set<Socket*>(found->members().begin(), found->members().end()) ==
                     members);
        }
        for (Socket* one : campus_.sockets) {
            std::vector<std::string> expected;
            for (const auto& [name, members] : rooms_) {
                if (members.contains(one)) expected.push_back(name);
            }
            std::vector<std::string> names = one->rooms();
            std::ranges::sort(names);
            require_(names == expected);
            require_(one->is_gone() == is_gone(*one));
        }
        require_(campus_.hub.socket_count() == campus_.sockets.size() - gone_.size());
    }

    std::span<const std::uint8_t> bytes_;
    std::function<void(bool)> require_;
    mutable Campus campus_{2'000};
    std::map<std::string, std::set<Socket*>> rooms_{};  // without empty ones
    std::set<Socket*> connected_{};
    std::set<Socket*> gone_{};
    std::map<Socket*, std::vector<Held>> held_{};
    std::map<Socket*, std::uint64_t> floors_{};  // once everything is settled
    std::uint64_t seq_ = 0;
};

}  // namespace homeroom::hub::test
