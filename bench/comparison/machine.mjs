// What the figures are of: this machine and these versions.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

const firstLine = (program, ...args) => {
    try {
        return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
            .trim()
            .split("\n")[0];
    } catch {
        return null;
    }
};

function systemName() {
    const release = fs.readFileSync("/etc/os-release", "utf8");
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? "Linux";
}

const packageVersion = (name) =>
    JSON.parse(fs.readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url))).version;

export function describeMachine(programs) {
    const isVirtual = / hypervisor /.test(fs.readFileSync("/proc/cpuinfo", "utf8"));
    return {
        cores: os.cpus().length,
        cpu: os.cpus()[0].model.trim(),
        virtual: isVirtual,
        memory_gib: Math.round(os.totalmem() / 2 ** 30),
        system: systemName(),
        kernel: os.release().replace(/-.*/, ""),
        compiler: firstLine(process.env.CXX ?? "g++", "--version"),
        node: process.version,
        socketio: packageVersion("socket.io"),
        ws: packageVersion("ws"),
        homeroom: firstLine(programs.homeroom, "--version"),
        commit: firstLine("git", "-C", project, "rev-parse", "--short", "HEAD"), // wherever it is called from
    };
}
