#!/usr/bin/env python3
"""Writes a big invented school as a strict OneRoster 1.2 bulk package: a folder, or a .zip by its name.

    make_roster.py OUT [--users 100000] [--enrollments 500000] [--seed 1]

The same arguments make the same bytes. Proportions are those of a district: a school for each 1,000 people, a teacher
for each 14 students, classes of 25 or so, a guardian for every fifth student.
"""
import argparse
import csv
import io
import pathlib
import random
import sys
import zipfile

COLUMNS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,"
    "subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
    "email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate",
}
FILES = (
    "academicSessions categories classes classResources courses courseResources demographics enrollments "
    "lineItemLearningObjectiveIds lineItems lineItemScoreScales orgs resources resultLearningObjectiveIds results "
    "resultScoreScales roles scoreScales userProfiles userResources users"
).split()
GIVEN = "Ada Ben Chidi Dana Emre Fatima Grace Hugo Inês Jun Kofi Leila Mateo Noor Olu Priya Rosa Sami Tariq Zoë".split()
FAMILY = "Achterberg Asante Castellanos Duarte El-Amrani Farahani Haddad Ito Kowalska Lind Mbeki Nwosu Quispe Yıldız".split()
SUBJECTS = "Mathematics Physics Biology History Painting Music Geography Chemistry Literature Programming".split()


class School:
    def __init__(self, users, enrollments, seed):
        self.random = random.Random(seed)
        self.records = {name: [] for name in COLUMNS}
        guardians = users // 8
        teachers = max(1, users // 17)
        students = max(1, users - guardians - teachers)
        self.add_schools(max(1, users // 1000))
        self.add_people("guardian", guardians)
        self.add_people("teacher", teachers)
        self.add_people("student", students)
        self.add_classes(max(1, enrollments // 26))
        self.add_enrollments(enrollments)

    def add(self, kind, **record):
        self.records[kind].append(record)

    def add_schools(self, count):
        self.add("orgs", sourcedId="district", name="Lindenbrook District", type="district")
        self.schools = [f"school-{i}" for i in range(count)]
        for school in self.schools:
            self.add("orgs", sourcedId=school, name=f"{school.title()}, Lindenbrook", type="school", parentSourcedId="district")
        self.add("academicSessions", sourcedId="year", title="The school year", type="schoolYear",
                 startDate="2020-08-01", endDate="2040-08-01", schoolYear="2040")
        for term in ("autumn", "spring"):
            self.add("academicSessions", sourcedId=term, title=term.title(), type="term", startDate="2020-08-01",
                     endDate="2040-08-01", parentSourcedId="year", schoolYear="2040")

    def add_people(self, role, count):
        people = {school: [] for school in self.schools}
        for i in range(count):
            school = self.schools[i % len(self.schools)]
            user = f"{role}-{i}"
            people[school].append(user)
            guardians = self.guardians[school] if role == "student" else []
            agent = self.random.choice(guardians) if guardians and self.random.random() < 0.2 else ""
            self.add("users", sourcedId=user, enabledUser="true" if self.random.random() > 0.01 else "false",
                     username=user, givenName=self.random.choice(GIVEN), familyName=self.random.choice(FAMILY),
                     email=f"{user}@lindenbrook.example", agentSourcedIds=agent, primaryOrgSourcedId=school)
            self.add("roles", sourcedId=f"role-{user}", userSourcedId=user, roleType="primary", role=role, orgSourcedId=school)
        setattr(self, f"{role}s", people)

    def add_classes(self, count):
        self.classes = {school: [] for school in self.schools}
        for school in self.schools:
            for subject in SUBJECTS:
                self.add("courses", sourcedId=f"{school}-{subject.lower()}", title=subject, courseCode=subject[:3].upper(),
                         orgSourcedId=school, schoolYearSourcedId="year")
        for i in range(count):
            school = self.schools[i % len(self.schools)]
            subject = self.random.choice(SUBJECTS)
            self.classes[school].append(f"class-{i}")
            self.add("classes", sourcedId=f"class-{i}", title=f"{subject}, group {i}", classType="scheduled",
                     courseSourcedId=f"{school}-{subject.lower()}", classCode=f"{subject[:3].upper()}{i}",
                     schoolSourcedId=school, termSourcedIds=self.random.choice(["autumn", "spring", "autumn,spring"]))

    def add_enrollments(self, count):
        made = 0
        taken = set()

        def enroll(user, class_id, school, role):
            nonlocal made
            if made == count or (user, class_id) in taken:
                return
            taken.add((user, class_id))
            self.add("enrollments", sourcedId=f"enrollment-{made}", classSourcedId=class_id, schoolSourcedId=school,
                     userSourcedId=user, role=role, primary="true" if role == "teacher" else "")
            made += 1

        for school in self.schools:
            for class_id in self.classes[school]:
                if self.teachers[school]:
                    enroll(self.random.choice(self.teachers[school]), class_id, school, "teacher")
        full = sum(len(self.students[school]) * len(self.classes[school]) for school in self.schools)
        misses = 0
        while made < count and misses < 10_000 and full > 0:
            school = self.random.choice(self.schools)
            if not self.students[school] or not self.classes[school]:
                misses += 1
                continue
            before = made
            enroll(self.random.choice(self.students[school]), self.random.choice(self.classes[school]), school, "student")
            misses = misses + 1 if made == before else 0

    def files(self):
        present = [name for name in COLUMNS if self.records[name]]
        manifest = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.2")]
        manifest += [(f"file.{name}", "bulk" if name in present else "absent") for name in FILES]
        manifest += [("source.systemName", "make_roster.py")]
        yield "manifest.csv", self.table(manifest)
        for name in present:
            columns = COLUMNS[name].split(",")
            rows = ([record.get(column, "") for column in columns] for record in self.records[name])
            yield f"{name}.csv", self.table([columns, *rows])

    @staticmethod
    def table(rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, help="a folder, or a file whose name ends in .zip")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--enrollments", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.users < 3 or arguments.enrollments < 1:
        sys.exit("make_roster.py: at least 3 users and 1 enrolment")
    school = School(arguments.users, arguments.enrollments, arguments.seed)
    if arguments.out.suffix == ".zip":
        with zipfile.ZipFile(arguments.out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in school.files():
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    else:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for name, data in school.files():
            (arguments.out / name).write_bytes(data)
    counts = ", ".join(f"{len(records)} {name}" for name, records in school.records.items())
    print(f"{arguments.out}: {counts}")


if __name__ == "__main__":
    main()
