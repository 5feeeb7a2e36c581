// What a person has chosen for this browser: language and theme. Applied at once, kept for the next time.

import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

export interface Preferences {
    theme: Theme;
    language: string | null; // null: as the browser says
}

const storedAs = "homeroom.preferences";
export const preferences = signal<Preferences>(read());

export function prefer(change: Partial<Preferences>): void {
    preferences.value = { ...preferences.value, ...change };
    try {
        localStorage.setItem(storedAs, JSON.stringify(preferences.value));
    } catch {
        // Storage may be forbidden: it then lasts as long as the page.
    }
}

export function applyTheme(): void {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const systemDark = signal(dark.matches);
    dark.addEventListener("change", () => (systemDark.value = dark.matches));
    effect(() => {
        const { theme } = preferences.value;
        const isDark = theme === "dark" || (theme === "system" && systemDark.value);
        document.documentElement.dataset.theme = isDark ? "dark" : "light";
        document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark ? "#1a1d24" : "#ffffff");
    });
}

function read(): Preferences {
    const usual: Preferences = { theme: "system", language: null };
    try {
        return { ...usual, ...(JSON.parse(localStorage.getItem(storedAs) ?? "{}") as Partial<Preferences>) };
    } catch {
        return usual;
    }
}
