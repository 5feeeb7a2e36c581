// The figures of a campaign, and in words.

const findingsShown = 50;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function countBy(list, name) {
    const counts = {};
    for (const each of list) counts[name(each)] = (counts[name(each)] ?? 0) + 1;
    return counts;
}

// The longest time without an answer to anybody while there were faults.
function longestSilence(operations, began, ended) {
    const times = operations.map((one) => one.acknowledged).filter((at) => at !== null && at >= began && at <= ended);
    const marks = [began, ...times.sort((a, b) => a - b), ended];
    return Math.max(...marks.slice(1).map((at, i) => at - marks[i]));
}

function spread(delays) {
    const sorted = [...delays].sort((a, b) => a - b);
    const share = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
    return { p50: share(0.5), p99: share(0.99), longest: share(1) };
}

function total(counts) {
    const all = {};
    for (const [name, count] of counts.flatMap(Object.entries)) all[name] = (all[name] ?? 0) + count;
    return all;
}

export function report(campaign, judge, findings) {
    const { history, faults, surprises } = campaign;
    const operations = [...history.operations.values()];
    const readers = [...history.readers.values()];
    const count = (what) => findings.filter((finding) => finding.what === what).length;
    return {
        ok: findings.length === 0 && surprises.length === 0,
        seed: campaign.seed,
        seconds: campaign.seconds,
        brokers: campaign.count,
        operations: { begun: operations.length, byKind: countBy(operations, ({ kind }) => kind) },
        attempts: sum(campaign.loads.map(({ attempts }) => attempts)),
        askedAgain: total(campaign.loads.map(({ vain }) => vain)),
        acknowledged: operations.filter(({ acknowledged }) => acknowledged !== null).length,
        rosterChanges: sum(campaign.loads.map(({ changes }) => changes ?? 0)),
        faults: { total: faults.log.length, byKind: faults.count() },
        delivered: sum(readers.map(({ receipts }) => receipts.length)),
        connections: {
            seats: readers.length,
            sessions: sum(readers.map(({ sessions }) => sessions)),
            recovered: sum(readers.map(({ recovered }) => recovered)),
            gaps: sum(readers.map(({ gaps }) => gaps)),
        },
        kafka: history.hasKafka
            ? { records: history.records.length, repeated: judge.repeated, deadLetters: new Set(history.letters).size }
            : null,
        lost: count("lost"),
        doubled: count("doubled"),
        outOfOrder: count("out_of_order"),
        leaked: count("leaked"),
        otherFindings: countBy(
            findings.filter(({ what }) => !["lost", "doubled", "out_of_order", "leaked"].includes(what)),
            ({ what }) => what,
        ),
        longestSilence: longestSilence(operations, campaign.began, campaign.ended),
        delivery: spread(judge.delays),
        commandDelivery: spread(judge.commandDelays),
        afterMending: { allAnswered: campaign.finished - campaign.ended, allSettled: campaign.settled - campaign.ended },
        surprises,
        findings: findings.slice(0, findingsShown),
    };
}

export function inWords(result) {
    const { operations, faults, connections, kafka, delivery, commandDelivery } = result;
    const lines = [
        `${result.ok ? "passed" : "FAILED"}: ${result.seconds} s, ${result.brokers} brokers, seed ${result.seed}`,
        `asked for      ${operations.begun} (${pairs(operations.byKind)}) in ${result.attempts} attempts (${pairs(result.askedAgain)}); ${result.rosterChanges} changes of the roster`,
        `acknowledged   ${result.acknowledged}`,
        `faults         ${faults.total} (${pairs(faults.byKind)})`,
        `delivered      ${result.delivered} events to ${connections.seats} seats in ${connections.sessions} sessions, ${connections.recovered} recovered, ${connections.gaps} gaps`,
        ...(kafka ? [`in Kafka       ${kafka.records} records, ${kafka.repeated} of them repeated; ${kafka.deadLetters} dead letters`] : []),
        `lost ${result.lost}, doubled ${result.doubled}, out of order ${result.outOfOrder}, leaked ${result.leaked}${Object.keys(result.otherFindings).length ? `, ${pairs(result.otherFindings)}` : ""}`,
        `longest time without any answer ${result.longestSilence} ms; answer to delivery p50 ${delivery.p50}, p99 ${delivery.p99}, longest ${delivery.longest} ms; of commands p50 ${commandDelivery.p50}, p99 ${commandDelivery.p99}, longest ${commandDelivery.longest} ms`,
        ...result.surprises.map(({ words, log }) => `SURPRISE: ${words}\n${log ?? ""}`),
        ...result.findings.map(({ what, where, token, words }) => `${what}: ${where}: ${token ?? ""} ${words}`),
    ];
    return lines.join("\n");
}

const pairs = (counts) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(", ");
