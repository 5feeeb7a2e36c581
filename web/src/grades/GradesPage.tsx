// One's own grades; for guardians their children's, for the staff of a class its grade book.

import type { Grade } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { homeroom, session } from "../app/homeroom";
import { BackIcon, MarkIcon } from "../app/icons";
import { More } from "../app/More";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { go, hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { useStore } from "../app/useStore";
import { staffRooms, titleOf } from "../rooms/rooms";
import { idOf } from "../rooms/state";
import { locale, t } from "../strings";
import { children, meetChild } from "./children";
import { GradeBook } from "./GradeBook";
import "./grades.css";

export function GradesPage({ classId, student }: { classId: string | null; student: string | null }) {
    const classes = staffRooms.value.filter(({ name }) => name.startsWith("class-"));
    const words = t().grades;
    const book = classId && classes.find(({ name }) => name === `class-${classId}`);
    if (classId) {
        return (
            <div class="column is-wide">
                <PageHead title={words.bookOf(titleOf(`class-${classId}`))} />
                <Books open={classId} />
                {book ? <GradeBook key={classId} classId={classId} /> : session.value.rooms && <Empty title={t().rooms.notYours} />}
            </div>
        );
    }
    if (student) {
        return (
            <div class="column">
                <p>
                    <a class="back" href={hrefOf.grades}>
                        <BackIcon /> {words.children}
                    </a>
                </p>
                <PageHead title={words.gradesOf(children.value[student] ?? student)} />
                <GradesOf key={student} student={student} />
            </div>
        );
    }
    const roles = session.value.user?.roles ?? [];
    const isGuardian = roles.some((role) => /guardian|parent|relative/i.test(role)) || Object.keys(children.value).length > 0;
    const isStudent = roles.some((role) => /student/i.test(role));
    return (
        <div class="column">
            <PageHead title={t().pages.grades} />
            <Books open={null} />
            {isGuardian && <Children />}
            {(isStudent || (classes.length === 0 && !isGuardian)) && <GradesOf />}
        </div>
    );
}

function Books({ open }: { open: string | null }) {
    const classes = staffRooms.value.filter(({ name }) => name.startsWith("class-"));
    if (classes.length === 0 || (open && classes.length === 1)) return null;
    return (
        <nav class={open ? "tabs" : "tiles"} aria-label={t().grades.books}>
            {classes.map(({ name, title }) => (
                <a key={name} class={open ? undefined : "card tile"} href={hrefOf.gradeBook(idOf(name))} aria-current={open === idOf(name) ? "page" : undefined} data-testid={`book-${idOf(name)}`}>
                    {open ? title : <strong>{title}</strong>}
                </a>
            ))}
        </nav>
    );
}

// A guardian's; the server says of which student he may see any.
function Children() {
    const [id, setId] = useState("");
    const words = t().grades;
    const known = Object.entries(children.value);
    const nameless = known.filter(([, name]) => name === null).map(([child]) => child);
    useEffect(() => {
        for (const student of nameless) {
            void homeroom.value?.request("grade:list", { student, limit: 1 }).then((answer) => {
                if (answer.ok && answer.grades[0]) meetChild(student, answer.grades[0].student.name);
            });
        }
    }, [nameless.join()]);
    return (
        <>
            {known.length > 0 && (
                <nav class="tiles" aria-label={words.children}>
                    {known.map(([child, name]) => (
                        <a key={child} class="card tile" href={hrefOf.gradesOf(child)} data-testid={`child-${child}`}>
                            <strong>{name ?? child}</strong>
                        </a>
                    ))}
                </nav>
            )}
            <form
                class="card panel"
                onSubmit={(event) => {
                    event.preventDefault();
                    if (id.trim()) go(hrefOf.gradesOf(id.trim()));
                }}
            >
                <p class="hint">{words.childHint}</p>
                <div class="field-row">
                    <input class="field" aria-label={words.childId} placeholder={words.childId} autocomplete="off" value={id} onInput={(event) => setId(event.currentTarget.value)} data-testid="child-id" />
                    <button type="submit" class="secondary" disabled={id.trim() === ""} data-testid="child-open">
                        {words.open}
                    </button>
                </div>
            </form>
        </>
    );
}

// One's own, or those of a student whose guardian one is.
function GradesOf({ student }: { student?: string }) {
    const [store, list] = useStore(() => homeroom.value!.grades(student ? { student } : {}));
    const words = t().grades;
    useEffect(() => {
        for (const grade of list.grades) if (student) meetChild(student, grade.student.name);
    }, [list.grades.length]);
    const classes = [...new Set(list.grades.map((grade) => grade.class))];
    return (
        <>
            <LoadFailure failure={list.failure?.code === "not_found" ? null : list.failure} onRetry={() => void store.load()} />
            {list.status === "loading" && <Placeholders />}
            {(list.status === "ready" || list.failure?.code === "not_found") && list.grades.length === 0 && (
                <Empty icon={<MarkIcon />} title={words.none} text={student ? words.noneOfChild : words.noneWhy} />
            )}
            <div class="stack">
                {classes.map((one) => (
                    <section class="card panel" key={one} data-testid={`grades-${one}`}>
                        <h2 class="section-title">{titleOfClass(one)}</h2>
                        <ul class="grades">
                            {list.grades
                                .filter((grade) => grade.class === one)
                                .map((grade) => (
                                    <GradeRow key={grade.id} grade={grade} />
                                ))}
                        </ul>
                    </section>
                ))}
            </div>
            <More more={list.more} onMore={() => store.loadMore()} />
        </>
    );
}

// Guardians are in no class: they know it by its id.
function titleOfClass(id: string): string {
    const title = titleOf(`class-${id}`);
    return title === `class-${id}` ? id : title;
}

function GradeRow({ grade: { item, score, maxScore, comment, publishedAt } }: { grade: Grade }) {
    const number = (value: number) => value.toLocaleString(locale.value, { maximumFractionDigits: 2 });
    return (
        <li data-testid="grade">
            <div class="grade-words">
                <strong dir="auto">{item}</strong>
                <span class="meta">
                    <Time at={publishedAt} />
                </span>
                {comment && (
                    <p class="text" dir="auto">
                        {comment}
                    </p>
                )}
            </div>
            <p class="score">
                <span class="score-number">{number(score)}</span>
                {maxScore !== null && <span class="meta"> / {number(maxScore)}</span>}
                {maxScore !== null && <meter min={0} max={maxScore} value={score} aria-hidden="true" />}
            </p>
        </li>
    );
}
