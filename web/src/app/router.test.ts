import { expect, it } from "vitest";

import { hrefOf, parse } from "./router";

it.each([
    ["", { page: "home" }],
    ["#/", { page: "home" }],
    [hrefOf.room("class-7/b"), { page: "room", room: "class-7/b", tab: "posts", post: null }],
    [hrefOf.room("class-a", "reports"), { page: "room", room: "class-a", tab: "reports", post: null }],
    [hrefOf.post("class-a", "01J"), { page: "room", room: "class-a", tab: "posts", post: "01J" }],
    [hrefOf.messages, { page: "messages", conversation: null, user: null }],
    [hrefOf.conversation("01J"), { page: "messages", conversation: "01J", user: null }],
    [hrefOf.messageTo("a/b c"), { page: "messages", conversation: null, user: "a/b c" }],
    [hrefOf.gradeBook("math"), { page: "grades", classId: "math", student: null }],
    [hrefOf.gradesOf("ada"), { page: "grades", classId: null, student: "ada" }],
    [hrefOf.study("01J"), { page: "study", session: "01J" }],
    [hrefOf.document("01J"), { page: "document", doc: "01J" }],
    [hrefOf.room("class-a", "documents"), { page: "room", room: "class-a", tab: "documents", post: null }],
    [hrefOf.operator("audit"), { page: "operator", part: "audit", user: "" }],
    [hrefOf.operator("explain", "a/b c"), { page: "operator", part: "explain", user: "a/b c" }],
    ["#/operator/nonsense", { page: "operator", part: "overview", user: "" }],
    [hrefOf.group("7"), { page: "group", group: "7" }],
    [hrefOf.search("a b/c"), { page: "search", query: "a b/c" }],
    [hrefOf.settings, { page: "settings" }],
])("%s is a page", (address, page) => expect(parse(address)).toEqual(page));

it("is no page that breaks by an address that somebody has mangled", () => {
    expect(parse("#/%E0%A4%A/%")).toEqual({ page: "home" });
});
