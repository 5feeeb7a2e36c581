// Who is connected now, and in which rooms: those by which the server delivers to them. From a person one comes to why he got
// something. Each reading is in the audit log, and so nothing is read again by itself.

import type { Failure } from "@homeroom/client";
import { useEffect, useRef, useState } from "preact/hooks";

import { dateAndTime, timeOfDay } from "../app/clock";
import { More } from "../app/More";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { t } from "../strings";
import { ask } from "./api";

interface Connection {
    connection: string;
    user: string;
    openedAt: string;
    transport: "websocket" | "polling";
    rooms: string[];
}
interface Filter {
    user: string;
    room: string;
}
interface Page {
    connections: Connection[];
    next: string | null;
}
// What was read, and with which filter: the next page is of the same.
interface Reading extends Page {
    filter: Filter;
    at: string;
}

const pageSize = 50;

export function Connections() {
    const [filter, setFilter] = useState<Filter>({ user: "", room: "" });
    const [read, setRead] = useState<Reading | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const newest = useRef(0);
    const words = t().operator;
    const begin = async (wanted: Filter) => {
        const number = ++newest.current;
        const answer = await ask<Page>("/connections", { ...wanted, limit: pageSize });
        if (number !== newest.current) return; // something else was asked for since
        setFailure(answer.ok ? null : answer.error);
        setRead(answer.ok ? { ...answer.body, filter: wanted, at: new Date().toISOString() } : null);
    };
    const goOn = async (before: Reading): Promise<Failure | null> => {
        const number = newest.current;
        const answer = await ask<Page>("/connections", { ...before.filter, after: before.next ?? "", limit: pageSize });
        if (!answer.ok) return answer.error;
        if (number === newest.current) setRead({ ...before, next: answer.body.next, connections: [...before.connections, ...answer.body.connections] });
        return null;
    };
    useEffect(() => void begin(filter), []);
    const choose = (wanted: Filter) => {
        setFilter(wanted);
        void begin(wanted);
    };
    const isUnknown = failure?.code === "not_found";
    return (
        <>
            <form
                class="card panel"
                role="search"
                onSubmit={(event) => {
                    event.preventDefault();
                    void begin(filter);
                }}
            >
                <div class="field-row is-wrapping">
                    <label class="stacked">
                        {words.user}
                        <input class="field" autocomplete="off" value={filter.user} onInput={(event) => setFilter({ ...filter, user: event.currentTarget.value.trim() })} data-testid="connections-user" />
                    </label>
                    <label class="stacked">
                        {words.room}
                        <input class="field" autocomplete="off" value={filter.room} onInput={(event) => setFilter({ ...filter, room: event.currentTarget.value.trim() })} data-testid="connections-room" />
                    </label>
                    <button type="submit" class="secondary" data-testid="connections-read">
                        {words.read}
                    </button>
                </div>
            </form>
            {isUnknown ? <Empty title={words.noSuch} /> : <LoadFailure failure={failure} onRetry={() => void begin(filter)} />}
            {!read && !failure && <Placeholders count={2} />}
            <div aria-live="polite" data-testid="connections-count">
                {read?.connections.length === 0 && <Empty title={words.nobodyThere} />}
                {!!read?.connections.length && <p class="meta">{words.connectedAt(read.connections.length, read.next !== null, timeOfDay(read.at))}</p>}
            </div>
            {!!read?.connections.length && (
                <section class="card panel" aria-label={words.parts.connections}>
                    <ul class="rows">
                        {read.connections.map((one) => (
                            <li key={one.connection} data-testid="connected">
                                <Shown one={one} onRoom={(room) => choose({ user: "", room })} />
                            </li>
                        ))}
                    </ul>
                </section>
            )}
            <More more={!!read?.next} onMore={() => goOn(read!)} />
        </>
    );
}

function Shown({ one: { user, openedAt, transport, rooms }, onRoom }: { one: Connection; onRoom(room: string): void }) {
    const words = t().operator;
    return (
        <>
            <span class="tile-words">
                <strong dir="auto">{user}</strong>
                <span class="meta">{words.since(dateAndTime(openedAt), words.transports[transport])}</span>
            </span>
            <a class="quiet" href={hrefOf.operator("explain", user)} aria-label={words.whyOf(user)} data-testid="connected-why">
                {words.parts.explain}
            </a>
            <details class="connection-rooms">
                <summary data-testid="connected-rooms">{words.rooms(rooms.length)}</summary>
                <ul>
                    {rooms.map((room) => (
                        <li key={room}>
                            <button type="button" class="quiet" onClick={() => onRoom(room)}>
                                {room}
                            </button>
                        </li>
                    ))}
                </ul>
            </details>
        </>
    );
}
