// The children of a guardian, as they have come by: by grades of theirs, or when it was said whose guardian one is.

import { signal } from "@preact/signals";

import { withEachSignIn } from "../app/homeroom";

// By id; null: the name is not known.
export const children = signal<Readonly<Record<string, string | null>>>({});

export function meetChild(id: string, name: string | null): void {
    if (id in children.value && (name === null || children.value[id] === name)) return;
    children.value = { ...children.value, [id]: name ?? children.value[id] ?? null };
}

withEachSignIn((client) => {
    const mine = () => client.connection.me();
    const fromInbox = () => {
        for (const { target } of client.notifications.getSnapshot().notifications) {
            if ("student" in target && target.student !== mine()) meetChild(target.student, null);
        }
    };
    fromInbox();
    const ends = [
        client.notifications.subscribe(fromInbox),
        client.on("grade:updated", ({ grade }) => grade.student.id !== mine() && meetChild(grade.student.id, grade.student.name)),
        client.on("guardian:changed", ({ students }) => {
            children.value = Object.fromEntries(students.map((id) => [id, children.value[id] ?? null]));
        }),
    ];
    return () => {
        for (const end of ends) end();
        children.value = {};
    };
});
