// What happens without anybody pressing anything: coming back with the sign-in of this tab, the title, "away", warnings.

import { effect } from "@preact/signals";

import { currentRoom, unread } from "../rooms/rooms";
import { t } from "../strings";
import { timeOfDay } from "./clock";
import { forgetDrafts } from "./drafts";
import { ending, enter, homeroom, messages, myId, notifications, signIn, withEachSignIn } from "./homeroom";
import { notify } from "./notices";
import { route } from "./router";

let draftsOf = ""; // whose drafts are kept

export function start(): void {
    effect(() => {
        if (myId.value === "" || draftsOf === myId.value) return;
        if (draftsOf !== "") forgetDrafts();
        draftsOf = myId.value;
    });
    effect(() => {
        const { value } = route;
        const pages = t().pages as Record<string, string>;
        const place = value.page === "room" ? currentRoom.value?.title : pages[value.page];
        const news = unread.value.size + (messages.value?.unread ?? 0) + (notifications.value?.unseen ?? 0);
        document.title = `${news > 0 ? "• " : ""}${place ? `${place} · ` : ""}${t().app.name}`;
    });
    effect(() => {
        if (ending.value) notify(t().app.signInEnds(timeOfDay(ending.value)));
    });
    document.addEventListener("visibilitychange", sayWhetherAway);
    if (signIn.value) enter(signIn.value);
}

// A new connection is there and not away, also when nobody looks at the page.
withEachSignIn((client) =>
    client.connection.onLive(() => {
        isAway = false;
        if (document.hidden) sayWhetherAway();
    }),
);

// From the platform to everybody.
withEachSignIn((client) => client.on("alert", ({ title, text }) => notify(`${title}: ${text}`, "long")));

// A user is away when all of his pages are. That changes nothing for one who is busy or invisible; only an "online" where there
// was no "away" would.
const awayAfter = 5 * 60_000;
let awayTimer: ReturnType<typeof setTimeout> | undefined;
let isAway = false;

function sayWhetherAway(): void {
    clearTimeout(awayTimer);
    const say = async (away: boolean) => {
        isAway = false;
        const status = away ? "away" : "online";
        const answer = await homeroom.value?.request("presence:set", { status }, { whenAway: "fail", once: true });
        isAway = away && answer?.ok === true;
    };
    if (document.hidden) awayTimer = setTimeout(() => void say(true), awayAfter);
    else if (isAway) void say(false);
}
