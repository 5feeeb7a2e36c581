#include "net/connection_ledger.h"

namespace homeroom::net {

bool ConnectionLedger::admits(const PeerAddress& address) {
    if (count() >= limits_.total) {
        if (counters_ != nullptr) counters_->reached(Limit::connections);
        return false;
    }
    if (limits_.per_address == 0) return true;
    const std::lock_guard lock(mutex_);
    const auto found = by_place_.find(std::string{address.place()});
    if (found == by_place_.end() || found->second < limits_.per_address) return true;
    if (counters_ != nullptr) counters_->reached(Limit::connections_per_address);
    return false;
}

void ConnectionLedger::enter(const PeerAddress& address) {
    count_.fetch_add(1, std::memory_order_relaxed);
    if (limits_.per_address == 0) return;
    const std::lock_guard lock(mutex_);
    ++by_place_[std::string{address.place()}];
}

void ConnectionLedger::leave(const PeerAddress& address) {
    count_.fetch_sub(1, std::memory_order_relaxed);
    if (limits_.per_address == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = by_place_.find(std::string{address.place()});
    if (found != by_place_.end() && --found->second == 0) by_place_.erase(found);
}

}  // namespace homeroom::net
