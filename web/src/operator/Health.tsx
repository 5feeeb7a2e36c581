// Whether the server serves, and how its store and Kafka do: `/readyz`, which asks for nothing.

import { useEffect, useState } from "preact/hooks";

import { t } from "../strings";
import { readHealth, type Health as State } from "./api";

const every = 5_000;
const parts = { status: "serving", store: "store", kafka: "kafka" } as const;

export function Health() {
    const [state, setState] = useState<State | null>(null);
    const words = t().operator;
    useEffect(() => {
        let over = false;
        const look = () => void (document.hidden || readHealth().then((now) => over || setState(now)));
        look();
        const clock = setInterval(look, every);
        return () => {
            over = true;
            clearInterval(clock);
        };
    }, []);
    if (!state) return null;
    return (
        <p class="health" role="status" data-testid="health">
            {(Object.keys(parts) as (keyof typeof parts)[])
                .filter((part) => part === "status" || state[part] !== undefined)
                .map((part) => (
                    <span key={part} class={`badge ${state[part] === "ok" ? "is-good" : "is-bad"}`}>
                        {words.health[parts[part]]}: {state[part] ?? words.noAnswer}
                    </span>
                ))}
        </p>
    );
}
