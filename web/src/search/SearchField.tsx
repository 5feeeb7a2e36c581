import { useEffect, useState } from "preact/hooks";

import { SearchIcon } from "../app/icons";
import { go, hrefOf, route } from "../app/router";
import { t } from "../strings";

export function SearchField() {
    const wanted = route.value.page === "search" ? route.value.query : "";
    const [query, setQuery] = useState(wanted);
    useEffect(() => setQuery(wanted), [wanted]);
    return (
        <form
            class="search-form"
            role="search"
            onSubmit={(event) => {
                event.preventDefault();
                if (query.trim()) go(hrefOf.search(query.trim()));
            }}
        >
            <SearchIcon />
            <input
                type="search"
                aria-label={t().search.label}
                placeholder={t().search.label}
                value={query}
                maxLength={100}
                onInput={(event) => setQuery(event.currentTarget.value)}
                data-testid="search"
            />
        </form>
    );
}
