"""Decision tables: every hit policy, what matched, and what is said when a table contradicts itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DecisionResult, DmnRefused
from engine.feel import Environment
from engine.feel.values import from_python, to_python
from tests.engine.dmn.models import decision, inputs, model, table

ROWS = ("< 10 => 1", "[5..20] => 2", "> 8 => 1")


@pytest.fixture(name="asked")
def asked_fixture(environment: Environment):  # type: ignore[no-untyped-def]
    def asked(policy: str, age: object, *rows: str, **more: str) -> DecisionResult:
        logic = table(policy, "age", "result", *(rows or ROWS), **more)
        variables = from_python({"age": age})
        assert isinstance(variables, dict)
        return model(inputs("age"), decision("d", logic, "age")).evaluate("d", variables, environment)

    return asked


@pytest.mark.parametrize(
    ("policy", "aggregation", "age", "value", "rules"),
    [
        ("UNIQUE", "", 3, 1, (0,)),
        ("UNIQUE", "", 25, 1, (2,)),
        ("FIRST", "", 9, 1, (0,)),
        ("FIRST", "", 12, 2, (1,)),
        ("ANY", "", 3, 1, (0,)),
        ("PRIORITY", "", 9, 2, (1,)),
        ("RULE ORDER", "", 9, [1, 2, 1], (0, 1, 2)),
        ("OUTPUT ORDER", "", 9, [2, 1, 1], (1, 0, 2)),
        ("COLLECT", "", 12, [2, 1], (1, 2)),
        ("COLLECT", "SUM", 9, 4, (0, 1, 2)),
        ("COLLECT", "MIN", 9, 1, (0, 1, 2)),
        ("COLLECT", "MAX", 9, 2, (0, 1, 2)),
        ("COLLECT", "COUNT", 9, 3, (0, 1, 2)),
    ],
)
def test_hit_policy(asked, policy, aggregation, age, value, rules) -> None:  # type: ignore[no-untyped-def]
    result = asked(policy, age, aggregation=aggregation, values="2, 1")
    assert to_python(result.value) == value
    assert not result.failed
    [matched] = result.matched
    assert matched.rules == rules
    assert matched.ids == tuple(f"row_{rule + 1}" for rule in rules)
    assert matched.inputs == (("age", Decimal(age)),)


@pytest.mark.parametrize(("policy", "code"), [("UNIQUE", "several_hits"), ("ANY", "different_outputs")])
def test_a_contradiction_is_null_and_a_failure(asked, policy: str, code: str) -> None:  # type: ignore[no-untyped-def]
    result = asked(policy, 9)
    assert result.value is None
    assert result.failed
    assert result.failure.code == code
    assert result.failure.params["rules"] == (1, 2, 3)


@pytest.mark.parametrize(
    ("policy", "aggregation"),
    [("UNIQUE", ""), ("FIRST", ""), ("COLLECT", ""), ("COLLECT", "COUNT"), ("COLLECT", "SUM"), ("OUTPUT ORDER", "")],
)
def test_nothing_matches(asked, policy: str, aggregation: str) -> None:  # type: ignore[no-untyped-def]
    result = asked(policy, 100, "< 10 => 1", aggregation=aggregation)
    assert result.value is None
    assert not result.failed


def test_several_outputs_make_a_context(environment: Environment) -> None:
    logic = table("FIRST", "age, status", "price, label", '< 26; "active" => 10; "young"', '-; - => 20; "all"')
    variables = from_python({"age": 20, "status": "active"})
    assert isinstance(variables, dict)
    result = model(inputs("age", "status"), decision("d", logic, "age", "status")).evaluate("d", variables, environment)
    assert result.value == {"price": Decimal(10), "label": "young"}
    assert result.inputs == variables


@pytest.mark.parametrize(
    ("cell", "age", "matches"),
    [
        ("-", None, True),
        ("", 5, True),
        ("5, 7", 7, True),
        ("not(5, 7)", 7, False),
        ("not(5, 7)", 8, True),
        ("[5..7)", 7, False),
        ("? > 5 and ? < 9", 7, True),
        ("even(?)", 8, True),
        ("null", None, True),
        ("limit", 10, True),
        ("> limit", 11, True),
        ("[1, 2, 10]", 10, True),
        ("< 10", None, False),
        ('"x"', 5, False),
    ],
)
def test_cell(environment: Environment, cell: str, age: object, matches: bool) -> None:
    logic = table("FIRST", "age", "result", f"{cell} => true")
    variables = from_python({"age": age, "limit": 10})
    assert isinstance(variables, dict)
    result = model(inputs("age", "limit"), decision("d", logic, "age", "limit")).evaluate("d", variables, environment)
    assert result.value is (True if matches else None)


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        (table("MOST", "age", "r", "- => 1"), "hit policy MOST"),
        (table("UNIQUE", "age", "r", "- => 1", aggregation="SUM"), "hit policy UNIQUE SUM"),
        (table("UNIQUE", "age", "r", "-; - => 1"), "row 1: it has another number of cells"),
        (
            table("UNIQUE", "age", "r", "- => 1", "< => 2"),
            "row 2, column “age”: in “<”, line 1, character 2: found the end",
        ),
        (table("UNIQUE", "", "r", "- => 1"), "has no expression"),
    ],
)
def test_refused_by_name(logic: str, reason: str) -> None:
    with pytest.raises(DmnRefused, match=r"test\.dmn") as caught:
        model(inputs("age"), decision("dues", logic, "age"))
    assert reason in str(caught.value)
    assert "dues" in str(caught.value)


def test_a_result_is_one_of_the_values_that_its_column_allows(asked) -> None:  # type: ignore[no-untyped-def]
    """DMN 1.5, 8.2.4: the output values restrict what a rule may answer."""
    assert asked("FIRST", 3, "- => 1", values="1, 2").value == 1
    strange = asked("FIRST", 3, "- => 7", values="1, 2")
    assert strange.value is None
    assert [warning.code for warning in strange.warnings] == ["output_not_allowed"]
    assert asked("COLLECT", 3, "- => 1", "- => 7", values="[0..5]").value == [1, None]


def test_what_is_transient_leaves_no_trace(environment: Environment) -> None:
    """Whatever a column is called, it is left out with the variable that it reads; no warning quotes a value."""
    logic = table("FIRST", "number(secret), age", "result", "> 3; - => 1", "-; - => 2")
    logic = logic.replace("<input>", '<input label="Score">', 1)
    found = model(inputs("secret", "age"), decision("d", logic, "secret", "age"))
    variables = from_python({"secret": "hush-hush", "age": 7})
    assert isinstance(variables, dict)
    result = found.evaluate("d", variables, environment)
    assert "hush" not in repr(result.warnings)
    kept = result.without({"secret"})
    assert kept.matched[0].inputs == (("age", Decimal(7)),)
    assert dict(kept.inputs) == {"age": Decimal(7)}
    assert "hush" not in repr(kept)


def test_what_is_derived_from_the_transient_leaves_no_trace_either(environment: Environment) -> None:
    """Over any number of decisions between the input and the column."""
    found = model(
        inputs("secret", "age"),
        decision("score", "<literalExpression><text>number(secret) * 2</text></literalExpression>", "secret"),
        decision("grade", "<literalExpression><text>score + 1</text></literalExpression>", "score"),
        decision("d", table("FIRST", "grade, age", "result", "-; - => 2"), "grade", "age"),
    )
    variables = from_python({"secret": "21", "age": 7})
    assert isinstance(variables, dict)
    result = found.evaluate("d", variables, environment)
    assert result.matched[0].inputs == (("grade", Decimal(43)), ("age", Decimal(7)))
    assert result.without({"secret"}).matched[0].inputs == (("age", Decimal(7)),)
    assert result.without(()).matched == result.matched


def test_a_function_of_the_transient_leaves_no_trace(environment: Environment) -> None:
    """In the table of a business knowledge model the input has another name: nothing of its columns is kept."""
    inner = table("FIRST", "n", "result", "-  => 1")
    knowledge = (
        '<businessKnowledgeModel id="rate" name="rate"><variable name="rate"/><encapsulatedLogic>'
        f'<formalParameter name="n"/>{inner}</encapsulatedLogic></businessKnowledgeModel>'
    )
    logic = "<literalExpression><text>rate(secret)</text></literalExpression>"
    called = decision("d", logic, "secret").replace(
        "<literalExpression>",
        '<knowledgeRequirement><requiredKnowledge href="#rate"/></knowledgeRequirement><literalExpression>', 1,
    )  # fmt: skip
    result = model(inputs("secret"), knowledge, called).evaluate("d", {"secret": "hush"}, environment)
    assert result.matched[0].inputs == (("n", "hush"),)
    assert "hush" not in repr(result.without({"secret"}))


def test_a_warning_says_in_which_cell(asked) -> None:  # type: ignore[no-untyped-def]
    result = asked("FIRST", 3, "> agee => 1", "- => agee")
    assert [(w.code, w.place) for w in result.warnings if w.code == "unknown_name"] == [
        ("unknown_name", ("d", 1, "age")),
        ("unknown_name", ("d", 2, "result")),
    ]
    assert result.warnings[0].params["nearest"] == "age"
