// The document or board that everybody is to look at.

import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { FileIcon } from "../app/icons";
import { hrefOf } from "../app/router";
import { useDeed } from "../app/useDeed";
import { useStore } from "../app/useStore";
import { t } from "../strings";
import type { Part } from "./StudyPage";

export function Current({ store, study, controls }: Part) {
    const room = study.session!.room;
    const [, list] = useStore(() => homeroom.value!.documents(room));
    const { failure, attempt } = useDeed();
    const words = t().study;
    const current = study.breakout ? study.breakout.state.current : study.state!.current;
    const id = current === null ? "" : "document" in current ? current.document : current.board;
    const shown = list.documents.find(({ doc }) => doc.id === id)?.doc;
    const mayChange = controls || study.breakout !== null;
    if (!id && (!mayChange || list.documents.length === 0)) return null;
    const choose = (chosen: string) => {
        const doc = list.documents.find((one) => one.doc.id === chosen)?.doc;
        const next = !doc ? null : doc.kind === "whiteboard" ? { board: doc.id } : { document: doc.id };
        void attempt(() => store.patch({ current: next }));
    };
    return (
        <section class="card panel">
            <h2 class="section-title">{words.current}</h2>
            {id && (
                <a class="card row-card" href={hrefOf.document(id)} data-testid="study-current">
                    <FileIcon />
                    <span class="tile-words">
                        <strong dir="auto">{shown?.title ?? words.currentUnknown}</strong>
                    </span>
                </a>
            )}
            {mayChange && list.documents.length > 0 && (
                <select class="field" aria-label={words.chooseCurrent} value={id} onChange={(event) => choose(event.currentTarget.value)} data-testid="study-choose-current">
                    <option value="">{words.noCurrent}</option>
                    {id && !shown && <option value={id}>{words.currentUnknown}</option>}
                    {list.documents.map(({ doc }) => (
                        <option key={doc.id} value={doc.id}>
                            {doc.title}
                        </option>
                    ))}
                </select>
            )}
            <FailureText text={failure} />
        </section>
    );
}
