import { describe, expect, it } from "vitest";

import { failureInWords, refusalInWords, sentence } from "./words";

describe("refusals", () => {
    it("are told by their code", () => {
        expect(refusalInWords("token_expired", "exp is in the past")).toMatch(/expired/);
    });

    it("fall back to the server's own words, then to ours", () => {
        expect(refusalInWords("new_code", "come back on Monday")).toBe("Come back on Monday.");
        expect(refusalInWords("")).toBe("The server refused the connection.");
    });
});

describe("failures", () => {
    it("say how long to wait", () => {
        expect(failureInWords({ code: "rate_limited", message: "slow down", retryAfter: 1.2 })).toMatch(/2 s/);
    });

    it("do not show what an internal error is about", () => {
        expect(failureInWords({ code: "internal", message: "SQLITE_BUSY" })).not.toMatch(/SQLITE/);
    });

    it("are sentences", () => {
        expect(failureInWords({ code: "invalid", message: "text is empty" })).toBe("Text is empty.");
        expect(sentence("Why?")).toBe("Why?");
        expect(sentence("  ")).toBe("");
    });
});
