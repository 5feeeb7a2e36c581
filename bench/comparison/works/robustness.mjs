// Two loop threads against one, and readers that stop reading.

const fanoutTo = (loops) => ({
    id: `loops_${loops}`,
    label: loops === 1 ? "one loop thread" : `${loops} loop threads`,
    server: { kind: "homeroom", loops, isPinned: false },
    scenario: "fanout",
    args: () => ["--connections", 10_000, "--in-flight", 16, "--room", "class-lecture"],
    against: loops === 1 ? {} : { one: "loops_1" },
    options: { isPinned: false },
});

export const loops = {
    name: "loops",
    title: "Two loop threads against one",
    columns: ["deliveriesPerCpu", "deliveries", "p50", "p99"],
    ratioOf: "deliveriesPerCpu",
    setUp: 2,
    entries: [fanoutTo(1), fanoutTo(2)],
};

// What a stalled one misses, 15 MB, is more than the kernel takes and Homeroom keeps for a client, 4 MiB each.
const slowArgs = ["--connections", 100, "--stalled", 10, "--payload", 15_000, "--rate", 100];
const slowSeconds = 10; // before, and as long after

const withStalled = (id, label, server, more = []) => ({
    id,
    label,
    server,
    scenario: "slow",
    args: () => [...slowArgs, ...more],
    against: {},
    options: { seconds: slowSeconds },
});

export const stalledReaders = {
    name: "slow",
    title: "100 readers of 1.5 MB a second each, 10 of whom stop reading",
    columns: ["baselineP99", "stalledP99", "stalledRatio", "stalledDisconnected", "memoryInAll"],
    setUp: slowSeconds + 1,
    entries: [
        withStalled("homeroom", "Homeroom", { kind: "homeroom" }, ["--room", "class-lecture"]),
        withStalled("library", "library", { kind: "library" }),
        withStalled("node", "Node", { kind: "node" }),
    ],
};
