import { render } from "preact";

import { Shell } from "./app/Shell";
import { start } from "./app/wire";

start();
render(<Shell />, document.getElementById("app")!);
