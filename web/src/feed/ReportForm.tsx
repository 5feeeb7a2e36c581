import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { notify } from "../app/notices";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import { t } from "../strings";

export function ReportForm({ target, onClose }: { target: { post: string } | { comment: string }; onClose(): void }) {
    const [reason, setReason] = useState("");
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLInputElement>();
    const words = t().feed.reporting;
    const send = async () => {
        const done = await attempt(async () => {
            const answer = await homeroom.value!.request("report:create", { target, ...(reason.trim() ? { reason } : {}) });
            return answer.ok ? null : answer.error;
        });
        if (!done) return;
        notify(words.thanks);
        onClose();
    };
    return (
        <form
            class="ask is-form"
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            <label class="stacked">
                {words.why}
                <input class="field" value={reason} maxLength={500} ref={first} onInput={(event) => setReason(event.currentTarget.value)} data-testid="report-reason" />
            </label>
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy} data-testid="report-send">
                    {words.send}
                </button>
            </div>
        </form>
    );
}
