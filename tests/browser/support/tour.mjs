// A walk through pages of the web client in a school that is in the middle of a day.

import assert from "node:assert/strict";

import { io } from "socket.io-client";

import { keep } from "../../e2e/support/scenario.mjs";
import { Server } from "../../e2e/support/server.mjs";
import { launchBrowser } from "./browser.mjs";
import { furnish } from "./furnish.mjs";
import { lookAt, wide } from "./look.mjs";
import { Visitor } from "./visitor.mjs";

export class Tour {
    static async begin() {
        const tour = new Tour();
        tour.server = await Server.start({ args: ["--demo"], environment: { HOMEROOM_GRADES_GUARDIANS: "true" } });
        tour.browser = await launchBrowser();
        tour.school = await furnish(tour.server);
        // Some of the class are there, and in the session that goes on.
        for (const who of ["hugo", "kofi", "leila"]) {
            const socket = io(tour.server.url, { auth: { token: tour.server.token(who) }, transports: ["websocket"], forceNew: true });
            keep({ discard: () => socket.disconnect() });
            await socket.emitWithAck("study:join", { session: tour.school.study });
            if (who !== "leila") await socket.emitWithAck("study:hand", { session: tour.school.study, raised: true });
        }
        return tour;
    }

    async come(who, language = "en") {
        const visitor = await Visitor.open(this.browser, this.server.url, { size: wide });
        await visitor.page.evaluate((text) => localStorage.setItem("homeroom.preferences", text), JSON.stringify({ theme: "light", language }));
        await visitor.comeBackWith(this.server.token(who));
        visitor.person = { name: who };
        await visitor.live();
        return visitor;
    }

    // `pages(visitor)`: by name { address, ready, act? }. Fails with all that is wrong with any of them.
    async walk(who, pages) {
        const visitor = await this.come(who);
        const found = [];
        for (const [name, { address, ready, act }] of Object.entries(pages(visitor))) {
            await visitor.page.setViewportSize(wide);
            await visitor.page.evaluate((hash) => (location.hash = hash), address);
            await ready().waitFor({ timeout: 30_000 });
            await act?.();
            found.push(...(await lookAt(visitor.page, name)));
        }
        assert.deepEqual(found, []);
        assert.deepEqual(visitor.complaints, []);
    }
}
