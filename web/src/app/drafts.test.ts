import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { clearDraft, draftKey, draftText, forgetDrafts, setDraft } from "./drafts";

// Node 18 has no global crypto.
let keys = 0;
beforeEach(() => {
    vi.stubGlobal("crypto", { randomUUID: () => `key-${++keys}` });
    forgetDrafts();
});
afterEach(() => vi.unstubAllGlobals());

it("keeps one key for one text", () => {
    setDraft("room:a", "hello");
    const key = draftKey("room:a");
    expect(draftKey("room:a")).toBe(key);
    setDraft("room:a", "hello!");
    expect(draftKey("room:a")).not.toBe(key);
});

it("keeps places apart", () => {
    setDraft("room:a", "for a");
    setDraft("post:a", "for the post");
    expect(draftText("room:a")).toBe("for a");
    expect(draftText("room:b")).toBe("");
});

it("clears what was sent, not what was written meanwhile", () => {
    setDraft("room:a", "one");
    clearDraft("room:a", "one");
    expect(draftText("room:a")).toBe("");
    setDraft("room:a", "one and more");
    clearDraft("room:a", "one");
    expect(draftText("room:a")).toBe("one and more");
});
