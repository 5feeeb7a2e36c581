// Who plays: chosen from whatever school the demo has, by who is in which room.

import { get, post } from "../../e2e/support/http.mjs";

// People of the demo with their rooms ({ room, kind, title, staff }) and a call that asks over REST as them.
export async function demoPeople(url) {
    const { people } = (await get(`${url}/demo/people`)).json();
    return Promise.all(
        people.map(async (person) => {
            const answer = await post(`${url}/demo/token`, JSON.stringify({ user: person.id }), {
                headers: { "content-type": "application/json" },
            });
            const { token } = answer.json();
            const { rooms } = (await get(`${url}/api/v1/rooms`, { headers: { authorization: `Bearer ${token}` } })).json();
            return { ...person, token, rooms };
        }),
    );
}

const classesOf = (person) => person.rooms.filter(({ kind }) => kind === "class");
const isIn = (person, room) => person.rooms.some((one) => one.room === room);

// A teacher and two students of one class, and a student who is in another class but not in that one.
export function cast(people) {
    for (const teacher of people) {
        for (const { room, title } of classesOf(teacher).filter(({ staff }) => staff)) {
            const students = people.filter((one) => classesOf(one).some((its) => its.room === room && !its.staff));
            const stranger = people.find(
                (one) => !isIn(one, room) && classesOf(one).length > 0 && classesOf(one).every(({ staff }) => !staff),
            );
            if (students.length >= 2 && stranger) {
                const [student, classmate] = students;
                return { room, title, teacher, student, classmate, stranger, strangerRoom: classesOf(stranger)[0].room };
            }
        }
    }
    throw new Error("the demo school has no class with a teacher, two students and somebody outside of it");
}
