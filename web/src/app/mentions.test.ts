import { expect, it } from "vitest";

import { begunAt, complete, mentionedIn, suggestionsFor } from "./mentions";

const people = [
    { id: "dana", name: "Dana Kowalska" },
    { id: "kofi", name: "Kofi Asante" },
    { id: "noor", name: "Noor van Dijk" },
];

it.each([
    ["@", 1, ""],
    ["hello @da", 9, "da"],
    ["hello @Dana Ko", 14, "Dana Ko"],
    ["(@no", 4, "no"],
])("%s at %i begins a name", (text, caret, begun) => expect(begunAt(text, caret)?.begun).toBe(begun));

it.each([
    ["hello", 5],
    ["mail@school", 11],
    ["@dana\nnext line", 15],
    [`@${"x".repeat(50)}`, 51],
    ["@dana", 0],
])("%s at %i begins none", (text, caret) => expect(begunAt(text, caret)).toBeNull());

it("suggests by any word of the name, and nothing that is there already", () => {
    const names = (begun: string) => suggestionsFor(begun, people).map(({ id }) => id);
    expect(names("")).toEqual(["dana", "kofi", "noor"]);
    expect(names("ko")).toEqual(["dana", "kofi"]);
    expect(names("van d")).toEqual([]);
    expect(names("noor van")).toEqual(["noor"]);
    expect(names("Kofi Asante ")).toEqual([]);
});

it("completes in the middle of a text", () => {
    expect(complete("ask @ko please", 7, 4, people[1]!)).toEqual({ text: "ask @Kofi Asante please", caret: 17 });
});

it("mentions whom the text still names", () => {
    expect(mentionedIn("@Kofi Asante, and @Dana", people)).toEqual(["kofi"]);
});
