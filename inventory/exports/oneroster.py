"""A whole (bulk) OneRoster 1.1 package.

Files, columns and words are those of OneRoster 1.1 Final, CSV Tables. Passwords and birth dates
are never in it.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from inventory.exports.packing import File
from inventory.exports.people import Roster, Someone
from inventory.records.people import Role
from inventory.rosters.oneroster_manifest import OWN_SYSTEM
from inventory.rosters.values import school_year

_TABLES = ("academicSessions", "categories", "classes", "classResources", "courses",
           "courseResources", "demographics", "enrollments", "lineItems", "orgs", "resources",
           "results", "users")  # fmt: skip
_ROLES = {Role.STUDENT: "student", Role.TEACHER: "teacher", Role.STAFF: "administrator"}
_STATE = ("sourcedId", "status", "dateLastModified")


def files(roster: Roster, code: str) -> list[File]:
    """The seven files; `code` is that of the inventory."""
    grades = {c.id: f"{c.grade:02}" if c.grade else "" for c in roster.classes}
    years = _years(roster)
    tables = [
        _sessions({*years.values()} - {""}),
        File("orgs.csv", (*_STATE, "name", "type", "identifier", "parentSourcedId"),
             ([s.id, "", "", s.name, "school", s.number, ""] for s in roster.schools)),
        File("courses.csv", (*_STATE, "schoolYearSourcedId", "title", "courseCode", "grades",
                             "orgSourcedId", "subjects", "subjectCodes"),
             ([f"course-{c.id}", "", "", _session(years[c.id]), c.name, c.name, grades[c.id],
               c.school, "", ""] for c in roster.classes)),
        File("classes.csv", (*_STATE, "title", "grades", "courseSourcedId", "classCode",
                             "classType", "location", "schoolSourcedId", "termSourcedIds",
                             "subjects", "subjectCodes", "periods"),
             ([c.id, "", "", c.name, grades[c.id], f"course-{c.id}", c.name, "homeroom", "",
               c.school, _session(years[c.id]), "", "", ""] for c in roster.classes)),
        File("users.csv", (*_STATE, "enabledUser", "orgSourcedIds", "role", "username",
                           "userIds", "givenName", "familyName", "middleName", "identifier",
                           "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
             (_user(one, grades) for one in roster.people)),
        File("enrollments.csv", (*_STATE, "classSourcedId", "schoolSourcedId", "userSourcedId",
                                 "role", "primary", "beginDate", "endDate"),
             ([e.id, "", "", e.school_class, e.school, e.person, _ROLES[e.role], "",
               _day(e.starts_on), _day(e.ends_on)] for _one, e in roster.members())),
    ]  # fmt: skip
    return [_manifest(tables, code), *tables]


def _manifest(tables: list[File], code: str) -> File:
    there = {file.name for file in tables}
    rows = [("manifest.version", "1.0"), ("oneroster.version", "1.1")]
    rows += [(f"file.{t}", "bulk" if f"{t}.csv" in there else "absent") for t in _TABLES]
    rows += [("source.systemName", OWN_SYSTEM), ("source.systemCode", code)]
    return File("manifest.csv", ("propertyName", "value"), rows)


def _years(roster: Roster) -> Mapping[str, str]:
    """The school year of each class: the latest that somebody is in it for."""
    found: defaultdict[str, str] = defaultdict(str)
    for _one, enrolment in roster.members():
        year = school_year(enrolment.school_year) or ""  # records that were imported may lack it
        found[enrolment.school_class] = max(found[enrolment.school_class], year)
    return found


def _sessions(years: set[str]) -> File:
    """Each school year from 1 August to 31 July (SchulG NRW § 7), by the year it ends in."""
    rows = []
    for year in sorted(years):
        first = int(year[:4])
        rows.append([_session(year), "", "", year, "schoolYear", f"{first}-08-01",
                     f"{first + 1}-07-31", "", str(first + 1)])  # fmt: skip
    header = (*_STATE, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear")
    return File("academicSessions.csv", header, rows)


def _session(year: str) -> str:
    return year.replace("/", "-")


def _user(one: Someone, grades: Mapping[str, str]) -> list[str]:
    person, account = one.person, one.account
    in_grades = {grades[e.school_class] for e in one.enrolments if e.role is Role.STUDENT
                 and e.school_class}  # fmt: skip
    return [
        person.id, "", "", "true", ",".join(one.schools), _ROLES[one.role], account.user_name, "",
        person.given_name, person.family_name, "", "", one.email, "", "", "",
        ",".join(sorted(in_grades - {""})), "",
    ]  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
