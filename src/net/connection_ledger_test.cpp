// Who may come in, when many are there.
#include "net/connection_ledger.h"

#include <gtest/gtest.h>

namespace homeroom::net {
namespace {

PeerAddress address(const std::string& text) {
    return PeerAddress::parse(text).value();
}

TEST(ConnectionLedger, AdmitsSoManyInAll) {
    LimitCounters counters;
    ConnectionLedger ledger{{.total = 2, .per_address = 0}, &counters};
    ledger.enter(address("10.0.0.1"));
    EXPECT_TRUE(ledger.admits(address("10.0.0.2")));
    ledger.enter(address("10.0.0.2"));
    EXPECT_FALSE(ledger.admits(address("10.0.0.3")));
    EXPECT_EQ(counters.count(Limit::connections), 1U);
    ledger.leave(address("10.0.0.1"));
    EXPECT_TRUE(ledger.admits(address("10.0.0.3")));
    EXPECT_EQ(ledger.count(), 1U);
}

TEST(ConnectionLedger, AdmitsSoManyFromAnAddress) {
    LimitCounters counters;
    ConnectionLedger ledger{{.total = 100, .per_address = 2}, &counters};
    ledger.enter(address("10.0.0.1"));
    ledger.enter(address("10.0.0.1"));
    EXPECT_FALSE(ledger.admits(address("10.0.0.1")));
    EXPECT_TRUE(ledger.admits(address("10.0.0.2")));
    EXPECT_EQ(counters.count(Limit::connections_per_address), 1U);
    ledger.leave(address("10.0.0.1"));
    EXPECT_TRUE(ledger.admits(address("10.0.0.1")));
}

TEST(ConnectionLedger, TakesAnIpv6NetworkForOneAddress) {
    ConnectionLedger ledger{{.total = 100, .per_address = 1}};
    ledger.enter(address("2001:db8:1:2::1"));
    EXPECT_FALSE(ledger.admits(address("2001:db8:1:2:ffff::9")));
    EXPECT_TRUE(ledger.admits(address("2001:db8:1:3::1")));
    // Addresses of version 4 that came over version 6 are many networks, not one.
    ledger.enter(address("::ffff:10.0.0.1"));
    EXPECT_TRUE(ledger.admits(address("::ffff:10.0.0.2")));
}

}  // namespace
}  // namespace homeroom::net
