// Fan-out: one large room, and many small ones.

import { lengthsOfPosts } from "../frame_lengths.mjs";
import { counts } from "../runs.mjs";
import { posts, transport } from "./entries.mjs";

const members = 10_000;
const rooms = 600;
const roomSize = 30;

const oneRoom = (inFlight) => ["--connections", members, "--in-flight", inFlight];
const theLecture = ["--room", "class-lecture"];

function fanout(name, title, inFlight) {
    return {
        name,
        title,
        columns: ["deliveriesPerCpu", "deliveries", "p50", "p99", "ackP50", "frameBytes"],
        ratioOf: "deliveriesPerCpu",
        message: "a delivery",
        setUp: 2,
        lengths: lengthsOfPosts,
        entries: [
            ...transport("fanout", oneRoom(inFlight)),
            ...posts("fanout", oneRoom(inFlight), { homeroomArgs: theLecture }),
        ],
    };
}

export const fanout16 = fanout("fanout-16", "One room of 10,000, 16 events under way", 16);
export const fanout1 = fanout("fanout-1", "One room of 10,000, one event at a time", 1);

// The generator of the first sleeps when there is nothing to read, as the peers' own benchmarks do, and is woken by nearly
// each delivery of a server that is slower than it. That of the others does not: see "Many small rooms" in the page.
const awake = ["--busy-poll"];
const manyRooms = ["--rooms", rooms, "--room-size", roomSize, "--connections", rooms * roomSize];

// Open loop: as many events a second for all as half of what the bare server did in this round.
const halfOf = (bare) => (context) => {
    const run = context.round[bare];
    if (!counts(run) || !(run.sent > 0)) throw new Error(`${bare} has no rate to take half of`);
    const { sent, seconds } = run;
    return [...manyRooms, ...awake, "--rate", Math.max(1, Math.round(sent / seconds / 2))];
};

export const manySmallRooms = {
    name: "rooms",
    title: "600 rooms of 30, a publisher in each",
    columns: ["deliveriesPerCpu", "deliveries", "events", "p50", "p99", "frameBytes"],
    ratioOf: "deliveriesPerCpu",
    message: "a delivery",
    setUp: 3,
    lengths: lengthsOfPosts,
    entries: [...transport("rooms", manyRooms), ...posts("rooms", manyRooms)],
};

export const manySmallRoomsAwake = {
    ...manySmallRooms,
    name: "rooms-awake",
    title: "The same, with a generator that never sleeps",
    entries: [...transport("rooms", [...manyRooms, ...awake]), ...posts("rooms", [...manyRooms, ...awake])],
};

export const roomsAtHalfLoad = {
    name: "rooms-half",
    title: "600 rooms of 30 at half of the bare server's load",
    columns: ["events", "p50", "p99", "deliveriesPerCpu"],
    ratioOf: "p99",
    setUp: 3,
    lengths: lengthsOfPosts,
    entries: [
        // What half is taken of; not shown again.
        { ...transport("rooms", [...manyRooms, ...awake])[0], id: "limit", label: "bare, closed loop", hidden: true },
        { ...posts("rooms", [...manyRooms, ...awake])[1], id: "limit_long", label: "bare, closed loop", hidden: true },
        ...transport("rooms", halfOf("limit"), { phase: 1 }),
        ...posts("rooms", halfOf("limit_long"), { phase: 1 }),
    ],
};
