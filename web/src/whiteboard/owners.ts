// Which shapes are whose, for those who may change their own alone: what the server knows when the board is opened, and what is
// seen since. What a shape says of itself counts only where the server has said nothing: who was refused once has a copy of
// his own from then on, so this page offers too little rather than too much.

import { useEffect, useState } from "preact/hooks";
import type * as Y from "yjs";

import { homeroom, myId } from "../app/homeroom";
import { limits, shapesRoot, type Shape } from "./shapes";

const pageSize = 1_000;

export function useOwners(id: string, doc: Y.Doc, wanted: boolean): (shape: Shape) => boolean {
    const [owners, setOwners] = useState<ReadonlyMap<string, string>>(new Map());
    const [others, setOthers] = useState<ReadonlySet<string>>(new Set()); // somebody else has changed them meanwhile
    useEffect(() => {
        if (!wanted) return;
        let isOver = false;
        void ownersOf(id).then((found) => isOver || setOwners(found));
        const map = doc.getMap(shapesRoot);
        const onChange = (events: Y.YEvent<Y.AbstractType<unknown>>[], { local }: Y.Transaction) => {
            const changed = events.filter(({ path }) => path.length > 0).map(({ path }) => String(path[0]));
            if (!local && changed.length > 0) setOthers((known) => new Set([...known, ...changed]));
        };
        map.observeDeep(onChange);
        return () => {
            isOver = true;
            map.unobserveDeep(onChange);
        };
    }, [id, wanted]);
    return (shape) => (owners.get(shape.id) ?? shape.by) === myId.value && !others.has(shape.id);
}

async function ownersOf(id: string): Promise<Map<string, string>> {
    const owners = new Map<string, string>();
    let after: string | null = null;
    do {
        const answer: Awaited<ReturnType<typeof page>> = await page(id, after);
        if (!answer.ok) break;
        for (const shape of answer.shapes) owners.set(shape.id, shape.by.id);
        after = answer.next;
    } while (after !== null && owners.size < limits.shapes);
    return owners;
}

const page = (doc: string, after: string | null) => homeroom.value!.request("doc:shapes", { doc, after, limit: pageSize });
