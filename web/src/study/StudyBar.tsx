// Over every other page: that one is in a study session, and the way back to it.

import type { StudySessionStore } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { hrefOf, route } from "../app/router";
import { t } from "../strings";
import { attending, lookAway } from "./attending";

export function StudyBar() {
    const store = attending.value;
    const { value } = route;
    if (!store || (value.page === "study" && value.session === store.id)) return null;
    return <Bar key={store.id} store={store} />;
}

function Bar({ store }: { store: StudySessionStore }) {
    const [{ status, session }, setStudy] = useState(store.getSnapshot);
    useEffect(
        () =>
            store.subscribe(() => {
                setStudy(store.getSnapshot());
                // It is over.
                if (store.getSnapshot().status === "outside") lookAway(store);
            }),
        [store],
    );
    if (status !== "in" || !session) return null;
    const words = t().study;
    return (
        <p class="study-bar" role="status" data-testid="study-bar">
            <a href={hrefOf.study(store.id)} class="one-line">
                {words.youAreStillIn(session.title)}
            </a>
            <button type="button" class="quiet" onClick={() => void store.leave()}>
                {words.leave}
            </button>
        </p>
    );
}
