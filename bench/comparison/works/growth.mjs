// How costs grow: with the size of a room, with the rooms of a user, with the users connected.
//
// Entries have x, and series: each series is a column of the table and a line of the plot.

import { fileURLToPath } from "node:url";

import { run } from "../processes.mjs";

// what: { scenario, args } or { run }
const entry = (series, x, server, what) => ({
    id: `${series}_${x}`,
    label: `${series}, ${x}`,
    against: {},
    ...{ series, x, server, ...what },
});
const fanout = (args) => ({ scenario: "fanout", args: () => args });

const transports = ["bare", "library", "node"];

export const roomSize = {
    name: "growth-room-size",
    title: "Against the size of a room, one event at a time",
    xTitle: "members",
    measures: ["microsecondsPerDelivery", "microsecondsPerEvent", "memory"],
    setUp: 1,
    entries: [10, 100, 1_000, 10_000].flatMap((size) => {
        const args = ["--connections", size, "--in-flight", 1];
        return [
            ...transports.map((kind) => entry(kind, size, { kind }, fanout(args))),
            entry("homeroom", size, { kind: "homeroom" }, fanout([...args, "--room", "class-lecture"])),
        ];
    }),
};

const client = fileURLToPath(new URL("../many_rooms_client.mjs", import.meta.url));

async function measureRooms({ server, generatorCpus, seconds }, roomsEach) {
    const command = [process.execPath, client, server.url, server.pid, roomsEach, seconds];
    return JSON.parse((await run(command, { cpus: generatorCpus })).stdout);
}

export const roomsPerUser = {
    name: "growth-rooms-per-user",
    title: "Against the rooms of a user: 960 connections, rooms of 30, 500 events a second",
    xTitle: "rooms a user",
    measures: ["microsecondsPerDelivery", "memory"],
    setUp: 2,
    entries: [1, 8, 64].flatMap((each) =>
        transports.map((kind) =>
            entry(kind, each, { kind }, { run: (context) => measureRooms(context, each) }),
        ),
    ),
};

export const usersConnected = {
    name: "growth-users",
    title: "Against the users connected: a class of 30 talks, all others are idle",
    xTitle: "users connected",
    measures: ["microsecondsPerEvent", "p99", "memory"],
    setUp: 2.5,
    entries: [1_000, 5_000, 10_000, 19_000].map((users) => {
        const args = ["--connections", users, "--in-flight", 1, "--room", "class-a0"];
        return entry("homeroom", users, { kind: "homeroom" }, fanout(args));
    }),
};
