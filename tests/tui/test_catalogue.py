"""The German catalogue says exactly what the code says."""

from tui.catalogue import as_id, ids_in, marked_ids, parameters, read_source

HOW = "Run `python -m tui.catalogue`, then translate what is empty in tui/locale."


def test_it_holds_every_id_and_no_other() -> None:
    present = {as_id(entry.id) for entry in read_source() if entry.id}
    marked = marked_ids()
    assert not marked - present, HOW
    assert not present - marked, HOW


def test_every_id_is_translated_with_the_same_parameters() -> None:
    for entry in read_source():
        if not entry.id:
            continue
        forms = as_id(entry.string or "")
        assert all(forms), f"{HOW} Not translated: {entry.id!r}"
        assert not entry.fuzzy, f"not sure yet: {entry.id!r}"
        for form in forms:
            assert parameters(form) == parameters(as_id(entry.id)[-1]), entry.id


def test_the_extraction_sees_every_way_to_mark_an_id() -> None:
    code = (
        'say(_("a {x}"), x=texts("b"))\n'
        'self.texts("c")\n'
        'raise UsageError(_("d " "e"))\n'
        'texts.plural("f", "g", len(f(texts("h"))))\n'
        "texts(variable)\n"
        'other("not marked")\n'
    )
    assert set(ids_in(code)) == {("a {x}",), ("b",), ("c",), ("d e",), ("f", "g"), ("h",)}
