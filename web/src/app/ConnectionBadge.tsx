import { connection, type ConnectionState } from "./connection";

const words: Record<ConnectionState["is"], string> = {
    connecting: "Connecting…",
    live: "Live",
    reconnecting: "Reconnecting…",
    refused: "Not connected",
};

export function ConnectionBadge() {
    const state = connection.value.is;
    return (
        <span class={`connection is-${state}`} role="status" data-testid="connection" data-state={state}>
            <span class="connection-dot" aria-hidden="true" />
            <span class="connection-words">{words[state]}</span>
        </span>
    );
}
