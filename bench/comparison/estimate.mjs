// How long a round of a work takes, roughly, as found on two cores: a run measures, warms up, and needs `setUp` seconds besides
// for starting, connecting and ending; or the work has `takes`, where its runs are as long whatever is asked for.

export function secondsOfRound({ entries, setUp, takes }, { seconds, warmUp }) {
    const runs = entries.map(({ options = {} }) => takes ?? (options.seconds ?? seconds) + warmUp + setUp);
    return runs.reduce((sum, one) => sum + one, 0);
}

const minutes = (seconds) => (seconds / 60).toFixed(1);

// The works, with the runs of a round and how long it takes. window: { seconds, warmUp }
export function listOf(works, window) {
    const row = (name, title, runs, seconds) =>
        `${name.padEnd(24)}${String(runs).padStart(4)}${minutes(seconds).padStart(7)} min  ${title}`;
    const rounds = works.map((work) => secondsOfRound(work, window));
    const runs = works.map(({ entries }) => entries.length);
    const sum = (list) => list.reduce((a, b) => a + b, 0);
    return [
        `${"work".padEnd(24)}runs   a round`,
        ...works.map(({ name, title }, i) => row(name, title, runs[i], rounds[i])),
        row("all", `a round of all, with ${window.seconds} s measured in a run`, sum(runs), sum(rounds)),
    ].join("\n");
}
