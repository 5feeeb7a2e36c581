// Somebody who draws with Excalidraw: what its collaboration client (Portal and Collab of excalidraw-app) says on its socket,
// with the real socket.io-client, and the rules by which its scenes become alike. It knows a room and a key, as from the
// address of its page, and nothing of Homeroom.

import { webcrypto } from "node:crypto";

import { io } from "socket.io-client";

import { eventually, keep } from "./scenario.mjs";

export { io };

const { subtle } = webcrypto;
const importKey = (key, usage) =>
    subtle.importKey("jwk", { alg: "A128GCM", ext: true, k: key, key_ops: ["encrypt", "decrypt"], kty: "oct" }, { name: "AES-GCM", length: 128 }, false, [usage]);

export async function encrypt(key, text) {
    const iv = webcrypto.getRandomValues(new Uint8Array(12));
    const buffer = await subtle.encrypt({ name: "AES-GCM", iv }, await importKey(key, "encrypt"), new TextEncoder().encode(text));
    return { buffer, iv };
}

export async function decrypt(key, bytes, iv) {
    const decrypted = await subtle.decrypt({ name: "AES-GCM", iv }, await importKey(key, "decrypt"), bytes);
    return JSON.parse(new TextDecoder().decode(decrypted));
}

let nonces = 1;
const nonce = () => (nonces = (nonces * 48_271) % 2_147_483_647);

export const element = (id, more = {}) => ({
    id, type: "rectangle", x: 0, y: 0, width: 10, height: 10, angle: 0, strokeColor: "#1e1e1e", backgroundColor: "transparent",
    fillStyle: "solid", strokeWidth: 2, strokeStyle: "solid", roughness: 1, opacity: 100, groupIds: [], frameId: null, index: "a0",
    roundness: null, seed: nonce(), version: 1, versionNonce: nonce(), isDeleted: false, boundElements: null, updated: Date.now(),
    link: null, locked: false, ...more,
});

export class Drawer {
    // room, key: as doc:ticket gives them.
    constructor(server, { room, key, namespace = "/excalidraw" }) {
        this.room = room;
        this.key = key;
        this.scene = new Map();
        this.sent = new Map(); // id → the version that was sent last
        this.initialized = false;
        this.collaborators = [];
        this.followedBy = [];
        this.pointers = new Map(); // socket id → payload
        this.bounds = [];
        this.events = [];
        this.undecryptable = 0;
        const url = new URL(server.url);
        url.pathname = namespace;
        this.socket = io(url.href, { transports: ["websocket", "polling"], forceNew: true });
        this.socket.onAny((name, ...args) => this.events.push({ name, args }));
        this.socket.on("init-room", () => this.socket.emit("join-room", this.room));
        this.socket.on("new-user", () => this.broadcastScene("SCENE_INIT", true));
        this.socket.on("room-user-change", (clients) => (this.collaborators = clients));
        this.socket.on("client-broadcast", (bytes, iv) => this.#hear(bytes, iv));
        this.socket.on("first-in-room", () => (this.initialized = true));
        this.socket.on("user-follow-room-change", (followedBy) => (this.followedBy = followedBy));
        this.socket.on("disconnect", (reason) => (this.reason = reason));
        keep(this);
    }

    static async join(server, ticket) {
        const drawer = new Drawer(server, ticket);
        await eventually("the scene to have come", () => drawer.initialized, 20_000);
        return drawer;
    }

    discard() {
        this.socket.disconnect();
    }

    async #hear(bytes, iv) {
        const said = await decrypt(this.key, bytes, iv).catch(() => (this.undecryptable++, { type: "INVALID_RESPONSE" }));
        if (said.type === "SCENE_INIT" && !this.initialized) {
            this.initialized = true;
            this.#reconcile(said.payload.elements);
        } else if (said.type === "SCENE_UPDATE") {
            this.#reconcile(said.payload.elements);
        } else if (said.type === "MOUSE_LOCATION" || said.type === "IDLE_STATUS") {
            this.pointers.set(said.payload.socketId, said.payload);
        } else if (said.type === "USER_VISIBLE_SCENE_BOUNDS") {
            this.bounds.push(said.payload);
        }
    }

    // The higher version holds; of equal ones the lower nonce.
    #reconcile(elements) {
        for (const remote of elements) {
            const local = this.scene.get(remote.id);
            const keeps = local && (local.version > remote.version || (local.version === remote.version && local.versionNonce <= remote.versionNonce));
            if (!keeps) this.scene.set(remote.id, remote);
        }
    }

    async say(event, room, data) {
        const { buffer, iv } = await encrypt(this.key, JSON.stringify(data));
        this.socket.emit(event, room, buffer, iv);
    }

    broadcastScene(type, all) {
        const elements = [...this.scene.values()].filter(({ id, version }) => all || version > (this.sent.get(id) ?? -1));
        for (const { id, version } of elements) this.sent.set(id, version);
        return this.say("server-broadcast", this.room, { type, payload: { elements } });
    }

    draw(id, more = {}) {
        const before = this.scene.get(id);
        this.scene.set(id, before ? { ...before, ...more, version: before.version + 1, versionNonce: nonce() } : element(id, more));
        return this.broadcastScene("SCENE_UPDATE", false);
    }

    point(x, y, more = {}) {
        const payload = { socketId: this.socket.id, pointer: { x, y, tool: "pointer" }, button: "up", selectedElementIds: {}, username: "whoever", ...more };
        return this.say("server-volatile-broadcast", this.room, { type: "MOUSE_LOCATION", payload });
    }

    follow(socketId, action = "FOLLOW") {
        this.socket.emit("user-follow", { userToFollow: { socketId, username: "whoever" }, action });
    }

    look(sceneBounds, of = this.socket.id) {
        const payload = { socketId: this.socket.id, username: "whoever", sceneBounds };
        return this.say("server-volatile-broadcast", `follow@${of}`, { type: "USER_VISIBLE_SCENE_BOUNDS", payload });
    }

    // What is to be seen.
    get visible() {
        return Object.fromEntries([...this.scene.values()].filter(({ isDeleted }) => !isDeleted).map((one) => [one.id, one]));
    }

    has(id, x) {
        return eventually(`${id} at ${x}`, () => this.visible[id]?.x === x, 20_000);
    }

    ended(who = "it") {
        return eventually(`${who} to be sent away`, () => this.reason === "io server disconnect", 20_000);
    }
}
