// "Show more" at the end of a list.

import type { Failure } from "@homeroom/client";

import { t } from "../strings";
import { FailureText } from "./FailureText";
import { useDeed } from "./useDeed";

export function More({ more, onMore }: { more: boolean; onMore(): Promise<Failure | null> }) {
    const { busy, failure, attempt } = useDeed();
    if (!more) return null;
    return (
        <div class="older">
            <FailureText text={failure} />
            <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(onMore)} data-testid="more">
                {busy ? t().app.loading : t().app.more}
            </button>
        </div>
    );
}
