from __future__ import annotations

import pytest

from forms import FormRefused, read_form
from tests.forms.drawn import Json, component, form, two_answers

DRAWN = form(
    component(
        "radio",
        "category",
        label="Catégorie",
        values=two_answers("graduate", "student"),
        properties={"thing": "votre catégorie"},
    ),
    component("number", "gift", label="Don", appearance={"suffixAdorner": "€"}),
)
TABLE: Json = {
    "c_category": {
        "label": {"en": "Category"},
        "values.graduate": {"en": "Graduate"},
        "values.student": {"en": "Student"},
        "thing": {"en": "your category"},
    },
    "c_gift": {"label": {"en": "Gift"}},
}


def codes(table: Json) -> list[tuple[str, object, object]]:
    with pytest.raises(FormRefused) as raised:
        read_form(DRAWN, translations=table)
    return [(each.code, each.params["component"], each.params["property"]) for each in raised.value.findings]


def test_a_whole_table_makes_a_form_of_two_languages() -> None:
    found = read_form(DRAWN, translations=TABLE)
    assert found.languages == ("fr", "en")
    assert found.texts["c_category"]["label"] == {"fr": "Catégorie", "en": "Category"}
    assert not found.warnings


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Un vol : quand ? « Hier »", "Un vol_: quand_? «_Hier_»"),
        ('Dû : {{if a then "x : y" else b}} !', 'Dû_: {{if a then "x : y" else b}}_!'),
        ('="Dû : " + due', '="Dû : " + due'),
        ("8:30, [lien](https://a.example/?b)", "8:30, [lien](https://a.example/?b)"),
    ],
)
def test_french_is_printed_with_blanks_that_do_not_break(typed: str, printed: str) -> None:
    drawn = form({"id": "c_intro", "type": "text", "text": typed})
    found = read_form(drawn, translations={"c_intro": {"text": {"en": "A theft : when ?"}}})
    told = {"fr": printed.replace("_", "\N{NO-BREAK SPACE}"), "en": "A theft : when ?"}
    assert found.texts["c_intro"]["text"] == told


def test_without_a_table_the_form_is_in_french_only_and_says_so() -> None:
    found = read_form(DRAWN)
    assert found.languages == ("fr",)
    assert [each.code for each in found.warnings] == ["form_not_translated"]


@pytest.mark.parametrize("name", list(TABLE["c_category"]))
def test_a_missing_text_is_named(name: str) -> None:
    table = {**TABLE, "c_category": {key: text for key, text in TABLE["c_category"].items() if key != name}}
    assert codes(table) == [("form_missing_translation", "c_category", name)]


def test_a_text_without_letters_reads_the_same_everywhere() -> None:
    assert read_form(DRAWN, translations=TABLE).texts["c_gift"]["appearance.suffixAdorner"] == {"fr": "€"}


def test_an_entry_for_nothing_is_named() -> None:
    assert codes({**TABLE, "c_gone": {"label": {"en": "Gone"}}}) == [("form_stale_translation", "c_gone", "label")]
    table = {**TABLE, "c_gift": {**TABLE["c_gift"], "hint": {"en": "Hint"}}}
    assert codes(table) == [("form_stale_translation", "c_gift", "hint")]


@pytest.mark.parametrize("broken", ["Gift", {"label": "Gift"}, {"label": {"en": 1}}])
def test_a_table_of_another_shape_is_refused(broken: object) -> None:
    with pytest.raises(FormRefused) as raised:
        read_form(DRAWN, translations={**TABLE, "c_gift": broken})
    assert "form_not_a_form" in {each.code for each in raised.value.findings}
