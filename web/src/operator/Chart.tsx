// A line over time, small and without axes: its highest value and its newest are written beside it.

import { locale, t } from "../strings";

const width = 320;
const height = 80;

export function Chart({ title, values, digits = 1 }: { title: string; values: number[]; digits?: number }) {
    const number = (value: number) => value.toLocaleString(locale.value, { maximumFractionDigits: digits });
    const newest = values[values.length - 1];
    const most = Math.max(...values, 0);
    const x = (place: number) => (values.length < 2 ? width : (place / (values.length - 1)) * width);
    const y = (value: number) => height - 2 - (most === 0 ? 0 : (value / most) * (height - 16));
    const line = values.map((value, place) => `${place === 0 ? "M" : "L"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    return (
        <figure class="card panel chart" data-testid="chart">
            <figcaption class="panel-head">
                <span class="section-title">{title}</span>
                <strong class="numbers">{newest === undefined ? "–" : number(newest)}</strong>
            </figcaption>
            {values.length < 2 ? (
                <p class="hint">{t().operator.collecting}</p>
            ) : (
                <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t().operator.chart(title, number(newest!))}>
                    <path class="chart-ground" d={`${line}L${width} ${height}L0 ${height}Z`} />
                    <path class="chart-line" d={line} />
                </svg>
            )}
            <span class="meta chart-most">{values.length < 2 || most === 0 ? "" : t().operator.highest(number(most))}</span>
        </figure>
    );
}
