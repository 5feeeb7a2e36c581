import { t } from "../strings";
import { announcement, dismiss, notices } from "./notices";

export function Notices() {
    return (
        <div class="notices" role="status" aria-live="polite">
            {notices.value.map(({ id, text }) => (
                <div class="notice" key={id} data-testid="notice">
                    <span>{text}</span>
                    <button type="button" class="quiet" aria-label={t().app.dismiss} onClick={() => dismiss(id)}>
                        ×
                    </button>
                </div>
            ))}
        </div>
    );
}

export function Announcements() {
    return (
        <p class="visually-hidden" role="status" aria-live="polite">
            {announcement.value}
        </p>
    );
}
