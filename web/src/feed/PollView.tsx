// A poll: choosing, and what was chosen so far.

import type { PostView } from "@homeroom/client";

import { FailureText } from "../app/FailureText";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import { feedStore } from "./feed";
import { PollOption } from "./PollOption";

export function PollView({ post, mayClose }: { post: PostView; mayClose: boolean }) {
    const { busy, failure, attempt } = useDeed();
    const words = t().feed.poll;
    const poll = post.poll!;
    const mine = post.mine.votes ?? [];
    const mayVote = !poll.closed && !post.locked;
    const vote = (place: number) => {
        const on = mine.includes(place);
        const next = poll.multiple ? (on ? mine.filter((one) => one !== place) : [...mine, place]) : on ? [] : [place];
        void attempt(() => feedStore().vote(post.id, next));
    };
    return (
        <div class="poll" role="group" aria-label={words.legend} data-testid="poll">
            <ul>
                {poll.options.map(({ text, votes }, place) => (
                    <PollOption
                        key={place}
                        text={text}
                        votes={votes}
                        voters={poll.voters}
                        chosen={mine.includes(place)}
                        disabled={!mayVote || busy}
                        testid="poll-option"
                        onChoose={() => vote(place)}
                    />
                ))}
            </ul>
            <p class="meta">
                <span data-testid="poll-voters">{words.voters(poll.voters)}</span>
                {poll.multiple && ` · ${words.multiple}`}
                {poll.hidden && !poll.closed && ` · ${words.hiddenYet}`}
                {poll.closed && ` · ${words.closed}`}
                {mayClose && !poll.closed && (
                    <button type="button" class="quiet" disabled={busy} onClick={() => void attempt(() => feedStore().closePoll(post.id))}>
                        {words.close}
                    </button>
                )}
            </p>
            <FailureText text={failure} />
        </div>
    );
}
