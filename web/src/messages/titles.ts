import { t } from "../strings";

interface Named {
    title: string | null;
    members: { id: string; name: string }[];
}

export const othersIn = <Thing extends Named>({ members }: Thing, me: string) => members.filter(({ id }) => id !== me);

// What it is called, or else who is in it.
export function titleOf(conversation: Named, me: string): string {
    if (conversation.title) return conversation.title;
    const names = othersIn(conversation, me).map(({ name }) => name);
    if (names.length === 0) return t().messages.alone;
    return names.length > 3 ? t().messages.andMore(names.slice(0, 3), names.length - 3) : names.join(", ");
}
