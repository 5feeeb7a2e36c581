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
    entries: [fanoutTo(1), fanoutTo(2)],
};

const slowArgs = ["--connections", 1_000, "--stalled", 10];
const withStalled = (id, label, server, more = []) => ({
    id,
    label,
    server,
    scenario: "slow",
    args: () => [...slowArgs, ...more],
    against: {},
});

export const stalledReaders = {
    name: "slow",
    title: "1,000 readers, 10 of whom stop reading",
    columns: ["baselineP99", "stalledP99", "stalledRatio", "stalledDisconnected"],
    entries: [
        withStalled("homeroom", "Homeroom", { kind: "homeroom" }, ["--room", "class-lecture"]),
        withStalled("library", "library", { kind: "library" }),
        withStalled("node", "Node", { kind: "node" }),
    ],
};
