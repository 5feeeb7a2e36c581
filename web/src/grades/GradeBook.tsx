// The grade book of a class: drafts that only the staff see, publishing, taking back.

import type { StaffGrade } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { Avatar } from "../app/Avatar";
import { FailureText } from "../app/FailureText";
import { homeroom } from "../app/homeroom";
import { MarkIcon, MoreIcon, PlusIcon } from "../app/icons";
import { Menu } from "../app/Menu";
import { Empty, LoadFailure, Placeholders } from "../app/parts";
import { useDeed } from "../app/useDeed";
import { useStore } from "../app/useStore";
import { locale, t } from "../strings";
import { usePeopleOf } from "./usePeopleOf";

export function GradeBook({ classId }: { classId: string }) {
    const [store, book] = useStore(() => homeroom.value!.gradeBook(classId));
    const [adding, setAdding] = useState(false);
    const { busy, failure, attempt } = useDeed();
    const words = t().grades;
    const items = [...new Set(book.grades.map(({ item }) => item))];
    const itemShown = (item: string) => book.grades.filter((grade) => grade.item === item).sort((one, other) => one.student.name.localeCompare(other.student.name));
    return (
        <>
            <LoadFailure failure={book.failure} onRetry={() => void store.load()} />
            <FailureText text={failure} />
            {adding ? (
                <GradeForm classId={classId} items={items} onClose={() => setAdding(false)} onSave={(body) => store.save(body)} />
            ) : (
                <p>
                    <button type="button" class="primary" onClick={() => setAdding(true)} data-testid="grade-new">
                        <PlusIcon /> {words.add}
                    </button>
                </p>
            )}
            {book.status === "loading" && <Placeholders />}
            {book.status === "ready" && items.length === 0 && <Empty icon={<MarkIcon />} title={words.noneInBook} text={words.noneInBookWhy} />}
            <div class="stack">
                {items.map((item) => {
                    const grades = itemShown(item);
                    const drafts = grades.filter(({ status, draft }) => draft !== null && status !== "withdrawn").length;
                    return (
                        <section class="card panel" key={item} data-testid="book-item">
                            <header class="panel-head">
                                <h2 dir="auto">{item}</h2>
                                {drafts > 0 && (
                                    <button type="button" class="secondary" disabled={busy} onClick={() => void attempt(() => store.publishAll(item))} data-testid="publish-all">
                                        {words.publishAll(drafts)}
                                    </button>
                                )}
                            </header>
                            <ul class="rows">
                                {grades.map((grade) => (
                                    <BookRow key={grade.id} grade={grade} onSave={(score) => attempt(() => store.save({ student: grade.student.id, item, score, maxScore: shownOf(grade).maxScore, comment: shownOf(grade).comment }))} onWithdraw={() => void attempt(() => store.withdraw(grade.id))} />
                                ))}
                            </ul>
                        </section>
                    );
                })}
            </div>
        </>
    );
}

// What is worked on: the draft, or else what is published.
const shownOf = ({ draft, score, maxScore, comment }: StaffGrade) => draft ?? { score, maxScore, comment };

function BookRow({ grade, onSave, onWithdraw }: { grade: StaffGrade; onSave(score: number): Promise<boolean>; onWithdraw(): void }) {
    const { score, maxScore } = shownOf(grade);
    const [text, setText] = useState(score === null ? "" : String(score));
    useEffect(() => setText(score === null ? "" : String(score)), [score]);
    const words = t().grades;
    const value = Number(text.replace(",", "."));
    const save = () => {
        if (text.trim() !== "" && Number.isFinite(value) && value !== score) void onSave(value);
    };
    const state = grade.status === "published" ? (grade.draft ? words.states.changed : words.states.published) : words.states[grade.status];
    return (
        <li data-testid="book-row">
            <span class="with-avatar">
                <Avatar person={grade.student} size="small" />
                <span class="tile-words">
                    {grade.student.name}
                    <span>
                        <span class={`badge${grade.status === "published" && !grade.draft ? " is-good" : ""}`}>{state}</span>
                    </span>
                </span>
            </span>
            <span class="score-edit">
                <input
                    class="field"
                    inputMode="decimal"
                    aria-label={words.scoreOf(grade.student.name)}
                    value={text}
                    onInput={(event) => setText(event.currentTarget.value)}
                    onBlur={save}
                    onKeyDown={(event) => event.key === "Enter" && save()}
                    data-testid="book-score"
                />
                <span class="meta">{maxScore !== null && `/ ${maxScore.toLocaleString(locale.value)}`}</span>
            </span>
            <Menu
                label={words.menu(grade.student.name)}
                button={<MoreIcon />}
                items={grade.status === "published" ? [{ label: words.withdraw, danger: true, onChoose: onWithdraw, testid: "grade-withdraw" }] : []}
            />
        </li>
    );
}

interface GradeFormProps {
    classId: string;
    items: string[];
    onClose(): void;
    onSave(body: { student: string; item: string; score: number; maxScore: number | null; comment: string | null }): Promise<import("@homeroom/client").Failure | null>;
}

function GradeForm({ classId, items, onClose, onSave }: GradeFormProps) {
    const people = usePeopleOf(classId);
    const [student, setStudent] = useState("");
    const [item, setItem] = useState(items[0] ?? "");
    const [score, setScore] = useState("");
    const [maxScore, setMaxScore] = useState("");
    const [comment, setComment] = useState("");
    const { busy, failure, attempt } = useDeed();
    const words = t().grades;
    const number = (text: string) => Number(text.trim().replace(",", "."));
    const isNumber = (text: string) => text.trim() !== "" && Number.isFinite(number(text));
    const incomplete = student.trim() === "" || item.trim() === "" || !isNumber(score) || (maxScore.trim() !== "" && !isNumber(maxScore));
    const save = async () => {
        if (busy || incomplete) return;
        // By name, or by the roster's id of somebody who was never seen here.
        const id = people.find(({ name }) => name === student)?.id ?? student.trim();
        const body = { student: id, item: item.trim(), score: number(score), maxScore: maxScore.trim() === "" ? null : number(maxScore), comment: comment.trim() || null };
        if (!(await attempt(() => onSave(body)))) return;
        setStudent("");
        setScore("");
        setComment("");
    };
    return (
        <form
            class="card panel form"
            aria-label={words.add}
            onSubmit={(event) => {
                event.preventDefault();
                void save();
            }}
        >
            <div class="field-row is-wrapping">
                <label class="stacked">
                    {words.student}
                    <input class="field" list="grade-people" value={student} autocomplete="off" onInput={(event) => setStudent(event.currentTarget.value)} data-testid="grade-student" />
                </label>
                <datalist id="grade-people">
                    {people.map(({ id, name }) => (
                        <option key={id} value={name} />
                    ))}
                </datalist>
                <label class="stacked">
                    {words.item}
                    <input class="field" list="grade-items" value={item} maxLength={100} onInput={(event) => setItem(event.currentTarget.value)} data-testid="grade-item" />
                </label>
                <datalist id="grade-items">
                    {items.map((one) => (
                        <option key={one} value={one} />
                    ))}
                </datalist>
                <label class="stacked is-number">
                    {words.score}
                    <input class="field" inputMode="decimal" value={score} onInput={(event) => setScore(event.currentTarget.value)} data-testid="grade-score" />
                </label>
                <label class="stacked is-number">
                    {words.maxScore}
                    <input class="field" inputMode="decimal" value={maxScore} onInput={(event) => setMaxScore(event.currentTarget.value)} data-testid="grade-max" />
                </label>
            </div>
            <label class="stacked">
                {words.comment}
                <input class="field" value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
            </label>
            <FailureText text={failure} />
            <div class="form-foot">
                <button type="button" class="quiet" onClick={onClose}>
                    {t().app.close}
                </button>
                <button type="submit" class="primary" disabled={busy || incomplete} data-testid="grade-save">
                    {words.saveDraft}
                </button>
            </div>
        </form>
    );
}
