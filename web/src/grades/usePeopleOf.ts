// The people of a class, as far as its staff can know them here: by what they wrote in it, by their grades, by an announcement
// that asked them to confirm it.

import type { Person } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { homeroom, myId } from "../app/homeroom";
import { meet, peopleSeenIn } from "../app/people";

export function usePeopleOf(classId: string): Person[] {
    const room = `class-${classId}`;
    const [, setKnown] = useState(0);
    useEffect(() => {
        const client = homeroom.value!;
        const more = () => setKnown((number) => number + 1);
        void client.request("feed:list", { room, limit: 100 }).then((answer) => {
            if (answer.ok) for (const { author } of answer.posts) meet(author, room);
            more();
        });
        void client.request("announcement:list", { room, limit: 20 }).then(async (answer) => {
            const [asking] = answer.ok ? answer.announcements.filter((one) => one.room === room && one.state === "published") : [];
            if (!asking) return;
            const acks = await client.request("announcement:acks", { announcement: asking.id, limit: 1000 });
            if (acks.ok) for (const { user } of acks.people) meet(user, room);
            more();
        });
    }, [room]);
    return peopleSeenIn(room).filter(({ id }) => id !== myId.value);
}
