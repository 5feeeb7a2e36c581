// The table of targets: what is met, by how much, and which rounds that rests on.

import { number, valuesOf } from "./metrics.mjs";
import { checkFailed, hasFailed, isSaturated } from "./runs.mjs";
import { ratioSummary, summary, verdict } from "./statistics.mjs";
import { nothing, table } from "./tables.mjs";

// A median of fewer says so.
const roundsWanted = 5;

const rounds = (count) => `${count} round${count === 1 ? "" : "s"}`;

// A ratio needs both servers: a round is lost when either's run does not count. What was not measured at all lost nothing.
function uncounted(runs) {
    const all = Math.min(...runs.map((list) => list.length));
    const roundsWith = (fault) =>
        Array.from({ length: all }, (_, round) => runs.some((list) => fault(list[round]))).filter(Boolean).length;
    const [failed, wrong] = [hasFailed, checkFailed].map(roundsWith);
    return [
        wrong > 0 ? `not counted: ${wrong} of ${rounds(all)} failed their check` : null,
        failed > 0 ? `${failed} of ${rounds(all)} failed` : null,
    ].filter((words) => words !== null);
}

// works: what the entries are called
export function targetTable(targets, results, works) {
    const rows = targets.map((target) => {
        const { over, metric, overMetric = metric } = target;
        const work = results[target.work];
        const compared = [target.entry, ...(over === undefined ? [] : [over])];
        const runs = compared.map((id) => work?.entries[id] ?? []);
        const ours = valuesOf(work, target.entry, metric);
        const measured = over === undefined ? summary(ours) : ratioSummary(ours, valuesOf(work, over, overMetric));
        const { state, by } = verdict(target, measured);
        const bound = target.atLeast !== undefined ? `≥ ${number(target.atLeast)}` : `≤ ${number(target.atMost)}`;
        const far = number(Math.abs(by * 100));
        const words = { met: `met, by ${far} %`, missed: `**missed by ${far} %**`, unknown: "not measured" };
        const limit = target.atLeast ?? target.atMost;
        const isInside = measured !== null && measured.min < limit && limit < measured.max;
        const few = ours.length < roundsWanted && state !== "unknown" ? [`of ${rounds(ours.length)}`] : [];
        const faults = uncounted(runs);
        const { entries = [] } = works.find(({ name }) => name === target.work) ?? {};
        const saturated = compared
            .filter((_, i) => runs[i].some(isSaturated))
            .map((id) => `† ${entries.find((entry) => entry.id === id)?.label ?? id}`);
        return [
            target.title,
            bound,
            measured === null ? nothing : number(measured.median),
            measured === null ? nothing : `${number(measured.min)}–${number(measured.max)}`,
            [
                ...(state === "unknown" && faults.length > 0 ? [] : [words[state]]),
                ...(isInside ? ["the bound is within the noise"] : []),
                ...few,
                ...faults,
                ...saturated,
            ].join("; "),
        ];
    });
    return table(["target", "bound", "measured", "of the rounds", ""], rows);
}
