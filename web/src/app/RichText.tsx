// What people wrote, as text: never as markup. Addresses in it become links, and only those of the web.

import { linksIn } from "./links";

export function RichText({ text, testid, tag: Tag = "p" }: { text: string; testid?: string; tag?: "p" | "span" }) {
    return (
        <Tag class="text" dir="auto" data-testid={testid}>
            {linksIn(text).map((part, index) =>
                part.href ? (
                    <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
                        {part.text}
                    </a>
                ) : (
                    part.text
                ),
            )}
        </Tag>
    );
}
