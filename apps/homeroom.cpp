#include "app/cli.h"

int main(int argc, char** argv) {
    return homeroom::app::run(argc, argv);
}
