import { afterEach, expect, it, vi } from "vitest";

import { newKey } from "./key";

afterEach(() => vi.unstubAllGlobals());

it("is a UUID where the browser makes one", () => {
    vi.stubGlobal("crypto", { randomUUID: () => "a-uuid" });
    expect(newKey()).toBe("a-uuid");
});

it("is as random where it does not: on plain http", () => {
    vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => bytes.fill(10) });
    expect(newKey()).toBe("0a".repeat(16));
});
