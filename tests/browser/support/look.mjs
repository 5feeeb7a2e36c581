// Looks at a page as a stranger would: what axe-core finds, whether it is too wide, and a picture of it.
//
// SCREENSHOTS=folder    where the pictures go; without it there are none

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = process.env.SCREENSHOTS;
if (folder) fs.mkdirSync(folder, { recursive: true });

export const wide = { width: 1280, height: 860 };
export const phone = { width: 390, height: 844 };
export const narrowest = { width: 320, height: 640 };

// → what axe-core finds, in words
export async function faults(page) {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    const found = await page.evaluate(() =>
        window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`));
}

export const picture = (page, name) => folder && page.screenshot({ path: path.join(folder, `${name}.png`) });
export const isTooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

const inTheDark = ["home", "feed", "messages", "study", "document", "board", "call"]; // of which there is a picture in the dark theme, too

// One page, in both themes, wide and on a phone. → what is wrong with it
export async function lookAt(page, name) {
    const found = [];
    await page.setViewportSize(wide);
    await page.mouse.move(0, 0);
    const theme = (one) => page.evaluate((its) => (document.documentElement.dataset.theme = its), one);
    for (const one of ["light", "dark"]) {
        await theme(one);
        for (const fault of await faults(page)) found.push(`${name}, ${one}: ${fault}`);
        if (one === "light" || inTheDark.includes(name)) await picture(page, one === "light" ? name : `${name}-dark`);
    }
    await theme("light");
    for (const [size, label] of [[phone, "phone"], [narrowest, "narrowest"]]) {
        await page.setViewportSize(size);
        if (await isTooWide(page)) found.push(`${name} is wider than ${size.width} px`);
        if (label !== "phone") continue;
        await picture(page, `${name}-phone`);
        // What the page scrolls under its bar is no fault.
        const bar = (position) => page.evaluate((its) => document.querySelector(".tab-bar")?.style.setProperty("position", its), position);
        await bar("static");
        for (const fault of await faults(page)) found.push(`${name}, phone: ${fault}`);
        await bar("");
    }
    await page.setViewportSize(wide);
    return found;
}
