// A button with a list of deeds below it. Arrow keys, Home, End and Escape do what one expects; it closes when the focus leaves.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

export interface MenuItem {
    label: string;
    onChoose?(): void;
    href?: string;
    danger?: boolean;
    testid?: string;
}

interface MenuProps {
    label: string;
    button: ComponentChildren;
    items: MenuItem[];
    buttonClass?: string;
    testid?: string;
    children?: ComponentChildren; // above the items
}

export function Menu({ label, button, items, buttonClass = "icon-button", testid, children }: MenuProps) {
    const [open, setOpen] = useState(false);
    const root = useRef<HTMLDivElement>(null);
    const id = useId();
    const entries = () => Array.from(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []);

    useEffect(() => {
        if (!open) return;
        entries()[0]?.focus();
        const outside = (event: Event) => {
            if (!root.current?.contains(event.target as Node)) setOpen(false);
        };
        document.addEventListener("pointerdown", outside);
        return () => document.removeEventListener("pointerdown", outside);
    }, [open]);

    const close = () => {
        setOpen(false);
        root.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
    };
    const onKeyDown = (event: KeyboardEvent) => {
        if (!open) return;
        if (event.key === "Escape") {
            event.stopPropagation();
            return close();
        }
        const all = entries();
        const at = all.indexOf(document.activeElement as HTMLElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        all[(to + all.length) % all.length]?.focus();
    };
    const onFocusOut = (event: FocusEvent) => {
        if (event.relatedTarget && !root.current?.contains(event.relatedTarget as Node)) setOpen(false);
    };
    if (items.length === 0) return null;
    return (
        <div class="menu" ref={root} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
            <button
                type="button"
                class={buttonClass}
                aria-label={label}
                aria-haspopup="menu"
                aria-expanded={open}
                aria-controls={open ? id : undefined}
                onClick={() => setOpen(!open)}
                data-testid={testid}
            >
                {button}
            </button>
            {open && (
                <div class="menu-box">
                    {children}
                    <div role="menu" id={id} aria-label={label}>
                        {items.map((item) => (
                            <Entry key={item.label} item={item} onDone={() => (item.href ? setOpen(false) : close())} />
                        ))}
                    </div>
                </div>
            )}
        </div>
    );
}

function Entry({ item, onDone }: { item: MenuItem; onDone(): void }) {
    const className = `menu-item${item.danger ? " is-danger" : ""}`;
    if (item.href) {
        return (
            <a role="menuitem" tabIndex={-1} class={className} href={item.href} onClick={onDone} data-testid={item.testid}>
                {item.label}
            </a>
        );
    }
    return (
        <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={className}
            onClick={() => {
                onDone();
                item.onChoose?.();
            }}
            data-testid={item.testid}
        >
            {item.label}
        </button>
    );
}
