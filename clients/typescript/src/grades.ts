// Grades: those of the user himself (or of a student whose guardian he is), or those of a class whose staff he is.

import type { LoadStatus } from "./feed.js";
import { limits } from "./limits.js";
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
    private status: LoadStatus = "loading";
    private failure: Failure | null = null;
    private next: string | null = null;
    private asked = 0;
    protected readonly ends: (() => void)[];

    constructor(
        protected readonly wire: Wire,
        private readonly of: GradesOf,
    ) {
        super(() => ({
            status: this.status,
            failure: this.failure,
            grades: this.content.values().sort((one, other) => (one.id < other.id ? 1 : -1)),
            more: this.next !== null,
        }));
        this.ends = [wire.onReset(() => void this.load())];
    }

    async load(): Promise<void> {
        const mine = ++this.asked;
        const asked = this.wire.seq();
        const answer = await this.wire.request("grade:list", { ...this.of, limit: pageSize });
        if (mine !== this.asked) return;
        if (answer.ok) {
            this.content.keepOnly(new Set(answer.grades.map(({ id }) => id)), asked);
            for (const grade of answer.grades) this.content.put(grade.id, grade as Thing, asked);
            this.next = answer.next;
            this.status = "ready";
            this.failure = null;
        } else {
            if (this.status !== "ready") this.status = "failed";
            this.failure = answer.error;
        }
        this.changed();
    }

    async loadMore(): Promise<Failure | null> {
        if (this.next === null) return null;
        const before = this.next;
        const asked = this.wire.seq();
        const answer = await this.wire.request("grade:list", { ...this.of, before, limit: pageSize });
        if (!answer.ok) return answer.error;
        if (before !== this.next) return null;
        for (const grade of answer.grades) this.content.put(grade.id, grade as Thing, asked);
        this.next = answer.next;
        this.changed();
        return null;
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
