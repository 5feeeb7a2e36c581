// The same script on Node's own socket.io and on ours: the same must be seen, but for what is listed with its reason in
// support/differences.mjs. First scripts by hand, then scripts by chance.
//
// SCRIPTS (120) is how many of these, and SEED where they begin. When one fails it is made short, and shown with what was
// seen of both servers and the SEED that plays it again.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { behaviours } from "./support/differential/behaviours.mjs";
import { write } from "./support/differential/script.mjs";
import { show } from "./support/differential/show.mjs";
import { Trial } from "./support/differential/trial.mjs";
import { differences } from "./support/differences.mjs";
import { seedOfRun } from "./support/random.mjs";
import { scenario, tidyUp } from "./support/scenario.mjs";
import { Conformance, Reference } from "./support/server.mjs";

const scripts = Number(process.env.SCRIPTS ?? 120);
const atOnce = 24; // they mostly wait
const quiet = 20; // milliseconds, see support/differential/peer.mjs
const failuresShown = 3;
const secondsMost = 300 + scripts; // most of it for making them short

// Longer than any script: heartbeats have tests of their own.
const timings = ["--ping-interval", 25_000, "--ping-timeout", 20_000, "--connect-timeout", 45_000];

const byHand = ({ path = "/socket.io/", script, steps = script }) => ({ path, steps });

// → the results, in the order of the list
async function playAll(list, play) {
    const results = Array(list.length);
    let next = 0;
    const worker = async () => {
        while (next < list.length) {
            const i = next++;
            results[i] = await play(list[i]);
        }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return results;
}

describe("compared with Node's server", () => {
    let servers;
    before(async () => {
        servers = await Promise.all([Reference.start(), Conformance.start(...timings)]);
    });
    after(tidyUp);

    const trial = (listed) => new Trial(...servers, listed);

    // Plays all at once before the first is looked at. → name → its result
    function played(list, listed, asWished) {
        const results = new Map();
        before(async () => {
            const found = await playAll(list, (one) =>
                trial(listed).judge(byHand(one), quiet, (result) => asWished(result, one)),
            );
            list.forEach((one, i) => results.set(one.name, found[i]));
        });
        return results;
    }

    const isSame = ({ unexplained }) => !unexplained;
    const showOne = ({ script, node, ours }) => show(script, node, ours);

    describe("the same is seen of", () => {
        const results = played(behaviours, differences, isSame);
        for (const { name } of behaviours) {
            scenario(name, () => {
                const result = results.get(name);
                assert.ok(isSame(result), `\n${showOne(result)}`);
            });
        }
    });

    describe("it is meant that", () => {
        const isShown = ({ explained, unexplained }, { name }) =>
            !unexplained && explained.length > 0 && explained.every((one) => one === name);
        const results = played(differences, differences, isShown);
        for (const difference of differences) {
            scenario(difference.name, () => {
                const result = results.get(difference.name);
                assert.ok(
                    isShown(result, difference),
                    `its script shows ${result.explained.join(", ") || "nothing that is listed"}\n${showOne(result)}`,
                );
            });
        }
    });

    scenario(`${scripts} scripts by chance`, { seconds: secondsMost }, async (t) => {
        const seed = seedOfRun();
        const chances = Array.from({ length: scripts }, (_, i) => write(seed + i));
        const both = trial(differences);
        const results = await playAll(chances, (script) => both.judge(script, quiet));

        for (const { name } of differences) {
            const times = results.filter(({ explained }) => explained.includes(name)).length;
            t.diagnostic(`in ${times} of ${scripts}: ${name}`);
        }

        const failed = results.filter((result) => !isSame(result));
        const shown = [];
        for (const result of failed.slice(0, failuresShown)) {
            const again = `SEED=${result.script.seed} SCRIPTS=1`;
            shown.push(`--- ${again}, made short\n${showOne(await both.shrink(result))}`);
        }
        const seeds = failed.map(({ script }) => script.seed).join(", ");
        assert.equal(failed.length, 0, `${failed.length} of ${scripts} differ: seeds ${seeds}\n${shown.join("\n")}`);
    });
});
