// Comments beside a document: a Yjs document of their own, whose text has one line of JSON for each. Who wrote one is not in the
// line, where anybody could write anything: it is what the server attests of it (doc:authors).

import type { Person, Requests } from "@homeroom/client";

import type { Anchor } from "./editor";

export const commentsRoot = "comments";

export interface Comment {
    id: string;
    to: string | null; // the comment that it answers
    anchor: Anchor | null;
    quote: string;
    text: string;
    resolved: boolean;
    // The stretch of the text that it is.
    begin: number;
    length: number;
}

export interface AttestedComment extends Comment {
    by: Person | null; // null: not one person's, or not known yet
    at: string | null;
}

const textMax = 4_000;
const commentsMax = 500;

export function lineOf({ id, to, anchor, quote, text }: Pick<Comment, "id" | "to" | "anchor" | "quote" | "text">): string {
    return `${JSON.stringify({ id, ...(to ? { to } : {}), ...(anchor ? { anchor } : {}), ...(quote ? { quote } : {}), text })}\n`;
}

// A line of its own says that one is settled, so that nobody's words are changed.
export const settlingLineOf = (id: string): string => `${JSON.stringify({ id: `${id}+`, settles: id })}\n`;

// What is no comment is left out: any commenter can write any line.
export function commentsIn(whole: string): Comment[] {
    const comments: Comment[] = [];
    const settled = new Set<string>();
    let begin = 0;
    for (const line of whole.split("\n")) {
        const length = line.length + 1;
        const read = readLine(line);
        if (read?.settles) settled.add(read.settles);
        else if (read?.comment && comments.length < commentsMax && !comments.some(({ id }) => id === read.comment!.id)) comments.push({ ...read.comment, resolved: false, begin, length: line.length });
        begin += length;
    }
    return comments.map((comment) => ({ ...comment, resolved: settled.has(comment.id) }));
}

function readLine(line: string): { settles?: string; comment?: Omit<Comment, "resolved" | "begin" | "length"> } | null {
    try {
        const value = JSON.parse(line) as Record<string, unknown> | null;
        if (typeof value?.id !== "string" || value.id.length > 80) return null;
        if (typeof value.settles === "string") return { settles: value.settles };
        if (typeof value.text !== "string") return null;
        const anchor = value.anchor as Partial<Anchor> | undefined;
        return {
            comment: {
                id: value.id,
                to: typeof value.to === "string" ? value.to : null,
                anchor: typeof anchor?.from === "string" && typeof anchor.to === "string" ? { from: anchor.from, to: anchor.to } : null,
                quote: typeof value.quote === "string" ? value.quote.slice(0, 300) : "",
                text: value.text.slice(0, textMax),
            },
        };
    } catch {
        return null;
    }
}

type Attested = Requests["doc:authors"]["answer"];

// Only what is one person's from its first letter to its last is shown as his.
export function attest(comments: Comment[], { parts }: Pick<Attested, "parts">): AttestedComment[] {
    return comments.map((comment) => {
        const end = comment.begin + comment.length;
        const its = parts.filter((part) => part.begin < end && part.begin + part.length > comment.begin);
        const [first] = its;
        const one = first?.by && its.every(({ by }) => by?.id === first.by!.id) ? first.by : null;
        return { ...comment, by: one, at: first?.beganAt ?? null };
    });
}
