// A document or whiteboard: its head, who is there, and what its owners can do; below it the text or the board.

import type { DocumentForOne, DocumentPerson, Failure } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { connection, homeroom } from "../app/homeroom";
import { BackIcon, FileIcon, LockIcon, MoreIcon, UnlockIcon } from "../app/icons";
import { lazy } from "../app/lazy";
import { Menu } from "../app/Menu";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { go, hrefOf } from "../app/router";
import { saveFile } from "../app/saveFile";
import { useDeed } from "../app/useDeed";
import { failureInWords } from "../app/words";
import { titleOf } from "../rooms/rooms";
import { t } from "../strings";
import { useOpened, usePresent, type Opened } from "./opened";
import { Share } from "./Share";
import { Versions } from "./Versions";
import "./documents.css";

const TextDocument = lazy(() => import("./TextDocument").then((file) => file.TextDocument));
const Board = lazy(() => import("../whiteboard/Board").then((file) => file.Board));

export type Known = DocumentForOne & { people?: DocumentPerson[] };

export function DocumentPage({ id }: { id: string }) {
    const [known, setKnown] = useState<Known | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const [copy, setCopy] = useState(0);
    const load = async () => {
        const answer = await homeroom.value!.request("doc:get", { doc: id });
        setFailure(answer.ok ? null : answer.error);
        if (answer.ok) setKnown(answer);
    };
    useEffect(() => {
        void load();
        const client = homeroom.value!;
        const ends = [client.on("doc:updated", ({ doc }) => doc.id === id && void load()), client.on("doc:role", ({ doc }) => doc === id && void load())];
        return () => ends.forEach((end) => end());
    }, [id]);
    if (failure?.code === "not_found") return <Gone />;
    if (!known) return failure ? <LoadFailure failure={failure} onRetry={() => void load()} /> : <Placeholders />;
    return <OpenDocument key={copy} known={known} onChange={setKnown} onFreshCopy={() => setCopy(copy + 1)} />;
}

const Gone = () => <Empty heading icon={<FileIcon />} title={t().documents.gone} text={t().documents.goneWhy} />;

interface OpenProps {
    known: Known;
    onChange(known: Known): void;
    onFreshCopy(): void;
}

function OpenDocument({ known, onChange, onFreshCopy }: OpenProps) {
    const { doc, role } = known;
    const opened = useOpened(doc.id);
    const [panel, setPanel] = useState<"share" | "versions" | null>(null);
    const [renaming, setRenaming] = useState(false);
    const [asking, setAsking] = useState<"delete" | "clear" | null>(null);
    const { busy, failure, attempt } = useDeed();
    const words = t().documents;
    const client = homeroom.value!;
    const isOwner = role === "owner";
    const isText = doc.kind === "text";
    const mayWrite = isOwner || role === "editor";
    const lock = (locked: boolean) =>
        attempt(async () => {
            const answer = await client.request("doc:lock", { doc: doc.id, locked });
            if (!answer.ok) return answer.error;
            onChange({ ...known, doc: answer.doc });
            return null;
        });
    const savePicture = (format: "png" | "svg") =>
        attempt(async () => {
            try {
                await (await import("../whiteboard/picture")).savePicture(doc.title, opened.doc, format);
                return null;
            } catch {
                // Its code could not be loaded, or the picture is larger than the browser draws.
                return { code: "unavailable", message: "" };
            }
        });
    const saveText = () =>
        attempt(async () => {
            const answer = await client.request("doc:export", { doc: doc.id, format: "text" });
            if (!answer.ok) return answer.error;
            saveFile(`${doc.title}.txt`, "text/plain;charset=utf-8", answer.text ?? "");
            return null;
        });
    if (opened.gone) return <Gone />;
    return (
        <div class="column is-wide document">
            <a class="back" href={hrefOf.room(doc.room, "documents")}>
                <BackIcon /> {titleOf(doc.room)}
            </a>
            <header class="page-head">
                {renaming ? (
                    <Rename
                        title={doc.title}
                        onRename={async (title) => {
                            const answer = await client.request("doc:rename", { doc: doc.id, title });
                            if (answer.ok) onChange({ ...known, doc: answer.doc });
                            return answer.ok ? null : answer.error;
                        }}
                        onClose={() => setRenaming(false)}
                    />
                ) : (
                    <h1 class="page-title" dir="auto" data-testid="document-head">
                        {doc.title}
                    </h1>
                )}
                <span class="head-deeds">
                    <Present opened={opened} />
                    {isOwner ? (
                        <button type="button" class={`icon-button${doc.locked ? " is-on" : ""}`} aria-pressed={doc.locked} aria-label={words.lock} title={doc.locked ? words.unlock : words.lock} disabled={busy} onClick={() => void lock(!doc.locked)} data-testid="document-lock">
                            {doc.locked ? <LockIcon /> : <UnlockIcon />}
                        </button>
                    ) : (
                        doc.locked && (
                            <span class="badge" title={words.lockedWhy} data-testid="document-locked">
                                <LockIcon /> {words.locked}
                            </span>
                        )
                    )}
                    <SaveState opened={opened} />
                    <Menu
                        label={words.menu}
                        button={<MoreIcon />}
                        testid="document-menu"
                        items={[
                            ...(isOwner ? [{ label: words.share, onChoose: () => setPanel("share"), testid: "document-share" }] : []),
                            { label: words.versions, onChoose: () => setPanel("versions"), testid: "document-versions" },
                            ...(isText
                                ? [{ label: words.saveText, onChoose: () => void saveText() }]
                                : [
                                      { label: words.savePng, onChoose: () => void savePicture("png"), testid: "document-png" },
                                      { label: words.saveSvg, onChoose: () => void savePicture("svg"), testid: "document-svg" },
                                  ]),
                            ...(isOwner ? [{ label: words.rename, onChoose: () => setRenaming(true) }] : []),
                            ...(!isText && mayWrite ? [{ label: words.clear, danger: true, onChoose: () => setAsking("clear"), testid: "document-clear" }] : []),
                            ...(isOwner ? [{ label: words.delete, danger: true, onChoose: () => setAsking("delete"), testid: "document-delete" }] : []),
                        ]}
                    />
                </span>
            </header>
            <FailureText text={failure} />
            {asking === "clear" && (
                <Confirm
                    question={words.clearQuestion}
                    yes={words.clear}
                    no={t().feed.keep}
                    onYes={async () => {
                        const answer = await client.request("doc:clear", { doc: doc.id });
                        return answer.ok ? null : answer.error;
                    }}
                    onNo={() => setAsking(null)}
                    testid="document-clear"
                />
            )}
            {asking === "delete" && (
                <Confirm
                    question={words.deleteQuestion}
                    yes={words.delete}
                    no={t().feed.keep}
                    onYes={async () => {
                        const answer = await client.request("doc:delete", { doc: doc.id });
                        if (!answer.ok) return answer.error;
                        go(hrefOf.room(doc.room, "documents"), "replace");
                        return null;
                    }}
                    onNo={() => setAsking(null)}
                    testid="document-delete"
                />
            )}
            {panel === "share" && <Share known={known} opened={opened} onChange={onChange} onClose={() => setPanel(null)} />}
            {panel === "versions" && <Versions known={known} mayWrite={mayWrite} onClose={() => setPanel(null)} />}
            {opened.refusal && !opened.synced && <LoadFailure failure={asFailure(opened)} onRetry={onFreshCopy} />}
            {opened.refusal && opened.synced && opened.writes && (
                <div class="card retry is-urgent" role="alert" data-testid="document-refused">
                    <p>
                        {words.refused} {failureInWords(asFailure(opened))}
                    </p>
                    <button type="button" class="secondary" onClick={onFreshCopy}>
                        {words.freshCopy}
                    </button>
                </div>
            )}
            {!opened.synced && !opened.refusal && <Placeholders count={1} />}
            {opened.synced && isText && <TextDocument known={known} opened={opened} />}
            {opened.synced && !isText && <Board known={known} opened={opened} />}
        </div>
    );
}

const asFailure = ({ refusal }: Opened): Failure => ({ ...refusal!, code: refusal!.code as Failure["code"] });

function Present({ opened }: { opened: Opened }) {
    const present = usePresent(opened.provider);
    if (present.length === 0) return null;
    const names = present.map(({ name }) => name).join(", ");
    return (
        <span class="present" role="img" aria-label={t().documents.alsoHere(names)} title={names} data-testid="document-present">
            {present.slice(0, 5).map((person) => (
                <Avatar key={person.id} person={person} size="small" />
            ))}
            {present.length > 5 && <span class="count">+{present.length - 5}</span>}
        </span>
    );
}

function SaveState({ opened: { saved, writes, isOpen } }: { opened: Opened }) {
    const words = t().documents;
    const text = !isOpen ? (connection.value.is === "live" ? words.opening : words.away) : !writes ? words.readOnly : saved ? words.saved : words.saving;
    return (
        <span class="badge" role="status" data-testid="document-state" data-saved={saved && isOpen}>
            {text}
        </span>
    );
}

function Rename({ title: given, onRename, onClose }: { title: string; onRename(title: string): Promise<Failure | null>; onClose(): void }) {
    const [title, setTitle] = useState(given);
    const { busy, failure, attempt } = useDeed();
    return (
        <form
            class="field-row rename"
            onSubmit={async (event) => {
                event.preventDefault();
                if (await attempt(() => onRename(title.trim()))) onClose();
            }}
        >
            <input class="field" aria-label={t().documents.title} value={title} maxLength={150} onInput={(event) => setTitle(event.currentTarget.value)} />
            <button type="submit" class="secondary" disabled={busy || title.trim() === ""}>
                {t().app.save}
            </button>
            <button type="button" class="quiet" onClick={onClose}>
                {t().app.cancel}
            </button>
            <FailureText text={failure} />
        </form>
    );
}
