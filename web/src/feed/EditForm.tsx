import type { Failure } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { TextField } from "../app/TextField";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";

interface EditFormProps {
    label: string;
    text: string;
    onSave(text: string): Promise<Failure | null>;
    onClose(): void;
    testid: string;
}

export function EditForm({ label, text: before, onSave, onClose, testid }: EditFormProps) {
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
            <TextField label={label} value={text} onText={setText} onSend={() => void save()} onCancel={onClose} focus testid={`${testid}-edit-text`} />
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || text.trim() === ""} data-testid={`${testid}-edit-save`}>
                    {t().app.save}
                </button>
            </div>
        </form>
    );
}
