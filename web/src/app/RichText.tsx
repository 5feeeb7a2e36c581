// What people wrote, as text: never as markup. Addresses in it become links, and only those of the web.

import type { Person } from "@homeroom/client";

import { partsOf } from "./links";

interface RichTextProps {
    text: string;
    mentions?: Person[];
    testid?: string;
}

export function RichText({ text, mentions = [], testid }: RichTextProps) {
    return (
        <p class="text" dir="auto" data-testid={testid}>
            {partsOf(text, mentions.map(({ name }) => name)).map((part, index) => {
                if (part.mention) {
                    return (
                        <span key={index} class="mention">
                            {part.text}
                        </span>
                    );
                }
                if (!part.href) return part.text;
                return (
                    <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
                        {part.text}
                    </a>
                );
            })}
        </p>
    );
}
