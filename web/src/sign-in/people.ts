import type { DemoPerson } from "../app/http";

export type Role = "teacher" | "student" | "guardian" | "administrator" | "other";

export interface PeopleOfRole {
    role: Role;
    people: DemoPerson[];
}

const order: Role[] = ["teacher", "student", "guardian", "administrator"];

export const roleOf = (roles: string[]): Role => order.find((one) => roles.some((name) => name.toLowerCase().includes(one))) ?? "other";

export function groupedByRole(people: DemoPerson[]): PeopleOfRole[] {
    const byRole = new Map<Role, DemoPerson[]>();
    for (const person of people) {
        const role = roleOf(person.roles);
        byRole.set(role, [...(byRole.get(role) ?? []), person]);
    }
    return [...order, "other" as const].flatMap((role) => {
        const some = byRole.get(role);
        return some ? [{ role, people: some }] : [];
    });
}

export function matches(person: DemoPerson, sought: string): boolean {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
    const text = [person.name, ...person.classes].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
}
