// The school of the long day: small enough that everybody meets, with one of each kind of person.

import { School, body } from "../school.mjs";

export const north = "north";
const teachers = ["t1", "t2", "t3", "t4"];
const students = Array.from({ length: 11 }, (_, i) => `s${i + 1}`);
const masked = ["m1", "m2"]; // write anonymously and in no other way
const guardians = { g1: ["s1", "s2", "m1"], g2: ["s3", "s1"] };
const courses = ["maths", "maths", "letters", "letters", "nature"];

// Everything that has a name gets a word of its own, which the oracle knows and `word()` makes.
export function found(oracle, chance, word) {
    const school = new School(north).org("south");
    const own = new Map(); // user → the fields of his record that are not to change by the way
    const classes = [...courses.map((course) => [word(), course, north]), [word(), "southern", "south"]];
    for (const [id, course, at] of classes) {
        oracle.classes.set(id, { course, school: at });
        school.class(id, { course, school: at });
        oracle.put([id], { rule: "room", room: `class-${id}` });
        const title = word();
        school.records.classes.at(-1).title = `Class ${title}`;
        oracle.put([title], { rule: "title", room: `class-${id}` });
    }
    const person = (id, role, at = north) => {
        school.user(id, role, { school: at });
        const [name, family, email, username, phone] = [word(), word(), word(), word(), word()];
        oracle.put([name, family], { rule: "name", user: id });
        oracle.put([email, username, phone], { rule: "nobody" });
        own.set(id, { givenName: name, familyName: family, email: `${email}@school.example`, username });
        Object.assign(school.records.users.at(-1), own.get(id), { sms: phone, phone });
        oracle.addUser(id, at, role, { masked: masked.includes(id) });
    };
    const enroll = (user, classId, role) => {
        school.enroll(user, classId, role);
        oracle.enroll(user, classId, role);
    };
    for (const id of teachers) person(id, "teacher");
    for (const id of [...students, ...masked]) person(id, "student");
    for (const id of Object.keys(guardians)) person(id, "guardian");
    person("p1", "principal");
    person("x1", "teacher", "south");
    person("x2", "student", "south");
    const here = classes.slice(0, courses.length).map(([id]) => id);
    for (const [i, id] of here.entries()) {
        enroll(teachers[i % teachers.length], id, "teacher");
        for (const user of [...students, ...masked]) if (chance.happens(0.5)) enroll(user, id, "student");
    }
    for (const id of masked) if (!oracle.enrolled.has(`${id}|${here[0]}`)) enroll(id, here[0], "student");
    const [[southern]] = classes.slice(-1);
    enroll("x1", southern, "teacher");
    enroll("x2", southern, "student");
    for (const [guardian, children] of Object.entries(guardians)) {
        for (const child of children) oracle.users.get(child).agents.add(guardian);
    }
    for (const record of school.records.users) {
        const agents = [...oracle.users.get(record.sourcedId).agents];
        if (agents.length > 0) record.agentSourcedIds = agents.join();
    }
    for (const id of oracle.users.keys()) oracle.remember(id);
    return { school, own, here };
}

// The body of a PUT of that user as the oracle has him.
export function recordOf(oracle, own, id, changes = {}) {
    const { school, role, enabled, agents, hidden } = { ...oracle.users.get(id), ...changes };
    const more = { ...own.get(id), enabledUser: enabled, agentSourcedIds: [...agents], metadata: { directoryOptOut: hidden } };
    return body.user(id, role, school, more);
}
