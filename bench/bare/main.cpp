// The bare server: the physical reference of the benchmarks. It is what the kernel costs, plus the
// least that one can do to speak to the same clients: it is as fast as one thread with epoll can
// be, and no server to use.
//
// The application `rooms` (join, publish, echo) over WebSocket alone, by hand:
//   no authentication, no roster, no recovery, nothing kept
//   no limits, no check of UTF-8, of JSON or of frames: what a client sends is believed
//   no policy for a slow reader: what the kernel does not take waits in memory without an end
//   pings every 25 seconds, and nobody looks whether they are answered
//
//   bare_server [--port PORT]      0, the default: any free port; says "listening PORT"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>

#include "server.h"

int main(int argc, char** argv) {
    int port = 0;
    if (argc == 3 && std::string_view{argv[1]} == "--port") {
        port = std::atoi(argv[2]);
    } else if (argc != 1) {
        std::fputs("usage: bare_server [--port PORT]\n", stderr);
        return 2;
    }
    rlimit descriptors{};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);

    bare::Server server{static_cast<std::uint16_t>(port)};
    std::printf("listening %d\n", server.port());
    std::fflush(stdout);
    server.run();
}
