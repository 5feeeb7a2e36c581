// Gives something the focus when it appears.

import { useEffect, useRef } from "preact/hooks";

export function useFocus<Thing extends HTMLElement>() {
    const thing = useRef<Thing>(null);
    useEffect(() => thing.current?.focus(), []);
    return thing;
}
