// One script on both servers at once; and the shortest script that still shows a difference.

import { within } from "../scenario.mjs";
import { compare } from "./compare.mjs";
import { play } from "./play.mjs";

const secondsMost = 60; // of one script

const withoutOne = (list, leftOut) => list.filter((_, i) => i !== leftOut);

export class Trial {
    // listed: what may differ, see differences.mjs
    constructor(reference, conformance, listed) {
        this.servers = [reference, conformance];
        this.listed = listed;
    }

    // quiet: milliseconds; see peer.mjs. → { script, node, ours, explained, unexplained }
    async run(script, quiet) {
        const plays = this.servers.map((server) =>
            within(secondsMost * 1000, play(script, server, { quiet }), "a script"),
        );
        const [node, ours] = await Promise.all(plays).catch((error) => {
            throw new Error(`cannot be played: ${JSON.stringify(script)}`, { cause: error });
        });
        return { script, node, ours, ...compare(script, node, ours, this.listed) };
    }

    // A result that is not `asWished` counts only when there was time enough, too.
    async judge(script, quiet, asWished = (result) => !result.unexplained) {
        let result;
        for (const patience of [1, 6, 30]) {
            result = await this.run(script, quiet * patience);
            if (asWished(result)) break;
        }
        return result;
    }

    // Leaves out steps, then packets, for as long as something unexplained remains. → the last run that shows it
    async shrink(result, quiet = 60, attempts = 80) {
        let shortest = result;
        let left = attempts;
        const better = async (steps) => {
            if (left-- <= 0) return false;
            const run = await this.run({ ...result.script, steps }, quiet).catch(() => null);
            if (run?.unexplained) shortest = run;
            return Boolean(run?.unexplained);
        };
        await better(result.script.steps.slice(0, result.unexplained.index + 1));
        for (let again = true; again && left > 0;) {
            again = false;
            for (let i = shortest.script.steps.length - 1; i >= 0; i--) {
                again = (await better(withoutOne(shortest.script.steps, i))) || again;
            }
            for (let i = shortest.script.steps.length - 1; i >= 0; i--) {
                for (let k = shortest.script.steps[i].packets?.length - 1; k >= 0; k--) {
                    const { packets, ...step } = shortest.script.steps[i];
                    if (packets.length === 1) break;
                    const fewer = { ...step, packets: withoutOne(packets, k) };
                    again = (await better(shortest.script.steps.map((one, at) => (at === i ? fewer : one)))) || again;
                }
            }
        }
        return shortest;
    }
}
