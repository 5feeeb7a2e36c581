// The timer that all share: it counts to a moment of the server's clock, so everybody sees the same second.

import { useEffect, useState } from "preact/hooks";

import { FailureText } from "../app/FailureText";
import { PauseIcon, PlayIcon, SkipIcon, StopIcon } from "../app/icons";
import { announce } from "../app/notices";
import { useDeed } from "../app/useDeed";
import { t } from "../strings";
import { TimerTimes, type Times } from "./PlanForm";
import type { Part } from "./StudyPage";
import { clockFace, secondsLeft } from "./time";

const radius = 54;
const around = 2 * Math.PI * radius;

export function Timer({ store, study, controls }: Part) {
    const { timer } = study.state!;
    const { busy, failure, attempt } = useDeed();
    const [, tick] = useState(0);
    const [choosing, setChoosing] = useState(false);
    const words = t().study;
    useEffect(() => {
        if (!timer.running) return;
        const clock = setInterval(() => tick((count) => count + 1), 250);
        return () => clearInterval(clock);
    }, [timer.running]);
    // What listeners are told: the phases, not the seconds.
    useEffect(() => {
        if (timer.phase && timer.running) announce(words.phases[timer.phase]);
    }, [timer.phase, timer.running]);

    const left = secondsLeft(timer, Date.now() + study.clockAhead);
    const whole = timer.phase === "break" ? timer.break : timer.focus;
    const share = timer.phase ? Math.min(1, left / whole) : 1;
    const order = (deed: "start" | "pause" | "stop" | "skip") => void attempt(() => store.patch({ timer: { do: deed } }));
    const mayControl = controls && !study.breakout;
    return (
        <section class={`card panel timer${timer.phase === "break" ? " is-break" : ""}`} aria-label={words.timer}>
            <div class="timer-face" role="timer" aria-label={words.timerSays(timer.phase ? words.phases[timer.phase] : words.phases.none, clockFace(left))}>
                <svg viewBox="0 0 120 120" aria-hidden="true">
                    <circle class="timer-ring" cx="60" cy="60" r={radius} />
                    <circle class="timer-left" cx="60" cy="60" r={radius} stroke-dasharray={around} stroke-dashoffset={around * (1 - share)} />
                </svg>
                <div class="timer-words">
                    <span class="timer-time" data-testid="timer-time">
                        {clockFace(left)}
                    </span>
                    <span class="meta" data-testid="timer-phase">
                        {words.phases[timer.phase ?? "none"]}
                    </span>
                </div>
            </div>
            <div class="timer-side">
                <p class="meta">{timer.round > 0 ? words.round(timer.round, timer.rounds) : words.plannedRounds(timer.rounds, timer.focus / 60, timer.break / 60)}</p>
                {timer.phase && !timer.running && <p class="meta">{words.paused}</p>}
                {mayControl && (
                    <div class="form-foot is-start">
                        {timer.running ? (
                            <button type="button" class="primary" disabled={busy} onClick={() => order("pause")} data-testid="timer-pause">
                                <PauseIcon /> {words.pause}
                            </button>
                        ) : (
                            <button type="button" class="primary" disabled={busy} onClick={() => order("start")} data-testid="timer-start">
                                <PlayIcon /> {timer.phase ? words.goOn : words.startTimer}
                            </button>
                        )}
                        {timer.phase && (
                            <>
                                <button type="button" class="icon-button" aria-label={words.skip} title={words.skip} disabled={busy} onClick={() => order("skip")} data-testid="timer-skip">
                                    <SkipIcon />
                                </button>
                                <button type="button" class="icon-button" aria-label={words.stop} title={words.stop} disabled={busy} onClick={() => order("stop")}>
                                    <StopIcon />
                                </button>
                            </>
                        )}
                        {!choosing && (
                            <button type="button" class="quiet" onClick={() => setChoosing(true)}>
                                {words.changeTimes}
                            </button>
                        )}
                    </div>
                )}
                {choosing && (
                    <ChooseTimes
                        times={{ focus: timer.focus / 60, break: timer.break / 60, rounds: timer.rounds }}
                        onChoose={async (times) => {
                            if (await attempt(() => store.patch({ timer: { focus: times.focus * 60, break: times.break * 60, rounds: times.rounds } }))) setChoosing(false);
                        }}
                        onClose={() => setChoosing(false)}
                    />
                )}
                <FailureText text={failure} />
            </div>
        </section>
    );
}

function ChooseTimes({ times: given, onChoose, onClose }: { times: Times; onChoose(times: Times): void; onClose(): void }) {
    const [times, setTimes] = useState(given);
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                onChoose(times);
            }}
        >
            <TimerTimes times={times} onChange={setTimes} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.cancel}
                </button>
                <button type="submit" class="secondary">
                    {t().app.save}
                </button>
            </div>
        </form>
    );
}
