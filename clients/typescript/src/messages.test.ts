import { describe, expect, it, vi } from "vitest";

import { MessagesStore } from "./messages.js";
import { FakeWire, settled } from "./testing/fake_wire.js";
import { MailRoom } from "./testing/mail_room.js";

async function loaded() {
    const mail = new MailRoom();
    mail.step({ do: "write", where: 0, by: 1 });
    const wire = new FakeWire();
    wire.last = mail.seq;
    const store = new MessagesStore(wire);
    void store.load();
    wire.take("conversation:list").answer({ conversations: mail.list("ada"), next: null });
    wire.take("block:list").answer({ users: ["cleo"] });
    await settled();
    const id = mail.list("ada")[0]!.id;
    const open = async () => {
        void store.open(id);
        wire.take("message:list").answer({ messages: [...mail.messages(id)].reverse(), next: null });
        await settled();
    };
    return { mail, wire, store, id, open };
}

describe("messages", () => {
    it("are counted, and read on all devices", async () => {
        const { mail, wire, store, id } = await loaded();
        expect(store.getSnapshot()).toMatchObject({ unread: 1, status: "ready" });
        expect([...store.getSnapshot().blocked]).toEqual(["cleo"]);
        void store.markRead(id);
        expect(store.getSnapshot().unread).toBe(0);
        expect(wire.take("message:read").body).toEqual({ conversation: id, upTo: mail.messages(id)[0]!.id });
        // Read already: nobody is asked.
        void store.markRead(id);
        expect(wire.asked).toEqual([]);
        mail.step({ do: "write", where: 0, by: 1 });
        wire.tell("message:created", mail.told.at(-1)!.body);
        expect(store.getSnapshot().unread).toBe(1);
        mail.step({ do: "read", where: 0, by: 0, message: 1 });
        wire.tell("message:read", mail.told.at(-1)!.body);
        expect(store.getSnapshot().unread).toBe(0);
    });

    it("that are written are there at once, and then as the server says, once", async () => {
        const { mail, wire, store, id, open } = await loaded();
        await open();
        const texts = () => {
            const { messages, pending } = store.getSnapshot().threads[id]!;
            return [messages.map(({ text }) => text), pending.map(({ draft }) => draft.text)];
        };
        void store.send({ conversation: id }, "text 12");
        expect(texts()).toEqual([["text 11"], ["text 12"]]);
        mail.step({ do: "write", where: 0, by: 0 });
        // Its event comes first, as after a reconnect that lost the answer.
        wire.tell("message:created", mail.told.at(-1)!.body);
        expect(texts()).toEqual([["text 11", "text 12"], []]);
        wire.take("message:send").answer({ message: mail.messages(id)[1] });
        await settled();
        expect(texts()).toEqual([["text 11", "text 12"], []]);
    });

    it("that are refused stay, and go again under the same key", async () => {
        const { wire, store } = await loaded();
        const sent = store.send({ user: "ben" }, "hello");
        const first = wire.take("message:send");
        first.refuse("forbidden");
        expect(await sent).toMatchObject({ code: "forbidden" });
        const [pending] = store.getSnapshot().pendingToUsers;
        expect(pending).toMatchObject({ failure: { code: "forbidden" } });
        store.retry(pending!.key);
        expect(wire.take("message:send").body).toEqual(first.body);
        store.discard(pending!.key);
        expect(store.getSnapshot().pendingToUsers).toEqual([]);
    });

    it("of a conversation that is not known make the list be asked for", async () => {
        const { mail, wire, store } = await loaded();
        vi.useFakeTimers();
        mail.step({ do: "write", where: 0, by: 1 });
        const { body } = mail.told.at(-1)!;
        const stranger = { ...(body.message as object), conversation: "01J00000000000000000000009" };
        wire.tell("message:created", { ...body, message: stranger });
        await vi.runOnlyPendingTimersAsync();
        vi.useRealTimers();
        expect(wire.take("conversation:list")).toBeDefined();
        expect(store.getSnapshot().status).toBe("ready");
    });

    it("are loaded again after a gap, with those that are open", async () => {
        const { wire, open } = await loaded();
        await open();
        wire.reset();
        expect(wire.asked.map(({ name }) => name).sort()).toEqual(["block:list", "conversation:list", "message:list"]);
    });
});
