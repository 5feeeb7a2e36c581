// A small school in words, written as a OneRoster 1.2 package.
//
// const school = new School("north")
//     .class("math", { course: "science" })
//     .teacher("tess", "math")
//     .student("ada", "math", "art");

import fs from "node:fs";
import path from "node:path";

// The columns of each file, in the standard's order.
export const columns = {
    orgs: "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    academicSessions:
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    courses:
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId," +
        "subjects,subjectCodes",
    classes:
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location," +
        "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    users:
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName," +
        "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier," +
        "preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
    roles:
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId," +
        "userProfileSourcedId",
    enrollments:
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary," +
        "beginDate,endDate",
};

const everyFile = (
    "academicSessions categories classes classResources courses courseResources demographics " +
    "enrollments lineItemLearningObjectiveIds lineItems lineItemScoreScales orgs resources " +
    "resultLearningObjectiveIds results resultScoreScales roles scoreScales userProfiles " +
    "userResources users"
).split(" ");

const cell = (value) => {
    const text = value === undefined || value === null ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const table = (header, rows) =>
    [header, ...rows.map((row) => header.split(",").map((name) => cell(row[name])).join(","))]
        .join("\r\n")
        .concat("\r\n");

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export class School {
    constructor(id = "north") {
        this.id = id;
        this.records = {
            orgs: [{ sourcedId: id, name: `School ${id}`, type: "school" }],
            academicSessions: [
                {
                    sourcedId: "year",
                    title: "The school year",
                    type: "schoolYear",
                    startDate: "2020-08-01",
                    endDate: "2040-08-01",
                    schoolYear: "2040",
                },
            ],
            courses: [],
            classes: [],
            users: [],
            roles: [],
            enrollments: [],
        };
    }

    has(kind, id) {
        return this.records[kind].some((record) => record.sourcedId === id);
    }

    org(id, parent = "") {
        this.records.orgs.push({
            sourcedId: id,
            name: `School ${id}`,
            type: "school",
            parentSourcedId: parent,
        });
        return this;
    }

    course(id, org = this.id) {
        if (this.has("courses", id)) return this;
        this.records.courses.push({ sourcedId: id, title: `Course ${id}`, orgSourcedId: org });
        return this;
    }

    class(id, { course = `${id}-course`, school = this.id } = {}) {
        this.course(course, school);
        this.records.classes.push({
            sourcedId: id,
            title: `Class ${id}`,
            courseSourcedId: course,
            classType: "scheduled",
            schoolSourcedId: school,
            termSourcedIds: "year",
        });
        return this;
    }

    user(id, role, { enabled = true, school = this.id } = {}) {
        if (this.has("users", id)) return this;
        this.records.users.push({
            sourcedId: id,
            enabledUser: enabled,
            username: id,
            givenName: capital(id),
            familyName: "Example",
            email: `${id}@school.example`,
            primaryOrgSourcedId: school,
        });
        this.records.roles.push({
            sourcedId: `role-${id}`,
            userSourcedId: id,
            roleType: "primary",
            role,
            orgSourcedId: school,
        });
        return this;
    }

    enroll(user, classId, role) {
        const school = this.records.classes.find((one) => one.sourcedId === classId).schoolSourcedId;
        this.records.enrollments.push({
            sourcedId: enrollmentId(user, classId),
            classSourcedId: classId,
            schoolSourcedId: school,
            userSourcedId: user,
            role,
        });
        return this;
    }

    student(id, ...classes) {
        this.user(id, "student");
        for (const one of classes) this.enroll(id, one, "student");
        return this;
    }

    teacher(id, ...classes) {
        this.user(id, "teacher");
        for (const one of classes) this.enroll(id, one, "teacher");
        return this;
    }

    // Takes the record out, as a later export of the same school would.
    without(kind, id) {
        this.records[kind] = this.records[kind].filter((record) => record.sourcedId !== id);
        return this;
    }

    // The files of the package: name → text. A test may spoil one before it is written.
    files() {
        const present = Object.keys(columns).filter((name) => this.records[name].length > 0);
        const manifest = [
            "propertyName,value",
            "manifest.version,1.0",
            "oneroster.version,1.2",
            ...everyFile.map((name) => `file.${name},${present.includes(name) ? "bulk" : "absent"}`),
            "source.systemName,Homeroom end-to-end tests",
            "source.systemCode,e2e",
        ];
        const files = { "manifest.csv": manifest.join("\r\n") + "\r\n" };
        for (const name of present) files[`${name}.csv`] = table(columns[name], this.records[name]);
        return files;
    }

    write(folder) {
        return writeFiles(folder, this.files());
    }
}

// Two classes of a course, and one that has nothing to do with them.
export const scienceAndArt = () =>
    new School("north")
        .class("math", { course: "science" })
        .class("physics", { course: "science" })
        .class("art")
        .teacher("tess", "math", "physics")
        .teacher("theo", "art")
        .student("ada", "math", "physics")
        .student("ben", "math")
        .student("cleo", "art");

export function writeFiles(folder, files) {
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    return folder;
}

export const enrollmentId = (user, classId) => `${user}-in-${classId}`;

// The bodies of the service REST calls, with OneRoster's field names.
export const body = {
    org: (id) => ({ sourcedId: id, name: `School ${id}`, type: "school" }),
    course: (id, org) => ({ sourcedId: id, title: `Course ${id}`, orgSourcedId: org }),
    class: (id, course, school) => ({
        sourcedId: id,
        title: `Class ${id}`,
        classType: "scheduled",
        courseSourcedId: course,
        schoolSourcedId: school,
    }),
    user: (id, role, org, more = {}) => ({
        sourcedId: id,
        enabledUser: true,
        username: id,
        givenName: capital(id),
        familyName: "Example",
        email: `${id}@school.example`,
        roles: [{ roleType: "primary", role, org }],
        ...more,
    }),
    enrollment: (user, classId, school, role = "student", more = {}) => ({
        userSourcedId: user,
        classSourcedId: classId,
        schoolSourcedId: school,
        role,
        ...more,
    }),
};
