// A document as Yjs sees it, in the words in which the library tells of one.
import * as Y from "yjs";

export function documentOf(updates) {
    const doc = new Y.Doc();
    for (const update of updates) Y.applyUpdate(doc, update);
    return doc;
}

function jsonOf(value) {
    if (value instanceof Y.XmlElement)
        return { element: value.nodeName, attributes: jsonOfMap(value), children: value.toArray().map(jsonOf) };
    if (value instanceof Y.XmlText || value instanceof Y.Text) return textOf(value);
    if (value instanceof Y.XmlFragment) return value.toArray().map(jsonOf);
    if (value instanceof Y.Array) return value.toArray().map((element) => jsonOf(element) ?? null);
    if (value instanceof Y.Map) return jsonOfMap(value);
    if (value instanceof Y.Doc) return { document: value.guid };
    if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
    return value === undefined ? undefined : jsonOfPlain(value);
}

function jsonOfPlain(value) {
    if (typeof value === "bigint") return String(value);
    if (typeof value === "number" && !Number.isFinite(value)) return null;
    if (Object.is(value, -0)) return 0;
    if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
    if (Array.isArray(value)) return value.map((element) => jsonOfPlain(element) ?? null);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
        Object.entries(value).filter(([, member]) => member !== undefined).map(([key, member]) => [key, jsonOfPlain(member)]),
    );
}

function jsonOfMap(type) {
    const entries = [];
    for (const [key, item] of type._map) {
        if (item.deleted) continue;
        const value = jsonOf(item.content.getContent()[item.length - 1]);
        if (value !== undefined) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
}

// What stands in a text; other than toString(), with the text of types in it.
function textOf(type) {
    let text = "";
    for (let item = type._start; item !== null; item = item.right) {
        if (item.deleted) continue;
        if (item.content instanceof Y.ContentString) text += item.content.str;
    }
    return text;
}

export const shownList = (doc, root) => jsonOf(doc.getArray(root));
export const shownMap = (doc, root) => jsonOf(doc.getMap(root));
export const shownText = (doc, root) => textOf(doc.getText(root));
export const shownXml = (doc, root) => jsonOf(doc.getXmlFragment(root));

// Who wrote each unit of a text: [client, clock], one a UTF-16 code unit.
export function authorsOfUnits(type) {
    const units = [];
    for (let item = type._start; item !== null; item = item.right) {
        if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
        for (let i = 0; i < item.length; ++i) units.push(`${item.id.client}:${item.id.clock + i}`);
    }
    return units;
}

export function unitsOf(authors) {
    const units = [];
    for (const [, length, client, clock] of authors)
        for (let i = 0; i < length; ++i) units.push(`${client}:${clock + i}`);
    return units;
}
