// Edit and delete, for those who may; deleting asks once, in place.

import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import type { Failure } from "../app/types";
import { useDeed } from "./useDeed";

interface OwnerActionsProps {
    what: "post" | "comment";
    mayEdit: boolean;
    mayDelete: boolean;
    onEdit(): void;
    onDelete(): Promise<Failure | null>;
}

export function OwnerActions({ what, mayEdit, mayDelete, onEdit, onDelete }: OwnerActionsProps) {
    const [asking, setAsking] = useState(false);
    const { busy, failure, attempt } = useDeed();
    if (!mayEdit && !mayDelete) return null;
    if (asking) {
        return (
            <span class="ask" role="group" aria-label={`Delete this ${what}?`}>
                <span>Delete this {what}?</span>
                <button
                    type="button"
                    class="danger"
                    disabled={busy}
                    onClick={() => void attempt(onDelete)}
                    data-testid={`${what}-delete-confirm`}
                >
                    Delete
                </button>
                <button type="button" class="quiet" onClick={() => setAsking(false)}>
                    Keep
                </button>
                <FailureText text={failure} />
            </span>
        );
    }
    return (
        <span class="owner-actions">
            {mayEdit && (
                <button type="button" class="quiet" aria-label={`Edit this ${what}`} onClick={onEdit} data-testid={`${what}-edit`}>
                    Edit
                </button>
            )}
            {mayDelete && (
                <button
                    type="button"
                    class="quiet"
                    aria-label={`Delete this ${what}`}
                    onClick={() => setAsking(true)}
                    data-testid={`${what}-delete`}
                >
                    Delete
                </button>
            )}
        </span>
    );
}
