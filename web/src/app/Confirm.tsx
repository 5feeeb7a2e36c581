// Asks once, in place, before something is gone.

import type { Failure } from "@homeroom/client";

import { FailureText } from "./FailureText";
import { useDeed } from "./useDeed";
import { useFocus } from "./useFocus";

interface ConfirmProps {
    question: string;
    yes: string;
    no: string;
    onYes(): Promise<Failure | null>;
    onNo(): void;
    testid?: string;
}

export function Confirm({ question, yes, no, onYes, onNo, testid }: ConfirmProps) {
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLButtonElement>();
    return (
        <div class="ask" role="group" aria-label={question}>
            <span>{question}</span>
            <button
                type="button"
                class="danger"
                disabled={busy}
                // The menu that asked is gone, so the answer has the focus.
                ref={first}
                onClick={() => void attempt(onYes).then((done) => done && onNo())}
                data-testid={testid && `${testid}-confirm`}
            >
                {yes}
            </button>
            <button type="button" class="quiet" onClick={onNo}>
                {no}
            </button>
            <FailureText text={failure} />
        </div>
    );
}
