// What a text document may have in it. No images, and nothing that loads anything; links are http and https only, whoever wrote
// them: what arrives from others is rendered by this, too.

import { Schema, type DOMOutputSpec, type MarkSpec, type NodeSpec } from "prosemirror-model";

import { safeHref } from "../app/links";

const plain = (tag: string): { parseDOM: { tag: string }[]; toDOM: () => DOMOutputSpec } => ({ parseDOM: [{ tag }], toDOM: () => [tag, 0] });

const nodes = {
    doc: { content: "block+" },
    paragraph: { content: "inline*", group: "block", parseDOM: [{ tag: "p" }], toDOM: () => ["p", { dir: "auto" }, 0] },
    heading: {
        attrs: { level: { default: 1 } },
        content: "inline*",
        group: "block",
        defining: true,
        parseDOM: [1, 2, 3].map((level) => ({ tag: `h${level}`, attrs: { level } })),
        // One below the page's own heading.
        toDOM: ({ attrs }) => [`h${Math.min(4, Math.max(2, Number(attrs.level) + 1 || 2))}`, { dir: "auto" }, 0],
    },
    blockquote: { content: "block+", group: "block", defining: true, ...plain("blockquote") },
    code_block: {
        content: "text*",
        marks: "",
        group: "block",
        code: true,
        defining: true,
        parseDOM: [{ tag: "pre", preserveWhitespace: "full" }],
        toDOM: () => ["pre", ["code", 0]],
    },
    horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
    ordered_list: { content: "list_item+", group: "block", attrs: { order: { default: 1 } }, ...plain("ol") },
    bullet_list: { content: "list_item+", group: "block", ...plain("ul") },
    list_item: { content: "paragraph block*", defining: true, ...plain("li") },
    text: { group: "inline" },
    hard_break: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
} satisfies Record<string, NodeSpec>;

const marks = {
    link: {
        attrs: { href: {} },
        inclusive: false,
        parseDOM: [
            {
                tag: "a[href]",
                getAttrs: (link) => {
                    const href = safeHref((link as HTMLElement).getAttribute("href") ?? "");
                    return href ? { href } : false;
                },
            },
        ],
        toDOM: ({ attrs }) => {
            const href = safeHref(String(attrs.href));
            return href ? ["a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, 0] : ["span", 0];
        },
    },
    em: plain("em"),
    strong: plain("strong"),
    code: plain("code"),
    // y-prosemirror marks with these what has changed between versions; they are never written.
    ychange: { attrs: { user: { default: null }, type: { default: null } }, inclusive: false, toDOM: () => ["span", 0] },
} satisfies Record<string, MarkSpec>;
marks.em.parseDOM.push({ tag: "i" });
marks.strong.parseDOM.push({ tag: "b" });

export const schema = new Schema({ nodes, marks } as { nodes: Record<string, NodeSpec>; marks: Record<string, MarkSpec> });

// The root of a document's text; who may see it asks the server about it by this name.
export const textRoot = "prosemirror";
