// What somebody writes and draws, so that a document and a board are not empty.

import assert from "node:assert/strict";

export async function writeEssay(visitor, server, school) {
    await visitor.find("editor").click();
    const { keyboard } = visitor.page;
    await keyboard.type("# The river trade\n", { delay: 5 });
    await keyboard.type("Before there were good roads, what was heavy went by water: grain, timber, stone.\n");
    await keyboard.type("## Who traded\n");
    await keyboard.type("- Millers, who had the grain\nBoatmen, who had the time\nTowns, which had neither and paid for both\n\n");
    await keyboard.type("> The river carries what the road cannot.");
    await keyboard.press("Control+Home");
    await keyboard.press("ArrowDown");
    await keyboard.press("Home");
    for (let step = 0; step < 6; ++step) await keyboard.press("Shift+ArrowRight");
    await visitor.find("comment-new").click();
    await visitor.find("doc-comment-text").fill("Since when were there good roads?");
    await visitor.find("doc-comment-send").click();
    await visitor.find("doc-comment").waitFor();
    await visitor.page.locator("[data-testid=document-state][data-saved=true]").waitFor();
    const saved = await server.restOk("POST", `/documents/${school.essay}/versions`, { title: "First draft" }, { token: server.token(school.student) });
    assert.ok(saved);
}

export async function drawMap(visitor) {
    const box = await visitor.find("board").boundingBox();
    const { mouse } = visitor.page;
    const draw = async (points) => {
        await mouse.move(box.x + points[0][0], box.y + points[0][1]);
        await mouse.down();
        for (const [x, y] of points.slice(1)) await mouse.move(box.x + x, box.y + y, { steps: 4 });
        await mouse.up();
    };
    await visitor.page.getByRole("button", { name: "Blue" }).click();
    await visitor.page.getByRole("button", { name: "Thick" }).click();
    await draw(Array.from({ length: 30 }, (_, at) => [90 + at * 22, 300 + Math.sin(at / 3) * 60]));
    await visitor.page.getByRole("button", { name: "Red", exact: true }).click();
    await visitor.page.getByRole("button", { name: "Medium" }).click();
    await visitor.find("board-rectangle").click();
    await draw([[220, 140], [330, 210]]);
    await visitor.find("board-ellipse").click();
    await draw([[520, 330], [650, 420]]);
    for (const [x, y, text] of [[235, 160, "Mill"], [545, 360, "Harbour"]]) {
        await visitor.find("board-text").first().click();
        await mouse.click(box.x + x, box.y + y);
        await visitor.page.locator("textarea:focus").fill(text);
        await visitor.page.keyboard.press("Enter");
    }
    await visitor.page.locator("[data-testid=document-state][data-saved=true]").waitFor();
}
