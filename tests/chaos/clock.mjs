// The wall clock of the server, which can be turned while it runs: by libfaketime, where that is installed (or named by
// FAKETIME_LIBRARY). The clock that only runs forward is left alone, as a machine's is when somebody sets the time.

import fs from "node:fs";
import path from "node:path";

function libraryFound() {
    if (process.env.FAKETIME_LIBRARY) return process.env.FAKETIME_LIBRARY;
    const places = fs.readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
    return places.find((place) => fs.existsSync(place));
}

export class Clock {
    // folder: for a file of its own. → undefined where there is no libfaketime
    static in(folder) {
        const library = libraryFound();
        if (!library) return undefined;
        const clock = new Clock();
        clock.file = path.join(folder, "clock");
        clock.turn(0);
        clock.environment = {
            LD_PRELOAD: library,
            FAKETIME_TIMESTAMP_FILE: clock.file,
            FAKETIME_CACHE_DURATION: "1",
            FAKETIME_DONT_FAKE_MONOTONIC: "1",
        };
        return clock;
    }

    // seconds: how far it is from the right time; known to the server within a second
    turn(seconds) {
        // At once or not at all: half a file would be another time.
        fs.writeFileSync(`${this.file}.new`, `${seconds < 0 ? "-" : "+"}${Math.abs(seconds)}\n`);
        fs.renameSync(`${this.file}.new`, this.file);
    }
}
