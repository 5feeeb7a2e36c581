import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { connection } from "../app/connection";
import { FailureText } from "../app/FailureText";
import { me } from "../app/session";
import { LockIcon } from "../app/icons";
import { clearDraft, draftKey, draftText, setDraft } from "./drafts";
import { createPost } from "./store";
import { TextField } from "./TextField";
import { useDeed } from "./useDeed";

interface ComposerProps {
    room: string;
    title: string;
    staff: boolean;
}

export function Composer({ room, title, staff }: ComposerProps) {
    const place = `room:${room}`;
    const text = draftText(place);
    const [forStaff, setForStaff] = useState(false);
    const { busy, failure, attempt, forgive } = useDeed();
    const empty = text.trim() === "";

    const send = async () => {
        if (busy || empty) return;
        const visibility = staff && forStaff ? "staff" : "everyone";
        const done = await attempt(() => createPost({ text, visibility, key: draftKey(place) }));
        if (done) clearDraft(place, text);
    };
    return (
        <form
            class="card composer"
            aria-label={`Write in ${title}`}
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            <div class="composer-row">
                {me.value && <Avatar person={me.value} />}
                <TextField
                    label={`Your post in ${title}`}
                    placeholder={`Share something with ${title}…`}
                    value={text}
                    onText={(next) => {
                        setDraft(place, next);
                        forgive();
                    }}
                    onSend={() => void send()}
                    testid="composer-text"
                />
            </div>
            <FailureText text={failure} />
            <div class="composer-foot">
                {staff ? (
                    <label class="visibility">
                        <LockIcon />
                        <span class="visually-hidden">Who can see it</span>
                        <select
                            value={forStaff ? "staff" : "everyone"}
                            onChange={(event) => setForStaff(event.currentTarget.value === "staff")}
                            data-testid="composer-visibility"
                        >
                            <option value="everyone">Everyone here</option>
                            <option value="staff">Staff only</option>
                        </select>
                    </label>
                ) : (
                    <span class="hint">Everyone in this room will see it.</span>
                )}
                <button class="primary" type="submit" disabled={busy || empty} data-testid="composer-send">
                    {busy ? (connection.value.is === "live" ? "Posting…" : "Waiting for the connection…") : "Post"}
                </button>
            </div>
        </form>
    );
}
