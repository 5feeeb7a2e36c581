// Named versions: made, looked at, gone back to.

import type { DocumentVersion, Failure } from "@homeroom/client";
import { newKey } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Confirm } from "../app/Confirm";
import { FailureText } from "../app/FailureText";
import { dateAndTime } from "../app/clock";
import { homeroom, myId } from "../app/homeroom";
import { CloseIcon } from "../app/icons";
import { LoadFailure } from "../app/parts";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import type { Known } from "./DocumentPage";

export function Versions({ known: { doc, role }, mayWrite, onClose }: { known: Known; mayWrite: boolean; onClose(): void }) {
    const [versions, setVersions] = useState<DocumentVersion[] | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const [title, setTitle] = useState("");
    const [key, setKey] = useState(newKey);
    const saving = useDeed();
    const words = t().documents;
    const client = homeroom.value!;
    const load = async () => {
        const answer = await client.request("doc:versions", { doc: doc.id });
        setFailure(answer.ok ? null : answer.error);
        if (answer.ok) setVersions(answer.versions);
    };
    useEffect(() => void load(), [doc.id]);
    const save = () =>
        saving.attempt(async () => {
            const answer = await client.request("doc:saveVersion", { doc: doc.id, title: title.trim(), key });
            if (!answer.ok) return answer.error;
            setTitle("");
            await load();
            return null;
        });
    return (
        <section class="card panel" aria-labelledby="versions-title" data-testid="versions">
            <header class="panel-head">
                <h2 id="versions-title">{words.versions}</h2>
                <button type="button" class="icon-button" aria-label={t().app.close} onClick={onClose}>
                    <CloseIcon />
                </button>
            </header>
            {mayWrite && (
                <form
                    class="field-row"
                    onSubmit={(event) => {
                        event.preventDefault();
                        void save();
                    }}
                >
                    <input
                        class="field"
                        aria-label={words.versionTitle}
                        placeholder={words.versionTitle}
                        maxLength={150}
                        value={title}
                        onInput={(event) => {
                            setTitle(event.currentTarget.value);
                            setKey(newKey());
                        }}
                        data-testid="version-title"
                    />
                    <button type="submit" class="secondary" disabled={saving.busy || title.trim() === ""} data-testid="version-save">
                        {words.keepVersion}
                    </button>
                </form>
            )}
            <FailureText text={saving.failure} />
            <LoadFailure failure={failure} onRetry={() => void load()} />
            {versions?.length === 0 && <p class="hint">{words.noVersions}</p>}
            <ul class="rows">
                {versions?.map((version) => (
                    <Version key={version.id} doc={doc.id} kind={doc.kind} version={version} mayRestore={mayWrite} mayDelete={role === "owner" || version.by.id === myId.value} onGone={() => void load()} />
                ))}
            </ul>
        </section>
    );
}

interface VersionProps {
    doc: string;
    kind: "text" | "whiteboard";
    version: DocumentVersion;
    mayRestore: boolean;
    mayDelete: boolean;
    onGone(): void;
}

function Version({ doc, kind, version, mayRestore, mayDelete, onGone }: VersionProps) {
    const [shown, setShown] = useState<string | null>(null);
    const [asking, setAsking] = useState<"restore" | "delete" | null>(null);
    const { busy, failure, attempt } = useDeed();
    const words = t().documents;
    const client = homeroom.value!;
    const look = () =>
        attempt(async () => {
            const answer = await client.request("doc:viewVersion", { doc, version: version.id, format: "text" });
            if (!answer.ok) return answer.error;
            setShown(answer.text ?? "");
            return null;
        });
    const deed = async (name: "doc:restoreVersion" | "doc:deleteVersion") => {
        const answer = await client.request(name, { doc, version: version.id });
        if (answer.ok && name === "doc:deleteVersion") onGone();
        return answer.ok ? null : answer.error;
    };
    return (
        <li class="version" data-testid="version">
            <span class="tile-words">
                <strong dir="auto">{version.title}</strong>
                <span class="meta">
                    {version.by.name} · {dateAndTime(version.at)}
                </span>
            </span>
            {kind === "text" && (
                <button type="button" class="quiet" disabled={busy} aria-expanded={shown !== null} onClick={() => (shown === null ? void look() : setShown(null))} data-testid="version-look">
                    {shown === null ? words.look : words.hide}
                </button>
            )}
            {mayRestore && (
                <button type="button" class="quiet" onClick={() => setAsking("restore")} data-testid="version-restore">
                    {words.restore}
                </button>
            )}
            {mayDelete && (
                <button type="button" class="quiet" onClick={() => setAsking("delete")}>
                    {words.deleteVersion}
                </button>
            )}
            <FailureText text={failure} />
            {asking && (
                <Confirm
                    question={asking === "restore" ? words.restoreQuestion : words.deleteVersionQuestion}
                    yes={asking === "restore" ? words.restore : words.deleteVersion}
                    no={t().app.cancel}
                    onYes={() => deed(asking === "restore" ? "doc:restoreVersion" : "doc:deleteVersion")}
                    onNo={() => setAsking(null)}
                    testid="version"
                />
            )}
            {shown !== null && (
                <pre class="old-text" tabIndex={0} dir="auto" aria-label={version.title} data-testid="version-text">
                    {shown || words.empty}
                </pre>
            )}
        </li>
    );
}
