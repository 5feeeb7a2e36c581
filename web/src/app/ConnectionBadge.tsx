import { t } from "../strings";
import { connection, waiting } from "./homeroom";

export function ConnectionBadge() {
    const state = connection.value.is;
    return (
        <span class={`connection is-${state}`} role="status" data-testid="connection" data-state={state}>
            <span class="connection-dot" aria-hidden="true" />
            <span class="connection-words">{t().connection[state]}</span>
        </span>
    );
}

// Said where everybody sees it while nothing arrives: what is on the page may be old, and what is written waits.
export function AwayBanner() {
    if (connection.value.is !== "reconnecting") return null;
    return (
        <p class="away" role="status" data-testid="away">
            {t().connection.away}
            {waiting.value > 0 && ` ${t().connection.waiting(waiting.value)}`}
        </p>
    );
}
