import { expect, it } from "vitest";

import { threadsOf } from "./threads";

const comment = (id: string, replyTo: string | null = null) => ({ id, replyTo });
const shape = (...comments: { id: string; replyTo: string | null }[]) =>
    threadsOf(comments).map((thread) => [thread.comment.id, ...thread.replies.map((reply) => reply.id)]);

it("puts replies under their comment, in order", () => {
    expect(shape(comment("a"), comment("b"), comment("c", "a"), comment("d", "b"), comment("e", "a"))).toEqual([
        ["a", "c", "e"],
        ["b", "d"],
    ]);
});

it("puts a reply to a reply beside it", () => {
    expect(shape(comment("a"), comment("b", "a"), comment("c", "b"))).toEqual([["a", "b", "c"]]);
});

it("shows a reply whose comment is gone", () => {
    expect(shape(comment("b", "gone"), comment("c", "b"))).toEqual([["b", "c"]]);
});
