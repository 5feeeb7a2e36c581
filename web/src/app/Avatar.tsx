import type { Person } from "@homeroom/client";

const colours = 10; // .avatar-0 … .avatar-9 in style/avatars.css

export function initials(name: string): string {
    const words = name.trim().split(/\s+/).filter(Boolean);
    const first = words[0] ?? "?";
    const last = words.length > 1 ? words[words.length - 1]! : "";
    return (letter(first) + letter(last)).toUpperCase();
}

// The same person has the same colour everywhere.
export function colourOf(id: string): number {
    let hash = 0x811c9dc5; // FNV-1a, whose last bits differ also between ids that differ in one letter
    for (const character of id) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return (hash >>> 0) % colours;
}

export function Avatar({ person, size = "medium" }: { person: Person; size?: "small" | "medium" | "large" }) {
    return (
        <span class={`avatar avatar-${size} avatar-${colourOf(person.id)}`} aria-hidden="true">
            {initials(person.name)}
        </span>
    );
}

// A whole character, also where it takes two code units.
function letter(word: string): string {
    return [...word][0] ?? "";
}
