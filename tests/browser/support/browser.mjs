// The system's Chromium; nothing is downloaded.

import { chromium } from "playwright-core";

import { keep } from "../../e2e/support/scenario.mjs";

export async function launchBrowser() {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        // Chromium's sandbox does not work for root, which is what a container usually runs as.
        args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    keep({ discard: () => browser.close() });
    return browser;
}
