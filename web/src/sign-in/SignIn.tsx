// The door. A demo lets anyone in as anyone of its school; elsewhere a token of the school's platform is needed.

import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { demoSchool, type DemoSchool } from "../app/http";
import { HomeIcon } from "../app/icons";
import { farewell } from "../app/session";
import type { Answer } from "../app/types";
import { failureInWords } from "../app/words";
import { PersonList } from "./PersonList";
import { TokenForm } from "./TokenForm";

export function SignIn() {
    const [answer, setAnswer] = useState<Answer<DemoSchool> | null>(null);
    const ask = () => {
        setAnswer(null);
        void demoSchool().then(setAnswer);
    };
    useEffect(ask, []);
    return (
        <main class="sign-in">
            <p class="brand brand-large">
                <HomeIcon />
                Homeroom
            </p>
            {farewell.value && (
                <p class="card farewell" role="alert" data-testid="farewell">
                    {farewell.value}
                </p>
            )}
            <Door answer={answer} onRetry={ask} />
        </main>
    );
}

function Door({ answer, onRetry }: { answer: Answer<DemoSchool> | null; onRetry(): void }) {
    if (answer === null) return <p class="empty">Opening the door…</p>;
    if (answer.ok) return <PersonList school={answer} />;
    if (answer.error.code === "not_found") return <TokenForm />;
    return (
        <div class="card retry">
            <FailureText text={failureInWords(answer.error)} />
            <button type="button" class="secondary" onClick={onRetry}>
                Try again
            </button>
        </div>
    );
}
