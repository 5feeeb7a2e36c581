import { render } from "preact";

import { startClock } from "./app/clock";
import { applyTheme } from "./app/preferences";
import { followAddress } from "./app/router";
import { Shell } from "./app/Shell";
import { start } from "./app/start";
import { followLanguage } from "./strings";

// The shell of the page without a network; what is in it comes from the server alone.
if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("/worker.js").catch(() => {});

applyTheme();
followAddress();
startClock();
void followLanguage().then(() => {
    start();
    render(<Shell />, document.getElementById("app")!);
});
