#include "net/trusted_proxies.h"

#include <gtest/gtest.h>

namespace homeroom::net {
namespace {

PeerAddress address(const std::string& text) {
    return PeerAddress::parse(text).value_or(PeerAddress{});
}

class Proxies : public testing::Test {
protected:
    // Whose it is, of a connection from `peer` with these X-Forwarded-For.
    std::string client(const std::string& peer, const std::vector<std::string>& forwarded) const {
        HttpRequest request;
        for (const auto& value : forwarded) request.headers.push_back({"x-forwarded-for", value});
        return proxies.client_of(request, address(peer)).text();
    }
    TrustedProxies proxies =
        TrustedProxies::parse({"192.0.2.1", "10.0.0.0/9", "2001:db8::/33"}).value();
};

TEST_F(Proxies, AreAddressesAndNetworks) {
    EXPECT_TRUE(proxies.contains(address("192.0.2.1")));
    EXPECT_FALSE(proxies.contains(address("192.0.2.2")));
    EXPECT_TRUE(proxies.contains(address("10.127.255.255")));
    EXPECT_FALSE(proxies.contains(address("10.128.0.0")));
    EXPECT_TRUE(proxies.contains(address("2001:db8:7fff::1")));
    EXPECT_FALSE(proxies.contains(address("2001:db8:8000::1")));
    EXPECT_FALSE(proxies.contains(PeerAddress{}));
    EXPECT_TRUE(proxies.contains(address("::ffff:10.0.0.1"))) << "the same address otherwise";
}

TEST_F(Proxies, AreReadStrictly) {
    for (const char* wrong : {"", "proxy", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x",
                              "10.0.0.0/-1", "10.0.0.1:80", "10.0.0.0/8/8"})
        EXPECT_FALSE(TrustedProxies::parse({wrong})) << wrong;
    EXPECT_TRUE(TrustedProxies::parse({})->empty());
    EXPECT_TRUE(TrustedProxies::parse({"0.0.0.0/0"})->contains(address("198.51.100.7")));
    EXPECT_FALSE(TrustedProxies::parse({"0.0.0.0/0"})->contains(address("2001:db8::1")));
    EXPECT_TRUE(TrustedProxies::parse({"::/0"})->contains(address("2001:db8::1")));
}

TEST_F(Proxies, SayForWhomTheyAsk) {
    EXPECT_EQ(client("192.0.2.1", {"198.51.100.7"}), "198.51.100.7");
    EXPECT_EQ(client("192.0.2.1", {"2001:db8:8000::1"}), "2001:db8:8000::1");
    EXPECT_EQ(client("192.0.2.1", {" 198.51.100.7 "}), "198.51.100.7");
    EXPECT_EQ(client("192.0.2.1", {"198.51.100.7, 10.0.0.4"}), "198.51.100.7");
    EXPECT_EQ(client("192.0.2.1", {"198.51.100.7", "10.0.0.4"}), "198.51.100.7");
}

TEST_F(Proxies, NobodyElseDoes) {
    EXPECT_EQ(client("198.51.100.7", {"203.0.113.9"}), "198.51.100.7");
    EXPECT_EQ(client("198.51.100.7", {"192.0.2.1"}), "198.51.100.7");
}

TEST_F(Proxies, WhatAClientWroteInFrontIsNotRead) {
    EXPECT_EQ(client("192.0.2.1", {"203.0.113.9, 198.51.100.7"}), "198.51.100.7");
    EXPECT_EQ(client("192.0.2.1", {"203.0.113.9, 198.51.100.7, 10.0.0.4"}), "198.51.100.7");
    EXPECT_EQ(client("192.0.2.1", {"10.0.0.9, 198.51.100.7"}), "198.51.100.7");
}

TEST_F(Proxies, StandForWhomTheyDoNotName) {
    EXPECT_EQ(client("192.0.2.1", {}), "192.0.2.1");
    for (const char* nobody : {"", ",", "unknown", "203.0.113.9, unknown", "203.0.113.9,"})
        EXPECT_EQ(client("192.0.2.1", {nobody}), "192.0.2.1") << nobody;
    EXPECT_EQ(client("192.0.2.1", {"unknown, 10.0.0.4"}), "10.0.0.4");
    EXPECT_EQ(client("192.0.2.1", {"10.0.0.5, 10.0.0.4"}), "10.0.0.5");
}

TEST_F(Proxies, ALongRowOfThemEnds) {
    std::string list = "198.51.100.7";
    for (int i = 0; i < 1'000; ++i) list += ",10.0.0.4";
    EXPECT_EQ(client("192.0.2.1", {list}), "10.0.0.4");
}

}  // namespace
}  // namespace homeroom::net
