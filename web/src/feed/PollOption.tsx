// One answer of a poll: to choose, with its share where that is shown.

interface PollOptionProps {
    text: string;
    votes: number | null; // null: not shown yet
    voters: number;
    chosen: boolean;
    disabled: boolean;
    testid: string;
    onChoose(): void;
}

export function PollOption({ text, votes, voters, chosen, disabled, testid, onChoose }: PollOptionProps) {
    const share = votes !== null && voters > 0 ? Math.round((100 * votes) / voters) : null;
    return (
        <li>
            <button type="button" class={`poll-option${chosen ? " is-on" : ""}`} aria-pressed={chosen} disabled={disabled} onClick={onChoose} data-testid={testid}>
                {share !== null && <span class="poll-bar" style={{ width: `${share}%` }} aria-hidden="true" />}
                <span class="poll-text" dir="auto">
                    {text}
                </span>
                {share !== null && <span class="poll-share">{share} %</span>}
            </button>
        </li>
    );
}
