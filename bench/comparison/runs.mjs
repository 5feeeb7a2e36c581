// What is to be said against a run, and whether its figures count. A run is a result of the generator, or { error }.

export const hasFailed = (run) => run === null || run === undefined || run.error !== undefined;

// The generator found a fault (docs/bench.md): events that were lost or due and never sent, refusals, broken connections.
export const checkFailed = (run) => !hasFailed(run) && run.check_failed !== undefined;

// However fast a server was: what it did wrong is no figure.
export const counts = (run) => !hasFailed(run) && !checkFailed(run);

export function isSaturated(run) {
    return !hasFailed(run) && run.generator?.saturated === true;
}

const lastLine = (text) => text.trimEnd().split("\n").at(-1);

// In words, a line each; entries: id → its runs, one a round
export function faultsOf(entries) {
    return Object.entries(entries).flatMap(([id, runs]) =>
        runs.flatMap((run, round) => {
            const where = `${id}, round ${round + 1}`;
            if (hasFailed(run)) return [`${where}: failed: ${lastLine(run?.error ?? "no result")}`];
            if (!checkFailed(run)) return [];
            const words = run.faults?.length > 0 ? run.faults.join("; ") : lastLine(run.check_failed);
            return [`${where}: the check failed: ${words}`];
        }),
    );
}
