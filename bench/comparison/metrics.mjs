// What is read from a result of the generator, and how it is written. Each: its heading, its value (NaN: none), its form.

import { counts } from "./runs.mjs";

const thousands = (value) => Math.round(value).toLocaleString("en-US");

// Three digits that count.
export function number(value) {
    const size = Math.abs(value);
    if (size >= 100) return thousands(value);
    if (size >= 10) return value.toFixed(1);
    return size >= 0.1 || size === 0 ? value.toFixed(2) : value.toPrecision(2);
}

const perCpuSecond = (what) => ({
    title: `${what} per server CPU second`,
    of: (result) => result.per_server_cpu_second,
    form: thousands,
});
const perSecond = (what) => ({
    title: `${what} a second`,
    of: (result) => result.per_second,
    form: thousands,
});
const latency = (share, title) => ({
    title: title ?? `${share}, ms`,
    of: (result) => result.latency_ms?.[share],
    form: number,
});

// The scenario's own, or all that came since the server was started.
const bytesPerConnection = ({ server, connections, resident_bytes_fresh }) =>
    server?.resident_bytes_per_connection ??
    (server?.resident_bytes_after - resident_bytes_fresh) / connections;

// Of the server's processor time for each of what the scenario counts.
const microseconds = (title, secondsOf) => ({
    title,
    of: ({ server, per_second, seconds }) => (secondsOf(server ?? {}) * 1e6) / (per_second * seconds),
    form: number,
});

export const metrics = {
    deliveriesPerCpu: perCpuSecond("deliveries"),
    deliveries: perSecond("deliveries"),
    echoesPerCpu: perCpuSecond("echoes"),
    echoes: perSecond("echoes"),
    connectsPerCpu: perCpuSecond("connects"),
    connects: perSecond("connects"),
    postsPerCpu: perCpuSecond("posts"),
    posts: perSecond("acked posts"),
    events: {
        title: "events a second",
        of: (result) => result.sent / result.seconds,
        form: thousands,
    },
    p50: latency("p50"),
    p99: latency("p99"),
    // Closed loop, one event at a time: the next one leaves when everybody has the last.
    last: {
        title: "to the last, ms",
        of: (result) => (result.seconds * 1000) / result.sent,
        form: number,
    },
    worst: latency("max", "longest, ms"),
    ackP50: {
        title: "ack p50, ms",
        of: (result) => result.ack_latency_ms?.p50,
        form: number,
    },
    ackP99: {
        title: "ack p99, ms",
        of: (result) => result.ack_latency_ms?.p99,
        form: number,
    },
    // Where the ack is what is measured.
    answerP50: latency("p50", "ack p50, ms"),
    answerP99: latency("p99", "ack p99, ms"),
    frameBytes: {
        title: "bytes of a frame",
        of: (result) => result.bytes_per_delivery,
        form: thousands,
    },
    requestBytes: { title: "bytes of a request", of: (result) => result.request_bytes, form: thousands },
    answerBytes: { title: "bytes of an answer", of: (result) => result.answer_bytes, form: thousands },
    memory: {
        title: "kB a connection",
        of: (result) => bytesPerConnection(result) / 1000,
        form: number,
    },
    memoryInAll: {
        title: "MB in all",
        of: (result) => result.server?.resident_bytes_after / 1e6,
        form: number,
    },
    microsecondsPerDelivery: {
        title: "µs of CPU a delivery",
        of: (result) => (result.server.cpu_seconds * 1e6) / result.delivered,
        form: number,
    },
    microsecondsPerEvent: {
        title: "µs of CPU an event",
        of: (result) => (result.server.cpu_seconds * 1e6) / result.sent,
        form: number,
    },
    userMicroseconds: microseconds("µs in its own code", ({ user_seconds }) => user_seconds),
    kernelMicroseconds: microseconds("µs in the kernel", ({ system_seconds }) => system_seconds),
    kernelShare: {
        title: "the kernel's share",
        of: ({ server }) => server?.system_seconds / (server?.user_seconds + server?.system_seconds),
        form: (value) => `${Math.round(value * 100)} %`,
    },
    baselineP99: {
        title: "p99 while all read, ms",
        of: (result) => result.extra?.baseline_p99_ms,
        form: number,
    },
    stalledP99: {
        title: "p99 while some do not, ms",
        of: (result) => result.extra?.stalled_p99_ms,
        form: number,
    },
    stalledRatio: {
        title: "ratio",
        of: (result) => result.extra?.stalled_p99_ms / result.extra?.baseline_p99_ms,
        form: number,
    },
    stalledDisconnected: {
        title: "stalled ones disconnected",
        of: (result) => result.extra?.stalled_disconnected,
        form: thousands,
    },
    syncP50: { title: "fdatasync p50, ms", of: (result) => result.sync_ms?.p50, form: number },
    seconds: { title: "seconds", of: (result) => result.seconds, form: number },
};

// One value a round; null where there is none, or none that counts.
export function valuesOf(work, entry, metric) {
    return (work?.entries[entry] ?? []).map((result) => {
        if (!counts(result)) return null;
        const value = metrics[metric].of(result);
        return Number.isFinite(value) ? value : null;
    });
}
