import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import type { Failure } from "../app/types";
import { TextField } from "./TextField";
import { useDeed } from "./useDeed";

interface EditFormProps {
    what: "post" | "comment";
    text: string;
    onSave(text: string): Promise<Failure | null>;
    onClose(): void;
}

export function EditForm({ what, text: before, onSave, onClose }: EditFormProps) {
    const [text, setText] = useState(before);
    const { busy, failure, attempt } = useDeed();
    const save = async () => {
        if (busy || text.trim() === "") return;
        if (text === before || (await attempt(() => onSave(text)))) onClose();
    };
    return (
        <form
            class="edit-form"
            onSubmit={(event) => {
                event.preventDefault();
                void save();
            }}
        >
            <TextField
                label={`Text of your ${what}`}
                value={text}
                onText={setText}
                onSend={() => void save()}
                onCancel={onClose}
                focus
                testid={`${what}-edit-text`}
            />
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    Cancel
                </button>
                <button type="submit" class="primary" disabled={busy || text.trim() === ""} data-testid={`${what}-edit-save`}>
                    Save
                </button>
            </div>
        </form>
    );
}
