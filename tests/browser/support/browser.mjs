// The system's Chromium; nothing is downloaded.

import { chromium } from "playwright-core";

import { keep } from "../../e2e/support/scenario.mjs";

// A camera, a microphone and a screen that are not real, and nobody to ask for them.
export const fakeDevices = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=fps=10",
    "--auto-select-desktop-capture-source=Entire screen",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--mute-audio",
];

export async function launchBrowser(...more) {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        // Chromium's sandbox does not work for root, which is what a container usually runs as.
        args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...more],
    });
    keep({ discard: () => browser.close() });
    return browser;
}
