// Asking all who are in the call.

import type { Call } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { useFocus } from "../app/useFocus";
import { emptyPoll, PollForm, pollOf } from "../feed/PollForm";
import { t } from "../strings";
import { useChange } from "./useChange";

// What the server takes in bytes, in letters that it takes in any script.
const most = { options: 10, text: 66, question: 160 };
const times = [30, 60, 120, 300]; // seconds

export function AskPoll({ call, onDone }: { call: Call; onDone(): void }) {
    const [question, setQuestion] = useState("");
    const [poll, setPoll] = useState(emptyPoll);
    const [anonymous, setAnonymous] = useState(false);
    const [seconds, setSeconds] = useState(0); // 0: it is closed by hand
    const { busy, failure, change } = useChange(call);
    const first = useFocus<HTMLInputElement>();
    const words = t().calls.lesson.poll;
    const asked = pollOf(poll);
    const ask = async () => {
        if (!asked || question.trim() === "") return;
        const done = await change("call:poll", { question: question.trim(), ...asked, anonymous, ...(seconds > 0 ? { seconds } : {}) });
        if (done) onDone();
    };
    return (
        <form
            class="call-tool"
            aria-label={words.ask}
            onSubmit={(event) => {
                event.preventDefault();
                void ask();
            }}
        >
            <label class="stacked">
                {words.question}
                <input class="field" ref={first} maxLength={most.question} value={question} onInput={(event) => setQuestion(event.currentTarget.value)} data-testid="call-poll-question" />
            </label>
            <PollForm poll={poll} onChange={setPoll} most={most} />
            <label class="check">
                <input type="checkbox" checked={anonymous} onChange={() => setAnonymous(!anonymous)} data-testid="call-poll-anonymous" />
                {words.anonymous}
            </label>
            <label class="stacked">
                {words.closes}
                <select class="field" value={seconds} onChange={(event) => setSeconds(Number(event.currentTarget.value))} data-testid="call-poll-time">
                    <option value={0}>{words.byHand}</option>
                    {times.map((time) => (
                        <option key={time} value={time}>
                            {words.after(time)}
                        </option>
                    ))}
                </select>
            </label>
            <FailureText text={failure} />
            <button type="submit" class="primary" disabled={busy || !asked || question.trim() === ""} data-testid="call-poll-ask">
                {words.ask}
            </button>
        </form>
    );
}
