// The library in a process of its own (peer.cpp): operations in, bytes out. Answers come in the order of the questions.
import { spawn } from "node:child_process";
import * as encoding from "lib0/encoding";

export class Peer {
    #process;
    #waiting = [];
    #unread = [];
    #unreadBytes = 0;

    constructor(program = process.env.YJS_PEER_BIN) {
        this.#process = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
        this.#process.stdout.on("data", (bytes) => this.#take(bytes));
        this.#process.on("exit", (code, signal) => {
            for (const { reject } of this.#waiting.splice(0)) reject(new Error(`the peer ended: ${code ?? signal}`));
        });
    }

    // Bytes; rejects with the words of the refusal. A part may be a list of parts.
    ask(operation, ...lists) {
        const parts = lists.flat();
        const encoder = encoding.createEncoder();
        encoding.writeVarString(encoder, operation);
        encoding.writeVarUint(encoder, parts.length);
        for (const part of parts)
            encoding.writeVarUint8Array(encoder, typeof part === "string" ? new TextEncoder().encode(part) : part);
        const payload = encoding.toUint8Array(encoder);
        const head = Buffer.alloc(4);
        head.writeUInt32LE(payload.length);
        return new Promise((resolve, reject) => {
            this.#waiting.push({ resolve, reject });
            this.#process.stdin.write(head);
            this.#process.stdin.write(payload);
        });
    }

    async askJson(operation, ...parts) {
        return JSON.parse(Buffer.from(await this.ask(operation, ...parts)).toString());
    }

    close() {
        this.#process.stdin.end();
    }

    #take(bytes) {
        this.#unread.push(bytes);
        this.#unreadBytes += bytes.length;
        while (this.#unreadBytes >= 4) {
            if (this.#unread.length > 1 && this.#unread[0].length < 4) this.#unread = [Buffer.concat(this.#unread)];
            const size = this.#unread[0].readUInt32LE();
            if (this.#unreadBytes < 4 + size) return;
            const all = Buffer.concat(this.#unread);
            const answer = all.subarray(4, 4 + size);
            this.#unread = [all.subarray(4 + size)];
            this.#unreadBytes = this.#unread[0].length;
            const { resolve, reject } = this.#waiting.shift();
            if (answer[0] === 0) resolve(new Uint8Array(answer.subarray(1)));
            else reject(new Error(answer.subarray(1).toString()));
        }
    }
}
