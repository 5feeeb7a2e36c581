// What connections cost while nothing happens, and how many a process can hold.

import { transport } from "./entries.mjs";

const idleArgs = ["--connections", 5_000];
const idleOptions = { seconds: 1 }; // memory is read when the connections have settled, before these

export const idle = {
    name: "idle",
    title: "5,000 idle connections",
    columns: ["memory", "memoryInAll"],
    ratioOf: "memory",
    setUp: 3,
    entries: [
        ...transport("idle", idleArgs).map((entry) => ({ ...entry, options: idleOptions })),
        {
            id: "homeroom",
            label: "Homeroom: signed in, in 9 rooms",
            server: { kind: "homeroom" },
            scenario: "idle",
            args: () => idleArgs,
            against: { bare: "bare", node: "node" },
            options: idleOptions,
        },
    ],
};

// A process may open 20,000 files here.
const most = 19_800;
const announcements = ["--connections", most, "--in-flight", 1];
const seconds = 10; // some dozens of them

export const capacity = {
    name: "capacity",
    title: "19,800 connections, one announcement to all",
    columns: ["last", "worst", "memory", "memoryInAll"],
    ratioOf: "last",
    setUp: 3,
    entries: [
        ...transport("fanout", announcements).map((entry) => ({ ...entry, options: { seconds } })),
        {
            id: "homeroom",
            label: "Homeroom, to the institution's room",
            server: { kind: "homeroom" },
            scenario: "fanout",
            args: () => [...announcements, "--room", "institution-north"],
            against: { bare: "bare", node: "node" },
            options: { seconds },
        },
    ],
};
