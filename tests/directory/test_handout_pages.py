"""Handouts on paper: read back from the PDF as a person, or a telephone's camera, would."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from inventory.messages import Message, say
from inventory.records import Person
from provisioning.directory.handout_pages import HandoutPages
from provisioning.directory.handouts import Account, Handout, Sheet, Title
from provisioning.directory.namesakes import marks_of
from provisioning.directory.password_settings import BUILT_IN, HandoutSettings
from tests.pdf import codes_of, pages_of
from tui.texts import load_texts

ADDRESS = "https://schulportal.musterstadt.example/anmelden?next=%2F"
NAMES = (
    "Ida Huber", "Çağla Yılmaz-Öztürk", "Đorđe Đorđević", "Владимир Кузнецов", "张伟",
    "Nguyễn Thị Ngọc Ánh", "Ελένη Παπαδοπούλου", "Zoë <b>O'Neill</b> & Söhne",
)  # fmt: skip


def handout(
    role: str, profile: str, *names: str, must_change: bool = False
) -> tuple[Handout, list[Sheet]]:
    recipe = BUILT_IN[profile].recipe()
    accounts = [
        Account(f"c{number}", name, f"user.{number}", role, recipe, must_change)
        for number, name in enumerate(names)
    ]
    title = Title("Gesamtschule Süd", Message(id="Class {name}", parameters={"name": "5a"}))
    sheets = [Sheet(one, recipe.password(b"k" * 32, one.change)) for one in accounts]
    return Handout("g", title, accounts), sheets


def printed(
    made: tuple[Handout, list[Sheet]], settings: HandoutSettings | None = None, language: str = "de"
) -> bytes:
    words = load_texts("de" if language == "de" else "en")
    pages = HandoutPages(settings or HandoutSettings(), words.render, language)
    return pages.render(*made)


def flat(text: str) -> str:
    """Without line ends: where lines break is the paper's business."""
    return " ".join(text.split())


def test_pupils_get_slips_with_all_that_is_theirs_and_nothing_of_others() -> None:
    made = handout("student", "words", *NAMES, "Neunte Person")
    pages = pages_of(printed(made))
    assert len(pages) == 3, "four slips a page"
    for number, sheet in enumerate(made[1]):
        page = flat(pages[number // 4])
        assert sheet.account.name in page
        assert sheet.account.user_name in page
        assert sheet.password.get_secret_value() in page, "in one piece"
        others = flat("".join(pages[: number // 4] + pages[number // 4 + 1 :]))
        assert sheet.password.get_secret_value() not in others
    assert pages[0].count("Gesamtschule Süd · Klasse 5a") == 4
    assert pages[0].count("Erstes Passwort") == 4


def test_teachers_get_a_page_each_with_what_awaits_them() -> None:
    made = handout("teacher", "characters", *NAMES[:3], must_change=True)
    german, english = pages_of(printed(made)), pages_of(printed(made, language="en"))
    assert len(german) == len(english) == 3
    assert "Bei der ersten Anmeldung wird ein eigenes Passwort verlangt." in flat(german[0])
    assert "You will be asked to choose a password of your own" in flat(english[0])
    assert "Benutzername" in german[0]
    assert "User name" in english[0]


def test_the_code_leads_to_the_login_and_holds_no_password() -> None:
    settings = HandoutSettings(login_url=ADDRESS)
    slips = printed(handout("student", "easy", *NAMES[:5]), settings)
    assert codes_of(slips) == [[ADDRESS] * 4, [ADDRESS]]
    page = printed(handout("teacher", "characters", NAMES[0]), settings)
    assert codes_of(page) == [[ADDRESS]]
    assert ADDRESS in pages_of(page)[0]
    assert codes_of(printed(handout("student", "easy", *NAMES[:5]))) == [[], []]


def test_first_steps_of_a_role_are_those_of_the_settings() -> None:
    steps = {"student": "Zum Medienwart gehen.\n\nTablet einschalten."}
    settings = HandoutSettings.model_validate({"first_steps": steps})
    pupil, teacher = (
        flat(pages_of(printed(handout(role, "words", "Ida Huber"), settings))[0])
        for role in ("student", "teacher")
    )
    assert "1. Zum Medienwart gehen. 2. Tablet einschalten." in pupil
    assert "Medienwart" not in teacher


def test_what_is_too_long_gets_smaller_and_stays_whole() -> None:
    name = " ".join(["Maximiliane-Charlotte von Guttenberg-Sonnenfeld"] * 4)
    settings = HandoutSettings.model_validate(
        {"login_url": ADDRESS, "first_steps": {"student": "Viele Worte stehen hier. " * 60}}
    )
    made = handout("student", "words", *[name] * 4)
    (page,) = pages_of(printed(made, settings))
    assert flat(page).count(name) == 4
    assert page.count(ADDRESS) == 4
    assert all(sheet.password.get_secret_value() in page for sheet in made[1])
    assert codes_of(printed(made, settings)) == [[ADDRESS] * 4]


def test_what_no_font_has_is_written_in_latin_letters() -> None:
    made = handout("student", "words", "สมชาย", "محمد", "한국 사람")
    page = flat(pages_of(printed(made))[0])
    for name in ("smchay", "mhmd"):
        assert name in page.casefold().replace(" ", "")
    assert "한국" in page or "hangug" in page.casefold()
    assert "□" not in page


@pytest.mark.parametrize("address", ["schule.example", "ftp://schule.example", "https://"])
def test_the_login_s_address_is_a_whole_one(address: str) -> None:
    with pytest.raises(ValidationError, match="whole address"):
        HandoutSettings(login_url=address)


def test_a_handout_of_nobody_s_role_is_printed() -> None:
    made = handout("", "words", "Ida Huber")
    title = Title("", say("Further accounts"))
    (page,) = pages_of(printed((Handout("g", title, made[0].accounts), made[1])))
    assert made[1][0].password.get_secret_value() in page
    assert page.startswith("Weitere Benutzerkonten")


def pupil(name: str, born: date | None) -> Person:
    given, family = name.split()
    return Person(id=f"{name} {born}", given_name=given, family_name=family, birth_date=born)


def marks(*people: Person) -> list[str]:
    """What stands at each name, in German."""
    found, words = marks_of(people), load_texts("de")
    return [words.render(found[p.id]) if p.id in found else "" for p in people]


def test_namesakes_of_a_class_are_told_apart_by_as_little_as_does() -> None:
    first, second = pupil("Ida Huber", date(2016, 2, 3)), pupil("Ida Huber", date(2015, 11, 27))
    assert marks(first, second, pupil("Ben Kern", date(2016, 2, 3))) == [
        "Geburtstag am 03.02.", "Geburtstag am 27.11.", "",
    ]  # fmt: skip
    assert marks(first, pupil("Ida Huber", date(2015, 2, 3))) == [
        "geboren am 03.02.2016", "geboren am 03.02.2015",
    ]  # fmt: skip
    same_day = first.model_copy(update={"id": "another"})
    assert marks(first, same_day) == ["", ""], "nothing of it tells them apart"
    assert marks(first, pupil("ida huber", None)) == ["Geburtstag am 03.02.", ""]


def test_a_slip_shows_what_tells_its_owner_apart() -> None:
    made = handout("student", "words", "Ida Huber", "Ida Huber")
    birthday = Message(id="birthday on {day}/{month}", parameters={"day": "03", "month": "02"})
    marked = replace(made[1][0].account, apart=birthday)
    (page,) = pages_of(printed((made[0], [replace(made[1][0], account=marked), made[1][1]])))
    assert flat(page).count("Ida Huber Geburtstag am 03.02.") == 1
    (english,) = pages_of(printed((made[0], [replace(made[1][0], account=marked)]), language="en"))
    assert "birthday on 03/02" in flat(english)
