// Requests and their answers: echo, connecting, posts that are kept.

import { measureDisk } from "../disk.mjs";
import { echoFrames, lengthsOfTime } from "../frame_lengths.mjs";
import { transport } from "./entries.mjs";

const echoArgs = ["--connections", 1_000];

const payload = 128; // what the generator sends unless told

const short = (id, label, against) => ({
    id: `${id}_short`,
    label: `${label}, short frames`,
    server: { kind: id },
    scenario: "echo",
    args: ({ lengths }) => [...echoArgs, "--payload", lengths.payload],
    also: ({ lengths }) => echoFrames(lengths.payload),
    against,
});

export const echo = {
    name: "echo",
    title: "Echo with an ack, 1,000 connections",
    columns: ["echoesPerCpu", "echoes", "p50", "p99", "requestBytes", "answerBytes"],
    ratioOf: "echoesPerCpu",
    message: "an echo",
    setUp: 0.5,
    lengths: lengthsOfTime,
    entries: [
        ...transport("echo", [...echoArgs, "--payload", payload]).map((entry) => ({
            ...entry,
            also: () => echoFrames(payload),
        })),
        {
            id: "homeroom",
            label: "Homeroom (`time:get`)",
            server: { kind: "homeroom" },
            scenario: "echo",
            args: () => echoArgs,
            also: ({ lengths }) => lengths.frames,
            against: { bare: "bare_short", node: "node_short" },
        },
        short("bare", "bare", {}),
        short("node", "Node", { bare: "bare_short" }),
    ],
};

const connectArgs = ["--connections", 5_000];

export const connects = {
    name: "connects",
    title: "Connecting, 5,000 users",
    columns: ["connectsPerCpu", "connects", "p50", "p99"],
    ratioOf: "connectsPerCpu",
    message: "a connect",
    setUp: 0.5,
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

const feed = (id, label, args) => ({
    ...{ id, label, args: () => args },
    server: { kind: "homeroom" },
    scenario: "feed",
    against: {},
});

const thousand = ["--writers", 1_000];

export const durablePosts = {
    name: "durable",
    title: "Posts, each on disk before its ack",
    columns: ["posts", "postsPerCpu", "answerP50", "answerP99", "syncP50"],
    message: "a post, and its deliveries",
    setUp: 1,
    entries: [
        {
            id: "disk",
            label: "the disk: write 20 KiB, `fdatasync`",
            run: ({ folder, seconds }) => measureDisk(folder, seconds),
            against: {},
        },
        feed("writers_1000", "1,000 writers, each with one under way", thousand),
        feed("writers_1000_open", "1,000 writers, 10,000 posts a second by the clock", [...thousand, "--rate", 10_000]),
        feed("writers_1", "one writer", ["--writers", 1]),
    ],
};
