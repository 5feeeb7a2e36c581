import { locale } from "../strings";
import { now, relativeTime } from "./clock";

export function Time({ at }: { at: string }) {
    return (
        <time class="time" dateTime={at} title={new Date(at).toLocaleString(locale.value)}>
            {relativeTime(at, now.value)}
        </time>
    );
}
