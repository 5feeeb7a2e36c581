import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { FeedContent } from "./feed_content.js";
import { ClassRoom, room, type Step, type Told } from "./testing/class_room.js";
import { shuffled } from "./testing/shuffle.js";

const me = "ada";
const number = fc.nat(7);
const kind = fc.constantFrom("like", "thanks", null);
const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("post" as const), by: number }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), post: number }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), post: number }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("comment" as const), post: number, by: number }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("edit comment" as const), post: number, comment: number }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("delete comment" as const), post: number, comment: number }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("react" as const), post: number, by: number, kind }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("react to comment" as const), post: number, comment: number, by: number, kind }) },
);
const steps = fc.array(step, { maxLength: 40 });

function hear(content: FeedContent, { name, body }: Told): void {
    const apply = {
        "post:created": () => content.created(body as never),
        "post:updated": () => content.updated(body as never),
        "post:deleted": () => content.deleted(body as never),
        "comment:created": () => content.commentCreated(body as never),
        "comment:updated": () => content.commentUpdated(body as never),
        "comment:deleted": () => content.commentDeleted(body as never),
        "reaction:changed": () => content.reactionChanged(body as never),
    }[name as string];
    apply?.();
}

function expectTruth(content: FeedContent, school: ClassRoom, threads: string[] = []): void {
    expect(content.list()).toEqual(school.list(me));
    for (const post of threads) if (content.post(post)) expect(content.comments(post)).toEqual(school.comments(post, me));
}

describe("a feed is as the server has it", () => {
    it("whatever the order of events, each as often as it likes", () => {
        fc.assert(
            fc.property(steps, fc.infiniteStream(fc.nat()), (some, chance) => {
                const school = new ClassRoom();
                for (const one of some) school.step(one);
                const content = new FeedContent(room, () => me);
                for (const told of shuffled([...school.told, ...school.told], chance)) hear(content, told);
                expectTruth(content, school);
            }),
            { numRuns: 300 },
        );
    });

    it("when the list was made somewhere in between", () => {
        fc.assert(
            fc.property(steps, steps, fc.infiniteStream(fc.nat()), (before, after, chance) => {
                const school = new ClassRoom();
                for (const one of before) school.step(one);
                const content = new FeedContent(room, () => me);
                content.putPage(school.list(me), school.seq, true);
                const threads = school.list(me).map(({ id }) => id).filter((_, index) => index % 2 === 0);
                for (const id of threads) {
                    content.putThread(school.list(me).find((post) => post.id === id)!, school.comments(id, me), null, school.seq, false);
                }
                for (const one of after) school.step(one);
                // Older ones may come again, too.
                for (const told of shuffled([...school.told, ...school.told], chance)) hear(content, told);
                expectTruth(content, school, threads);
            }),
            { numRuns: 300 },
        );
    });

    it("when an answer crossed with events, once doubts are asked for", () => {
        fc.assert(
            fc.property(steps, steps, steps, fc.nat(), (before, while_, after, early) => {
                const school = new ClassRoom();
                const content = new FeedContent(room, () => me);
                for (const one of before) school.step(one);
                const asked = school.seq;
                for (const one of while_) school.step(one);
                const [list, upTo] = [school.list(me), school.told.length];
                for (const one of after) school.step(one);
                // Some of the events come before the answer, whatever is in it.
                const crossed = school.told.filter(({ body }) => body.seq > asked);
                const place = crossed.length === 0 ? 0 : early % crossed.length;
                for (const told of crossed.slice(0, place)) hear(content, told);
                content.putPage(list, asked, true);
                for (const told of crossed.slice(place)) hear(content, told);
                for (const { body } of school.told.slice(0, upTo)) if (body.postId) content.doubt(body.postId as string);
                for (const id of content.doubtful()) {
                    content.putAnsweredCount(school.list(me).find((post) => post.id === id)!, school.seq);
                }
                expectTruth(content, school);
                expect(content.doubtful()).toEqual([]);
            }),
            { numRuns: 300 },
        );
    });

    it("after a gap, when everything is loaded again", () => {
        fc.assert(
            fc.property(steps, steps, steps, (before, missed, after) => {
                const school = new ClassRoom();
                const content = new FeedContent(room, () => me);
                for (const one of before) school.step(one);
                for (const told of school.told) hear(content, told);
                for (const one of missed) school.step(one);
                const heard = school.told.length;
                content.putPage(school.list(me), school.seq, true);
                for (const one of after) school.step(one);
                for (const told of school.told.slice(heard)) hear(content, told);
                expectTruth(content, school);
            }),
            { numRuns: 300 },
        );
    });
});

describe("a post", () => {
    const posted = () => {
        const school = new ClassRoom();
        school.step({ do: "post", by: 0 });
        return school;
    };

    it("that was moved away and back is there", () => {
        const school = posted();
        const content = new FeedContent(room, () => me);
        const [post] = school.list(me);
        hear(content, school.told[0]!);
        content.deleted({ seq: "0000000000000005", postId: post!.id } as never);
        expect(content.list()).toEqual([]);
        content.created({ seq: "0000000000000007", post: post! } as never);
        expect(content.list()).toHaveLength(1);
        // Of a post that is now elsewhere only its being gone is heard.
        content.updated({ seq: "0000000000000009", post: { ...post!, room: "class-art" } } as never);
        expect(content.list()).toEqual([]);
    });

    it("keeps what a user has just done until something newer is heard", () => {
        const school = posted();
        const content = new FeedContent(room, () => me);
        hear(content, school.told[0]!);
        const { id } = school.list(me)[0]!;
        content.putAnsweredReaction({ post: id }, id, { like: 1 }, "like", school.seq);
        expect(content.post(id)).toMatchObject({ counts: { reactions: { like: 1 } }, mine: { reaction: "like" } });
        hear(content, school.told[0]!);
        expect(content.post(id)!.mine.reaction).toBe("like");
    });
});
