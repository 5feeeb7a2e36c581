// Files of a post. Their links are asked for when they are wanted: they are signed, for this user, and expire.

import type { Attachment } from "@homeroom/client";

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { FileIcon } from "../app/icons";
import { useDeed } from "../app/useDeed";
import { locale, t } from "../strings";

export function Attachments({ attachments }: { attachments: Attachment[] }) {
    const { busy, failure, attempt } = useDeed();
    if (attachments.length === 0) return null;
    const open = (attachment: Attachment) =>
        attempt(async () => {
            // Opened before the answer, or the browser takes it for something nobody asked for.
            const tab = window.open("about:blank", "_blank");
            const answer = await homeroom.value!.request("attachment:link", { attachment: attachment.id });
            if (!answer.ok) {
                tab?.close();
                return answer.error;
            }
            if (tab) {
                tab.opener = null;
                tab.location.href = new URL(answer.url, location.origin).href;
            }
            return null;
        });
    return (
        <>
            <ul class="attachments">
                {attachments.map((attachment) => (
                    <li key={attachment.id}>
                        <button type="button" class="attachment-button" disabled={busy} onClick={() => void open(attachment)} data-testid="attachment">
                            <AttachmentChip attachment={attachment} />
                        </button>
                    </li>
                ))}
            </ul>
            <FailureText text={failure} />
        </>
    );
}

export function AttachmentChip({ attachment: { name, bytes } }: { attachment: Attachment }) {
    return (
        <span class="attachment">
            <FileIcon />
            <span class="attachment-name" dir="auto">
                {name}
            </span>
            <span class="meta">{sizeInWords(bytes)}</span>
        </span>
    );
}

function sizeInWords(bytes: number): string {
    const [number, unit] = bytes < 1024 ? [bytes, t().app.bytes] : bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
    return `${number.toLocaleString(locale.value, { maximumFractionDigits: number < 10 && unit !== t().app.bytes ? 1 : 0 })} ${unit}`;
}
