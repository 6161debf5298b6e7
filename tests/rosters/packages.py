"""Invented OneRoster packages, built table by table."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
             "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"
             "password",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
               "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
                   "userSourcedId,role,primary,beginDate,endDate",
}  # fmt: skip
Table = Sequence[Mapping[str, str]]
Tables = Mapping[str, Table]


def pupil(key: str, given: str, family: str, org: str = "nord", **more: str) -> dict[str, str]:
    """A row of users."""
    row = {"sourcedId": key, "givenName": given, "familyName": family, "orgSourcedIds": org,
           "role": "student", "enabledUser": "true", "username": "geheim-login",
           "password": "geheim-4711"}  # fmt: skip
    return {**row, **more}


def school_class(key: str, title: str, org: str = "nord", **more: str) -> dict[str, str]:
    """A row of classes."""
    row = {"sourcedId": key, "title": title, "classType": "homeroom", "schoolSourcedId": org}
    return {**row, **more}


def member(user: str, group: str, org: str = "nord", **more: str) -> dict[str, str]:
    """A row of enrollments."""
    row = {"sourcedId": f"{group}-{user}", "classSourcedId": group, "userSourcedId": user,
           "schoolSourcedId": org, "role": "student"}  # fmt: skip
    return {**row, **more}


ORGS: Table = (
    {"sourcedId": "nord", "name": "Gymnasium Nord", "type": "school", "identifier": "012345"},
    {"sourcedId": "sued", "name": "Grundschule Süd", "type": "school", "identifier": "023456"},
)
CITY: Tables = {
    "orgs": ORGS,
    "users": (
        pupil("n1", "Änne", "Müller"), pupil("n2", "Björn", "Jäger"), pupil("n3", "Cem", "Öz"),
        pupil("s1", "Dana", "Weiß", "sued"), pupil("s2", "Ella", "Groß", "sued"),
        pupil("t1", "Eva", "Lang", "nord,sued", role="teacher"),
    ),
    "classes": (school_class("c5a", "5a"), school_class("c5b", "5b"),
                school_class("c1a", "1a", "sued")),
    "enrollments": (
        member("n1", "c5a"), member("n2", "c5a"), member("n3", "c5b"),
        member("s1", "c1a", "sued"), member("s2", "c1a", "sued"),
        member("t1", "c5a", role="teacher"),
    ),
}  # fmt: skip
"""Two schools, five pupils, one teacher at both."""


def files(tables: Tables, mode: str = "bulk") -> dict[str, bytes]:
    """The CSV files of a package, with a manifest that calls all its tables bulk or delta."""
    manifest = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.1"]
    manifest += [f"file.{name},{mode if name in tables else 'absent'}" for name in COLUMNS]
    made = {"manifest.csv": "\n".join([*manifest, ""]).encode()}
    for name, rows in tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS[name].split(","), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        made[f"{name}.csv"] = text.getvalue().encode()
    return made


def folder_of(path: Path, content: Mapping[str, bytes]) -> Path:
    """Write a package as a folder."""
    path.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (path / name).write_bytes(data)
    return path


def zip_of(path: Path, content: Mapping[str, bytes], inside: str = "") -> Path:
    """Write a package as a zip file, its files in a folder if one is named."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(f"{inside}{name}", data)
    return path
