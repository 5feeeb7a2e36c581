#include "net/connection_ledger.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace homeroom::net {
namespace {

constexpr std::size_t network_bytes = 8;  // of an IPv6 address

std::string key_of(std::string_view address) {
    std::string key{address};
    in6_addr v6{};
    if (inet_pton(AF_INET6, key.c_str(), &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6)) return key;
    key.assign(reinterpret_cast<const char*>(v6.s6_addr), network_bytes);
    return key;
}

}  // namespace

bool ConnectionLedger::admits(std::string_view address) {
    if (count() >= limits_.total) {
        if (counters_ != nullptr) counters_->reached(Limit::connections);
        return false;
    }
    if (limits_.per_address == 0) return true;
    const std::lock_guard lock(mutex_);
    const auto found = by_address_.find(key_of(address));
    if (found == by_address_.end() || found->second < limits_.per_address) return true;
    if (counters_ != nullptr) counters_->reached(Limit::connections_per_address);
    return false;
}

void ConnectionLedger::enter(std::string_view address) {
    count_.fetch_add(1, std::memory_order_relaxed);
    if (limits_.per_address == 0) return;
    const std::lock_guard lock(mutex_);
    ++by_address_[key_of(address)];
}

void ConnectionLedger::leave(std::string_view address) {
    count_.fetch_sub(1, std::memory_order_relaxed);
    if (limits_.per_address == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = by_address_.find(key_of(address));
    if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
}

}  // namespace homeroom::net
