// The servers under measurement, and what the kernel says of them.

import { spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function freePort() {
    return new Promise((resolve) => {
        const probe = net.createServer().listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

// Starts a program and waits for a line of it that contains `sign`.
export async function launch(command, args, sign) {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve, reject) => {
        let output = "";
        child.stdout.on("data", (chunk) => {
            output += chunk;
            if (output.includes(sign)) resolve();
        });
        child.on("exit", (code) => reject(new Error(`${command} ended with ${code}: ${output}`)));
    });
    return child;
}

export function stop(child) {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    return ended;
}

export function residentBytes(child) {
    const status = fs.readFileSync(`/proc/${child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
}

export function token(secret, user) {
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = Math.floor(Date.now() / 1000);
    const input = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ sub: user, exp: now + 3600 })}`;
    return `${input}.${crypto.createHmac("sha256", secret).update(input).digest("base64url")}`;
}

export function percentile(values, share) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
