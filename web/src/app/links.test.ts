import { expect, it } from "vitest";

import { linksIn, partsOf } from "./links";

const hrefs = (text: string) => linksIn(text).flatMap(({ href }) => (href ? [href] : []));
const whole = (text: string) => linksIn(text).map((part) => part.text).join("");

it.each([
    ["see https://school.example/a?b=c#d.", ["https://school.example/a?b=c#d"]],
    ["(https://school.example/wiki/Tree_(graph))", ["https://school.example/wiki/Tree_(graph)"]],
    ["http://a.example, https://b.example!", ["http://a.example/", "https://b.example/"]],
    ["javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a.example mailto:a@b.example", []],
    ["https://school.example@evil.example/", []],
    ["https:// and http://", []],
    ['https://a.example/"onclick="alert(1)', ["https://a.example/"]],
    ["", []],
])("%s", (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
    expect(whole(text)).toBe(text);
});

it("marks who is mentioned, but not within an address", () => {
    expect(partsOf("@Ada Winter see https://a.example/@Ada Winter, @Ada", ["Ada Winter"])).toEqual([
        { text: "@Ada Winter", mention: true },
        { text: " see " },
        { text: "https://a.example/@Ada", href: "https://a.example/@Ada" },
        { text: " Winter, @Ada" },
    ]);
});
