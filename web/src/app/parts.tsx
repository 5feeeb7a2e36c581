// Small parts that every page has.

import type { Failure } from "@homeroom/client";
import type { ComponentChildren } from "preact";

import { t } from "../strings";
import { FailureText } from "./FailureText";
import { failureInWords } from "./words";

export function PageHead({ title, children, testid }: { title: string; children?: ComponentChildren; testid?: string }) {
    return (
        <header class="page-head">
            <h1 class="page-title" dir="auto" data-testid={testid}>
                {title}
            </h1>
            {children}
        </header>
    );
}

export function LoadFailure({ failure, onRetry }: { failure: Failure | null; onRetry(): void }) {
    if (!failure) return null;
    return (
        <div class="card retry">
            <FailureText text={failureInWords(failure)} />
            <button type="button" class="secondary" onClick={onRetry}>
                {t().app.tryAgain}
            </button>
        </div>
    );
}

interface EmptyProps {
    icon?: ComponentChildren;
    title: string;
    text?: string;
    heading?: boolean; // it is all that the page has
}

export function Empty({ icon, title, text, heading = false }: EmptyProps) {
    return (
        <div class="empty">
            {icon && <span class="empty-icon">{icon}</span>}
            {heading ? <h1 class="empty-title">{title}</h1> : <p class="empty-title">{title}</p>}
            {text && <p>{text}</p>}
        </div>
    );
}

export function Placeholders({ count = 3 }: { count?: number }) {
    return (
        <div class="stack" aria-hidden="true">
            {Array.from({ length: count }, (_, index) => (
                <div class="card placeholder" key={index}>
                    <span />
                    <span />
                    <span />
                </div>
            ))}
        </div>
    );
}

// Choices of which one holds, side by side.
interface ChoiceProps<Value extends string> {
    label: string;
    value: Value;
    choices: readonly (readonly [Value, string])[];
    onChoose(value: Value): void;
    name: string;
}

export function Choice<Value extends string>({ label, value, choices, onChoose, name }: ChoiceProps<Value>) {
    return (
        <fieldset class="choice">
            <legend class="visually-hidden">{label}</legend>
            {choices.map(([one, words]) => (
                <label key={one} class={one === value ? "is-on" : undefined}>
                    <input type="radio" name={name} class="visually-hidden" checked={one === value} onChange={() => onChoose(one)} data-testid={`${name}-${one}`} />
                    {words}
                </label>
            ))}
        </fieldset>
    );
}
