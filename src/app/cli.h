// The command line: `homeroom <subcommand> …`.
#pragma once

namespace homeroom::app {

int run(int argc, char** argv);

}  // namespace homeroom::app
