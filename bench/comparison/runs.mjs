// What is to be said against a run, and whether its figures count. A run is a result of the generator, or { error }.

const saturatedShare = 0.95; // of its cores, where the generator does not say itself that it was the limit

export const hasFailed = (run) => run === null || run === undefined || run.error !== undefined;

// Events were lost, came twice or out of order, or were due and never sent: another load than was wanted.
export const checkFailed = (run) => !hasFailed(run) && run.check_failed !== undefined;

// However fast a server was: what it did wrong is no figure.
export const counts = (run) => !hasFailed(run) && !checkFailed(run);

export function isSaturated(run) {
    if (hasFailed(run)) return false;
    const { saturated, cpu_share } = run.generator ?? {};
    return saturated ?? cpu_share > saturatedShare;
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
