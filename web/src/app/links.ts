// Where the links are in a text. Only http and https are links: no script, no file, no mail to anybody.

export interface TextPart {
    text: string;
    href?: string;
    mention?: true;
}

const address = /\bhttps?:\/\/[^\s<>"'`\\]+/gi;
// What ends a sentence is not of the address; a bracket is, if it was opened in it.
const trailing = /[.,;:!?…'")\]}]+$/;

export function linksIn(text: string): TextPart[] {
    const parts: TextPart[] = [];
    let done = 0;
    for (const match of text.matchAll(address)) {
        const found = trimmed(match[0]);
        const href = safeHref(found);
        if (!href) continue;
        if (match.index > done) parts.push({ text: text.slice(done, match.index) });
        parts.push({ text: found, href });
        done = match.index + found.length;
    }
    if (done < text.length) parts.push({ text: text.slice(done) });
    return parts;
}

// The same with the names of those who are mentioned.
export function partsOf(text: string, names: string[]): TextPart[] {
    const parts = linksIn(text);
    return names.reduce((some, name) => some.flatMap((part) => (part.href || part.mention ? [part] : around(part.text, `@${name}`))), parts);
}

function around(text: string, mention: string): TextPart[] {
    return text.split(mention).flatMap((piece, place) => [
        ...(place > 0 ? [{ text: mention, mention: true as const }] : []),
        ...(piece === "" ? [] : [{ text: piece }]),
    ]);
}

function trimmed(found: string): string {
    let end = found;
    for (;;) {
        const tail = trailing.exec(end)?.[0];
        if (!tail) return end;
        const balanced = tail.startsWith(")") && end.split("(").length >= end.split(")").length;
        if (balanced) return end.slice(0, end.length - tail.length + 1);
        end = end.slice(0, -1);
    }
}

export function safeHref(found: string): string | null {
    try {
        const url = new URL(found);
        // A name and password in an address only serve to make it look like another.
        if (url.username || url.password) return null;
        return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
    } catch {
        return null;
    }
}
