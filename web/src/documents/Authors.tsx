// Who wrote what, as the server saw it: not what the document says of itself.

import type { Failure, Requests } from "@homeroom/client";
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";

import { colourOf } from "../app/Avatar";
import { dateAndTime } from "../app/clock";
import { homeroom } from "../app/homeroom";
import { LoadFailure, Placeholders } from "../app/parts";
import { t } from "../strings";
import { textRoot } from "./schema";

type Answer = Requests["doc:authors"]["answer"];

export function Authors({ id }: { id: string }) {
    const [answer, setAnswer] = useState<Answer | null>(null);
    const [failure, setFailure] = useState<Failure | null>(null);
    const words = t().documents;
    const load = async () => {
        const told = await homeroom.value!.request("doc:authors", { doc: id, root: textRoot });
        setFailure(told.ok ? null : told.error);
        if (told.ok) setAnswer(told);
    };
    useEffect(() => void load(), [id]);
    if (failure && !answer) return failure.code === "not_found" ? <p class="card note">{words.empty}</p> : <LoadFailure failure={failure} onRetry={() => void load()} />;
    if (!answer) return <Placeholders count={1} />;
    const people = new Map(answer.parts.flatMap(({ by }) => (by ? [[by.id, by] as const] : [])));
    const letters = (user: string) => answer.parts.reduce((sum, { by, length }) => sum + (by?.id === user ? length : 0), 0);
    return (
        <section class="card paper authors" aria-label={words.whoWrote} data-testid="authors">
            <ul class="legend">
                {[...people.values()].map((person) => (
                    <li key={person.id} class={`colour-${colourOf(person.id)}`}>
                        <span class="written">{person.name}</span> <span class="meta">{words.letters(letters(person.id))}</span>
                    </li>
                ))}
            </ul>
            {answer.text.trim() === "" && <p class="hint">{words.empty}</p>}
            <p class="text" dir="auto">
                {answer.parts.map(({ begin, length, by, beganAt }, place) => (
                    <Fragment key={begin}>
                        {/* What is between two paragraphs is nobody's. */}
                        {answer.text.slice(place === 0 ? 0 : endOf(answer.parts[place - 1]!), begin)}
                        <span class={by ? `written colour-${colourOf(by.id)}` : undefined} title={by ? `${by.name}${beganAt ? `, ${dateAndTime(beganAt)}` : ""}` : undefined}>
                            {answer.text.slice(begin, begin + length)}
                        </span>
                    </Fragment>
                ))}
            </p>
        </section>
    );
}

const endOf = ({ begin, length }: Answer["parts"][number]): number => begin + length;
