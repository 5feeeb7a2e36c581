// How the server does: now, and since the page was opened.

import { useEffect, useState } from "preact/hooks";

import { GaugeIcon } from "../app/icons";
import { Empty, Placeholders } from "../app/parts";
import { locale, t } from "../strings";
import { readMetrics } from "./api";
import { Chart } from "./Chart";
import { Health } from "./Health";
import { numbersIn, rateOf, sharesOf, sumOf, type Reading } from "./metrics";

const every = 5_000;
const readingsMax = 120; // ten minutes
const silence = "homeroom_roster_change_to_silence_seconds";
const refusals = ["homeroom_limit_reached_total", "homeroom_rate_limited_total"];

export function Overview() {
    const [readings, setReadings] = useState<Reading[]>([]);
    const [isMissing, setMissing] = useState(false);
    const words = t().operator;
    useEffect(() => {
        let over = false;
        const look = async () => {
            if (document.hidden) return;
            const began = performance.now();
            const text = await readMetrics();
            if (over) return;
            setMissing(text === null);
            if (text === null) return;
            const reading = { at: Date.now(), took: performance.now() - began, numbers: numbersIn(text) };
            setReadings((before) => [...before, reading].slice(-readingsMax));
        };
        void look();
        const clock = setInterval(() => void look(), every);
        return () => {
            over = true;
            clearInterval(clock);
        };
    }, []);
    const latest = readings[readings.length - 1];
    if (!latest) {
        return (
            <>
                <Health />
                {isMissing ? <Empty icon={<GaugeIcon />} title={words.noMetrics} text={words.noMetricsWhy} /> : <Placeholders count={2} />}
            </>
        );
    }
    const number = (value: number) => value.toLocaleString(locale.value);
    const now = (name: string) => sumOf(latest.numbers, name);
    const tiles = [
        ["users", number(now("homeroom_users_connected"))],
        ["connections", number(now("homeroom_connections"))],
        ["documents", number(now("homeroom_documents_open"))],
        ["calls", number(now("homeroom_calls"))],
        ["rosterUsers", number(now("homeroom_roster_users"))],
        ["memory", `${number(Math.round(now("process_resident_memory_bytes") / 1024 / 1024))} MiB`],
    ] as const;
    const rates = (...names: string[]) => readings.slice(1).map((reading, place) => names.reduce((sum, name) => sum + rateOf(name, readings[place]!, reading), 0));
    const shares = sharesOf(latest.numbers, silence).filter(({ share }, place, all) => place === 0 || share > all[place - 1]!.share);
    const percent = (share: number) => share.toLocaleString(locale.value, { style: "percent", maximumFractionDigits: 1 });
    return (
        <>
            <Health />
            <dl class="numbers-row">
                {tiles.map(([name, value]) => (
                    <div class="card" key={name}>
                        <dt class="meta">{words.tiles[name]}</dt>
                        <dd class="numbers" data-testid={`number-${name}`}>
                            {value}
                        </dd>
                    </div>
                ))}
            </dl>
            <div class="charts">
                <Chart title={words.events} values={rates("homeroom_journal_seq")} />
                <Chart title={words.people} values={readings.map(({ numbers }) => sumOf(numbers, "homeroom_users_connected"))} digits={0} />
                <Chart title={words.latency} values={readings.map(({ took }) => took)} digits={0} />
                <Chart title={words.refusals} values={rates(...refusals)} />
            </div>
            {shares.length > 0 && (
                <section class="card panel">
                    <h2 class="section-title">{words.silence}</h2>
                    <ul class="rows">
                        {shares.map(({ within, share }) => (
                            <li key={within}>
                                <span>{words.within(percent(share), within < 1 ? `${within * 1000} ms` : `${within} s`)}</span>
                                <progress max={1} value={share} aria-hidden="true" />
                            </li>
                        ))}
                    </ul>
                </section>
            )}
        </>
    );
}
