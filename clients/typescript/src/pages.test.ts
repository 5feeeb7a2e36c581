import { describe, expect, it } from "vitest";

import { Pages, type PageAnswer } from "./pages.js";
import { FakeWire, seqOf, settled } from "./testing/fake_wire.js";
import { Versions } from "./versions.js";

interface Thing {
    id: string;
    text: string;
}

function begin() {
    const wire = new FakeWire();
    const content = new Versions<Thing>(100);
    const asked: { before?: string; answer: (answer: PageAnswer<Thing>) => void }[] = [];
    let changes = 0;
    const pages = new Pages<Thing>(wire, content, {
        id: ({ id }) => id,
        ask: ({ before }) => new Promise((answer) => asked.push({ ...(before ? { before } : {}), answer })),
        changed: () => ++changes,
    });
    const page = (next: string | null, ...ids: string[]): PageAnswer<Thing> => ({ ok: true, things: ids.map((id) => ({ id, text: "listed" })), next });
    return { wire, content, asked, pages, page, changes: () => changes };
}

describe("a list that is asked for page by page", () => {
    it("grows page by page, to its end", async () => {
        const { asked, pages, page, content } = begin();
        void pages.load();
        asked[0]!.answer(page("b", "d", "c"));
        await settled();
        expect(pages.state).toEqual({ status: "ready", failure: null, more: true });
        void pages.loadMore();
        expect(asked[1]!.before).toBe("b");
        asked[1]!.answer(page(null, "b", "a"));
        await settled();
        expect(content.ids()).toEqual(["d", "c", "b", "a"]);
        expect(await pages.loadMore()).toBeNull();
        expect(asked).toHaveLength(2);
    });

    it("has a page once, however often it was asked for", async () => {
        const { asked, pages, page, changes } = begin();
        void pages.load();
        asked[0]!.answer(page("b", "c"));
        await settled();
        void pages.loadMore();
        void pages.loadMore();
        asked[1]!.answer(page("a", "b"));
        await settled();
        const before = changes();
        asked[2]!.answer(page("a", "b"));
        await settled();
        expect(changes()).toBe(before);
    });

    it("does not mix a page of before with a list that was begun anew", async () => {
        const { asked, pages, page, content } = begin();
        void pages.load();
        asked[0]!.answer(page("b", "c"));
        await settled();
        void pages.loadMore();
        void pages.load();
        asked[2]!.answer(page("b", "e"));
        await settled();
        asked[1]!.answer(page(null, "b", "a"));
        await settled();
        expect(content.ids()).toEqual(["e"]);
        expect(pages.state.more).toBe(true);
    });

    it("leaves alone what an event has said meanwhile", async () => {
        const { asked, pages, page, content, wire } = begin();
        void pages.load();
        wire.last = seqOf(5);
        content.put("a", { id: "a", text: "newer" }, seqOf(5));
        content.remove("b", seqOf(5));
        asked[0]!.answer(page(null, "a", "b"));
        await settled();
        expect(content.values()).toEqual([{ id: "a", text: "newer" }]);
    });

    it("fails in words, and keeps what it had", async () => {
        const { asked, pages, page, content } = begin();
        const refusal = { ok: false, error: { code: "unavailable", message: "" } } as const;
        void pages.load();
        asked[0]!.answer(refusal);
        await settled();
        expect(pages.state.status).toBe("failed");
        void pages.load();
        asked[1]!.answer(page("a", "b"));
        await settled();
        const more = pages.loadMore();
        asked[2]!.answer(refusal);
        expect((await more)?.code).toBe("unavailable");
        void pages.load();
        asked[3]!.answer(refusal);
        await settled();
        expect(pages.state).toMatchObject({ status: "ready", more: true });
        expect(content.ids()).toEqual(["b"]);
    });
});
