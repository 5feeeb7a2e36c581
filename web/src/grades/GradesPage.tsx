// One's own grades; for the staff of a class, its grade book.

import type { Grade, GradesSnapshot } from "@homeroom/client";
import { useEffect, useState } from "preact/hooks";

import { homeroom, session } from "../app/homeroom";
import { MarkIcon } from "../app/icons";
import { Empty, LoadFailure, PageHead, Placeholders } from "../app/parts";
import { hrefOf } from "../app/router";
import { Time } from "../app/Time";
import { staffRooms, titleOf } from "../rooms/rooms";
import { idOf } from "../rooms/state";
import { locale, t } from "../strings";
import { GradeBook } from "./GradeBook";
import "./grades.css";

export function GradesPage({ classId }: { classId: string | null }) {
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
    const isStudent = session.value.user?.roles.some((role) => /student/i.test(role)) ?? false;
    return (
        <div class="column">
            <PageHead title={t().pages.grades} />
            <Books open={null} />
            {(isStudent || classes.length === 0) && <OwnGrades />}
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

function OwnGrades() {
    const [list, setList] = useState<GradesSnapshot<Grade> | null>(null);
    const words = t().grades;
    const [store] = useState(() => homeroom.value!.grades());
    useEffect(() => {
        setList(store.getSnapshot());
        const end = store.subscribe(() => setList(store.getSnapshot()));
        return () => {
            end();
            store.close();
        };
    }, []);
    const classes = [...new Set(list?.grades.map((grade) => grade.class))];
    return (
        <>
            <LoadFailure failure={list?.failure ?? null} onRetry={() => void store.load()} />
            {(!list || list.status === "loading") && <Placeholders />}
            {list?.status === "ready" && list.grades.length === 0 && <Empty icon={<MarkIcon />} title={words.none} text={words.noneWhy} />}
            <div class="stack">
                {classes.map((one) => (
                    <section class="card panel" key={one} data-testid={`grades-${one}`}>
                        <h2 class="section-title">{titleOf(`class-${one}`)}</h2>
                        <ul class="grades">
                            {list!.grades
                                .filter((grade) => grade.class === one)
                                .map((grade) => (
                                    <GradeRow key={grade.id} grade={grade} />
                                ))}
                        </ul>
                    </section>
                ))}
            </div>
        </>
    );
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
