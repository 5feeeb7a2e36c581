// Older official clients do what the newest does: connect, get their session, post, be answered, see others.

import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { io as io31 } from "socket.io-client-3-1";
import { io as io40 } from "socket.io-client-4-0";
import { io as io46 } from "socket.io-client-4-6";

import { Person, refused } from "./support/client.mjs";
import { eventually, scenario, tidyUp } from "./support/scenario.mjs";
import { School } from "./support/school.mjs";
import { Server } from "./support/server.mjs";

const clients = { "3.1": io31, "4.0": io40, "4.6": io46 };

describe("older clients", () => {
    let server, tess;
    before(async () => {
        const school = new School("north").class("math").teacher("tess", "math").student("ada", "math");
        server = await Server.start({ school });
        tess = await Person.connect(server, "tess");
    });
    after(tidyUp);

    for (const [version, io] of Object.entries(clients)) {
        for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
            scenario(`${version} over ${transports.join(", then ")}`, async () => {
                const ada = await Person.connect(server, "ada", { io, transports });
                assert.deepEqual(ada.session.rooms.classes, ["class-math"]);
                const mine = await ada.post("class-math", `from ${version} ${transports}`);
                await tess.see("post:created", (event) => event.post.id === mine.id);
                await tess.comment(mine.id, "well said");
                await ada.see("comment:created", (event) => event.postId === mine.id);
                ada.leave();
            });
        }

        scenario(`${version} learns why it is refused`, async () => {
            const error = await refused(server, "ada", { io, token: "bad" });
            assert.equal(error.data.code, "token_invalid");
            assert.notEqual(error.message, "");
        });

        scenario(`${version} comes back after the server was restarted`, async () => {
            const ada = await Person.connect(server, "ada", { io });
            await server.restart("SIGKILL");
            const both = [ada, tess];
            await eventually("both to be back", () => both.every((one) => one.socket.connected), 10_000);
            await eventually("a second session", () => ada.sessions.length === 2);
            await tess.post("class-math", `after the restart, ${version}`);
            await ada.seeText(`after the restart, ${version}`);
            ada.leave();
        });
    }

    scenario("4.6 recovers what it missed", async () => {
        const ada = await Person.connect(server, "ada", { io: io46 });
        await ada.away();
        await tess.post("class-math", "missed by 4.6");
        await ada.back();
        await ada.seeText("missed by 4.6");
        assert.equal(ada.socket.recovered, true);
        ada.leave();
    });
});
