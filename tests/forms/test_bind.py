from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from forms import bind, read_form
from forms.errors import UnknownOptionList
from tests.forms.binding import answered, bound
from tests.forms.drawn import EVERY_TYPE, component, form, two_answers
from tests.forms.expressions import evaluate

EVERY = read_form(EVERY_TYPE)
ANSWERS = {
    "birth_name": " Dupont ",
    "birth_date-day": "31",
    "birth_date-month": "12",
    "birth_date-year": "1990",
    "email": "anne@example.org",
    "phone": "06 12 34 56 78",
    "promotion_year": "2 014",
    "gift.amount": "12,50",
    "message": "Un\r\ndeux",
    "start_on": "2026-12-01",
    "start_at": "14:30",
    "meeting": "2026-12-01T14:30",
    "category": "graduate",
    "country": "FR",
    "programme": "sciences",
    "topics": "sport",
    "statutes": "true",
    "stays-0-city": "Lyon",
    "stays-0-months": "6",
    "employer": "Mairie",
}


def test_every_answer_becomes_plain_data() -> None:
    found = bound(EVERY, ANSWERS)
    assert found.validate(), found.errors
    assert found.variables() == {
        "email": "anne@example.org",
        "phone": "+33612345678",
        "promotion_year": Decimal(2014),
        "gift": {"amount": Decimal("12.50")},
        "message": "Un\ndeux",
        "start_on": date(2026, 12, 1),
        "start_at": time(14, 30),
        "meeting": datetime(2026, 12, 1, 14, 30),
        "category": "graduate",
        "country": "FR",
        "programme": "sciences",
        "topics": ["sport"],
        "tags": [],
        "statutes": True,
        "stays": [{"city": "Lyon", "months": Decimal(6)}],
        "employer": "Mairie",
        "total": Decimal(7),
        "doubled": Decimal(4028),
    }
    assert found.records() == {"person.birth_name": "Dupont", "person.birth_date": date(1990, 12, 31)}


def test_nothing_beside_the_declared_fields_is_read() -> None:
    foreign = {
        "__builtins__": "x",
        "__class__.__init__": "x",
        "typename": "x",
        "today": "x",
        "gift": "x",
        "gift.amount.currency": "x",
        "gift.other": "x",
        "gift[amount]": "9",
        "person.birth_name": "x",
        "stays-0-__proto__": "x",
        "stays-0-city-0": "x",
        "stays": "x",
        "doubled": "1",
        "total": "1000",
        "case_name": "x",
    }
    found = bound(EVERY, {**ANSWERS, **foreign})
    assert found.validate()
    assert found.variables() == bound(EVERY, ANSWERS).variables()
    assert found.records() == bound(EVERY, ANSWERS).records()
    assert found.draft() == bound(EVERY, ANSWERS).draft()


def test_an_empty_submission_is_a_submission() -> None:
    found = bound(EVERY, {})
    assert not found.validate()
    assert found.errors == {
        "birth_name": ["Indiquez votre nom de naissance"],
        "birth_date": ["Indiquez votre date de naissance"],
        "email": ["Répondez à «\u00a0E-mail\u00a0»"],
        "statutes": ["Cochez «\u00a0J’accepte les statuts\u00a0»"],
    }
    assert found.failed


def test_a_form_only_shown_is_neither_valid_nor_wrong() -> None:
    found = bound(EVERY)
    assert not found.validate()
    assert not found.failed


def test_a_moment_is_kept_with_its_offset_where_the_form_asks() -> None:
    drawn = component("datetime", "a", subtype="datetime", timeSerializingFormat="utc_offset")
    assert answered(drawn, "2026-07-01T14:30").variables()["a"].isoformat() == "2026-07-01T14:30:00+02:00"
    drawn["timeSerializingFormat"] = "utc_normalized"
    assert answered(drawn, "2026-07-01T14:30").variables()["a"].isoformat() == "2026-07-01T12:30:00+00:00"


def test_zero_is_an_answer_and_spaces_are_none() -> None:
    required = {"required": True}
    assert answered(component("number", "a", validate=required), "0").errors == {}
    assert answered(component("textfield", "a", validate=required), " \u00a0 ").errors != {}


def test_required_may_depend_on_other_answers() -> None:
    drawn = read_form(
        form(component("number", "gift"), component("textfield", "a", properties={"validate.required": "=gift > 0"}))
    )
    assert bound(drawn, {"gift": "0"}).validate()
    assert not bound(drawn, {"gift": "1"}).validate()
    assert bound(drawn, {"gift": "1", "a": "x"}).validate()


def test_what_is_only_shown_is_never_read() -> None:
    for flag in ({"readonly": True}, {"readonly": "=true"}):
        found = answered(component("number", "a", **flag), "9", a=Decimal(1))
        assert found.variables() == {"a": Decimal(1)}
    for flag in ({"disabled": True}, {"disabled": "=true"}):
        found = answered(component("number", "a", validate={"required": True}, **flag), "9", a=Decimal(1))
        assert found.errors == {}
        assert found.variables() == {}


def test_a_record_that_is_only_shown_is_not_written() -> None:
    drawn = component("textfield", "a", readonly=True, properties={"record": "person.name"})
    found = bind(
        read_form(form(drawn)),
        language="fr",
        values={},
        records={"person.name": "Zoé"},
        submitted=MultiDict(),
        evaluate=evaluate,
    )
    assert found.validate()
    assert found.records() == {}
    assert found.variables() == {}


def test_answers_start_from_the_case_the_records_and_the_defaults() -> None:
    drawn = form(
        component("textfield", "a.b", defaultValue="non"),
        component("textfield", "c", defaultValue="défaut"),
        component("number", "d", defaultValue="=base + 1"),
        component("textfield", "e", properties={"record": "person.name"}),
    )
    found = bind(
        read_form(drawn),
        language="fr",
        values={"a": {"b": "oui"}, "base": Decimal(1), "e": "variable"},
        records={"person.name": "Zoé"},
        evaluate=evaluate,
    )
    assert found.variables() == {"a": {"b": "oui"}, "c": "défaut", "d": Decimal(2)}
    assert found.records() == {"person.name": "Zoé"}


def test_a_list_that_was_not_given_is_an_error_of_the_program() -> None:
    drawn = read_form(form(component("select", "a", values=[], properties={"options": "planets"})))
    with pytest.raises(UnknownOptionList) as raised:
        bound(drawn)
    assert "planets" in raised.value.message
    assert "countries" in raised.value.message


def test_a_draft_keeps_what_was_typed_without_what_is_transient() -> None:
    drawn = read_form(
        form(
            component("number", "a"),
            component("textfield", "secret", properties={"privacy.transient": "true"}),
            component("datetime", "day", subtype="date", properties={"widget": "memorable"}),
            component("checklist", "many", values=two_answers("x", "y", "z")),
            component(
                "dynamiclist", "stays", components=[component("textfield", "city"), component("checkbox", "paid")]
            ),
        )
    )
    typed = MultiDict(
        [
            ("a", "douze"),
            ("secret", "s"),
            ("day-month", "13"),
            ("many", "x"),
            ("many", "z"),
            ("stays-4--", "1"),
            ("stays-4-city", "Lyon"),
            ("stays-7--", "1"),
        ]
    )
    draft = bound(drawn, typed).draft()
    assert "secret" not in str(draft)
    again = bind(drawn, language="fr", values={}, evaluate=evaluate, draft=draft)
    assert not again.validate()
    assert not again.failed
    assert again.draft() == draft
    assert again.wtform["a"].typed == ["douze"]
    assert again.wtform["day"].typed == ["", "13", ""]
    assert again.variables()["many"] == ["x", "z"]
    assert [row["city"] for row in again.variables()["stays"]] == ["Lyon", None]


@pytest.mark.parametrize("draft", [{}, {"a": "x"}, {"a": [1]}, {"a": None}, {"gone": ["x"]}])
def test_a_draft_of_another_version_or_shape_is_read_as_far_as_it_goes(draft: dict[str, object]) -> None:
    found = bind(read_form(form(component("textfield", "a"))), language="fr", values={}, evaluate=evaluate, draft=draft)
    assert found.variables() == {"a": None}


def test_a_writer_may_refuse_an_answer_by_key_or_record() -> None:
    for name in ("birth_date", "person.birth_date"):
        found = bound(EVERY, ANSWERS)
        assert found.validate()
        found.refuse(name, "Cette date ne va pas")
        assert found.errors == {"birth_date": ["Cette date ne va pas"]}
        assert found.error_links == [{"text": "Cette date ne va pas", "href": "#f-birth_date-day"}]
    found.refuse("elsewhere", "Le dossier est clos")
    assert {"text": "Le dossier est clos"} in found.error_links


def test_two_forms_on_a_page_are_kept_apart_by_a_prefix() -> None:
    drawn = read_form(form(component("textfield", "a")))
    found = bind(
        drawn, language="fr", values={}, evaluate=evaluate, submitted=MultiDict({"a": "x", "two-a": "y"}), prefix="two"
    )
    assert found.validate()
    assert found.variables() == {"a": "y"}
    assert found.draft() == {"a": ["y"]}
