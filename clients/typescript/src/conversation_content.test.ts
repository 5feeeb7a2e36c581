import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ConversationContent } from "./conversation_content.js";
import { type MailStep, MailRoom } from "./testing/mail_room.js";
import { shuffled } from "./testing/shuffle.js";

const me = "ada";
const number = fc.nat(7);
const step: fc.Arbitrary<MailStep> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant("write" as const), where: number, by: number }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), where: number, message: number }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), where: number, message: number }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), where: number, by: number, message: number }) },
);
const steps = fc.array(step, { maxLength: 40 });

function hear(content: ConversationContent, { name, body }: MailRoom["told"][number]): void {
    if (name === "message:created") content.created(body as never);
    if (name === "message:updated") content.updated(body as never);
    if (name === "message:deleted") content.deleted(body as never);
    if (name === "message:read") content.readBy(body as never);
}

const seen = (content: ConversationContent) => content.list().map(({ readUpTo: _, ...conversation }) => conversation);

// What a store does when it is in doubt.
function settle(content: ConversationContent, mail: MailRoom): void {
    if (content.isDoubtful()) content.putList(mail.list(me), mail.seq, true);
    expect(content.isDoubtful()).toBe(false);
}

describe("conversations are as the server has them", () => {
    it("whatever the order of events, each as often as it likes", () => {
        fc.assert(
            fc.property(steps, steps, fc.infiniteStream(fc.nat()), fc.boolean(), (before, after, chance, open) => {
                const mail = new MailRoom();
                for (const one of before) mail.step(one);
                const content = new ConversationContent(() => me);
                content.putList(mail.list(me), mail.seq, true);
                const { id } = mail.list(me)[0]!;
                if (open) content.putPage(id, [...mail.messages(id)].reverse(), null, mail.seq, true);
                for (const one of after) mail.step(one);
                for (const told of shuffled([...mail.told, ...mail.told], chance)) hear(content, told);
                settle(content, mail);
                expect(seen(content)).toEqual(mail.list(me));
                if (open) expect(content.messages(id)).toEqual(mail.messages(id));
            }),
            { numRuns: 300 },
        );
    });

    it("when the answer crossed with events", () => {
        fc.assert(
            fc.property(steps, steps, steps, fc.nat(), (before, while_, after, early) => {
                const mail = new MailRoom();
                for (const one of before) mail.step(one);
                const asked = mail.seq;
                for (const one of while_) mail.step(one);
                const list = mail.list(me);
                for (const one of after) mail.step(one);
                const crossed = mail.told.filter(({ body }) => body.seq > asked);
                const place = crossed.length === 0 ? 0 : early % crossed.length;
                const content = new ConversationContent(() => me);
                for (const told of crossed.slice(0, place)) hear(content, told);
                content.putList(list, asked, true);
                for (const told of crossed.slice(place)) hear(content, told);
                settle(content, mail);
                expect(seen(content)).toEqual(mail.list(me));
            }),
            { numRuns: 300 },
        );
    });
});

describe("a group", () => {
    const group = { id: "01J00000000000000000000005", kind: "group" as const, title: "Trip", owner: "ada", supervised: false };
    const members = [{ id: "ada", name: "Ada" }];

    it("that was left and entered again is there", () => {
        const content = new ConversationContent(() => me);
        content.changed({ seq: "0000000000000001", conversation: { ...group, members } } as never);
        content.left({ seq: "0000000000000002", conversation: group.id } as never);
        expect(content.list()).toEqual([]);
        content.changed({ seq: "0000000000000003", conversation: { ...group, members } } as never);
        content.left({ seq: "0000000000000002", conversation: group.id } as never);
        expect(content.list()).toHaveLength(1);
    });
});
