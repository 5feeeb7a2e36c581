import { expect, it } from "vitest";

import type { DemoPerson } from "../app/http";
import { groupedByRole, matches } from "./people";

const person = (name: string, role: string, ...classes: string[]): DemoPerson => ({ id: name, name, roles: [role], classes });
const people = [
    person("Ada", "student", "Mathematics"),
    person("Tess", "teacher", "Mathematics"),
    person("Cook", "aide"),
    person("Dean", "siteAdministrator"),
];

it("groups people by their role, teachers first", () => {
    expect(groupedByRole(people).map((group) => [group.role, ...group.people.map((one) => one.name)])).toEqual([
        ["teacher", "Tess"],
        ["student", "Ada"],
        ["administrator", "Dean"],
        ["other", "Cook"],
    ]);
});

it("finds people by name and class, in any order", () => {
    expect(people.filter((one) => matches(one, "math ad")).map((one) => one.name)).toEqual(["Ada"]);
    expect(people.filter((one) => matches(one, " "))).toHaveLength(4);
    expect(people.filter((one) => matches(one, "latin"))).toHaveLength(0);
});
