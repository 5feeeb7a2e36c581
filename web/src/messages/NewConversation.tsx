// To whom: one person is a conversation between two, several are a group.

import type { Person } from "@homeroom/client";
import { useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { CloseIcon } from "../app/icons";
import { suggestionsFor } from "../app/mentions";
import { peopleSeen } from "../app/people";
import { go, hrefOf } from "../app/router";
import { useDeed } from "../app/useDeed";
import { useFocus } from "../app/useFocus";
import { t } from "../strings";

const othersMax = 31;

export function NewConversation({ onClose }: { onClose(): void }) {
    const [people, setPeople] = useState<Person[]>([]);
    const [sought, setSought] = useState("");
    const [title, setTitle] = useState("");
    const { busy, failure, attempt } = useDeed();
    const field = useFocus<HTMLInputElement>();
    const words = t().messages;
    const others = peopleSeen().filter(({ id }) => id !== myId.value && !people.some((one) => one.id === id));
    const suggested = people.length < othersMax ? suggestionsFor(sought, others) : [];

    const add = (person: Person) => {
        setPeople([...people, person]);
        setSought("");
        field.current?.focus();
    };
    const begin = async () => {
        if (busy || people.length === 0) return;
        let place = hrefOf.messageTo(people[0]!.id);
        if (people.length > 1) {
            const done = await attempt(async () => {
                const made = await homeroom.value!.messages.createGroup(people.map(({ id }) => id), title.trim() || undefined);
                if (!("conversation" in made)) return made;
                place = hrefOf.conversation(made.conversation);
                return null;
            });
            if (!done) return;
        }
        onClose();
        go(place);
    };
    return (
        <form
            class="new-conversation"
            aria-label={words.new}
            onSubmit={(event) => {
                event.preventDefault();
                // Enter takes who is suggested first; with nothing sought it begins.
                if (sought.trim() !== "" && suggested[0]) return add(suggested[0]);
                void begin();
            }}
            onKeyDown={(event) => event.key === "Escape" && onClose()}
        >
            {people.length > 0 && (
                <ul class="chips">
                    {people.map((person) => (
                        <li class="badge" key={person.id}>
                            {person.name}
                            <button type="button" class="icon-button is-small" aria-label={words.takeOut(person.name)} onClick={() => setPeople(people.filter(({ id }) => id !== person.id))}>
                                <CloseIcon />
                            </button>
                        </li>
                    ))}
                </ul>
            )}
            <input class="field" ref={field} aria-label={words.to} placeholder={words.to} value={sought} autocomplete="off" onInput={(event) => setSought(event.currentTarget.value)} data-testid="message-to" />
            <ul>
                {suggested.map((person) => (
                    <li key={person.id}>
                        <button type="button" class="menu-item" onClick={() => add(person)} data-testid={`to-${person.id}`}>
                            {person.name}
                        </button>
                    </li>
                ))}
            </ul>
            {people.length > 1 && (
                <input class="field" aria-label={words.groupTitle} placeholder={words.groupTitle} value={title} maxLength={100} onInput={(event) => setTitle(event.currentTarget.value)} data-testid="message-group-title" />
            )}
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="primary" disabled={busy || (people.length === 0 && suggested.length === 0)} data-testid="message-begin">
                    {words.beginWriting}
                </button>
            </div>
        </form>
    );
}
