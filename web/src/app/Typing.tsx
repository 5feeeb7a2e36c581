import { typingPlace, type TypedIn } from "@homeroom/client";

import { typing } from "./homeroom";
import { t } from "../strings";

export function Typing({ to }: { to: TypedIn }) {
    const people = typing.value[typingPlace(to)] ?? [];
    return (
        <p class="typing" aria-live="polite" data-testid="typing">
            {people.length > 0 && (
                <>
                    <span class="typing-dots" aria-hidden="true">
                        <i />
                        <i />
                        <i />
                    </span>
                    {people.length > 2 ? t().app.manyType : t().app.types(people.map(({ name }) => name))}
                </>
            )}
        </p>
    );
}
