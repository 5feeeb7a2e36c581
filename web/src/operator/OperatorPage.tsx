// For whoever runs the platform: how the server does, who is connected, why somebody got something, the audit log, the
// roster. It asks with a service token; to all others these paths are none.

import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { GaugeIcon } from "../app/icons";
import { hrefOf, type OperatorPart } from "../app/router";
import { failureInWords } from "../app/words";
import { t } from "../strings";
import { ask, token } from "./api";
import { Audit } from "./Audit";
import { Connections } from "./Connections";
import { Explain } from "./Explain";
import { Overview } from "./Overview";
import { Roster } from "./Roster";
import "./operator.css";

// Whom it is about is of `explain` alone.
const parts: Record<OperatorPart, (props: { user: string }) => preact.VNode> = { overview: Overview, connections: Connections, explain: Explain, audit: Audit, roster: Roster };

export function OperatorPage({ part, user }: { part: OperatorPart; user: string }) {
    const words = t().operator;
    const Part = parts[part];
    return (
        <main class="operator" id="main">
            <header class="page-head">
                <h1 class="page-title with-avatar">
                    <GaugeIcon /> {t().pages.operator}
                </h1>
                <span class="head-deeds">
                    <a class="secondary" href={hrefOf.home}>
                        {words.home}
                    </a>
                    {token.value && (
                        <button type="button" class="secondary" onClick={() => (token.value = null)} data-testid="operator-leave">
                            {words.leave}
                        </button>
                    )}
                </span>
            </header>
            {!token.value ? (
                <Door />
            ) : (
                <>
                    <nav class="tabs" aria-label={t().pages.operator}>
                        {(Object.keys(parts) as OperatorPart[]).map((one) => (
                            <a key={one} href={hrefOf.operator(one)} aria-current={one === part ? "page" : undefined} data-testid={`operator-${one}`}>
                                {words.parts[one]}
                            </a>
                        ))}
                    </nav>
                    <Part key={user} user={user} />
                </>
            )}
        </main>
    );
}

function Door() {
    const [given, setGiven] = useState("");
    const [failure, setFailure] = useState("");
    const [busy, setBusy] = useState(false);
    const words = t().operator;
    const enter = async () => {
        setBusy(true);
        // Something that only a service may ask, and that leaves no trace.
        const answer = await ask("/orgs", { limit: 1 }, given.trim());
        setBusy(false);
        if (answer.ok) token.value = given.trim();
        else setFailure(answer.error.code === "offline" || answer.error.code === "unavailable" ? failureInWords(answer.error) : words.refused);
    };
    return (
        <form
            class="card panel operator-door"
            onSubmit={(event) => {
                event.preventDefault();
                void enter();
            }}
        >
            <p>{words.intro}</p>
            <label class="stacked">
                {words.token}
                <textarea class="text-field" rows={3} autocomplete="off" spellcheck={false} value={given} onInput={(event) => setGiven(event.currentTarget.value)} data-testid="operator-token" />
            </label>
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="submit" class="primary" disabled={busy || given.trim() === ""} data-testid="operator-enter">
                    {words.enter}
                </button>
            </div>
        </form>
    );
}
