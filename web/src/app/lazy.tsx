// Pages that are loaded when they are first shown.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { t } from "../strings";
import { Placeholders } from "./parts";

// `quiet`: what lies over the page shows nothing until it is there.
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>, { quiet = false } = {}): ComponentType<Props> {
    let loaded: ComponentType<Props> | null = null;
    return function Lazy(props: Props) {
        const [Page, setPage] = useState<ComponentType<Props> | null>(() => loaded);
        const [failed, setFailed] = useState(false);
        const begin = () => {
            setFailed(false);
            load().then(
                (page) => {
                    loaded = page;
                    setPage(() => page);
                },
                () => setFailed(true),
            );
        };
        useEffect(() => {
            if (!loaded) begin();
        }, []);
        if (Page) return <Page {...props} />;
        if (!failed) return quiet ? null : <Placeholders />;
        return (
            <div class="card retry" role="alert">
                <p class="failure">{t().app.pageFailed}</p>
                <button type="button" class="secondary" onClick={begin}>
                    {t().app.tryAgain}
                </button>
            </div>
        );
    };
}
