// Finds where two transcripts of one script part, and what of that is listed.

// A client parses what is in a packet.
function inOneForm(line) {
    if (!line.startsWith('"')) return line;
    const [whole, head, json] = /^(4[0-6](?:\d+-)?(?:\/[^,]*,)?\d*)(.+)$/su.exec(JSON.parse(line)) ?? [];
    if (!whole) return line;
    try {
        return JSON.stringify(head + JSON.stringify(JSON.parse(json)));
    } catch {
        return line;
    }
}

export const comparable = (seen) => seen.map(([channel, lines]) => [channel, lines.map(inOneForm)]);
const same = (node, ours) => JSON.stringify(node) === JSON.stringify(ours);

const seenBy = (client, all) => all.find((one) => one.client === client).seen;

// listed: see differences.mjs. → { explained: [name, …], unexplained: null or { index, client } }
export function compare(script, node, ours, listed) {
    const explained = [];
    const parted = new Set();
    for (const [index, step] of script.steps.entries()) {
        for (const { client, seen } of node[index]) {
            if (parted.has(client)) continue;
            const exactly = { node: seen, ours: seenBy(client, ours[index]) };
            if (same(exactly.node, exactly.ours)) continue;
            const [nodeLater, oursLater] = [node, ours].map((transcript) =>
                transcript.slice(index + 1).flatMap((all) => seenBy(client, all)),
            );
            const place = {
                script,
                index,
                step,
                client,
                exactly,
                later: { node: nodeLater, ours: oursLater },
                node: comparable(exactly.node),
                ours: comparable(exactly.ours),
            };
            const found = listed.find((one) => one.explains(place));
            if (!found) return { explained, unexplained: { index, client } };
            explained.push(found.name);
            if (found.parts) parted.add(client);
        }
    }
    return { explained, unexplained: null };
}
