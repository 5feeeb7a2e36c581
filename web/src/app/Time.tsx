import { now, relativeTime } from "./clock";

export function Time({ at }: { at: string }) {
    return (
        <time class="time" dateTime={at} title={new Date(at).toLocaleString()}>
            {relativeTime(at, now.value)}
        </time>
    );
}
