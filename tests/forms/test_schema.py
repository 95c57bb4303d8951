from __future__ import annotations

import json

import pytest

from forms import FormDefinition, FormRefused, read_form
from forms.errors import Finding
from tests.forms.drawn import EVERY_TYPE, Json, component, form, two_answers


def refused(*components: Json, **top: object) -> list[Finding]:
    with pytest.raises(FormRefused) as raised:
        read_form({**form(*components), **top}, name="join.form")
    return list(raised.value.findings)


def codes(*components: Json, **top: object) -> list[str]:
    return [finding.code for finding in refused(*components, **top)]


def test_a_form_of_every_type_is_read_from_text_bytes_and_mapping() -> None:
    text = json.dumps(EVERY_TYPE)
    found = [read_form(source) for source in (text, text.encode(), b"\xef\xbb\xbf" + text.encode(), EVERY_TYPE)]
    assert {tuple(each.fields) for each in found} == {tuple(found[0].fields)}
    assert found[0].id == "form_under_test"
    assert found[0].records == {"birth_name": "person.birth_name", "birth_date": "person.birth_date"}
    assert found[0].has_files
    assert found[0].has_submit
    assert "stays[].city" in found[0].fields


def test_the_expressions_are_listed_for_the_checks_of_a_deployment() -> None:
    found: FormDefinition = read_form(EVERY_TYPE)
    assert {(site.component, site.property, site.text) for site in found.expressions} >= {
        ("intro", "text", "case_name"),
        ("c_employer", "conditional.hide", 'category != "graduate"'),
        ("c_birth_date", "properties.date.max", "today()"),
        ("c_programme", "valuesExpression", "programmes"),
        ("lines", "dataSource", "dues"),
    }


@pytest.mark.parametrize("kind", ["html", "iframe", "image"])
def test_markup_frames_and_pictures_are_refused_by_name(kind: str) -> None:
    [finding] = refused({"id": "banner", "type": kind, "content": "<script>"})
    assert finding.code == "form_refused_type"
    assert "“banner”" in finding.message
    assert kind in finding.message


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (component("hologram", "a"), "form_unknown_type"),
        (component("textfield", "a", onclick="x()"), "form_unknown_property"),
        (component("textfield", "a", validate={"requred": True}), "form_unknown_property"),
        (component("textfield", "a", conditional={"show": "=x"}), "form_unknown_property"),
        (component("textfield", "a", conditional="=x"), "form_wrong_value"),
        (component("textfield", "a", conditional={"hide": "x"}), "form_not_an_expression"),
        (component("textfield", "a", validate={"required": "yes"}), "form_wrong_value"),
        (component("textfield", "a", validate={"maxLength": -1}), "form_wrong_value"),
        (component("textfield", "a", validate={"maxLength": "many"}), "form_wrong_value"),
        (component("textfield", "a", validate={"validationType": "iban"}), "form_wrong_value"),
        (component("textfield", "a", label=" "), "form_missing_label"),
        (component("textfield", ""), "form_missing_key"),
        (component("textfield", "a b"), "form_wrong_key"),
        (component("textfield", "a..b"), "form_wrong_key"),
        (component("textfield", "__builtins__"), "form_wrong_key"),
        (component("textfield", "typename"), "form_wrong_key"),
        (component("textfield", "if"), "form_wrong_key"),
        (component("textfield", "a", validate={"pattern": "(?=x)"}), "form_bad_pattern"),
        (component("textfield", "a", validate={"pattern": "((a{100}){100}){100}"}), "form_bad_pattern"),
        (component("textfield", "a", validate={"pattern": "("}), "form_bad_pattern"),
        (component("textfield", "a", label="{{#if x}}y{{/if}}"), "form_template_block"),
        (component("textfield", "a", properties={"record": "birth name"}), "form_wrong_record"),
        (component("textfield", "a", properties={"autocomplete": "surname"}), "form_wrong_value"),
        (component("textfield", "a", properties={"privacy.transient": "yes"}), "form_wrong_value"),
        (component("textfield", "a", properties={"validate.rule": "value > 1"}), "form_wrong_value"),
        (component("datetime", "a", subtype="week"), "form_wrong_value"),
        (component("number", "a", decimalDigits="2"), "form_wrong_value"),
        (component("textfield", "a", disabled="yes"), "form_wrong_value"),
        ({"id": "b", "type": "button", "label": "B", "action": "delete"}, "form_wrong_value"),
        (component("datetime", "a", properties={"widget": "wheel"}), "form_wrong_value"),
        (component("datetime", "a", properties={"date.max": "tomorrow"}), "form_wrong_value"),
        (component("select", "a", values=[]), "form_missing_options"),
        (component("select", "a", values=two_answers("x", "x")), "form_duplicate_option"),
        (component("radio", "a", values=[{"label": "A"}]), "form_wrong_value"),
        (component("filepicker", "a", accept=".docx"), "form_uncheckable_file"),
        (component("filepicker", "a", accept="image/*,text/html"), "form_uncheckable_file"),
        ({"id": "a", "type": "table", "label": "T", "dataSource": "dues"}, "form_not_an_expression"),
        ({"id": "a", "type": "expression", "key": "a", "expression": "1 + 1"}, "form_not_an_expression"),
        ({"type": "separator", "id": 5}, "form_missing_id"),
    ],
)
def test_each_mistake_is_named(drawn: Json, code: str) -> None:
    assert codes(drawn) == [code]


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        ([component("textfield", "a"), component("textfield", "b", id="c_a")], "form_duplicate_id"),
        ([component("textfield", "a"), component("number", "a", id="other")], "form_duplicate_key"),
        ([component("textfield", "a"), component("number", "a.b")], "form_key_inside"),
        (
            [component("textfield", key, properties={"record": "person.name"}) for key in "ab"],
            "form_duplicate_record",
        ),
        (
            [
                component("textfield", "a", conditional={"hide": "=b = null"}),
                component("textfield", "b", conditional={"hide": '=a = "x"'}),
            ],
            "form_condition_cycle",
        ),
        ([component("textfield", "a", conditional={"hide": '=a = "x"'})], "form_condition_cycle"),
        (
            [
                component("textfield", "a", properties={"record": "person.name"}),
                {"id": "e", "type": "expression", "key": "e", "expression": "=upper case(a)"},
            ],
            "form_record_leak",
        ),
        (
            [
                component(
                    "dynamiclist", "l", components=[component("textfield", "a", properties={"record": "person.a"})]
                )
            ],
            "form_record_in_list",
        ),
        ([component("dynamiclist", "l", components=[component("filepicker", "f")])], "form_file_in_list"),
        (
            [component("dynamiclist", "l", components=[component("dynamiclist", "m", components=[])])],
            "form_nested_list",
        ),
        ([component("dynamiclist", "l", components=[])], "form_empty_list"),
    ],
)
def test_components_that_do_not_go_together_are_named(drawn: list[Json], code: str) -> None:
    assert codes(*drawn) == [code]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "[]",
        "{",
        "null",
        b"\xff\xfe",
        '{"type": "default"}',
        '{"type": "table", "components": []}',
        '{"components": [], "components": []}',
        '{"components": [NaN]}',
        '{"components": [1]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_form_is_refused_without_a_traceback(source: str | bytes) -> None:
    with pytest.raises(FormRefused) as raised:
        read_form(source)
    assert {finding.code for finding in raised.value.findings} <= {"form_not_a_form", "form_not_json"}


def test_the_size_is_bounded() -> None:
    assert codes(*[component("textfield", f"k{n}") for n in range(501)]) == ["form_too_large"]
    deep: Json = {"id": "g0", "type": "group", "components": []}
    for n in range(1, 15):
        deep = {"id": f"g{n}", "type": "group", "components": [deep]}
    assert codes(deep) == ["form_too_large"]
    with pytest.raises(FormRefused):
        read_form(" " * 1_000_001)


def test_all_mistakes_are_told_at_once() -> None:
    found = codes(component("textfield", "a", label=""), component("select", "b"), theme="dark")
    assert found == ["form_unknown_property", "form_missing_label", "form_missing_options"]


def test_a_misspelt_setting_of_our_families_is_a_warning_and_foreign_ones_are_left_alone() -> None:
    found = read_form(form(component("textfield", "a", properties={"privacy.transiet": "true", "colour": "red"})))
    assert [finding.code for finding in found.warnings] == ["form_unknown_setting", "form_not_translated"]


def test_the_path_of_a_group_is_part_of_the_key() -> None:
    group = {"id": "g", "type": "group", "label": "G", "path": "home", "components": [component("textfield", "city")]}
    assert list(read_form(form(group)).fields) == ["home.city"]


def test_forms_of_older_and_other_editors_are_read() -> None:
    """Without ids, with empty properties, with the labels of dates where form-js keeps them."""
    found = read_form(
        {
            "$schema": "schema.json",
            "type": "default",
            "components": [
                {"type": "text", "text": "# Facture", "label": "Text view"},
                {"type": "textfield", "key": "creditor", "label": "Créancier", "validate": {"validationType": None}},
                {"type": "datetime", "key": "due", "dateLabel": "Échéance", "subtype": "date", "id": "d"},
                {"type": "group", "components": [{"type": "separator"}], "id": "g", "path": ""},
                {"type": "button", "key": "reset", "label": "Effacer", "action": "reset"},
            ],
        }
    )
    assert [each.id for each in found.components] == ["component_1", "creditor", "d", "g", "reset"]
    assert found.components[3].components[0].id == "g_1"
    assert not found.has_submit
