// A coturn of Debian's on this machine, for the time of a test.

import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import path from "node:path";

import { eventually, keep } from "../../e2e/support/scenario.mjs";
import { freePort, temporaryFolder } from "../../e2e/support/server.mjs";

export class Relay {
    static async start(secret) {
        const relay = new Relay();
        const folder = temporaryFolder("relay");
        relay.port = await freePort();
        relay.output = "";
        relay.process = spawn("turnserver", [
            ...["-n", "--no-cli", "--no-tls", "--no-dtls", "--fingerprint", "--log-file", "stdout", "--simple-log"],
            ...["--listening-ip", "127.0.0.1", "--listening-port", String(relay.port), "--relay-ip", "127.0.0.1"],
            ...["--use-auth-secret", "--static-auth-secret", secret, "--realm", "school.example"],
            // Both ends of every call are on this machine; a real one denies it (docs/calls.md).
            ...["--allow-loopback-peers", "--cli-password", "none"],
            ...["--userdb", path.join(folder, "users"), "--pidfile", path.join(folder, "pid")],
        ]);
        for (const stream of [relay.process.stdout, relay.process.stderr]) stream.on("data", (text) => (relay.output += text));
        const ended = new Promise((resolve) => relay.process.on("close", resolve).on("error", resolve));
        keep({
            discard: () => (relay.process.kill("SIGKILL"), ended),
            discardNow: () => relay.process.kill("SIGKILL"),
        });
        await eventually("the relay to listen", () => relay.output.includes("(admin thread)"), 15_000);
        return relay;
    }

    get url() {
        return `turn:127.0.0.1:${this.port}?transport=udp`;
    }
}

// What coturn's own client makes of a name and a password.
export const relayTools = {
    async allocates(relay, secret, username) {
        const password = createHmac("sha1", secret).update(username).digest("base64");
        const client = spawn("turnutils_uclient", [
            ...["-y", "-c", "-n", "1", "-m", "1", "-u", username, "-w", password],
            ...["-p", String(relay.port), "127.0.0.1"],
        ]);
        let output = "";
        for (const stream of [client.stdout, client.stderr]) stream.on("data", (text) => (output += text));
        const patience = setTimeout(() => client.kill("SIGKILL"), 20_000);
        await new Promise((ended) => client.on("close", ended));
        clearTimeout(patience);
        if (/tot_recv_msgs=[1-9]/.test(output)) return true;
        if (output.includes("Cannot complete Allocation")) return false;
        throw new Error(`the client of coturn said neither: ${output}`);
    },
};
