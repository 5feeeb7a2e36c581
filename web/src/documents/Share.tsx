// Who may do what in a document, for its owners. It holds at once, also for whoever has it open.

import type { DocumentPerson, DocumentRole, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { homeroom, myId } from "../app/homeroom";
import { CloseIcon } from "../app/icons";
import { peopleSeen } from "../app/people";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import { MembersSelect, ofBoards } from "./DocumentList";
import type { Known } from "./DocumentPage";
import { usePresent, type Opened } from "./opened";

type Body = Omit<Requests["doc:share"]["body"], "doc">;

export function Share({ known, opened, onChange, onClose }: { known: Known; opened: Opened; onChange(known: Known): void; onClose(): void }) {
    const { doc } = known;
    const [wanted, setWanted] = useState("");
    const [wantedRole, setWantedRole] = useState<DocumentRole>(doc.kind === "whiteboard" ? "drawer" : "editor");
    const [people, setPeople] = useState<DocumentPerson[]>(known.people ?? []);
    const present = usePresent(opened.provider);
    const { busy, failure, attempt } = useDeed();
    const words = t().documents;
    useEffect(() => setPeople(known.people ?? []), [known.people]);
    const share = (body: Body) =>
        attempt(async () => {
            const answer = await homeroom.value!.request("doc:share", { doc: doc.id, ...body });
            if (!answer.ok) return answer.error;
            setPeople(answer.people);
            onChange({ ...known, ...answer });
            return null;
        });
    const add = async () => {
        const user = peopleSeen().find(({ name }) => name === wanted)?.id ?? wanted.trim();
        if (user && (await share({ user, role: wantedRole }))) setWanted("");
    };
    // Who is here can be given a role without being looked for.
    const named = new Set(people.map(({ user }) => user.id));
    const listed: { user: DocumentPerson["user"]; role: DocumentRole | "" }[] = [...people, ...present.filter(({ id }) => id !== myId.value && !named.has(id)).map((user) => ({ user, role: "" as const }))];
    const roles = (["viewer", "pointer", "commenter", "drawer", "editor", "owner"] as const).filter((role) => !ofBoards.has(role) || doc.kind === "whiteboard");
    return (
        <section class="card panel" aria-labelledby="share-title">
            <header class="panel-head">
                <h2 id="share-title">{words.share}</h2>
                <button type="button" class="icon-button" aria-label={t().app.close} onClick={onClose}>
                    <CloseIcon />
                </button>
            </header>
            <label class="stacked">
                {words.membersMay}
                <MembersSelect kind={doc.kind} value={doc.members} onChange={(members) => void share({ members })} />
            </label>
            <ul class="rows">
                {listed.map(({ user, role }) => (
                    <li key={user.id} data-testid="share-person">
                        <span class="with-avatar">
                            <Avatar person={user} size="small" /> {user.name}
                        </span>
                        <select class="field is-short" aria-label={words.roleOf(user.name)} value={role} onChange={(event) => void share({ user: user.id, role: (event.currentTarget.value || null) as Body["role"] })}>
                            {roles.map((one) => (
                                <option key={one} value={one}>
                                    {words.roles[one]}
                                </option>
                            ))}
                            <option value="">{words.asAll}</option>
                        </select>
                    </li>
                ))}
            </ul>
            <form
                class="field-row is-wrapping"
                onSubmit={(event) => {
                    event.preventDefault();
                    void add();
                }}
            >
                <input class="field" aria-label={words.addPerson} placeholder={words.addPerson} list="share-people" autocomplete="off" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
                <datalist id="share-people">
                    {peopleSeen().map(({ id, name }) => (
                        <option key={id} value={name} />
                    ))}
                </datalist>
                <select class="field is-short" aria-label={words.roleOfNew} value={wantedRole} onChange={(event) => setWantedRole(event.currentTarget.value as DocumentRole)}>
                    {roles.map((one) => (
                        <option key={one} value={one}>
                            {words.roles[one]}
                        </option>
                    ))}
                </select>
                <button type="submit" class="secondary" disabled={busy || wanted.trim() === ""}>
                    {words.add}
                </button>
            </form>
            <FailureText text={failure} />
        </section>
    );
}
