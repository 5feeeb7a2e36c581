// Posts and comments with all the words, as far as this user sees them now.

import type { Failure, Requests } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { homeroom } from "../app/homeroom";
import { SearchIcon } from "../app/icons";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { titleOf } from "../rooms/rooms";
import { t } from "../strings";

type Result = Requests["feed:search"]["answer"]["results"][number];

export function SearchPage({ query }: { query: string }) {
    const [results, setResults] = useState<Result[]>([]);
    const [next, setNext] = useState<string | null>(null);
    const [status, setStatus] = useState<"loading" | "ready" | "failed">("loading");
    const [failure, setFailure] = useState<Failure | null>(null);
    const words = t().search;

    const load = async (before?: string) => {
        setStatus("loading");
        const answer = await homeroom.value!.request("feed:search", { query, ...(before ? { before } : {}) });
        setFailure(answer.ok ? null : answer.error);
        setStatus(answer.ok ? "ready" : "failed");
        if (!answer.ok) return;
        setResults((some) => (before ? [...some, ...answer.results] : answer.results));
        setNext(answer.next);
    };
    useEffect(() => void load(), [query]);

    return (
        <div class="column">
            <PageHead title={words.title(query)} />
            <LoadFailure failure={failure} onRetry={() => void load()} />
            <div class="stack" aria-busy={status === "loading"}>
                {results.map((result) => {
                    const thing = "post" in result ? result.post : result.comment;
                    const room = "post" in result ? result.post.room : null;
                    const target = "post" in result ? result.post.id : result.comment.postId;
                    return <Found key={thing.id} thing={thing} room={room} post={target} />;
                })}
            </div>
            {status === "loading" && <Placeholders />}
            {status === "ready" && results.length === 0 && <Empty icon={<SearchIcon />} title={words.nothing} text={words.nothingWhy} />}
            {status === "ready" && next && (
                <div class="older">
                    <button type="button" class="secondary" onClick={() => void load(next)}>
                        {t().app.more}
                    </button>
                </div>
            )}
        </div>
    );
}

interface FoundProps {
    thing: { author: { id: string; name: string }; text: string; createdAt: string };
    room: string | null;
    post: string;
}

function Found({ thing, room, post }: FoundProps) {
    // A comment is known by its post alone: which room that is in, the post says.
    const [where, setWhere] = useState(room);
    useEffect(() => {
        if (room) return;
        void homeroom.value!.request("post:get", { post }).then((answer) => answer.ok && setWhere(answer.post.room));
    }, [post]);
    const body = (
        <>
            <Avatar person={thing.author} size="small" />
            <span class="tile-words">
                <span class="meta">
                    <strong>{thing.author.name}</strong> · {room ? "" : `${t().search.comment} · `}
                    {where && `${titleOf(where)} · `}
                    <Time at={thing.createdAt} />
                </span>
                <span class="clamp" dir="auto">
                    {thing.text}
                </span>
            </span>
        </>
    );
    if (!where) return <div class="card row-card">{body}</div>;
    return (
        <a class="card row-card" href={hrefOf.post(where, post)} data-testid="result">
            {body}
        </a>
    );
}
