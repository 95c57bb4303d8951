"""The texts of a decision file in every language in which it gives them."""

from __future__ import annotations

import pytest

from engine.dmn import Text, read

ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def said(**properties: str) -> str:
    """Properties as an editor writes them; a name has its dots as two underscores."""
    written = "".join(
        f'<zeebe:property name="i18n.{name.replace("__", ".")}" value="{text}"/>' for name, text in properties.items()
    )
    return f"<extensionElements><zeebe:properties>{written}</zeebe:properties></extensionElements>"


FILE = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" {ZEEBE} name="Tarifs" namespace="urn:x">
  {said(en__name="Rates")}
  <decision id="rate" name="Choisir le tarif">{said(en__name="Choose the rate")}<variable name="rate"/>
    <decisionTable id="table" hitPolicy="FIRST">
      <input id="age" label="Âge">{said(en__label="Age")}<inputExpression><text>age</text></inputExpression></input>
      <input id="bare"><inputExpression><text>means</text></inputExpression></input>
      <output id="code" name="code" label="Code">{
    said(en__label="Code", fr__value__STU="étudiant", en__value__STU="student")
}</output>
      <rule id="young"><description>Moins de
        18 ans.</description>{said(en__description="Under 18.")}
        <inputEntry><text>&lt; 18</text></inputEntry><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>"STU"</text></outputEntry></rule>
      <rule id="others"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>"STD"</text></outputEntry></rule>
    </decisionTable></decision></definitions>""".encode()


def test_every_text_is_read_with_its_place() -> None:
    texts = read(FILE, name="rates.dmn").texts
    assert [(each.place, each.element, each.kind, each.column, each.drawn, each.within("en")) for each in texts] == [
        ("file", "", "name", "", "Tarifs", "Rates"),
        ("decision", "rate", "name", "", "Choisir le tarif", "Choose the rate"),
        ("input", "age", "label", "Âge", "Âge", "Age"),
        ("output", "code", "label", "code", "Code", "Code"),
        ("output", "code", "value", "code", "STU", "student"),
        ("rule", "young", "description", "", "Moins de 18 ans.", "Under 18."),
    ]
    assert {(each.decision, each.owner) for each in texts if each.place != "file"} == {("rate", "Choisir le tarif")}


@pytest.mark.parametrize(("language", "said"), [("en", "student"), ("fr", "étudiant"), ("de", "STU")])
def test_a_code_has_a_word_in_every_language_and_none_elsewhere(language: str, said: str) -> None:
    [word] = [each for each in read(FILE, name="rates.dmn").texts if each.kind == "value"]
    assert isinstance(word, Text) and word.within(language) == said


def test_foreign_properties_are_no_texts() -> None:
    foreign = FILE.replace(b"i18n.en.label", b"label").replace(b"i18n.en.name", b"i18n.en")
    assert [each.spoken for each in read(foreign, name="rates.dmn").texts if each.kind in ("name", "label")] == [{}] * 4
