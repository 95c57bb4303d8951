from __future__ import annotations

import string
from decimal import Decimal

import pytest
from jinja2 import Environment
from werkzeug.datastructures import MultiDict

from forms import BoundForm, StoredFile, bind, read_form, render, render_summary, template_loader
from forms.errors import UnsafeEnvironment
from forms.messages import CATALOGUES
from forms.spoken import Spoken
from forms.translations import own_texts
from tests.forms.browser_page import ENVIRONMENT, Page
from tests.forms.drawn import EVERY_TYPE, Json, component, form, two_answers
from tests.forms.expressions import evaluate

EVIL = "<img src=x onerror=alert(1)>\"'{{7*7}}{% for x in y %}"


def english(drawn: Json) -> Json:
    plain = read_form(drawn)
    every = [each for top in plain.components for each in top.tree()]
    return {each.id: {name: {"en": f"English of {text}"} for name, text in own_texts(each)} for each in every}


EVERY = read_form(EVERY_TYPE, translations=english(EVERY_TYPE))


def bound(answers: object = None, language: str = "fr", **values: object) -> BoundForm:
    return bind(
        EVERY,
        language=language,
        values={"programmes": ["Lettres"], "dues": [{"year": 2026, "amount": 5}], "case_name": "n° 12", **values},
        submitted=None if answers is None else MultiDict(answers),
        evaluate=evaluate,
        options={"countries": [("FR", "France")]},
        stored_files={"proof": [StoredFile("1", "diplôme.pdf", 3)]},
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("answers", [None, {}, {"birth_date-day": "40", "gift.amount": "x", "category": "graduate"}])
def test_every_component_can_be_used_by_ear(answers: object, language: str) -> None:
    found = bound(answers, language)
    found.validate()
    page = Page(found)
    assert page.problems() == []
    assert not page.root.xpath("//script|//style|//*[@style]|//*[starts-with(name(@*), 'on')]")


def test_english_readers_see_no_french() -> None:
    found = bound({}, "en")
    found.validate()
    text = Page(found).text()
    for word in (
        "Indiquez",
        "facultatif",
        "Jour",
        "Ajouter",
        "Choisissez",
        "Mo au plus",
        "Erreur",
        "problème",
        "Il vous",
    ):
        assert word not in text
    assert "English of Nom de naissance" in text
    assert "There is a problem" in text
    assert "Error: Enter English of votre nom de naissance" in text


def test_an_error_is_told_in_the_summary_and_beside_its_field() -> None:
    found = bound({"birth_date-day": "3", "birth_date-year": "1990"})
    assert not found.validate()
    page = Page(found)
    link = page.one("//div[contains(@class,'error-summary')]//a[contains(., 'mois')]")
    assert link.get("href") == "#f-birth_date-month"
    group = page.one("//fieldset[@role='group'][.//input[@name='birth_date-day']]")
    assert "f-birth_date-error" in group.get("aria-describedby").split()
    assert "govuk-input--error" in page.one("//input[@name='birth_date-month']").get("class")
    assert "govuk-input--error" not in page.one("//input[@name='birth_date-day']").get("class")
    assert page.one("//input[@name='birth_date-day']").get("value") == "3"
    name = page.one("//input[@name='birth_name']")
    assert name.get("aria-describedby") == "f-birth_name-hint f-birth_name-error"
    assert "Erreur\u00a0: Indiquez" in page.one("//*[@id='f-birth_name-error']").text_content()


def test_inputs_say_what_they_are_for() -> None:
    page = Page(bound())
    expected = {
        "birth_name": ("text", "family-name"),
        "birth_date-year": ("text", "bday-year"),
        "email": ("email", "email"),
        "phone": ("tel", "tel"),
        "start_on": ("date", None),
        "start_at": ("time", None),
        "meeting": ("datetime-local", None),
    }
    for name, (kind, autocomplete) in expected.items():
        element = page.one(f"//input[@name='{name}']")
        assert (element.get("type"), element.get("autocomplete")) == (kind, autocomplete)
    assert page.one("//select[@name='country']").get("autocomplete") == "country"
    assert page.one("//input[@name='gift.amount']").get("inputmode") == "decimal"
    assert page.one("//input[@name='proof']").get("accept") == ".pdf,.jpg,.png,.jpeg"
    assert "Déjà reçu\u00a0: diplôme.pdf" in page.one("//*[@id='f-proof-hint']").text_content()


def test_what_may_be_left_out_says_so_and_the_rest_does_not() -> None:
    page = Page(bound())
    assert page.one("//label[@for='f-phone']").text_content().strip() == "Téléphone (facultatif)"
    assert page.one("//label[@for='f-birth_name']").text_content().strip() == "Nom de naissance"


def test_what_is_shown_only_is_words() -> None:
    drawn = form(
        component("radio", "a", values=two_answers("x", "y"), readonly=True),
        component("checkbox", "b", disabled=True),
        component("datetime", "c", subtype="date", readonly=True),
        component("number", "d", readonly=True),
        component("filepicker", "e", readonly=True),
        component("textarea", "f", readonly=True),
    )
    values = {"a": "y", "b": True, "c": "1990-12-31", "d": 12345, "f": Spoken("A job", "en")}
    found = bind(read_form(drawn), language="fr", values=values, evaluate=evaluate)
    page = Page(found)
    shown = [each.text_content() for each in page.root.xpath("//dd")]
    assert shown == ["Réponse y", "Oui", "31 décembre 1990", "12\u202f345", "Sans réponse", "A job"]
    assert page.root.xpath("//dd/@lang") == ["en"], "what somebody wrote in another language than the page's"
    assert [each for each in page.controls() if each.get("type") != "hidden"] == []


def test_tables_and_documents_come_from_the_case() -> None:
    papers = [
        {"name": "a.pdf", "url": "/files/1"},
        {"name": "b", "url": "//evil"},
        {"name": "c", "url": "javascript:1"},
    ]
    page = Page(bound(documents=papers))
    assert [each.text_content() for each in page.root.xpath("//table//td")] == ["2026", "5"]
    assert [each.get("href") for each in page.root.xpath("//ul[@class='govuk-list']//a")] == ["/files/1"]


def test_data_and_owners_texts_never_become_markup() -> None:
    drawn = form(
        {
            "id": "t",
            "type": "text",
            "text": f"{EVIL.replace('{', '').replace('}', '')} [x](javascript:alert(1)) {{{{name}}}}",
        },
        {"id": "u", "type": "text", "text": "=name"},
        component("textfield", "a", label="=name", description="{{name}}"),
        component("select", "b", valuesExpression="=[name]"),
        component("textarea", "c", validate={"maxLength": 500}),
    )
    values = {"name": EVIL, "c": EVIL, "a": EVIL}
    page = Page(bind(read_form(drawn), language="fr", values=values, evaluate=evaluate))
    assert page.root.xpath("//img|//script|//a") == []
    assert page.one("//input[@name='a']").get("value") == EVIL
    assert page.one("//textarea").text == EVIL
    assert page.one("//label[@for='f-a']").text_content().strip() == f"{EVIL} (facultatif)"
    assert page.problems() == []


def test_data_in_markdown_stays_data() -> None:
    drawn = form({"id": "t", "type": "text", "text": "Bonjour **{{name}}**, [la charte](/charte) ou [ceci](//evil)"})
    page = Page(bind(read_form(drawn), language="fr", values={"name": "*a* [x](/y) # {{name}}"}, evaluate=evaluate))
    assert page.one("//strong").text_content() == "*a* [x](/y) # {{name}}"
    assert [each.get("href") for each in page.root.xpath("//a")] == ["/charte", None]


def test_an_environment_that_does_not_escape_is_refused() -> None:
    with pytest.raises(UnsafeEnvironment):
        render(bound(), Environment(autoescape=False, loader=template_loader()))


def test_the_summary_can_stand_at_the_head_of_the_page() -> None:
    found = bound({})
    assert render_summary(found, ENVIRONMENT).strip() == ""
    found.validate()
    assert 'role="alert"' in render_summary(found, ENVIRONMENT)


def test_lines_of_a_text_area_come_back_as_they_were() -> None:
    text = "un\n  deux\n\n    trois"
    drawn = {
        "id": "g",
        "type": "group",
        "label": "G",
        "components": [component("textarea", "a"), component("textarea", "b", validate={"maxLength": 99})],
    }
    page = Page(bind(read_form(form(drawn)), language="fr", values={"a": text, "b": text}, evaluate=evaluate))
    assert [each.text.removeprefix("\n") for each in page.root.xpath("//textarea")] == [text, text]


def test_both_catalogues_say_the_same_things_with_the_same_parameters() -> None:
    def shape(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    french, english_ = CATALOGUES["fr"], CATALOGUES["en"]
    assert french.keys() == english_.keys()
    assert {code for code in french if shape(french[code]) != shape(english_[code])} == set()


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [("fr", "À vie : {{due}} € en une fois", "À vie : 2 400,00 € en une fois"),
     ("en", "For life: €{{due}} at once", "For life: €2,400.00 at once"),
     ("fr", "Promotion {{due}}, {{name}} €", "Promotion 2400, rien €"),
     ("en", "Rate €{{name}}{{nothing}}, 1 € {{due}}", "Rate €rien, 1 € 2400"),
     ("fr", "Rien{{nothing}} €", "Rien")],
)  # fmt: skip
def test_an_amount_in_a_text_is_written_as_amounts_are(language: str, text: str, told: str) -> None:
    drawn = form({"id": "t", "type": "text", "text": text})
    given = {"due": Decimal(2400), "name": "rien", "nothing": None}
    page = Page(bind(read_form(drawn), language=language, values=given, evaluate=evaluate))
    assert told in page.text()


@pytest.mark.parametrize(("language", "told"), [("fr", "1 234,50 €"), ("en", "€1,234.50")])
def test_an_amount_that_is_only_shown_bears_its_sign(language: str, told: str) -> None:
    shown = component("number", "due", disabled=True, decimalDigits=2, appearance={"suffixAdorner": "€"})
    page = Page(bind(read_form(form(shown)), language=language, values={"due": Decimal("1234.5")}, evaluate=evaluate))
    assert told in page.text()
