import { FailureText } from "../app/FailureText";
import { HeartIcon } from "../app/icons";
import { setLike } from "./store";
import type { Comment, Post, Target } from "./types";
import { useDeed } from "./useDeed";

interface LikeButtonProps {
    thing: Post | Comment;
    target: Target;
    postId: string;
    testid: string;
}

export function LikeButton({ thing, target, postId, testid }: LikeButtonProps) {
    const { busy, failure, attempt } = useDeed();
    const liked = thing.mine?.reaction === "like";
    const count = thing.counts.reactions.like ?? 0;
    const words = count === 1 ? "1 like" : `${count} likes`;
    return (
        <>
            <button
                type="button"
                class={`action like${liked ? " is-on" : ""}`}
                aria-pressed={liked}
                aria-label={`Like, ${words}`}
                onClick={() => !busy && void attempt(() => setLike(target, postId, thing, !liked))}
                data-testid={testid}
            >
                <HeartIcon filled={liked} />
                <span data-testid={`${testid}-count`}>{count}</span>
            </button>
            <FailureText text={failure} />
        </>
    );
}
