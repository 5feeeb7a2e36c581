// Reactions to a post or comment: one a person. The heart is a button of its own, the others are behind a menu.

import type { CommentView, PostView } from "@homeroom/client";

import { FailureText } from "../app/FailureText";
import { HeartIcon, SmileIcon } from "../app/icons";
import { Menu } from "../app/Menu";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import { feedStore } from "./feed";

const faces = { thanks: "🙏", celebrate: "🎉", idea: "💡", question: "❓", funny: "😄" } as const;
type Kind = keyof typeof faces;
const kinds = Object.keys(faces) as Kind[];

interface ReactionsProps {
    thing: PostView | CommentView;
    target: { post: string } | { comment: string };
    locked: boolean;
    testid: string;
}

export function Reactions({ thing, target, locked, testid }: ReactionsProps) {
    const { failure, attempt } = useDeed();
    const words = t().feed.reactions;
    const mine = thing.mine.reaction ?? null;
    const counts = thing.counts.reactions;
    const likes = counts.like ?? 0;
    const react = (kind: string) => void attempt(() => feedStore().react(target, mine === kind ? null : kind));
    return (
        <>
            <button
                type="button"
                class={`action like${mine === "like" ? " is-on" : ""}`}
                aria-pressed={mine === "like"}
                aria-label={words.like(likes)}
                disabled={locked}
                onClick={() => react("like")}
                data-testid={testid}
            >
                <HeartIcon filled={mine === "like"} />
                <span data-testid={`${testid}-count`}>{likes}</span>
            </button>
            {kinds
                .filter((kind) => counts[kind])
                .map((kind) => (
                    <button
                        key={kind}
                        type="button"
                        class={`action face${mine === kind ? " is-on" : ""}`}
                        aria-pressed={mine === kind}
                        aria-label={words.count(words.kinds[kind], counts[kind] ?? 0)}
                        disabled={locked}
                        onClick={() => react(kind)}
                    >
                        <span aria-hidden="true">{faces[kind]}</span>
                        <span>{counts[kind]}</span>
                    </button>
                ))}
            {!locked && (
                <Menu
                    label={words.add}
                    button={<SmileIcon />}
                    buttonClass="action is-narrow"
                    items={kinds.map((kind) => ({ label: `${faces[kind]} ${words.kinds[kind]}`, onChoose: () => react(kind) }))}
                    testid={`${testid}-more`}
                />
            )}
            <FailureText text={failure} />
        </>
    );
}
