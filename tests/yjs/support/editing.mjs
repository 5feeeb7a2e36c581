// Some people editing one document at the same time, at random: all that a document can hold, what editors do to it, and
// exchanges that lag, repeat and come out of order.
import * as Y from "yjs";

const words = ["a", "bc", "hello ", "ä", "漢字", "🙂", "x🙂y", "👩‍👩‍👧", "\n", "\"\\", " ", "zzzzzzzz"];

function anyValue(random, depth = 0) {
    const kinds = 12;
    switch (random.below(depth < 3 ? kinds : kinds - 2)) {
        case 0: return null;
        case 1: return random.chance(0.5);
        case 2: return random.below(1000) - 500;
        case 3: return random.number() * 1e6;
        case 4: return 2 ** 40 + random.below(100);
        case 5: return random.of(words);
        case 6: return 0.5;
        case 7: return new Uint8Array([1, 2, random.below(256)]);
        case 8: return undefined;
        case 9: return BigInt(random.below(1000));
        case 10: return Array.from({ length: random.below(3) }, () => anyValue(random, depth + 1));
        default: return Object.fromEntries(random.shuffled(["p", "q", "r"]).slice(random.below(4)).map((key) => [key, anyValue(random, depth + 1)]));
    }
}

function newType(random) {
    return random.of([() => new Y.Text(random.of(words)), () => new Y.Map([["k", 1]]), () => Y.Array.from([1, "two"])])();
}

function content(random) {
    if (random.chance(0.2)) return newType(random);
    if (random.chance(0.05)) return new Y.Doc({ guid: `guid${random.below(1000)}` });
    return anyValue(random);
}

// Editors put the cursor between characters. Where one does not, Yjs replaces both halves, and documents that got the whole
// state before and after no longer agree on what was there.
function between(random, text, options, begin = 0) {
    const position = begin + random.below(text.length - begin + 1);
    if (options.cutsCharacters || text.length === 0) return position;
    const isHalf = /[\udc00-\udfff]/.test(unitAt(text, position));
    return isHalf ? position - 1 : position;
}

function unitAt(text, position) {
    let passed = 0;
    for (let item = text._start; item !== null; item = item.right) {
        if (item.deleted || !item.countable) continue;
        if (position < passed + item.length) return item.content.str?.[position - passed] ?? "";
        passed += item.length;
    }
    return "";
}

function editText(random, text, options) {
    const at = between(random, text, options);
    const rest = Math.max(0, between(random, text, options, at) - at);
    switch (random.below(8)) {
        case 0:
        case 1:
        case 2:
        case 3: return text.insert(at, random.of(words));
        case 4:
        case 5: return rest > 0 && text.delete(at, rest);
        case 6: return rest > 0 && text.format(at, rest, { bold: random.chance(0.5) ? true : null });
        default: return text.insertEmbed(at, { image: random.of(words) });
    }
}

// What Y.Array does not take as an element of its own it takes within one.
function element(random) {
    const chosen = content(random);
    return typeof chosen === "bigint" || chosen === undefined ? [chosen] : chosen;
}

function editArray(random, array) {
    const at = random.below(array.length + 1);
    const rest = array.length - at;
    if (random.chance(0.6)) return array.insert(at, Array.from({ length: 1 + random.below(3) }, () => element(random)));
    if (rest > 0) array.delete(at, 1 + random.below(Math.min(rest, 3)));
}

function editMap(random, map) {
    const key = random.of(["one", "two", "three", "ключ"]);
    if (random.chance(0.75)) map.set(key, content(random));
    else map.delete(key);
}

function editXml(random, fragment, options) {
    const at = random.below(fragment.length + 1);
    const child = random.chance(0.7) && fragment.length > 0 ? fragment.get(random.below(fragment.length)) : null;
    if (child instanceof Y.XmlText) return editText(random, child, options);
    if (child instanceof Y.XmlElement && random.chance(0.6)) {
        if (random.chance(0.4)) return child.setAttribute(random.of(["href", "class"]), random.of(words));
        return editXml(random, child, options);
    }
    if (fragment.length > 0 && random.chance(0.2)) return fragment.delete(random.below(fragment.length), 1);
    fragment.insert(at, [random.chance(0.5) ? new Y.XmlElement(random.of(["p", "div"])) : new Y.XmlText(random.of(words))]);
}

function editNested(random, type, options) {
    const inner = [...type._map.values()].filter((item) => !item.deleted).map((item) => item.content.type).filter(Boolean);
    if (inner.length === 0) return editMap(random, type);
    const chosen = random.of(inner);
    if (chosen instanceof Y.Text) editText(random, chosen, options);
    else if (chosen instanceof Y.Array) editArray(random, chosen);
    else if (chosen instanceof Y.Map) editMap(random, chosen);
}

function edit(random, doc, options) {
    switch (random.below(8)) {
        case 0:
        case 1:
        case 2: return editText(random, doc.getText("text"), options);
        case 3: return editArray(random, doc.getArray("list"));
        case 4: return editMap(random, doc.getMap("map"));
        case 5: return editNested(random, doc.getMap("map"), options);
        default: return editXml(random, doc.getXmlFragment("xml"), options);
    }
}

// All updates in the order in which they were made, and a document that has seen them all.
// Options: `cutsCharacters`: also within one; `states`: now and then a whole document is sent; `gc`: Yjs throws away what was
// deleted.
export function editTogether(random, { people = 3, steps = 60, ...options }) {
    const { states = true, gc = true } = options;
    const updates = [];
    const docs = Array.from({ length: people }, (_, number) => {
        const doc = new Y.Doc({ gc: gc && random.chance(0.8) });
        doc.clientID = random.chance(0.5) ? number + 1 : 1 + random.below(2 ** 32 - 1);
        doc.undo = new Y.UndoManager([doc.getText("text"), doc.getMap("map"), doc.getArray("list")], { captureTimeout: 0 });
        doc.on("update", (update, origin) => origin !== "peer" && updates.push(update));
        return doc;
    });
    const inboxes = docs.map(() => 0);
    for (let step = 0; step < steps; ++step) {
        const who = random.below(people);
        const doc = docs[who];
        const act = random.number();
        if (act < 0.65) doc.transact(() => { for (let i = random.below(3); i >= 0; --i) edit(random, doc, options); });
        else if (act < 0.72) random.chance(0.7) ? doc.undo.undo() : doc.undo.redo();
        else if (act < 0.9) {
            const end = random.chance(0.5) ? updates.length : Math.min(updates.length, inboxes[who] + random.below(8));
            for (const update of random.shuffled(updates.slice(inboxes[who], end))) Y.applyUpdate(doc, update, "peer");
            inboxes[who] = end;
        } else if (states) {
            // A reconnect: the whole state, as one update of a kind that single edits do not give.
            const state = Y.encodeStateAsUpdate(doc, random.chance(0.5) ? undefined : Y.encodeStateVector(docs[random.below(people)]));
            updates.push(state);
        }
    }
    return updates;
}
