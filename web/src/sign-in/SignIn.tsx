// The door. A demo lets anyone in as anyone of its school; elsewhere a token of the school's platform is needed.

import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { demoSchool, type DemoSchool, type HttpAnswer } from "../app/http";
import { HomeIcon } from "../app/icons";
import { enter, farewell } from "../app/homeroom";
import { failureInWords, refusalInWords } from "../app/words";
import { t } from "../strings";
import { PersonList } from "./PersonList";
import { TokenForm } from "./TokenForm";

export function SignIn() {
    const [answer, setAnswer] = useState<HttpAnswer<DemoSchool> | null>(null);
    const ask = () => {
        setAnswer(null);
        void demoSchool().then(setAnswer);
    };
    useEffect(ask, []);
    useEffect(takeHandedOver, []);
    return (
        <main class="sign-in">
            <p class="brand brand-large">
                <HomeIcon />
                {t().app.name}
            </p>
            {farewell.value && (
                <p class="card farewell" role="alert" data-testid="farewell">
                    {refusalInWords(farewell.value.code, farewell.value.message)}
                </p>
            )}
            <Door answer={answer} onRetry={ask} />
        </main>
    );
}

// The school's own page opens this one with a token by `postMessage` from its window, and never in the address, where it would
// be kept in histories and logs. Whoever opened this window is asked only if it is of this very origin.
function takeHandedOver(): () => void {
    const onMessage = (event: MessageEvent) => {
        const token = (event.data as { homeroomToken?: unknown } | null)?.homeroomToken;
        if (event.origin === location.origin && typeof token === "string") enter({ token, demoUser: null });
    };
    window.addEventListener("message", onMessage);
    const opener = window.opener as Window | null;
    opener?.postMessage({ homeroom: "token wanted" }, location.origin);
    return () => window.removeEventListener("message", onMessage);
}

function Door({ answer, onRetry }: { answer: HttpAnswer<DemoSchool> | null; onRetry(): void }) {
    if (answer === null) return <p class="empty">{t().signIn.opening}</p>;
    if (answer.ok) return <PersonList school={answer} />;
    if (answer.error.code === "not_found") return <TokenForm />;
    return (
        <div class="card retry">
            <FailureText text={failureInWords(answer.error)} />
            <button type="button" class="secondary" onClick={onRetry}>
                {t().app.tryAgain}
            </button>
        </div>
    );
}
