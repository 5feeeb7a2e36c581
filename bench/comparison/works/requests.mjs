// Requests and their answers: echo, connecting, posts that are kept.

import { measureDisk } from "../disk.mjs";
import { transport } from "./entries.mjs";

const echoArgs = ["--connections", 1_000];

export const echo = {
    name: "echo",
    title: "Echo with an ack, 1,000 connections",
    columns: ["echoesPerCpu", "echoes", "p50", "p99"],
    ratioOf: "echoesPerCpu",
    entries: [
        ...transport("echo", echoArgs),
        {
            id: "homeroom",
            label: "Homeroom (`time:get`)",
            server: { kind: "homeroom" },
            scenario: "echo",
            args: () => echoArgs,
            against: { bare: "bare", node: "node" },
        },
    ],
};

const connectArgs = ["--connections", 5_000];

export const connects = {
    name: "connects",
    title: "Connecting, 5,000 users",
    columns: ["connectsPerCpu", "connects", "p50", "p99"],
    ratioOf: "connectsPerCpu",
    entries: [
        ...transport("connect", connectArgs),
        {
            id: "node_token",
            label: "Node, with token and greeting",
            server: { kind: "node", tokens: true },
            scenario: "connect",
            args: () => connectArgs,
            against: { bare: "bare", node: "node" },
        },
        {
            id: "homeroom",
            label: "Homeroom: token, roster, rooms, session",
            server: { kind: "homeroom" },
            scenario: "connect",
            args: () => connectArgs,
            against: { bare: "bare", node: "node_token" },
        },
    ],
};

const feed = (writers) => ({
    id: `writers_${writers}`,
    label: writers === 1 ? "one writer" : `${writers.toLocaleString("en-US")} writers`,
    server: { kind: "homeroom" },
    scenario: "feed",
    args: () => ["--writers", writers],
    against: {},
});

export const durablePosts = {
    name: "durable",
    title: "Posts, each on disk before its ack",
    columns: ["posts", "postsPerCpu", "answerP50", "answerP99", "syncP50"],
    entries: [
        {
            id: "disk",
            label: "the disk: write 20 KiB, `fdatasync`",
            run: ({ folder, seconds }) => measureDisk(folder, seconds),
            against: {},
        },
        feed(1_000),
        feed(1),
    ],
};
