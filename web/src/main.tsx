import { render } from "preact";

import { startClock } from "./app/clock";
import { applyTheme } from "./app/preferences";
import { followAddress } from "./app/router";
import { Shell } from "./app/Shell";
import { start } from "./app/start";
import { followLanguage } from "./strings";

applyTheme();
followAddress();
startClock();
void followLanguage().then(() => {
    start();
    render(<Shell />, document.getElementById("app")!);
});
