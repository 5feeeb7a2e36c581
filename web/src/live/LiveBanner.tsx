// Over a room's posts: that something is live in it, and the way there.

import { homeroom } from "../app/homeroom";
import { hrefOf } from "../app/router";
import { useStore } from "../app/useStore";
import type { Room } from "../rooms/state";
import { t } from "../strings";

export function LiveBanner({ room }: { room: Room }) {
    const [, list] = useStore(() => homeroom.value!.lives({ room: room.name, open: true }));
    const now = list.lives.filter(({ status }) => status === "live" || status === "interrupted");
    return (
        <>
            {now.map((live) => (
                <div class="card retry call-going" key={live.id} data-testid="live-banner">
                    <span dir="auto">{t().live.now(live.title)}</span>
                    <a class="primary" href={hrefOf.room(room.name, "live")}>
                        {t().live.watch}
                    </a>
                </div>
            ))}
        </>
    );
}
