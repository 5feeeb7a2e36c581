// The documents and whiteboards of a room.

import type { Document, DocumentForOne, Failure, Requests } from "@homeroom/client";
import { newKey } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { BoardIcon, FileIcon, PlusIcon } from "../app/icons";
import { More } from "../app/More";
import { Choice, Empty, LoadFailure, Placeholders } from "../app/parts";
import { go, hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import { useStore } from "../app/useStore";
import type { Room } from "../rooms/state";
import { t } from "../strings";

export function DocumentList({ room }: { room: Room }) {
    const [store, list] = useStore(() => homeroom.value!.documents(room.name));
    const [making, setMaking] = useState(false);
    const words = t().documents;
    // In a school its staff have documents, which the others read.
    const mayMake = room.staff || !room.name.startsWith("institution-");
    return (
        <>
            {mayMake &&
                (making ? (
                    <NewDocument room={room} documents={list.documents} onCreate={(body) => store.create(body)} onClose={() => setMaking(false)} />
                ) : (
                    <p>
                        <button type="button" class="primary" onClick={() => setMaking(true)} data-testid="document-new">
                            <PlusIcon /> {words.new}
                        </button>
                    </p>
                ))}
            <LoadFailure failure={list.failure} onRetry={() => void store.load()} />
            {list.status === "loading" && <Placeholders count={2} />}
            {list.status === "ready" && list.documents.length === 0 && !making && <Empty icon={<FileIcon />} title={words.none} text={words.noneWhy} />}
            <div class="stack is-tight">
                {list.documents.map(({ doc, role }) => (
                    <a key={doc.id} class="card row-card" href={hrefOf.document(doc.id)} data-testid="document">
                        <span class={`room-mark room-mark-large room-mark-${doc.kind === "text" ? "classes" : "groups"}`}>{doc.kind === "text" ? <FileIcon /> : <BoardIcon />}</span>
                        <span class="tile-words">
                            <strong dir="auto">{doc.title}</strong>
                            <span class="meta">
                                {words.by(doc.author.name)} · <Time at={doc.changedAt ?? doc.createdAt} />
                            </span>
                        </span>
                        <span class="badge">{words.roles[role]}</span>
                    </a>
                ))}
            </div>
            <More more={list.more} onMore={() => store.loadMore()} />
        </>
    );
}

type Body = Requests["doc:create"]["body"];

function NewDocument({ room, documents, onCreate, onClose }: { room: Room; documents: DocumentForOne[]; onCreate(body: Body): Promise<DocumentForOne | Failure>; onClose(): void }) {
    const [title, setTitle] = useState("");
    const [kind, setKind] = useState<Document["kind"]>("text");
    const [members, setMembers] = useState<Document["members"]>(room.name.startsWith("institution-") ? "viewer" : "editor");
    const [template, setTemplate] = useState("");
    const [key, setKey] = useState(newKey);
    const { busy, failure, attempt } = useDeed();
    const first = useFocus<HTMLInputElement>();
    const words = t().documents;
    const templates = documents.filter(({ doc }) => doc.kind === kind);
    const send = async () => {
        await attempt(async () => {
            const answer = await onCreate({ room: room.name, title: title.trim(), kind, members, key, ...(template ? { template } : {}) });
            if ("code" in answer) return answer;
            go(hrefOf.document(answer.doc.id));
            return null;
        });
    };
    return (
        <form
            class="card panel form"
            aria-label={words.new}
            onInput={() => setKey(newKey())}
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            <Choice
                label={words.kind}
                name="document-kind"
                value={kind}
                choices={[
                    ["text", words.kinds.text],
                    ["whiteboard", words.kinds.whiteboard],
                ]}
                onChoose={(chosen) => {
                    setKind(chosen);
                    setTemplate("");
                    // On a board everybody draws his own, in a text everybody writes.
                    if (!room.name.startsWith("institution-")) setMembers(chosen === "whiteboard" && room.name.startsWith("class-") ? "drawer" : "editor");
                }}
            />
            <label class="stacked">
                {words.title}
                <input class="field" ref={first} value={title} maxLength={150} onInput={(event) => setTitle(event.currentTarget.value)} data-testid="document-title" />
            </label>
            <label class="stacked">
                {words.membersMay}
                <MembersSelect kind={kind} value={members} onChange={setMembers} />
            </label>
            {templates.length > 0 && (
                <label class="stacked">
                    {words.template}
                    <select class="field" value={template} onChange={(event) => setTemplate(event.currentTarget.value)} data-testid="document-template">
                        <option value="">{words.noTemplate}</option>
                        {templates.map(({ doc }) => (
                            <option key={doc.id} value={doc.id}>
                                {doc.title}
                            </option>
                        ))}
                    </select>
                </label>
            )}
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || title.trim() === ""} data-testid="document-make">
                    {words.make}
                </button>
            </div>
        </form>
    );
}

// Roles that there are on whiteboards alone.
export const ofBoards: ReadonlySet<string> = new Set(["pointer", "drawer"]);

export function MembersSelect({ kind, value, onChange }: { kind: Document["kind"]; value: Document["members"]; onChange(value: Document["members"]): void }) {
    const words = t().documents;
    const choices = (["editor", "drawer", "commenter", "pointer", "viewer", "none"] as const).filter((one) => !ofBoards.has(one) || kind === "whiteboard");
    return (
        <select class="field" value={value} onChange={(event) => onChange(event.currentTarget.value as Document["members"])} data-testid="document-members">
            {choices.map((one) => (
                <option key={one} value={one}>
                    {words.may[one]}
                </option>
            ))}
        </select>
    );
}
