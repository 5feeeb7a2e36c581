// What is to be reached. Each: of which work, which entry's metric, over which other entry's in the same round (`over`; none:
// the value itself; `overMetric` where it is another), and its bound.

export const targets = [
    {
        title: "One room of 10,000, 16 under way: the library, deliveries per CPU second, over bare",
        ...{ work: "fanout-16", entry: "library", metric: "deliveriesPerCpu", over: "bare" },
        atLeast: 0.9,
    },
    {
        title: "… the library over Node",
        ...{ work: "fanout-16", entry: "library", metric: "deliveriesPerCpu", over: "node" },
        atLeast: 22,
    },
    {
        title: "… Homeroom, every post kept, over bare with frames as long",
        ...{ work: "fanout-16", entry: "homeroom", metric: "deliveriesPerCpu", over: "bare_long" },
        atLeast: 0.9,
    },
    {
        title: "… Homeroom over Node with frames as long",
        ...{ work: "fanout-16", entry: "homeroom", metric: "deliveriesPerCpu", over: "node_long" },
        atLeast: 22,
    },
    {
        title: "One room of 10,000, one at a time: the library over bare",
        ...{ work: "fanout-1", entry: "library", metric: "deliveriesPerCpu", over: "bare" },
        atLeast: 0.9,
    },
    {
        title: "… the library over Node",
        ...{ work: "fanout-1", entry: "library", metric: "deliveriesPerCpu", over: "node" },
        atLeast: 2,
    },
    {
        title: "… Homeroom over bare with frames as long",
        ...{ work: "fanout-1", entry: "homeroom", metric: "deliveriesPerCpu", over: "bare_long" },
        atLeast: 0.9,
    },
    {
        title: "… Homeroom over Node with frames as long",
        ...{ work: "fanout-1", entry: "homeroom", metric: "deliveriesPerCpu", over: "node_long" },
        atLeast: 2,
    },
    {
        title: "600 rooms of 30: the library over Node",
        ...{ work: "rooms", entry: "library", metric: "deliveriesPerCpu", over: "node" },
        atLeast: 2,
    },
    {
        title: "… Homeroom, every post kept, over Node with frames as long",
        ...{ work: "rooms", entry: "homeroom", metric: "deliveriesPerCpu", over: "node_long" },
        atLeast: 2,
    },
    {
        title: "… with a generator that never sleeps: the library over Node",
        ...{ work: "rooms-awake", entry: "library", metric: "deliveriesPerCpu", over: "node" },
        atLeast: 2,
    },
    {
        title: "… with a generator that never sleeps: Homeroom over Node with frames as long",
        ...{ work: "rooms-awake", entry: "homeroom", metric: "deliveriesPerCpu", over: "node_long" },
        atLeast: 2,
    },
    {
        title: "… at half of bare's load: the library's p99 over bare's",
        ...{ work: "rooms-half", entry: "library", metric: "p99", over: "bare" },
        atMost: 1.5,
    },
    {
        title: "… Homeroom's p99, every post kept, over that of bare with frames as long",
        ...{ work: "rooms-half", entry: "homeroom", metric: "p99", over: "bare_long" },
        atMost: 1.5,
    },
    {
        title: "Echo with an ack: the library over Node",
        ...{ work: "echo", entry: "library", metric: "echoesPerCpu", over: "node" },
        atLeast: 2.4,
    },
    {
        title: "… the library over bare",
        ...{ work: "echo", entry: "library", metric: "echoesPerCpu", over: "bare" },
        atLeast: 0.85,
    },
    {
        title: "… Homeroom, a request that it judges, over Node with short frames",
        ...{ work: "echo", entry: "homeroom", metric: "echoesPerCpu", over: "node_short" },
        atLeast: 2.4,
    },
    {
        title: "Connecting, with token, roster, rooms and session, over Node's bare connects",
        ...{ work: "connects", entry: "homeroom", metric: "connectsPerCpu", over: "node" },
        atLeast: 3,
    },
    {
        title: "An idle user, signed in and in 9 rooms, kB",
        ...{ work: "idle", entry: "homeroom", metric: "memory" },
        atMost: 1.5,
    },
    {
        title: "Posts of 1,000 writers, each on disk before its ack, a second",
        ...{ work: "durable", entry: "writers_1000", metric: "posts" },
        atLeast: 10_000,
    },
    {
        title: "… the p99 of their acks when 10,000 a second come by the clock, ms",
        ...{ work: "durable", entry: "writers_1000_open", metric: "answerP99" },
        atMost: 50,
    },
    {
        title: "… the p99 of their acks when each has always one under way, ms",
        ...{ work: "durable", entry: "writers_1000", metric: "answerP99" },
        atMost: 50,
    },
    {
        title: "… posts of one writer in sequence, a second",
        ...{ work: "durable", entry: "writers_1", metric: "posts" },
        atLeast: 300,
    },
    {
        title: "Two loop threads: deliveries per CPU second over one's",
        ...{ work: "loops", entry: "loops_2", metric: "deliveriesPerCpu", over: "loops_1" },
        atLeast: 0.9,
    },
    {
        title: "10 of 100 readers stop: the others' p99 over that before",
        ...{ work: "slow", entry: "homeroom", metric: "stalledRatio" },
        atMost: 1.1,
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
