// One deed of a person at a time, with its failure in words beside it.

import type { Failure } from "@homeroom/client";
import { useState } from "preact/hooks";

import { failureInWords } from "./words";

export function useDeed() {
    const [busy, setBusy] = useState(false);
    const [failure, setFailure] = useState("");
    async function attempt(deed: () => Promise<Failure | null>): Promise<boolean> {
        setBusy(true);
        setFailure("");
        const result = await deed();
        setBusy(false);
        if (result) setFailure(failureInWords(result));
        return result === null;
    }
    return { busy, failure, attempt, forgive: () => setFailure("") };
}
