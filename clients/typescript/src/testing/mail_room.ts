// Conversations as the server keeps them, a step at a time, seen by one user.

import type { EventName, Message, OwnConversation } from "../protocol.js";
import { people } from "./class_room.js";
import { idOf, seqOf, timeOf } from "./fake_wire.js";

export type MailStep =
    | { do: "write"; where: number; by: number }
    | { do: "edit"; where: number; message: number }
    | { do: "delete"; where: number; message: number }
    | { do: "read"; where: number; by: number; message: number };

export class MailRoom {
    readonly told: { name: EventName; body: Record<string, unknown> & { seq: string } }[] = [];
    private number = 10;
    private readonly kept = ["A", "B"].map((letter, index) => ({
        id: idOf(index),
        letter,
        messages: [] as Message[],
        readUpTo: new Map<string, string>(),
    }));

    get seq(): string {
        return seqOf(this.number);
    }

    step(step: MailStep): void {
        const conversation = this.kept[step.where % this.kept.length]!;
        const message = "message" in step ? conversation.messages[step.message % Math.max(1, conversation.messages.length)] : undefined;
        if (step.do === "write") {
            const id = idOf(++this.number);
            const author = people[step.by % people.length]!;
            const written: Message = { id, conversation: conversation.id, author, text: `text ${this.number}`, createdAt: timeOf(this.number), editedAt: null };
            conversation.messages.push(written);
            return this.tell("message:created", { message: written }, author);
        }
        if (!message) return;
        if (step.do === "edit") {
            ++this.number;
            const edited = { ...message, text: `text ${this.number}`, editedAt: timeOf(this.number) };
            conversation.messages[conversation.messages.indexOf(message)] = edited;
            return this.tell("message:updated", { message: edited }, message.author);
        }
        if (step.do === "delete") {
            ++this.number;
            conversation.messages = conversation.messages.filter((one) => one !== message);
            return this.tell("message:deleted", { conversation: conversation.id, messageId: message.id }, message.author);
        }
        const reader = people[step.by % people.length]!;
        if ((conversation.readUpTo.get(reader.id) ?? "") >= message.id) return;
        ++this.number;
        conversation.readUpTo.set(reader.id, message.id);
        this.tell("message:read", { conversation: conversation.id, user: reader.id, upTo: message.id }, reader);
    }

    list(me: string): OwnConversation[] {
        return this.kept
            .map(({ id, messages, readUpTo }): OwnConversation => ({
                id,
                kind: "group",
                title: null,
                owner: "ada",
                members: people.map((person) => ({ ...person, readUpTo: readUpTo.get(person.id) ?? null })),
                supervised: false,
                lastMessage: messages.at(-1) ?? null,
                unread: messages.filter((message) => message.author.id !== me && message.id > (readUpTo.get(me) ?? "")).length,
            }))
            .sort((one, other) => ((one.lastMessage?.id ?? one.id) < (other.lastMessage?.id ?? other.id) ? 1 : -1));
    }

    messages(id: string): Message[] {
        return this.kept.find((one) => one.id === id)!.messages;
    }

    private tell(name: EventName, body: object, by: { id: string; name: string }): void {
        this.told.push({ name, body: { seq: this.seq, id: idOf(this.number), room: "conversation", at: timeOf(this.number), by, ...body } });
    }
}
