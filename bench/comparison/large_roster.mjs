// A OneRoster 1.2 package as large as wanted, for the time that an import takes.

import fs from "node:fs";
import path from "node:path";

const kinds = [
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
    "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources",
    "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles",
    "userResources", "users",
];

export function writeRoster(folder, { users, classesPerUser = 5, classSize = 30 }) {
    fs.mkdirSync(folder, { recursive: true });
    const classes = Math.max(1, Math.ceil((users * classesPerUser) / classSize));
    const user = (i) => `u${i}`;
    const files = {
        orgs: ["sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId", "north,,,North,school,,"],
        courses: ["sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"],
        classes: ["sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"],
        academicSessions: ["sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear", "year,,,Year,schoolYear,2026-01-01,2027-12-31,,2027"],
        users: ["sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"],
        roles: ["sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"],
        enrollments: ["sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"],
    };
    const addClass = (id) => {
        files.courses.push(`course-${id},,,,Course ${id},,,north,,`);
        files.classes.push(`${id},,,Class ${id},,course-${id},,scheduled,,north,year,,,`);
    };
    for (let i = 0; i < classes; i++) addClass(`c${i}`);
    for (let i = 0; i < users; i++) {
        const role = i % 20 === 0 ? "teacher" : "student";
        files.users.push(`${user(i)},,,true,${user(i)},,Given${i},Family${i},,,,,,,,,,,,,,,`);
        files.roles.push(`r${i},,,${user(i)},primary,${role},,,north,`);
        for (let k = 0; k < classesPerUser; k++) {
            const id = (i * classesPerUser + k) % classes;
            files.enrollments.push(`e${i}-${k},,,c${id},north,${user(i)},${role},,,`);
        }
    }
    const manifest = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"];
    for (const kind of kinds) manifest.push(`file.${kind},${files[kind] ? "bulk" : "absent"}`);
    manifest.push("source.systemName,Homeroom bench", "source.systemCode,bench");
    files.manifest = manifest;
    for (const [name, lines] of Object.entries(files)) {
        fs.writeFileSync(path.join(folder, `${name}.csv`), lines.join("\r\n") + "\r\n");
    }
    return { users, enrollments: files.enrollments.length - 1 };
}
