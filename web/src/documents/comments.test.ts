import { describe, expect, test } from "vitest";

import { attest, commentsIn, lineOf, settlingLineOf } from "./comments";

const ada = { id: "ada", name: "Ada" };
const ben = { id: "ben", name: "Ben" };
const line = (id: string, text: string) => lineOf({ id, to: null, anchor: null, quote: "", text });
const part = (begin: number, length: number, by: typeof ada) => ({ begin, length, by, beganAt: "2026-12-01T15:00:00Z", endedAt: "2026-12-01T15:00:00Z" });

describe("comments beside a document", () => {
    test("are read from lines, in their order, and what is none is left out", () => {
        const whole = `${line("1", "one\ntwo")}nonsense\n{"id":7}\n{"id":"x"}\n${line("2", "three")}`;
        expect(commentsIn(whole).map(({ id, text }) => [id, text])).toEqual([
            ["1", "one\ntwo"],
            ["2", "three"],
        ]);
    });

    test("the first of an id stands, so that nobody takes its place", () => {
        expect(commentsIn(line("1", "mine") + line("1", "forged")).map(({ text }) => text)).toEqual(["mine"]);
    });

    test("are settled by a line of their own", () => {
        expect(commentsIn(line("1", "one") + settlingLineOf("1"))[0]!.resolved).toBe(true);
    });

    test("are somebody's only if all of it is his", () => {
        const first = line("1", "one");
        const second = line("2", "two");
        const comments = commentsIn(first + second);
        const whole = attest(comments, { parts: [part(0, first.length, ada), part(first.length, second.length, ben)] });
        expect(whole.map(({ by }) => by?.id)).toEqual(["ada", "ben"]);
        const touched = attest(comments, { parts: [part(0, 5, ada), part(5, 3, ben), part(8, first.length + second.length - 8, ada)] });
        expect(touched.map(({ by }) => by?.id)).toEqual([undefined, "ada"]);
    });
});
