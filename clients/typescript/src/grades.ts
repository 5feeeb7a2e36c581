// Grades: those of the user himself (or of a student whose guardian he is), or those of a class whose staff he is.

import type { LoadStatus } from "./feed.js";
import { limits } from "./limits.js";
import { Pages } from "./pages.js";
import type { Grade, StaffGrade } from "./protocol.js";
import { Store } from "./store.js";
import { Versions } from "./versions.js";
import { type Body, type Failure, justAfter, type Wire } from "./wire.js";

/** Of whom: nothing is oneself; a `class` whose staff one is; a `student` whose guardian one is. */
export interface GradesOf {
    class?: string;
    student?: string;
}

export interface GradesSnapshot<Thing extends Grade | StaffGrade> {
    status: LoadStatus;
    failure: Failure | null;
    grades: Thing[];
    more: boolean;
}

const pageSize = 200;

abstract class GradeList<Thing extends Grade | StaffGrade> extends Store<GradesSnapshot<Thing>> {
    protected readonly content = new Versions<Thing>(limits.tombstonesMax);
    private readonly pages: Pages<Thing>;
    protected readonly ends: (() => void)[];

    constructor(
        protected readonly wire: Wire,
        of: GradesOf,
    ) {
        super(() => ({ ...this.pages.state, grades: this.content.values().sort((one, other) => (one.id < other.id ? 1 : -1)) }));
        this.pages = new Pages(wire, this.content, {
            id: ({ id }) => id,
            ask: async (page) => {
                const answer = await wire.request("grade:list", { ...of, ...page, limit: pageSize });
                return answer.ok ? { ok: true, things: answer.grades as Thing[], next: answer.next } : answer;
            },
            changed: () => this.changed(),
        });
        this.ends = [wire.onReset(() => void this.load())];
    }

    load(): Promise<void> {
        return this.pages.load();
    }

    loadMore(): Promise<Failure | null> {
        return this.pages.loadMore();
    }

    close(): void {
        for (const end of this.ends) end();
    }
}

/** What is published of one person. */
export class GradesStore extends GradeList<Grade> {
    constructor(wire: Wire, of: { student?: string } = {}) {
        super(wire, of);
        const student = of.student;
        this.ends.push(
            wire.on("grade:updated", ({ grade, seq }) => {
                if (grade.student.id !== (student ?? wire.me())) return;
                this.content.put(grade.id, grade, seq);
                this.changed();
            }),
            wire.on("grade:withdrawn", ({ gradeId, seq }) => {
                this.content.remove(gradeId, seq);
                this.changed();
            }),
        );
    }
}

/** The grade book of a class, for its staff. */
export class GradeBookStore extends GradeList<StaffGrade> {
    constructor(
        wire: Wire,
        private readonly classId: string,
    ) {
        super(wire, { class: classId });
        this.ends.push(
            wire.on("grade:recorded", ({ grade, seq }) => {
                if (grade.class !== classId) return;
                this.content.put(grade.id, grade, seq);
                this.changed();
            }),
        );
    }

    /** A draft, which only the staff see. */
    save(body: Omit<Body<"grade:save">, "key" | "class">): Promise<Failure | null> {
        return this.write("grade:save", body);
    }

    publish(body: Omit<Body<"grade:publish">, "key" | "class">): Promise<Failure | null> {
        return this.write("grade:publish", body);
    }

    /** All drafts of an item. */
    async publishAll(item: string): Promise<Failure | null> {
        const answer = await this.wire.request("grade:publishAll", { class: this.classId, item });
        if (!answer.ok) return answer.error;
        return answer.more ? this.publishAll(item) : null;
    }

    async withdraw(grade: string): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request("grade:withdraw", { grade });
        if (!answer.ok) return answer.error;
        this.content.put(answer.grade.id, answer.grade, justAfter(asked));
        this.changed();
        return null;
    }

    private async write(name: "grade:save" | "grade:publish", body: Omit<Body<"grade:save">, "key" | "class">): Promise<Failure | null> {
        const asked = this.wire.seq();
        const answer = await this.wire.request(name, { ...body, class: this.classId });
        if (!answer.ok) return answer.error;
        this.content.put(answer.grade.id, answer.grade, justAfter(asked));
        this.changed();
        return null;
    }
}
