from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from forms import BoundForm, FormDefinition, bind, read_form
from tests.forms.browser_page import Page
from tests.forms.drawn import component, form, two_answers
from tests.forms.expressions import evaluate


def bound(drawn: FormDefinition, answers: object = None, **values: object) -> BoundForm:
    submitted = None if answers is None else answers if isinstance(answers, MultiDict) else MultiDict(answers)
    return bind(drawn, language="fr", values=values, submitted=submitted, evaluate=evaluate)


CHAIN = read_form(
    form(
        component("textfield", "c", conditional={"hide": '=b != "y"'}, validate={"required": True}),
        component(
            "radio", "b", values=two_answers("y", "n"), conditional={"hide": '=a != "y"'}, validate={"required": True}
        ),
        component("radio", "a", values=two_answers("y", "n")),
    )
)


def test_a_hidden_question_is_not_required_and_its_answer_is_dropped() -> None:
    found = bound(CHAIN, {"a": "n", "b": "y", "c": "typed before"})
    assert found.validate()
    assert found.variables() == {"a": "n"}


def test_hiding_one_question_hides_those_that_depend_on_it_in_any_order() -> None:
    found = bound(CHAIN, {"a": "y", "b": "y"})
    assert not found.validate()
    assert list(found.errors) == ["c"]
    assert bound(CHAIN, {"a": "y", "b": "n", "c": "dropped"}).variables() == {"a": "y", "b": "n"}


def test_a_group_hides_what_is_in_it() -> None:
    group = {
        "id": "g",
        "type": "group",
        "label": "Adresse",
        "conditional": {"hide": "=not(gift)"},
        "components": [component("textfield", "street", validate={"required": True})],
    }
    drawn = read_form(
        form(component("checkbox", "gift"), group, component("textfield", "z", conditional={"hide": "=street = null"}))
    )
    assert bound(drawn, {"street": "dropped", "z": "dropped"}).variables() == {"gift": False}
    found = bound(drawn, {"gift": "true", "street": "rue", "z": "kept"})
    assert found.variables() == {"gift": True, "street": "rue", "z": "kept"}


def test_the_variables_of_the_case_are_known_to_conditions() -> None:
    drawn = read_form(form(component("textfield", "a", conditional={"hide": "=case.amount > 5"})))
    assert bound(drawn, {"a": "x"}, case={"amount": Decimal(9)}).variables() == {}
    assert bound(drawn, {"a": "x"}, case={"amount": Decimal(1)}).variables() == {"a": "x"}


def test_a_condition_that_cannot_be_judged_shows_the_question() -> None:
    drawn = read_form(form(component("textfield", "a", conditional={"hide": '=unknown + 1 > "x"'})))
    assert bound(drawn, {"a": "x"}).variables() == {"a": "x"}


def test_bound_records_are_known_to_conditions_and_stay_out_of_the_case() -> None:
    drawn = read_form(
        form(
            component("textfield", "country", properties={"record": "person.country"}),
            component("textfield", "region", conditional={"hide": '=country != "FR"'}),
        )
    )
    assert bound(drawn, {"country": "FR", "region": "Bretagne"}).variables() == {"region": "Bretagne"}
    assert bound(drawn, {"country": "DE", "region": "Hessen"}).variables() == {}


def test_options_may_depend_on_other_answers() -> None:
    drawn = read_form(
        form(
            component("select", "sub", valuesExpression='=if main = "a" then ["a1", "a2"] else ["b1"]'),
            component("radio", "main", values=two_answers("a", "b")),
        )
    )
    assert bound(drawn, {"main": "a", "sub": "a2"}).validate()
    assert not bound(drawn, {"main": "b", "sub": "a2"}).validate()


def test_of_the_answers_drawn_only_those_offered_can_be_chosen() -> None:
    offers = '=if main = "a" then [1, "b"] else if main = "b" then ["c"] else null'
    drawn = read_form(
        form(
            component("radio", "main", values=two_answers("a", "b")),
            component(
                "radio", "sub", values=[{"value": each, "label": str(each)} for each in (1, "b", "c")],
                properties={"values.offered": offers},
            ),
        )
    )  # fmt: skip
    assert bound(drawn, {"main": "a", "sub": "1"}).validate()
    assert bound(drawn, {"main": "b", "sub": "c"}).validate()
    assert not bound(drawn, {"main": "b", "sub": "1"}).validate()
    assert bound(drawn, {"sub": "1"}).validate(), "where it answers no list, all of them are offered"
    shown = Page(bound(drawn, {"main": "a"})).text()
    assert "c" not in shown.split()


def test_without_javascript_a_revealed_question_is_asked_and_not_an_error() -> None:
    first = Page(bound(CHAIN))
    found = bound(CHAIN, first.sent(a="y"))
    assert not found.validate()
    assert found.errors == {}
    assert found.revealed == ("b",)
    page = Page(found)
    assert "Vos réponses appellent quelques questions de plus" in page.text()
    found = bound(CHAIN, page.sent(a="y", b="y"))
    assert not found.validate()
    assert found.revealed == ("c",)
    found = bound(CHAIN, Page(found).sent(c=""))
    assert not found.validate()
    assert found.revealed == ()
    assert list(found.errors) == ["c"]
    found = bound(CHAIN, Page(found).sent(c="done"))
    assert found.validate()
    assert found.variables() == {"a": "y", "b": "y", "c": "done"}


def test_a_revealed_question_begins_with_what_is_known_and_then_holds_what_is_sent() -> None:
    """It was not on the page that was sent: that nothing came for it does not mean that somebody emptied it."""
    hidden = {"hide": "=n = null or n < 3"}
    drawn = read_form(
        form(
            component("number", "n"),
            component("textfield", "city", conditional=hidden, properties={"record": "person.city"}),
            component("textfield", "country", conditional=hidden, defaultValue="FR"),
            component("checkbox", "tick", conditional=hidden, defaultValue=True),
        )
    )

    def sent(page: MultiDict[str, str]) -> BoundForm:
        known = {"person.city": "Wien"}
        return bind(drawn, language="fr", values={}, records=known, submitted=page, evaluate=evaluate)

    found = sent(Page(bound(drawn)).sent(n="4"))
    assert not found.validate() and (found.errors, found.revealed) == ({}, ("city", "country", "tick"))
    asked = Page(found)
    assert [asked.one(f"//input[@name='{name}']").get("value") for name in ("city", "country")] == ["Wien", "FR"]
    assert asked.one("//input[@name='tick']").get("checked") is not None
    answer = asked.sent(city="")
    answer.poplist("tick")
    kept = sent(answer)
    assert kept.validate(), (kept.errors, kept.revealed)
    assert kept.variables() == {"n": Decimal(4), "country": "FR", "tick": False}
    assert kept.records() == {"person.city": None}


def test_a_program_that_sends_no_marks_is_not_asked_twice() -> None:
    assert bound(CHAIN, {"a": "y", "b": "y", "c": "done"}).validate()


def test_a_hidden_question_waits_disabled_in_the_page_if_the_browser_can_judge_it() -> None:
    page = Page(bound(CHAIN))
    wrapper = page.one("//fieldset[@data-form-hides][.//input[@name='c']]")
    assert wrapper.get("hidden") is not None
    assert wrapper.get("disabled") is not None
    assert "c" not in page.sent()
    assert page.problems() == []


def test_a_hidden_question_that_is_required_once_it_is_shown_is_not_told_as_optional() -> None:
    asked = component("textfield", "c", conditional={"hide": '=b != "y"'}, properties={"validate.required": '=b = "y"'})
    left_out = component("textfield", "d", conditional={"hide": '=b != "y"'})
    page = Page(bound(read_form(form(component("radio", "b", values=two_answers("y", "n")), asked, left_out))))
    said = {name: page.one(f"//label[@for='f-{name}']").text_content().strip() for name in ("c", "d")}
    assert [each.endswith("(facultatif)") for each in said.values()] == [False, True]


def test_a_question_only_the_server_can_judge_is_not_in_the_page() -> None:
    drawn = read_form(form(component("number", "n"), component("textfield", "a", conditional={"hide": "=n + 1 < 4"})))
    assert Page(bound(drawn, None, n=Decimal(1))).root.xpath("//input[@name='a']") == []
    assert Page(bound(drawn, None, n=Decimal(4))).one("//input[@name='a']") is not None
    assert "data-form-hides" not in Page(bound(drawn, None, n=Decimal(4))).html


def test_an_empty_answer_is_null_and_no_empty_text() -> None:
    drawn = read_form(form(component("textfield", "a"), component("textfield", "b", conditional={"hide": '=a = ""'})))
    assert bound(drawn, {"a": "", "b": "x"}).variables() == {"a": None, "b": "x"}
