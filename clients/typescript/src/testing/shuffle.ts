// Fisher and Yates, with the test's own chance, so that a failure shrinks.
export function shuffled<Thing>(list: Thing[], chance: Iterable<number>): Thing[] {
    const dice = chance[Symbol.iterator]();
    const some = [...list];
    for (let last = some.length - 1; last > 0; --last) {
        const other = (dice.next().value as number) % (last + 1);
        [some[last], some[other]] = [some[other]!, some[last]!];
    }
    return some;
}
