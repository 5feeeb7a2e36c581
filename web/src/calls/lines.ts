// The captions that are on the page: what somebody has begun to say is replaced until it is final.

export interface Line {
    number: number;
    speaker: string;
    by: string; // who wrote it
    text: string;
    final: boolean;
    language: string | null;
    at: number; // since when it stands so
}

const linesMax = 4;

export function linesWith(lines: readonly Line[], said: Omit<Line, "number" | "at">, at: number): readonly Line[] {
    const { speaker, by, text, final, language } = said;
    const begun = lines.findIndex((one) => !one.final && one.speaker === speaker);
    const number = begun < 0 ? Math.max(0, ...lines.map((one) => one.number)) + 1 : lines[begun]!.number;
    const line = { number, speaker, by, text, final, language, at };
    if (begun >= 0) return lines.map((one, place) => (place === begun ? line : one));
    return [...lines, line].slice(-linesMax);
}
