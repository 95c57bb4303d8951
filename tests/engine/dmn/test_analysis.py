"""The analysis of tables says what evaluating every kind of input says, and says what it cannot tell."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn.analysis import Possible, analyse
from engine.dmn.model import DecisionModel
from engine.feel import Environment, compile_expression
from engine.feel.values import Value, from_python
from engine.findings import Finding
from tests.engine.dmn.models import decision, inputs, model, table
from tests.fixtures.feel import feel_environment


def made(policy: str, columns: str, *rows: str) -> DecisionModel:
    names = [name.partition(":")[0] for name in columns.split(", ")]
    logic = table(policy, ", ".join(names), "result", *rows, values="1, 2, 3, 4" if policy == "PRIORITY" else "")
    return model(inputs(*columns.split(", ")), decision("d", logic, *names))


def found(policy: str, columns: str, *rows: str, **possible: Possible) -> list[Finding]:
    return list(analyse(made(policy, columns, *rows), possible=possible))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("columns", "rows", "code", "example"),
    [
        ("age", ("< 10 => 1", "[5..20] => 2", "> 20 => 3"), "table_overlap", {"age": "5"}),
        ("age", ("< 18 => 1", "[18..64] => 2", ">= 65 => 3"), "table_gap", {"age": "64.5"}),
        ("on", ('<= date("2026-01-01") => 1', '>= date("2026-01-03") => 2'), "table_gap", {"on": 'date("2026-01-02")'}),
        (
            "a:boolean, b:boolean",
            ("true; - => 1", "-; true => 2", "false; false => 3"),
            "table_overlap",
            {"a": "true", "b": "true"},
        ),
        ("a:boolean, b:boolean", ("true; - => 1", "false; true => 2"), "table_gap", {"a": "false", "b": "false"}),
        ("kind", ('"A" => 1', '"B" => 2'), "table_gap", {"kind": '"other"'}),
        ("span", ('< @"P1D" => 1', '>= @"P2D" => 2'), "table_gap", {"span": '@"P1D"'}),
    ],
)
def test_overlaps_and_gaps_have_an_example(
    columns: str, rows: tuple[str, ...], code: str, example: dict[str, str]
) -> None:
    [finding] = found("UNIQUE", columns, *rows)
    assert (finding.code, finding.params["inputs"], finding.element) == (code, example, "d")
    assert all(f"{name} = {value}" in finding.message for name, value in example.items())


def test_days_leave_no_gap_that_numbers_would() -> None:
    assert found("UNIQUE", "on", '<= date("2026-01-01") => 1', '>= date("2026-01-02") => 2') == []
    assert codes(found("UNIQUE", "age", "<= 17 => 1", ">= 18 => 2")) == ["table_gap"]
    assert found("UNIQUE", "age", "<= 17 => 1", ">= 18 => 2", age=Possible(whole=True)) == []


def test_contradicting_rows_of_any() -> None:
    assert codes(found("ANY", "n", "< 5 => 1", ">= 3 => 1")) == []
    [finding] = found("ANY", "n", "< 5 => 1", ">= 3 => 2")
    assert (finding.code, finding.params["rows"]) == ("table_contradiction", "1, 2")


@pytest.mark.parametrize(
    ("policy", "rows", "hidden"),
    [
        ("FIRST", ("< 5 => 1", ">= 5 => 2", "7 => 3", "- => 4"), [3]),
        ("FIRST", ("- => 1", "7 => 2"), [2]),
        ("PRIORITY", ("7 => 3", "[0..9] => 1", "- => 4"), [1]),
        ("PRIORITY", ("7 => x", "[0..9] => 1", "- => 4"), []),
    ],
)
def test_rows_that_are_never_used(policy: str, rows: tuple[str, ...], hidden: list[int]) -> None:
    findings = found(policy, "n:number", *rows)
    assert [finding.params["row"] for finding in findings if finding.code == "row_unreachable"] == hidden


def test_cells_that_wait_for_what_cannot_come() -> None:
    findings = found("FIRST", "n:number", '"x" => 1', "[5..3] => 2", "- => 3")
    assert [(finding.code, finding.params["row"]) for finding in findings] == [
        ("cell_impossible", 1),
        ("cell_impossible", 2),
    ]
    [finding] = found("FIRST", "kind", '"A", "B" => 1', "- => 2", kind=Possible('"A", "C"'))
    assert (finding.code, finding.params["value"], finding.params["known"]) == ("value_not_given", '"B"', '"A", "C"')


def test_a_comma_between_digits_is_told() -> None:
    findings = found("FIRST", "n:number, kind", '<= 2,5; "2,5" => 1', "3, 5; - => 2", "1,2,3; - => 3", "-; - => 4")
    assert [(finding.code, finding.params["row"], finding.params["values"]) for finding in findings] == [
        ("decimal_comma", 1, "2 | 5")
    ]


def test_what_expressions_decide_is_left_undecided() -> None:
    findings = found("UNIQUE", "n, m", "< m; - => 1", "-; > 3 => 2")
    assert codes(findings) == ["table_undecided"]
    assert findings[0].params["rows"] == "1"
    twice = table("UNIQUE", "n, n + 1", "result", "< 3; - => 1", ">= 3; 3 => 2")
    assert codes(list(analyse(model(inputs("n"), decision("d", twice, "n"))))) == ["columns_undecided"]
    assert codes(found("UNIQUE", "at:time", '@"10:00:00" => 1', "- => 2")) == ["columns_undecided"]


def test_a_table_with_too_many_combinations_is_left_undecided_in_time() -> None:
    columns = ", ".join(f"c{n}:boolean" for n in range(60))
    chance = Random(7)
    rows = []
    for number in range(330):  # as many rows of three cells as make it hardest to see whether they cover everything
        asked = dict.fromkeys(chance.sample(range(60), 3))
        cells = [chance.choice(("true", "false")) if column in asked else "-" for column in range(60)]
        rows.append("; ".join(cells) + f" => {number}")
    assert "table_too_large" in codes(found("UNIQUE", columns, *rows))


_NUMBERS = ("-", "1", "< 2", ">= 2", "[1..3]", "(1..3)", "not(2)", "1, 3", "> 3, < 1", "? > 1 and ? < 3", "null")
_TEXTS = ("-", '"a"', '"b"', '"a", "b"', 'not("a")')
_FLAGS = ("-", "true", "false")
_ROWS = st.lists(
    st.tuples(st.sampled_from(_NUMBERS), st.sampled_from(_TEXTS), st.sampled_from(_FLAGS)), min_size=1, max_size=5
)
_INPUTS = [from_python(n) for n in (0, 1, 1.5, 2, 2.5, 3, 4)], ["a", "b", "c"], [True, False]


@given(st.sampled_from(["UNIQUE", "FIRST"]), _ROWS)
def test_findings_are_what_evaluation_does(policy: str, rows: list[tuple[str, str, str]]) -> None:
    written = [f"{'; '.join(cells)} => {number % 4 + 1}" for number, cells in enumerate(rows)]
    subject = made(policy, "n:number, t:string, f:boolean", *written)
    findings = list(analyse(subject))
    kinds = {finding.code for finding in findings}
    environment = feel_environment()
    numbers = [*_INPUTS[0], *([None] if any(cells[0] == "null" for cells in rows) else [])]
    used: set[int] = set()
    hit: list[int] = []
    for n, t, f in product(numbers, *_INPUTS[1:]):
        result = subject.evaluate("d", {"n": n, "t": t, "f": f}, environment)
        hit.append(len(result.matched[0].rules))
        used.update(result.matched[0].rules)
    assert ("table_overlap" in kinds) == any(count > 1 for count in hit)
    assert ("table_gap" in kinds) == any(count == 0 for count in hit)
    hidden = {finding.params["row"] for finding in findings if finding.code == "row_unreachable"}
    assert hidden.isdisjoint(row + 1 for row in used)
    for finding in findings:
        if finding.code in ("table_overlap", "table_gap"):
            matched = hits(subject, finding, environment)
            assert (len(matched) > 1) if finding.code == "table_overlap" else (matched == ())


def hits(subject: DecisionModel, finding: Finding, environment: Environment) -> tuple[int, ...]:
    """The rows that match the example of a finding; inputs that it leaves out may be anything."""
    example = finding.params["inputs"]
    assert isinstance(example, dict)
    told: dict[str, Value] = {"n": from_python(0), "t": "zzz", "f": True}
    told |= {name: compile_expression(text).evaluate({}, environment).value for name, text in example.items()}
    return subject.evaluate("d", told, environment).matched[0].rules


def test_true_is_not_one() -> None:
    subject = model(inputs("x"), decision("d", table("UNIQUE", "x", "r", "1 => 1", "true => 2", '"a" => 3'), "x"))
    assert "cell_impossible" not in codes(list(analyse(subject)))
