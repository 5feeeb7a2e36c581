// The text: tools, the editor, comments beside it, and who wrote what in its place.

import type { EditorView } from "prosemirror-view";
import "prosemirror-view/style/prosemirror.css";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../strings";
import { Authors } from "./Authors";
import { CommentsAside } from "./CommentsAside";
import type { Known } from "./DocumentPage";
import { openEditor } from "./editor";
import type { Opened } from "./opened";
import { Tools } from "./Tools";

export function TextDocument({ known, opened }: { known: Known; opened: Opened }) {
    const place = useRef<HTMLDivElement>(null);
    const editable = useRef(false);
    const [view, setView] = useState<EditorView | null>(null);
    const [, setMoment] = useState(0);
    const [showing, setShowing] = useState<"text" | "authors">("text");
    const words = t().documents;
    const mayWrite = opened.writes && !opened.diverged;
    editable.current = mayWrite;

    useEffect(() => {
        const editor = openEditor(place.current!, {
            doc: opened.doc,
            awareness: opened.provider.awareness,
            label: words.textOf(known.doc.title),
            isEditable: () => editable.current,
            onChange: () => setMoment((moment) => moment + 1),
        });
        setView(editor);
        return () => editor.destroy();
    }, []);
    // ProseMirror asks again whether it may be written in.
    useEffect(() => view?.setProps({ editable: () => editable.current }), [view, mayWrite]);

    return (
        <div class="text-document">
            <div class="text-main">
                <div class="tool-row">
                    {view && mayWrite && showing === "text" && <Tools view={view} state={view.state} />}
                    <button type="button" class="quiet tool-authors" aria-pressed={showing === "authors"} onClick={() => setShowing(showing === "text" ? "authors" : "text")} data-testid="show-authors">
                        {words.whoWrote}
                    </button>
                </div>
                <div class="card paper" hidden={showing !== "text"} ref={place} onClick={() => view && !view.hasFocus() && view.focus()} />
                {showing === "authors" && <Authors id={known.doc.id} />}
            </div>
            {view && <CommentsAside known={known} view={view} state={view.state} />}
        </div>
    );
}
