// How works were measured, in words: once for the page, and again for each table of which something else is true.

const rounds = ({ rounds: complete, rounds_wanted: wanted = complete, seconds }) => {
    const words = `${complete} round${complete === 1 ? "" : "s"} of ${seconds} s`;
    return complete === wanted ? words : `${words} (broken off: ${wanted} were wanted)`;
};
const day = ({ at }) => at.slice(0, 10);
const pinning = ({ pins }) =>
    pins === null ? "no CPU was reserved" : `server on CPU ${pins[0]}, generator on CPU ${pins[1]}`;

const differing = (a, b) => Object.keys({ ...a, ...b }).filter((name) => a[name] !== b[name]);

// What may differ from work to work, as one text: works with the same were measured alike.
const likeness = (measured) => JSON.stringify([rounds(measured), day(measured), pinning(measured), measured.machine]);

// How most of the works were measured, of equally many the newest. undefined: nothing was measured
export function prevailing(results) {
    const all = Object.values(results).map(({ measured }) => measured);
    const groups = new Map();
    for (const measured of all) {
        const group = groups.get(likeness(measured)) ?? { count: 0, newest: measured };
        const newest = measured.at > group.newest.at ? measured : group.newest;
        groups.set(likeness(measured), { count: group.count + 1, newest });
    }
    const better = (a, b) => b.count - a.count || b.newest.at.localeCompare(a.newest.at);
    return [...groups.values()].sort(better)[0]?.newest;
}

export function headingOf(measured) {
    const warmUp = measured.warm_up === undefined ? "" : `, after ${measured.warm_up} s to warm up`;
    return `Medians of ${rounds(measured)}${warmUp}, measured ${day(measured)}; ${pinning(measured)}.`;
}

// What is not as the heading says; null: nothing
export function difference(measured, heading) {
    if (likeness(measured) === likeness(heading)) return null;
    const others = differing(measured.machine, heading.machine)
        .filter((name) => name !== "commit")
        .map((name) => `${name} ${measured.machine[name]}`);
    if (pinning(measured) !== pinning(heading)) others.push(pinning(measured));
    const more = others.length > 0 ? ` (${others.join(", ")})` : "";
    return `Measured ${day(measured)} in ${rounds(measured)} at commit ${measured.machine.commit}${more}.`;
}
