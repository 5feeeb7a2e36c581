// Where a post is written: for whom, with files, a poll, under a pseudonym, or for later.

import type { Attachment, Person, PostDraft } from "@homeroom/client";
import { useRef, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { clearDraft, draftKey, draftText, setDraft } from "../app/drafts";
import { FailureText } from "../app/FailureText";
import { homeroom, me, myId } from "../app/homeroom";
import { ClipIcon, ClockIcon, CloseIcon, LockIcon, MaskIcon, PollIcon } from "../app/icons";
import { mentionedIn } from "../app/mentions";
import { peopleSeenIn } from "../app/people";
import { TextField } from "../app/TextField";
import { failureInWords } from "../app/words";
import type { Room } from "../rooms/state";
import { t } from "../strings";
import { AttachmentChip } from "./Attachments";
import { feedSettings, feedStore } from "./feed";
import { emptyPoll, PollForm, type PollDraft, pollOf } from "./PollForm";

const attachmentsMax = 10;

export function Composer({ room }: { room: Room }) {
    const words = t().feed.composer;
    const place = `room:${room.name}`;
    const text = draftText(place);
    const settings = feedSettings.value;
    const people = peopleSeenIn(room.name).filter(({ id }) => id !== myId.value);
    const [audience, setAudience] = useState<"everyone" | "staff">("everyone");
    const [anonymous, setAnonymous] = useState(false);
    const [poll, setPoll] = useState<PollDraft | null>(null);
    const [later, setLater] = useState<string | null>(null);
    const [files, setFiles] = useState<Attachment[]>([]);
    const [uploading, setUploading] = useState(0);
    const [failure, setFailure] = useState("");
    const [opened, setOpened] = useState(false);
    const picker = useRef<HTMLInputElement>(null);

    const empty = text.trim() === "";
    const incomplete = (poll !== null && pollOf(poll) === null) || later === "" || uploading > 0;
    const isOpen = opened || !empty || poll !== null || files.length > 0 || later !== null;

    const reset = () => {
        setPoll(null);
        setLater(null);
        setFiles([]);
        setAnonymous(false);
        setAudience("everyone");
        setFailure("");
        setOpened(false);
    };
    const send = () => {
        if (empty || incomplete) return;
        const draft: PostDraft = {
            text,
            visibility: audience,
            ...(files.length > 0 ? { attachments: files.map(({ id }) => id) } : {}),
            ...(poll ? { poll: pollOf(poll) } : {}),
            ...(later ? { publishAt: new Date(later).toISOString() } : {}),
            ...(anonymous ? { anonymous: true } : {}),
            ...mentionsOf(text, people),
        };
        // It is among the posts at once; there it stays with "try again" if it is refused.
        void feedStore().createPost(draft, draftKey(place));
        homeroom.value?.typing.done({ room: room.name });
        clearDraft(place, text);
        reset();
    };
    const attach = async (chosen: FileList | null) => {
        setFailure("");
        for (const file of Array.from(chosen ?? []).slice(0, attachmentsMax - files.length)) {
            setUploading((number) => number + 1);
            const result = await homeroom.value!.upload(room.name, { name: file.name, type: file.type, bytes: file });
            setUploading((number) => number - 1);
            if ("id" in result) setFiles((some) => [...some, result]);
            else setFailure(`${file.name}: ${failureInWords(result)}`);
        }
    };

    if (settings?.muted) return <p class="card note">{words.muted}</p>;
    return (
        <form
            class="card composer"
            aria-label={words.label(room.title)}
            onSubmit={(event) => {
                event.preventDefault();
                send();
            }}
            onFocusCapture={() => setOpened(true)}
        >
            <div class="composer-row">
                {me.value && <Avatar person={me.value} />}
                <TextField
                    label={words.text(room.title)}
                    placeholder={words.placeholder(room.title)}
                    value={text}
                    onText={(next) => {
                        setDraft(place, next);
                        // Whoever means to be anonymous does not show that he writes.
                        if (!anonymous && audience === "everyone") homeroom.value?.typing.typed({ room: room.name });
                    }}
                    onSend={send}
                    people={people}
                    testid="composer-text"
                />
            </div>
            {poll && <PollForm poll={poll} onChange={setPoll} />}
            {later !== null && (
                <div class="composer-part field-row">
                    <label for="composer-later">{words.publishAt}</label>
                    <input
                        id="composer-later"
                        type="datetime-local"
                        class="field"
                        value={later}
                        onInput={(event) => setLater(event.currentTarget.value)}
                        data-testid="composer-later-at"
                    />
                </div>
            )}
            {(files.length > 0 || uploading > 0) && (
                <ul class="attachments composer-part">
                    {files.map((file) => (
                        <li key={file.id}>
                            <AttachmentChip attachment={file} />
                            <button
                                type="button"
                                class="icon-button is-small"
                                aria-label={words.removeFile(file.name)}
                                onClick={() => setFiles(files.filter(({ id }) => id !== file.id))}
                            >
                                <CloseIcon />
                            </button>
                        </li>
                    ))}
                    {uploading > 0 && <li class="hint">{words.uploading}</li>}
                </ul>
            )}
            <FailureText text={failure} />
            {isOpen && (
                <div class="composer-foot">
                    <div class="tools">
                        <input
                            ref={picker}
                            type="file"
                            multiple
                            hidden
                            onChange={(event) => {
                                void attach(event.currentTarget.files);
                                event.currentTarget.value = "";
                            }}
                            data-testid="composer-file"
                        />
                        <Tool label={words.attach} onPress={() => picker.current?.click()}>
                            <ClipIcon />
                        </Tool>
                        <Tool label={words.poll} pressed={poll !== null} onPress={() => setPoll(poll ? null : emptyPoll())} testid="composer-poll">
                            <PollIcon />
                        </Tool>
                        {settings?.anonymous && (
                            <Tool label={words.anonymous} pressed={anonymous} onPress={() => setAnonymous(!anonymous)} testid="composer-anonymous">
                                <MaskIcon />
                            </Tool>
                        )}
                        <Tool label={words.later} pressed={later !== null} onPress={() => setLater(later === null ? "" : null)} testid="composer-later">
                            <ClockIcon />
                        </Tool>
                        <label class="visibility">
                            <LockIcon />
                            <span class="visually-hidden">{words.whoSees}</span>
                            <select
                                value={audience}
                                onChange={(event) => setAudience(event.currentTarget.value as "everyone" | "staff")}
                                data-testid="composer-visibility"
                            >
                                <option value="everyone">{words.everyone}</option>
                                <option value="staff">{words.staffOnly}</option>
                            </select>
                        </label>
                    </div>
                    <button class="primary" type="submit" disabled={empty || incomplete} data-testid="composer-send">
                        {later ? words.schedule : words.post}
                    </button>
                </div>
            )}
            {isOpen && anonymous && <p class="hint composer-part">{words.anonymousHint}</p>}
            {isOpen && !!settings?.slowSeconds && !settings.staff && <p class="hint composer-part">{t().feed.slow(settings.slowSeconds)}</p>}
        </form>
    );
}

export function mentionsOf(text: string, people: Person[]): { mentions?: string[] } {
    const mentions = mentionedIn(text, people);
    return mentions.length > 0 ? { mentions } : {};
}

interface ToolProps {
    label: string;
    pressed?: boolean;
    onPress(): void;
    testid?: string;
    children: preact.ComponentChildren;
}

function Tool({ label, pressed, onPress, testid, children }: ToolProps) {
    return (
        <button type="button" class={`icon-button${pressed ? " is-on" : ""}`} aria-label={label} title={label} aria-pressed={pressed} onClick={onPress} data-testid={testid}>
            {children}
        </button>
    );
}
