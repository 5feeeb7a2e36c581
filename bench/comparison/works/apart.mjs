// What the load generator does not do: Socket.IO's own client at light load, and the import of a large roster.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { writeRoster } from "../large_roster.mjs";
import { run } from "../processes.mjs";

const client = fileURLToPath(new URL("../light_client.mjs", import.meta.url));

const light = (id, label, server, args, against) => ({
    id,
    label,
    server,
    run: async ({ server: started, generatorCpus }) => {
        const command = [process.execPath, client, started.url, ...args(started)];
        const { stdout } = await run(command, { cpus: generatorCpus });
        return JSON.parse(stdout);
    },
    against,
});

export const lightLoad = {
    name: "light",
    title: "At light load, with Socket.IO's own client: 20 people, one of whom speaks 50 times a second",
    columns: ["ackP50", "ackP99", "p50", "p99"],
    ratioOf: "p50",
    takes: 8,
    entries: [
        light("node", "Node", { kind: "node" }, () => ["rooms"], {}),
        light(
            "homeroom",
            "Homeroom",
            { kind: "homeroom" },
            (started) => ["campus", started.secretFile, "class-lecture"],
            { node: "node" },
        ),
    ],
};

const users = 100_000;

export const importRoster = {
    name: "import",
    title: "Import of a new school: 100,000 users, 500,000 enrolments",
    columns: ["seconds"],
    takes: 6,
    entries: [
        {
            id: "homeroom",
            label: "Homeroom",
            run: async ({ folder, programs }) => {
                const roster = path.join(folder, "large-roster");
                const data = path.join(folder, "large-data");
                if (!fs.existsSync(roster)) writeRoster(roster, { users });
                fs.rmSync(data, { recursive: true, force: true });
                const began = performance.now();
                await run([programs.homeroom, "import", "oneroster", roster, "--data", data]);
                const seconds = (performance.now() - began) / 1000;
                fs.rmSync(data, { recursive: true, force: true });
                return { seconds };
            },
            against: {},
        },
    ],
};
