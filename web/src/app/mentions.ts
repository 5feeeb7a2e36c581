// "@Name" in a text: what is being typed, and who of those that were chosen is still in it.

import type { Person } from "@homeroom/client";

const suggestionsMax = 6;

// What stands between the last "@" and the caret, if that may be the beginning of a name: at the start or behind a space.
export function begunAt(text: string, caret: number): { from: number; begun: string } | null {
    const before = text.slice(0, caret);
    const from = before.lastIndexOf("@");
    if (from < 0 || (from > 0 && !/[\s(]/.test(before[from - 1]!))) return null;
    const begun = before.slice(from + 1);
    return begun.length > 40 || begun.includes("\n") ? null : { from, begun };
}

// Any word of the name may be begun.
export function suggestionsFor(begun: string, people: Person[]): Person[] {
    const sought = begun.toLocaleLowerCase();
    const fits = ({ name }: Person) => {
        const whole = name.toLocaleLowerCase();
        return whole.startsWith(sought) || whole.split(/\s+/).some((word) => word.startsWith(sought));
    };
    return people.filter((person) => fits(person) && person.name.toLocaleLowerCase() !== sought.trimEnd()).slice(0, suggestionsMax);
}

export function complete(text: string, caret: number, from: number, { name }: Person): { text: string; caret: number } {
    const inserted = `@${name} `;
    return { text: text.slice(0, from) + inserted + text.slice(caret).replace(/^ /, ""), caret: from + inserted.length };
}

export const mentionedIn = (text: string, people: Person[]): string[] => people.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
