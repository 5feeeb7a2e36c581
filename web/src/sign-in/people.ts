import type { DemoPerson } from "../app/http";

export interface PeopleOfRole {
    heading: string;
    people: DemoPerson[];
}

const order = ["teacher", "student", "guardian", "administrator"];
const headings: Record<string, string> = {
    teacher: "Teachers",
    student: "Students",
    guardian: "Guardians",
    administrator: "Administration",
    other: "Others",
};

export function groupedByRole(people: DemoPerson[]): PeopleOfRole[] {
    const byRole = new Map<string, DemoPerson[]>();
    for (const person of people) {
        const role = order.find((one) => person.roles.some((name) => name.toLowerCase().includes(one))) ?? "other";
        byRole.set(role, [...(byRole.get(role) ?? []), person]);
    }
    return [...order, "other"].flatMap((role) => {
        const some = byRole.get(role);
        return some ? [{ heading: headings[role]!, people: some }] : [];
    });
}

export function matches(person: DemoPerson, sought: string): boolean {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
    const text = [person.name, ...person.classes].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
}

export function rolesInWords(roles: string[]): string {
    return [...new Set(roles)].map((role) => role.charAt(0).toUpperCase() + role.slice(1)).join(", ");
}
