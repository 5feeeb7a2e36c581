// The school of the campaign: who is in which class all the time, who comes and goes, and who has nothing to do with it.

import { School } from "../e2e/support/school.mjs";

export const classes = ["math", "art", "latin"];
export const roomOf = (name) => `class-${name}`;

const teachers = { tess: ["math", "latin"], theo: ["art"] };
const students = {
    ada: ["math", "art"],
    ben: ["math"],
    cleo: ["art"],
    dan: ["latin", "math"],
    eva: ["latin"],
};
// Each comes to a class and leaves it, again and again.
export const roamers = { rob: "math", ria: "art" };
export const outsider = "zoe";

export const teacherOf = (name) => Object.keys(teachers).find((user) => teachers[user].includes(name));
export const studentsOf = (name) => Object.keys(students).filter((user) => students[user].includes(name));
export const isTeacher = (user) => user in teachers;
export const classesOf = (user) => teachers[user] ?? students[user] ?? [];
export const writers = ["tess", "theo", "ada", "ben", "cleo", "dan"];
// Who writes to whom: they share a class.
export const partners = { ada: "ben", ben: "ada", cleo: "ada", dan: "eva", tess: "dan", theo: "cleo" };

export function school() {
    const one = new School("north").class("chess");
    for (const name of classes) one.class(name);
    for (const [user, own] of Object.entries(teachers)) one.teacher(user, ...own);
    for (const [user, own] of Object.entries(students)) one.student(user, ...own);
    for (const user of Object.keys(roamers)) one.student(user, "chess");
    return one.student(outsider, "chess");
}

// Room → those who are in it all the time.
export const fixed = Object.fromEntries(classes.map((name) => [roomOf(name), [teacherOf(name), ...studentsOf(name)]]));

// Connections: several of the same person, over both transports; travellers are new devices again and again, with a cursor.
export const seats = [
    ...writers.map((user) => ({ user, transports: ["websocket"] })),
    { user: "ada", transports: ["polling"] },
    { user: "eva", transports: ["polling"] },
    { user: "rob", transports: ["websocket"] },
    { user: "ria", transports: ["polling"] },
    { user: outsider, transports: ["websocket"] },
    { user: "ben", transports: ["websocket"], travels: true },
    { user: "eva", transports: ["polling"], travels: true },
];
