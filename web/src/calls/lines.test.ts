import { describe, expect, it } from "vitest";

import { linesWith, type Line } from "./lines";

const said = (speaker: string, text: string, final = true, by = speaker) => ({ speaker, by, text, final, language: null });
const texts = (lines: readonly Line[]) => lines.map(({ text }) => text);

describe("linesWith", () => {
    it("replaces what somebody has begun to say until it is final, where it stands", () => {
        let lines = linesWith([], said("ada", "The r", false), 1);
        lines = linesWith(lines, said("ben", "Which?"), 2);
        lines = linesWith(lines, said("ada", "The river", false), 3);
        expect(texts(lines)).toEqual(["The river", "Which?"]);
        lines = linesWith(lines, said("ada", "The river trade."), 4);
        expect(texts(lines)).toEqual(["The river trade.", "Which?"]);
        expect(lines[0]).toMatchObject({ number: 1, final: true, at: 4 });
        lines = linesWith(lines, said("ada", "And"), 5);
        expect(texts(lines)).toEqual(["The river trade.", "Which?", "And"]);
    });

    it("says who wrote it, also when another goes on", () => {
        const lines = linesWith(linesWith([], said("ada", "Mine", false), 1), said("ada", "As I heard her", false, "tim"), 2);
        expect(lines).toMatchObject([{ text: "As I heard her", speaker: "ada", by: "tim" }]);
    });

    it("has the last few, each with a number of its own", () => {
        let lines: readonly Line[] = [];
        for (let i = 1; i <= 7; i++) lines = linesWith(lines, said("ada", `${i}`), i);
        expect(texts(lines)).toEqual(["4", "5", "6", "7"]);
        expect(new Set(lines.map(({ number }) => number)).size).toBe(4);
    });
});
