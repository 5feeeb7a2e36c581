// What is to be reached. Each: of which work, which entry's metric, over which other entry's in the same round (`over`; none:
// the value itself; `overMetric` where it is another), and its bound.

export const targets = [
    {
        title: "One room of 10,000, 16 under way: the library, deliveries per CPU second, over bare",
        ...{ work: "fanout-16", entry: "library", metric: "deliveriesPerCpu", over: "bare" },
        atLeast: 0.8,
    },
    {
        title: "… Homeroom, every post kept, over bare with frames as long",
        ...{ work: "fanout-16", entry: "homeroom", metric: "deliveriesPerCpu", over: "bare_long" },
        atLeast: 0.8,
    },
    {
        title: "… over Node with frames as long",
        ...{ work: "fanout-16", entry: "homeroom", metric: "deliveriesPerCpu", over: "node_long" },
        atLeast: 10,
    },
    {
        title: "One room of 10,000, one at a time: the library over bare",
        ...{ work: "fanout-1", entry: "library", metric: "deliveriesPerCpu", over: "bare" },
        atLeast: 0.8,
    },
    {
        title: "… Homeroom over bare with frames as long",
        ...{ work: "fanout-1", entry: "homeroom", metric: "deliveriesPerCpu", over: "bare_long" },
        atLeast: 0.8,
    },
    {
        title: "600 rooms of 30: the library over bare",
        ...{ work: "rooms", entry: "library", metric: "deliveriesPerCpu", over: "bare" },
        atLeast: 0.8,
    },
    {
        title: "… at half of bare's load: the library's p99 over bare's",
        ...{ work: "rooms-half", entry: "library", metric: "p99", over: "bare" },
        atMost: 1.5,
    },
    {
        title: "… Homeroom's p99, every post kept, over that of bare with frames as long",
        ...{ work: "rooms-half", entry: "homeroom", metric: "p99", over: "bare_long" },
        atMost: 3,
    },
    {
        title: "Echo with an ack: the library over bare",
        ...{ work: "echo", entry: "library", metric: "echoesPerCpu", over: "bare" },
        atLeast: 0.8,
    },
    {
        title: "… Homeroom over Node",
        ...{ work: "echo", entry: "homeroom", metric: "echoesPerCpu", over: "node" },
        atLeast: 3,
    },
    {
        title: "Connecting, with token, roster, rooms and session, over Node with a token",
        ...{ work: "connects", entry: "homeroom", metric: "connectsPerCpu", over: "node_token" },
        atLeast: 3,
    },
    {
        title: "An idle user, signed in and in 9 rooms, kB",
        ...{ work: "idle", entry: "homeroom", metric: "memory" },
        atMost: 4,
    },
    {
        title: "19,800 users, an announcement: until the last has it, ms",
        ...{ work: "capacity", entry: "homeroom", metric: "last" },
        atMost: 250,
    },
    {
        title: "Posts of 1,000 writers, each on disk before its ack, a second",
        ...{ work: "durable", entry: "writers_1000", metric: "posts" },
        atLeast: 20_000,
    },
    {
        title: "… of one writer: its ack's p50 over that of the disk's fdatasync",
        ...{ work: "durable", entry: "writers_1", metric: "answerP50", over: "disk", overMetric: "syncP50" },
        atMost: 3,
    },
    {
        title: "Two loop threads: deliveries per CPU second over one's",
        ...{ work: "loops", entry: "loops_2", metric: "deliveriesPerCpu", over: "loops_1" },
        atLeast: 0.9,
    },
    {
        title: "10 of 100 readers stop: the others' p99 over that before",
        ...{ work: "slow", entry: "homeroom", metric: "stalledRatio" },
        atMost: 1.2,
    },
    {
        title: "A delivery's CPU in a room of 10,000 over that in a room of 100",
        ...{ work: "growth-room-size", entry: "homeroom_10000", metric: "microsecondsPerDelivery" },
        over: "homeroom_100",
        atMost: 1.2,
    },
    {
        title: "An event's CPU with 19,000 users connected over that with 1,000",
        ...{ work: "growth-users", entry: "homeroom_19000", metric: "microsecondsPerEvent" },
        over: "homeroom_1000",
        atMost: 1.2,
    },
    {
        title: "At light load, a post that is kept: until each classmate has it, p50, over Node's",
        ...{ work: "light", entry: "homeroom", metric: "p50", over: "node" },
        atMost: 1.2,
    },
];
