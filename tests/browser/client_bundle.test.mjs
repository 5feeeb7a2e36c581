// The official client's bundle in a real browser against `conformance`: from a page of the same server, and from one of
// another origin that may talk to it.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe } from "node:test";

import { io } from "socket.io-client";

import { eventually, keep, scenario, tidyUp } from "../e2e/support/scenario.mjs";
import { Conformance, temporaryFolder } from "../e2e/support/server.mjs";
import { launchBrowser } from "./support/browser.mjs";
import { BundlePage } from "./support/bundle_page.mjs";

// With an icon of its own, as a browser asks for one otherwise.
const html = `<!doctype html>
<html lang="en">
  <title>Bundle</title>
  <link rel="icon" href="data:," />
  <script src="socket.io.min.js"></script>
</html>
`;
const bundle = fileURLToPath(new URL("node_modules/socket.io-client/dist/socket.io.min.js", import.meta.url));
// A server with a heartbeat so slow that it is not what tells of the end of a connection.
const patient = ["--ping-interval", 25_000, "--ping-timeout", 20_000, "--connect-timeout", 45_000];
const ways = {
    polling: { transports: ["polling"], first: "polling", last: "polling" },
    WebSocket: { transports: ["websocket"], first: "websocket", last: "websocket" },
    "polling, then WebSocket": { transports: ["polling", "websocket"], first: "polling", last: "websocket" },
};

function folderOfPages() {
    const folder = temporaryFolder("pages");
    fs.copyFileSync(bundle, path.join(folder, "socket.io.min.js"));
    fs.writeFileSync(path.join(folder, "index.html"), html);
    return folder;
}

// Where the page comes from; each starts a server with an application and says where its page is.
const places = {
    "a page of the same server": async (folder, application) => {
        const server = await Conformance.start(...patient, "--scenario", application, "--pages", folder);
        return { server, pageUrl: server.url };
    },
    "a page of another origin": async (folder, application) => {
        const pages = await Conformance.start("--pages", folder);
        const server = await Conformance.start(...patient, "--scenario", application, "--allow-origin", pages.url);
        return { server, pageUrl: pages.url };
    },
};

describe("the client's bundle in a browser", () => {
    let browser, folder;
    before(async () => {
        browser = await launchBrowser();
        folder = folderOfPages();
    });
    after(tidyUp);

    for (const [place, startAt] of Object.entries(places)) {
        for (const [way, { transports, first, last }] of Object.entries(ways)) {
            const connected = async (application) => {
                const { server, pageUrl } = await startAt(folder, application);
                const page = await BundlePage.open(browser, pageUrl);
                await page.connect(server.url, { transports, auth: { token: "from a page" } });
                return { server, page };
            };

            scenario(`${place} talks over ${way}`, async () => {
                const { page } = await connected("protocol");
                assert.deepEqual(await page.next("auth"), [{ token: "from a page" }]);
                assert.equal(await page.firstTransport(), first);
                await page.isOver(last);
                await page.talks("talking");
                assert.deepEqual(page.complaints, []);
            });

            scenario(`${place} talks on after the server was killed and started again, over ${way}`, async () => {
                const { server, page } = await connected("protocol");
                await page.next("auth");
                await server.restart("SIGKILL");
                assert.deepEqual(await page.next("auth"), [{ token: "from a page" }]);
                await page.isOver(last);
                await page.talks("back again");
                assert.equal(await page.connections(), 2);
            });

            scenario(`${place} leaves when it is reloaded, over ${way}`, async () => {
                const { server, page } = await connected("rooms");
                await page.isOver(last);
                const watcher = keep(io(server.url, { transports: ["websocket"] }));
                watcher.discard = () => watcher.disconnect();
                await page.call("join", "door");
                // How many answer. One that does not, but is still taken to be there, would make it wait for longer.
                const present = () => watcher.timeout(2000).emitWithAck("publish", { room: "door", data: "?", ack: true });
                assert.equal(await present(), 1);
                await page.reload();
                await eventually("the old socket to be gone", async () => (await present()) === 0);
                await page.connect(server.url, { transports });
                await page.call("join", "door");
                assert.equal(await present(), 1);
            });
        }
    }

    scenario("a page of an origin that was not named is not let in", async () => {
        const pages = await Conformance.start("--pages", folder);
        const server = await Conformance.start("--allow-origin", "http://127.0.0.1:1");
        const page = await BundlePage.open(browser, pages.url);
        const refusal = await page.isRefused(server.url, { transports: ["polling"] });
        assert.equal(refusal, "xhr poll error");
        assert.ok(page.complaints.some((text) => text.includes("CORS policy")), page.complaints.join("\n"));
    });
});
