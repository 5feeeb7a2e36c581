import { newKey } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { TextField } from "../app/TextField";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import { staffRooms } from "../rooms/rooms";
import { t } from "../strings";

export function AnnouncementForm({ onClose }: { onClose(): void }) {
    const rooms = staffRooms.value.filter(({ name }) => !name.startsWith("group-"));
    const [to, setTo] = useState(rooms[0]?.name ?? "");
    const [title, setTitle] = useState("");
    const [text, setText] = useState("");
    const [requireAck, setRequireAck] = useState(false);
    const [publishAt, setPublishAt] = useState("");
    // One announcement, however often it is sent.
    const [key] = useState(newKey);
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLSelectElement>();
    const words = t().announcements;
    const incomplete = to === "" || title.trim() === "" || text.trim() === "";
    const send = async () => {
        if (busy || incomplete) return;
        const body = { to, title, text, requireAck, ...(publishAt ? { publishAt: new Date(publishAt).toISOString() } : {}) };
        if (await attempt(() => homeroom.value!.announcements.create(body, key))) onClose();
    };
    return (
        <form
            class="card panel form"
            aria-label={words.new}
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            <label class="stacked">
                {words.to}
                <select class="field" value={to} ref={first} onChange={(event) => setTo(event.currentTarget.value)} data-testid="announcement-to">
                    {rooms.map((room) => [
                        <option key={room.name} value={room.name}>
                            {room.title}
                        </option>,
                        <option key={`${room.name}/staff`} value={`${room.name}/staff`}>
                            {words.staffOf(room.title)}
                        </option>,
                    ])}
                </select>
            </label>
            <label class="stacked">
                {words.title}
                <input class="field" value={title} maxLength={100} onInput={(event) => setTitle(event.currentTarget.value)} data-testid="announcement-title" />
            </label>
            <div class="stacked">
                <span aria-hidden="true">{words.text}</span>
                <TextField label={words.text} value={text} onText={setText} onSend={() => void send()} rows={4} testid="announcement-text" />
            </div>
            <label class="check">
                <input type="checkbox" checked={requireAck} onChange={() => setRequireAck(!requireAck)} data-testid="announcement-require" />
                {words.require}
            </label>
            <label class="stacked">
                {words.later}
                <input type="datetime-local" class="field is-short" value={publishAt} onInput={(event) => setPublishAt(event.currentTarget.value)} />
            </label>
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || incomplete} data-testid="announcement-send">
                    {publishAt ? t().feed.composer.schedule : words.send}
                </button>
            </div>
        </form>
    );
}
