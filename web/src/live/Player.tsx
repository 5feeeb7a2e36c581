// The picture of one live class.

import type { Live } from "@homeroom/client";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../strings";
import { Watching } from "./watching";

export function Player({ live, onClose }: { live: Live; onClose(): void }) {
    const video = useRef<HTMLVideoElement>(null);
    const [watching, setWatching] = useState<Watching | null>(null);
    useEffect(() => {
        const one = new Watching(live, () => video.current);
        setWatching(one);
        return () => one.close();
    }, [live.id]);
    const words = t().live;
    const state = watching?.state.value ?? "asking";
    const viewers = watching?.viewers.value;
    const hint =
        live.status === "interrupted"
            ? words.interrupted
            : { asking: words.connecting, soon: words.soon, connecting: words.connecting, playing: "", broken: words.broken, link: "", none: words.noPlayer, removed: words.removed, over: words.statuses.ended }[state];
    const shown = state === "connecting" || state === "playing" || state === "broken";
    return (
        <section class="card panel live-player" aria-label={live.title} data-testid="live-player" data-state={state}>
            <video ref={video} autoplay playsInline controls hidden={!shown} data-testid="live-video" />
            {hint && (
                <p class="meta" role="status">
                    {hint}
                </p>
            )}
            {state === "link" && watching?.link.value && (
                <p>
                    <a class="primary" href={watching.link.value} target="_blank" rel="noopener noreferrer" data-testid="live-link">
                        {live.recording ? words.openRecording : words.open}
                    </a>
                </p>
            )}
            <div class="form-foot">
                {viewers && <span class="meta" data-testid="live-viewers">{words.viewers(viewers.count, viewers.rounded)}</span>}
                <button type="button" class="quiet" onClick={onClose}>
                    {words.stopWatching}
                </button>
            </div>
        </section>
    );
}
