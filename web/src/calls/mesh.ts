// The call that this page is in: voice and pictures go from browser to browser, the server says who is there and carries what two
// of them have to tell each other (docs/calls.md). One page is in one call at most, as long as its sign-in.

import type { Call, Events, Failure, Homeroom, Ice, Media, Requests } from "@homeroom/client";
import { signal } from "@preact/signals";

import { homeroom, myId, withEachSignIn } from "../app/homeroom";
import { t } from "../strings";
import { close, openCamera, openDevices, openScreen } from "./devices";
import { Link, type LinkSignal } from "./link";

export interface Here {
    id: string;
    leg: string;
    call: Call; // the newest that was told of it
}

export interface Seen {
    camera: MediaStream | null;
    hasPicture: boolean;
    screen: MediaStream | null;
    state: RTCPeerConnectionState;
}

export const here = signal<Here | null>(null);
export const seen = signal<Readonly<Record<string, Seen>>>({}); // by user
export const ownStream = signal<MediaStream | null>(null);
export const ownScreen = signal<MediaStream | null>(null);
export const micOn = signal(true);
export const cameraOn = signal(false);
export const missing = signal<"none" | "camera" | "both">("none");
// What this person may not send: who leads the call has said so, or it is recorded and he has not agreed. The server cannot
// hold anybody to that where browsers are connected to each other: this page does.
export const stopped = signal({ mic: false, camera: false, screen: false });
// The call that this page waits to be let into, whether it was told that it is not, and why it could not come in when it was.
export const lobby = signal<{ call: Call; denied: boolean; failure: Failure | null } | null>(null);
// Why the last call is over, until another begins.
export const farewell = signal<Call | null>(null);

const links = new Map<string, Link>();
let ice: Ice | null = null;
let iceTimer: ReturnType<typeof setTimeout> | undefined;
let entering = false;

interface Entry {
    call: Call;
    leg: string | null;
    waiting: boolean;
    ice: Ice | null;
    media: Media | null;
}

export const begin = (to: Requests["call:start"]["body"]["to"], media: "audio" | "video") =>
    enter(media, (client) => client.request("call:start", { to, media }, { whenAway: "fail" }));
export const accept = (call: Call) => enter(call.media, (client) => client.request("call:accept", { call: call.id }, { whenAway: "fail" }));
export const join = (call: Call) => enter(call.media, (client) => client.request("call:join", { call: call.id, move: true }, { whenAway: "fail" }));

export async function decline(call: Call): Promise<Failure | null> {
    const answer = await homeroom.value!.request("call:decline", { call: call.id });
    if (answer.ok) homeroom.value?.calls.learn(answer.call);
    return answer.ok ? null : answer.error;
}

export async function waitNoMore(): Promise<void> {
    const call = lobby.value?.call.id;
    lobby.value = null;
    if (call) await homeroom.value?.request("call:leave", { call });
}

export async function leave(): Promise<void> {
    const { value } = here;
    if (!value) return;
    over(null);
    await homeroom.value?.request("call:leave", { call: value.id });
}

export async function endForAll(): Promise<Failure | null> {
    const { value } = here;
    if (!value) return null;
    const answer = await homeroom.value!.request("call:end", { call: value.id });
    return answer.ok ? null : answer.error;
}

// Nobody has pressed a button: what keeps this page from it is said where it has waited.
async function comeIn(call: Call): Promise<void> {
    const failure = await join(call);
    if (failure && !here.value && !lobby.value) lobby.value = { call, denied: false, failure };
}

async function enter(media: "audio" | "video", ask: (client: Homeroom) => Promise<({ ok: true } & Entry) | { ok: false; error: Failure }>): Promise<Failure | null> {
    if (entering) return null;
    entering = true;
    try {
        if (here.value) await leave();
        farewell.value = lobby.value = null;
        const client = homeroom.value!;
        const devices = await openDevices(media);
        const answer = await ask(client);
        if (!answer.ok || answer.leg === null || homeroom.value !== client) {
            close(devices.stream);
            if (answer.ok && answer.waiting && homeroom.value === client) lobby.value = { call: answer.call, denied: false, failure: null };
            return answer.ok ? null : answer.error;
        }
        if (answer.media && answer.media.kind !== "mesh") {
            close(devices.stream);
            await client.request("call:leave", { call: answer.call.id });
            return { code: "conflict", message: t().calls.mediaServer };
        }
        ownStream.value = devices.stream;
        missing.value = devices.missing;
        micOn.value = devices.missing !== "both";
        cameraOn.value = devices.stream.getVideoTracks().length > 0;
        takeIce(answer.ice);
        here.value = { id: answer.call.id, leg: answer.leg, call: answer.call };
        client.calls.learn(answer.call);
        take(newest(client, answer.call));
        void sayDevices();
        return null;
    } finally {
        entering = false;
    }
}

// An event may have been quicker than the answer.
const newest = (client: Homeroom, call: Call): Call => client.calls.get(call.id) ?? call;

// --- What the server tells

withEachSignIn((client) => {
    const ends = [
        client.calls.onCall((call) => take(call)),
        client.on("call:signal", (event) => heard(event)),
        client.on("call:removed", ({ callId }) => here.value?.id === callId && over(null)),
        client.on("call:admitted", ({ callId }) => lobby.value?.call.id === callId && void comeIn(lobby.value.call)),
        client.on("call:denied", ({ callId }) => {
            if (lobby.value?.call.id === callId) lobby.value = { ...lobby.value, denied: true };
        }),
        client.connection.onLive(() => void comeBack(client)),
    ];
    return () => {
        for (const end of ends) end();
        over(null);
        farewell.value = lobby.value = null;
    };
});

// After a lost connection: as who this page was, so that the others go on with it.
async function comeBack(client: Homeroom): Promise<void> {
    // Whoever waits has lost his place with the connection.
    if (lobby.value && !lobby.value.denied) void comeIn(lobby.value.call);
    const { value } = here;
    if (!value) return;
    const answer = await client.request("call:join", { call: value.id, leg: value.leg }, { whenAway: "fail" });
    if (here.value?.id !== value.id) return;
    if (!answer.ok) {
        if (answer.error.code === "not_found" || answer.error.code === "conflict" || answer.error.code === "forbidden") over(null);
        return;
    }
    if (answer.leg === null) return over(answer.call);
    here.value = { id: value.id, leg: answer.leg, call: answer.call };
    takeIce(answer.ice);
    client.calls.learn(answer.call);
    take(newest(client, answer.call));
    // What was under way may be lost: whoever was there first begins anew.
    for (const link of links.values()) if (!link.polite) link.restart();
}

function take(call: Call): void {
    const { value } = here;
    if (call.id === lobby.value?.call.id && call.state === "ended") lobby.value = null;
    if (value?.id !== call.id) return;
    if (call.version < value.call.version) return;
    if (call.state === "ended") return over(call);
    const mine = call.members.find(({ id }) => id === myId.value);
    if (mine?.state === "present" && mine.leg !== value.leg) return over(null); // another device took it
    here.value = { ...value, call };
    const there = new Map(call.members.flatMap((member) => (member.leg && member.id !== myId.value ? [[member.id, member] as const] : [])));
    for (const [user, link] of links) {
        if (there.get(user)?.leg === link.leg) continue;
        link.close();
        links.delete(user);
    }
    for (const [user, { leg, state, order }] of there) {
        if (state !== "present" || links.has(user) || !mine) continue;
        const made: Link = new Link({
            leg: leg!,
            polite: mine.order > order,
            configuration: configurationOf(ice),
            send: (data) => send(user, leg!, data),
            onChange: look,
        });
        links.set(user, made);
        made.give(ownStream.value!, screenFor(user));
    }
    hold(call);
    if (ownScreen.value && call.screen.presenter?.id !== myId.value) hideScreen();
    showOwn();
    look();
}

function hold(call: Call): void {
    const mine = call.members.find(({ id }) => id === myId.value);
    const silent = call.lesson.recording !== null && mine?.consent !== "agreed";
    stopped.value = { mic: silent || (mine?.muted.mic ?? false), camera: silent || (mine?.muted.camera ?? false), screen: silent };
    for (const track of ownStream.value?.getAudioTracks() ?? []) track.enabled = micOn.value && !stopped.value.mic;
    for (const track of ownStream.value?.getVideoTracks() ?? []) track.enabled = !stopped.value.camera;
    for (const track of ownScreen.value?.getTracks() ?? []) track.enabled = !silent;
}

function showOwn(): void {
    for (const [user, link] of links) link.show(screenFor(user));
}

// What is for some is sent to these alone.
function screenFor(user: string): MediaStream | null {
    const viewers = here.value?.call.screen.viewers;
    return !viewers || viewers.includes(user) ? ownScreen.value : null;
}

function heard(signal: Events["call:signal"]): void {
    if (!("from" in signal)) return; // a media server's: this page speaks with the others themselves
    const { call, from, leg, data } = signal;
    const link = links.get(from);
    if (call === here.value?.id && link?.leg === leg) link.hear(data);
}

async function send(to: string, leg: string, data: LinkSignal): Promise<void> {
    const { value } = here;
    if (!value) return;
    // What is refused came too late, or crossed one that stands; what was lost is made up for when the connection is back.
    await homeroom.value?.request("call:signal", { call: value.id, to, leg, data }, { whenAway: "fail", once: true, lane: null });
}

// --- What this person does

export function setMic(on: boolean): void {
    for (const track of ownStream.value?.getAudioTracks() ?? []) track.enabled = on && !stopped.value.mic;
    micOn.value = on;
    void sayDevices();
}

// For the others to see.
async function sayDevices(): Promise<void> {
    const { value } = here;
    if (value) await homeroom.value?.request("call:devices", { call: value.id, mic: micOn.value, camera: cameraOn.value }, { whenAway: "fail" });
}

// Off is off: the camera's light goes out.
export async function setCamera(on: boolean): Promise<boolean> {
    const stream = ownStream.value;
    if (!stream) return false;
    if (on) {
        const track = await openCamera();
        if (!track || ownStream.value !== stream) {
            track?.stop();
            return false;
        }
        track.enabled = !stopped.value.camera;
        stream.addTrack(track);
        for (const link of links.values()) await link.look(track);
    } else {
        for (const link of links.values()) await link.look(null);
        for (const track of stream.getVideoTracks()) {
            track.stop();
            stream.removeTrack(track);
        }
    }
    cameraOn.value = on;
    void sayDevices();
    return true;
}

// To these alone; null, to all. → "asked": who leads the call was asked to let it.
export async function shareScreen(viewers: string[] | null = null): Promise<Failure | null | "asked"> {
    const client = homeroom.value!;
    const { value } = here;
    if (!value) return null;
    const call = value.id;
    const answer = await client.request("screen:start", { call, viewers }, { whenAway: "fail" });
    if (!answer.ok) {
        if (answer.error.code !== "forbidden") return answer.error;
        const request = await client.request("screen:request", { call });
        return request.ok ? "asked" : request.error;
    }
    const screen = await openScreen();
    if (!screen || here.value?.id !== call) {
        close(screen);
        await client.request("screen:stop", { call });
        return null;
    }
    ownScreen.value = screen;
    screen.getTracks()[0]!.onended = () => void stopScreen();
    client.calls.learn(answer.call);
    take(answer.call);
    showOwn();
    return null;
}

// Whoever shows his screen already: to whom from now on.
export async function showScreenTo(viewers: string[] | null): Promise<Failure | null> {
    const client = homeroom.value!;
    const { value } = here;
    if (!value || !ownScreen.value) return null;
    const answer = await client.request("screen:start", { call: value.id, viewers }, { whenAway: "fail" });
    if (!answer.ok) return answer.error;
    client.calls.learn(answer.call);
    take(answer.call);
    return null;
}

export async function stopScreen(): Promise<Failure | null> {
    const { value } = here;
    hideScreen();
    if (!value) return null;
    const answer = await homeroom.value!.request("screen:stop", { call: value.id });
    return answer.ok ? null : answer.error;
}

function hideScreen(): void {
    if (!ownScreen.value) return;
    for (const link of links.values()) link.show(null);
    close(ownScreen.value);
    ownScreen.value = null;
}

// --- What is kept of it

function look(): void {
    seen.value = Object.fromEntries(
        Array.from(links, ([user, { camera, screen, connection }]) => [
            user,
            {
                camera,
                hasPicture: camera?.getVideoTracks().some(({ muted, readyState }) => !muted && readyState === "live") ?? false,
                // What comes as a screen from anybody but who shows his is not shown.
                screen: here.value?.call.screen.presenter?.id === user ? screen : null,
                state: connection.connectionState,
            },
        ]),
    );
}

function takeIce(next: Ice | null): void {
    if (!next) return;
    ice = next;
    for (const link of links.values()) link.connection.setConfiguration(configurationOf(next));
    clearTimeout(iceTimer);
    iceTimer = setTimeout(
        async () => {
            const { value } = here;
            if (!value) return;
            const answer = await homeroom.value?.request("call:ice", { call: value.id });
            if (answer?.ok && here.value?.id === value.id) takeIce(answer.ice);
        },
        next.ttl * 800,
    );
}

const configurationOf = (one: Ice | null): RTCConfiguration => (one ? { iceServers: one.iceServers, iceTransportPolicy: one.iceTransportPolicy } : {});

function over(call: Call | null): void {
    clearTimeout(iceTimer);
    farewell.value = call;
    for (const link of links.values()) link.close();
    links.clear();
    close(ownStream.value);
    close(ownScreen.value);
    ownStream.value = ownScreen.value = here.value = ice = null;
    seen.value = {};
    missing.value = "none";
    stopped.value = { mic: false, camera: false, screen: false };
}
