// A test that shows what the servers said when it fails, and never outlives its time.
// Everything started by a test file registers here, so that nothing is left behind, also after a failure.

import { test } from "node:test";

import { takeFaults } from "./contract_watch.mjs";

const living = new Set(); // things with `discard()`: servers, clients, temporary folders
const speaking = new Set(); // servers: things with `describeLog()`

export function keep(thing) {
    living.add(thing);
    if (thing.describeLog) speaking.add(thing);
    return thing;
}

export function forget(thing) {
    living.delete(thing);
    speaking.delete(thing);
}

// Ends whatever the file started. Clients go before the servers they talk to: last come, first gone.
export async function tidyUp() {
    const things = [...living].reverse();
    living.clear();
    speaking.clear();
    for (const thing of things) await thing.discard();
}

process.on("exit", () => {
    for (const thing of living) thing.discardNow?.();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

export function within(milliseconds, promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
        const complain = () => reject(new Error(`took longer than ${milliseconds} ms: ${what}`));
        timer = setTimeout(complain, milliseconds);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// scenario("what happens", async (t) => { … }); 30 seconds unless told.
export function scenario(name, ...rest) {
    const body = rest.pop();
    const { seconds = 30, ...options } = rest.pop() ?? {};
    return test(name, options, async (t) => {
        try {
            await within(seconds * 1000, Promise.resolve(body(t)), name);
            const faults = takeFaults();
            if (faults !== undefined) throw new Error(faults);
        } catch (error) {
            for (const server of speaking) console.error(server.describeLog());
            throw error;
        }
    });
}

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Asks again until `look()` is true; an error in `look` counts as "not yet".
export async function eventually(what, look, milliseconds = 5000) {
    const end = Date.now() + milliseconds;
    let last;
    for (;;) {
        try {
            const seen = await look();
            if (seen) return seen;
            last = undefined;
        } catch (error) {
            last = error;
        }
        if (Date.now() > end) {
            throw new Error(`never happened within ${milliseconds} ms: ${what}`, { cause: last });
        }
        await sleep(15);
    }
}
