import { useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { type DemoPerson, type DemoSchool, demoToken } from "../app/http";
import { failureInWords } from "../app/words";
import { signInWith } from "../app/wire";
import { groupedByRole, matches, rolesInWords } from "./people";

const searchFrom = 12; // people; fewer are seen at a glance

export function PersonList({ school: { school, people } }: { school: DemoSchool }) {
    const [sought, setSought] = useState("");
    const [entering, setEntering] = useState("");
    const [failure, setFailure] = useState("");
    const found = people.filter((person) => matches(person, sought));

    const enter = async ({ id }: DemoPerson) => {
        setEntering(id);
        setFailure("");
        const answer = await demoToken(id);
        if (answer.ok) return signInWith(answer.token, id);
        setEntering("");
        setFailure(failureInWords(answer.error));
    };
    return (
        <>
            <h1>{school ? `Who are you at ${school}?` : "Who are you?"}</h1>
            <p class="lead">This is a demo: come in as anyone. Open a second window as somebody else and watch both.</p>
            {people.length >= searchFrom && (
                <input
                    type="search"
                    class="search"
                    aria-label="Find a person or a class"
                    placeholder="Find a person or a class"
                    value={sought}
                    onInput={(event) => setSought(event.currentTarget.value)}
                />
            )}
            <FailureText text={failure} />
            {groupedByRole(found).map(({ heading, people: some }) => (
                <section key={heading} aria-label={heading}>
                    <h2 class="role">{heading}</h2>
                    <ul class="people">
                        {some.map((person) => (
                            <li key={person.id}>
                                <PersonButton
                                    person={person}
                                    busy={entering === person.id}
                                    disabled={entering !== ""}
                                    onChoose={() => void enter(person)}
                                />
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
            {found.length === 0 && <p class="empty">Nobody here is called that.</p>}
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
                <span class="meta">{person.classes.length > 0 ? person.classes.join(", ") : rolesInWords(person.roles)}</span>
            </span>
        </button>
    );
}
