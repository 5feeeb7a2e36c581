// The words of the page, in the language of the browser or the one that was chosen. English comes with the page, others are
// loaded when they are wanted.

import { computed, effect, signal } from "@preact/signals";

import { preferences } from "../app/preferences";
import { en, type Strings } from "./en";

export const languages: Readonly<Record<string, string>> = { en: "English", de: "Deutsch" };

// Written from the right: so is the page, in such a language.
const fromTheRight: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);

const others: Record<string, () => Promise<Strings>> = {
    de: () => import("./de").then((file) => file.de),
};

export const language = computed(() => {
    const wanted = preferences.value.language ?? (typeof navigator === "undefined" ? "en" : navigator.language);
    const short = wanted.slice(0, 2).toLowerCase();
    return short in languages ? short : "en";
});

const loaded = signal<Strings>(en);

export const t = (): Strings => loaded.value;

// Resolves when the words are there, so that the page begins in its language.
export function followLanguage(): Promise<void> {
    return new Promise((begin) => {
        effect(() => {
            const wanted = language.value;
            const load = others[wanted] ?? (() => Promise.resolve(en));
            // Words that can't be had leave those that are there.
            void load().then(
                (strings) => {
                    if (wanted !== language.peek()) return;
                    loaded.value = strings;
                    document.documentElement.lang = wanted;
                    document.documentElement.dir = fromTheRight.has(wanted) ? "rtl" : "ltr";
                    begin();
                },
                () => begin(),
            );
        });
    });
}

// Dates as they are written in the language, on the user's own clock. The region is the browser's where it speaks the language.
export const locale = computed(() => {
    const browsers = typeof navigator === "undefined" ? "en" : navigator.language;
    return browsers.startsWith(language.value) ? browsers : language.value;
});
