import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { type DemoPerson, type DemoSchool, demoToken } from "../app/http";
import { failureInWords } from "../app/words";
import { enter } from "../app/homeroom";
import { t } from "../strings";
import { groupedByRole, matches, roleOf } from "./people";

const searchFrom = 12; // people; fewer are seen at a glance

export function PersonList({ school: { school, people } }: { school: DemoSchool }) {
    const [sought, setSought] = useState("");
    const [entering, setEntering] = useState("");
    const [failure, setFailure] = useState("");
    const found = people.filter((person) => matches(person, sought));

    const comeIn = async ({ id }: DemoPerson) => {
        setEntering(id);
        setFailure("");
        const answer = await demoToken(id);
        if (answer.ok) return enter({ token: answer.token, demoUser: id });
        setEntering("");
        setFailure(failureInWords(answer.error));
    };
    return (
        <>
            <h1>{t().signIn.whoAreYou(school)}</h1>
            <p class="lead">{t().signIn.demo}</p>
            {people.length >= searchFrom && (
                <input
                    type="search"
                    class="search"
                    aria-label={t().signIn.find}
                    placeholder={t().signIn.find}
                    value={sought}
                    onInput={(event) => setSought(event.currentTarget.value)}
                />
            )}
            <FailureText text={failure} />
            {groupedByRole(found).map(({ role, people: some }) => (
                <section key={role} aria-label={t().signIn.roles[role]}>
                    <h2 class="role">{t().signIn.roles[role]}</h2>
                    <ul class="people">
                        {some.map((person) => (
                            <li key={person.id}>
                                <PersonButton
                                    person={person}
                                    busy={entering === person.id}
                                    disabled={entering !== ""}
                                    onChoose={() => void comeIn(person)}
                                />
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
            {found.length === 0 && <p class="empty">{t().signIn.nobody}</p>}
        </>
    );
}

interface PersonButtonProps {
    person: DemoPerson;
    busy: boolean;
    disabled: boolean;
    onChoose(): void;
}

function PersonButton({ person, busy, disabled, onChoose }: PersonButtonProps) {
    return (
        <button
            type="button"
            class="card person"
            disabled={disabled}
            aria-busy={busy}
            onClick={onChoose}
            data-testid={`person-${person.id}`}
        >
            <Avatar person={person} />
            <span class="person-words">
                <strong>{person.name}</strong>
                <span class="meta">{person.classes.length > 0 ? person.classes.join(", ") : t().signIn.roles[roleOf(person.roles)]}</span>
            </span>
        </button>
    );
}
