// One person with a page of the web client open, in words a test is written in. Everything the page complains about, and
// everything that reached it over the wire, is kept.

import { eventually, keep } from "../../e2e/support/scenario.mjs";

// What Chromium itself says while nobody listens on the port; expected during a restart only.
const unreachable = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|WebSocket connection to .* failed/;

export class Visitor {
    // A page of its own; `context`: a further tab of somebody's browser.
    static async open(browser, url, { context, size = { width: 1280, height: 860 } } = {}) {
        const visitor = new Visitor();
        visitor.context = context ?? (await browser.newContext({ viewport: size, reducedMotion: "reduce" }));
        visitor.page = await visitor.context.newPage();
        visitor.complaints = [];
        visitor.received = [];
        visitor.serverIsAway = false;
        visitor.listen();
        await visitor.page.addInitScript(() => {
            document.addEventListener("securitypolicyviolation", (event) =>
                console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`),
            );
        });
        const response = await visitor.page.goto(url);
        visitor.policy = response.headers()["content-security-policy"] ?? "";
        keep({ discard: () => visitor.page.close() });
        return visitor;
    }

    listen() {
        const complain = (text) => {
            if (!(this.serverIsAway && unreachable.test(text))) this.complaints.push(text);
        };
        this.page.on("pageerror", (error) => complain(`${error}`));
        this.page.on("console", (message) => {
            if (message.type() === "error" || message.type() === "warning") complain(message.text());
        });
        this.page.on("websocket", (socket) =>
            socket.on("framereceived", ({ payload }) => this.received.push(payload.toString())),
        );
        this.page.on("response", async (response) => {
            if (!response.url().includes("/socket.io/")) return;
            this.received.push(await response.text().catch(() => ""));
        });
    }

    find(testid, within = this.page) {
        return within.getByTestId(testid);
    }

    async signIn(person) {
        this.person = person;
        await this.find(`person-${person.id}`).click();
        await this.live();
    }

    // As if this tab had been signed in earlier, with this token.
    async comeBackWith(token, demoUser = null) {
        const stored = JSON.stringify({ token, demoUser });
        await this.page.evaluate((text) => sessionStorage.setItem("homeroom.sign-in", text), stored);
        await this.page.reload();
    }

    storedToken() {
        return this.page.evaluate(() => JSON.parse(sessionStorage.getItem("homeroom.sign-in"))?.token ?? null);
    }

    live() {
        return this.find("connection").and(this.page.locator("[data-state=live]")).waitFor({ timeout: 15_000 });
    }

    async open(room) {
        await this.find(`room-${room}`).click();
        await this.page.locator(`[data-testid="room-${room}"][aria-current=page]`).waitFor();
        await this.page.locator("[data-testid=feed][aria-busy=false]").waitFor({ state: "attached" });
    }

    async write(text, { visibility } = {}) {
        await this.find("composer-text").fill(text);
        if (visibility) await this.find("composer-visibility").selectOption(visibility);
        await this.find("composer-send").click();
        return this.post(text);
    }

    // The card of a post, once it is there.
    async post(text) {
        const card = this.card(text);
        await card.waitFor();
        return card;
    }

    card(text) {
        return this.find("post").filter({ has: this.page.getByText(text, { exact: true }) });
    }

    async showComments(text) {
        const card = await this.post(text);
        const toggle = this.find("comments-toggle", card);
        if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
        await this.find("comment-text", card).waitFor();
        return card;
    }

    async comment(text, words) {
        const card = await this.showComments(text);
        await this.find("comment-text", card).fill(words);
        await this.find("comment-send", card).click();
    }

    likes(text) {
        return this.find("like-count", this.card(text)).textContent();
    }

    comments(text) {
        return this.find("comment-content", this.card(text)).allTextContents();
    }

    async edit(text, better) {
        await this.choose(await this.post(text), "post", "edit");
        // From here on the card is no longer known by its text.
        await this.find("post-edit-text").fill(better);
        await this.find("post-edit-save").click();
        await this.post(better);
    }

    async remove(text) {
        const card = await this.post(text);
        await this.choose(card, "post", "delete");
        await this.find("post-delete-confirm", card).click();
        await this.gone(text);
    }

    // Something from the menu of a post or comment.
    async choose(card, what, deed) {
        await this.find(`${what}-menu`, card).first().click();
        await this.find(`${what}-${deed}`, card).click();
    }

    async signOut() {
        await this.find("who").click();
        await this.find("sign-out").click();
    }

    gone(text) {
        return this.card(text).waitFor({ state: "detached" });
    }

    async never(text) {
        const shown = await this.page.getByText(text).count();
        const sent = this.received.filter((message) => message.includes(text)).length;
        if (shown + sent > 0) throw new Error(`${this.person.name} got "${text}" (${shown} on the page, ${sent} on the wire)`);
    }

    sees(what, look) {
        return eventually(`${this.person.name} sees ${what}`, look, 10_000);
    }
}
