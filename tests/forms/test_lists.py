from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from forms import BoundForm, bind, read_form
from tests.forms.browser_page import Page
from tests.forms.drawn import component, form
from tests.forms.expressions import evaluate

STAYS = component(
    "dynamiclist",
    "stays",
    label="Séjour",
    components=[
        component("textfield", "city", label="Ville", validate={"required": True}),
        component("checkbox", "abroad", label="À l’étranger"),
        component(
            "textfield",
            "visa",
            label="Visa",
            conditional={"hide": "=not(this.abroad) or parent.citizen"},
            validate={"required": True},
        ),
    ],
)
DRAWN = read_form(
    form(
        STAYS,
        component("checkbox", "citizen", label="UE"),
        component("textfield", "z", conditional={"hide": "=count(stays) < 2"}),
    )
)


def bound(answers: object = None, **values: object) -> BoundForm:
    submitted = None if answers is None else answers if isinstance(answers, MultiDict) else MultiDict(answers)
    return bind(DRAWN, language="fr", values=values, submitted=submitted, evaluate=evaluate)


def test_rows_become_a_list_of_contexts_in_order() -> None:
    found = bound({"stays-12-city": "Rome", "stays-3-city": "Lyon", "z": "x"})
    assert found.validate(), found.errors
    assert found.variables() == {
        "stays": [{"city": "Lyon", "abroad": False}, {"city": "Rome", "abroad": False}],
        "citizen": False,
        "z": "x",
    }


def test_each_row_has_its_own_conditions_and_errors() -> None:
    typed = {"stays-0-city": "", "stays-1-city": "Rome", "stays-1-abroad": "true"}
    found = bound(typed)
    assert not found.validate()
    assert list(found.errors) == ["stays-0-city", "stays-1-visa"]
    page = Page(found)
    assert page.problems() == []
    assert [link["href"] for link in found.error_links] == ["#f-stays-0-city", "#f-stays-1-visa"]
    assert list(bound({**typed, "citizen": "true"}).variables()["stays"][1]) == ["city", "abroad"]


def test_a_row_is_added_and_removed_by_buttons_without_losing_what_was_typed() -> None:
    page = Page(bound())
    found = bound(page.sent(**{"stays-0-city": "Lyon", "-add": "stays"}))
    assert not found.validate()
    assert not found.failed
    page = Page(found)
    assert page.one("//input[@name='stays-0-city']").get("value") == "Lyon"
    assert page.one("//input[@name='stays-1-city']").get("value") == ""
    found = bound(page.sent(**{"stays-1-city": "Rome", "-remove": "stays-0"}))
    assert not found.validate()
    assert [row["city"] for row in found.variables()["stays"]] == ["Rome"]
    assert Page(found).problems() == []


def test_an_unknown_button_changes_nothing() -> None:
    for button in ({"-add": "secrets"}, {"-remove": "stays-99"}, {"-remove": "stays-x"}, {"-remove": "citizen-0"}):
        found = bound({"stays-0-city": "Lyon", **button})
        found.validate()
        assert [row["city"] for row in found.variables()["stays"]] == ["Lyon"]


def test_a_row_with_nothing_but_an_unticked_box_is_still_a_row() -> None:
    drawn = read_form(form(component("dynamiclist", "l", label="L", components=[component("checkbox", "a")])))
    page = Page(bind(drawn, language="fr", values={}, evaluate=evaluate))
    found = bind(drawn, language="fr", values={}, evaluate=evaluate, submitted=page.sent())
    assert found.validate()
    assert found.variables() == {"l": [{"a": False}]}


def test_the_number_of_rows_is_bounded() -> None:
    found = bound({f"stays-{n}-city": "x" for n in range(150)})
    assert not found.validate()
    assert found.errors["stays"] == ["«\u00a0Séjour\u00a0»\u00a0: 100 réponses au plus"]
    assert len(found.variables()["stays"]) == 100
    assert bound({"stays-99999999-city": "x"}).variables()["stays"] == []


def test_rows_start_from_the_case() -> None:
    found = bound(stays=[{"city": "Lyon", "abroad": True, "secret": "x"}, "no row"])
    assert [(row["city"], row["abroad"]) for row in found.variables()["stays"]] == [("Lyon", True)]
    assert "secret" not in str(found.variables())


def test_a_list_may_be_a_record_and_be_required() -> None:
    drawn = component(
        "dynamiclist",
        "years",
        label="Année",
        components=[component("number", "year")],
        properties={"record": "person.years", "validate.required": "=true", "thing": "une année"},
    )
    definition = read_form(form(drawn))
    found = bind(definition, language="fr", values={}, evaluate=evaluate, submitted=MultiDict({"years-0-year": "2014"}))
    assert found.validate()
    assert found.records() == {"person.years": [{"year": Decimal(2014)}]}
    assert found.variables() == {}
    found = bind(definition, language="fr", values={}, evaluate=evaluate, submitted=MultiDict())
    assert not found.validate()
    assert found.errors == {"years": ["Ajoutez une année"]}
    assert Page(found).problems() == []


def test_a_revealed_list_starts_with_its_empty_rows_and_no_errors() -> None:
    drawn = read_form(form({**STAYS, "conditional": {"hide": "=not(citizen)"}}, component("checkbox", "citizen")))
    found = bind(
        drawn, language="fr", values={}, evaluate=evaluate, submitted=MultiDict({"-shown": "-", "citizen": "true"})
    )
    assert not found.validate()
    assert (found.errors, found.revealed) == ({}, ("stays",))
    page = Page(found)
    assert page.problems() == []
    found = bind(drawn, language="fr", values={}, evaluate=evaluate, submitted=page.sent(**{"stays-0-city": "Lyon"}))
    assert found.validate(), (found.errors, found.revealed)
