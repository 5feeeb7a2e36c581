#include "net/peer_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace homeroom::net {
namespace {

PeerAddress parsed(const std::string& text) {
    return PeerAddress::parse(text).value();
}

TEST(PeerAddress, IsReadAndWritten) {
    for (const char* text : {"127.0.0.1", "192.0.2.255", "2001:db8::1", "fe80::1"})
        EXPECT_EQ(parsed(text).text(), text);
    // A mapped address is the one that it maps.
    EXPECT_EQ(parsed("::ffff:192.0.2.1"), parsed("192.0.2.1"));
    EXPECT_EQ(parsed("::ffff:192.0.2.1").text(), "192.0.2.1");
    for (const char* text : {"", "localhost", "192.0.2", "192.0.2.1:80", "2001:db8::g"})
        EXPECT_FALSE(PeerAddress::parse(text).has_value()) << text;
}

TEST(PeerAddress, IsOfASocketsPeer) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    inet_pton(AF_INET, "198.51.100.7", &v4->sin_addr);
    EXPECT_EQ(PeerAddress::of(storage), parsed("198.51.100.7"));
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    inet_pton(AF_INET6, "2001:db8::7", &v6->sin6_addr);
    EXPECT_EQ(PeerAddress::of(storage), parsed("2001:db8::7"));
    storage = {};
    storage.ss_family = AF_UNIX;
    EXPECT_TRUE(PeerAddress::of(storage).is_local());
    EXPECT_EQ(PeerAddress::of(storage).text(), "local");
}

TEST(PeerAddress, KnowsItsPlace) {
    EXPECT_EQ(parsed("2001:db8:1:2::1").place(), parsed("2001:db8:1:2:ffff::9").place());
    EXPECT_NE(parsed("2001:db8:1:2::1").place(), parsed("2001:db8:1:3::1").place());
    EXPECT_NE(parsed("192.0.2.1").place(), parsed("192.0.2.2").place());
    EXPECT_EQ(parsed("192.0.2.1").place(), parsed("::ffff:192.0.2.1").place());
}

}  // namespace
}  // namespace homeroom::net
