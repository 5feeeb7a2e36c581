// What was written and is not on the server yet.

import type { Pending, PostDraft } from "@homeroom/client";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { isLive, me } from "../app/homeroom";
import { RichText } from "../app/RichText";
import { failureInWords } from "../app/words";
import { t } from "../strings";
import { feedStore } from "./feed";

export function PendingPost({ pending }: { pending: Pending<PostDraft> }) {
    return (
        <article class={`card post is-pending${pending.failure ? " is-failed" : ""}`} aria-busy={!pending.failure} data-testid="pending-post">
            <header class="post-head">
                {me.value && <Avatar person={me.value} />}
                <div class="post-by">
                    <h2 class="post-author">{me.value?.name}</h2>
                    <p class="meta">{pending.failure ? t().app.notSent : isLive.value ? t().app.sending : t().app.waits}</p>
                </div>
            </header>
            <RichText text={pending.draft.text} />
            {pending.failure && <FailedDeed failure={failureInWords(pending.failure)} onRetry={() => feedStore().retry(pending.key)} onDiscard={() => feedStore().discard(pending.key)} />}
        </article>
    );
}

export function FailedDeed({ failure, onRetry, onDiscard }: { failure: string; onRetry(): void; onDiscard(): void }) {
    return (
        <div class="failed-deed">
            <FailureText text={failure} />
            <button type="button" class="secondary" onClick={onRetry} data-testid="pending-retry">
                {t().app.tryAgain}
            </button>
            <button type="button" class="quiet" onClick={onDiscard} data-testid="pending-discard">
                {t().app.discard}
            </button>
        </div>
    );
}
