"""Chapters 7, 8 and 10 of DMN 1.5 on decision models: what each part answers, and which warning says why it is null."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from engine.dmn.run import DecisionResult
from engine.feel import Environment
from engine.feel.kinds import Value
from engine.feel.values import to_text
from tests.engine.dmn import boxes
from tests.engine.dmn.boxes import column, columns, context, function, item, knowledge, service
from tests.engine.dmn.models import decision, inputs, literal, model, table


def shown(result: DecisionResult) -> str:
    """A value as `string()` writes it, and the codes of the warnings behind an exclamation mark."""
    codes = " ".join(dict.fromkeys(warning.code for warning in result.warnings))
    return f"{to_text(result.value)}{f' ! {codes}' if codes else ''}"


def answer(environment: Environment, *elements: str, asked: str = "d", **variables: Value) -> str:
    """What a decision of these elements answers."""
    return shown(model(*elements).evaluate(asked, variables, environment))


@pytest.mark.parametrize(
    ("aggregation", "rows", "want"),
    [
        ("SUM", "1, 2, 2", "5"),
        ("SUM", "null, 2", "null ! bad_argument"),
        ("SUM", '"a", 2', "null ! bad_argument"),
        ("SUM", '@"P1D", @"P2D"', "P3D"),
        ("MIN", '"b", "a"', "a"),
        ("MIN", '@"2021-01-01", @"2020-01-01"', "2020-01-01"),
        ("MAX", "1, null", "null ! not_comparable"),
        ("MAX", 'true, "a"', "null ! not_comparable"),
        ("COUNT", "null, null, 1", "3"),
        ("", "1, null, [2]", "[1, null, [2]]"),
    ],
)
def test_collect(environment: Environment, aggregation: str, rows: str, want: str) -> None:
    """8.2.11: by the built-in functions of those names, which nulls and strangers make null."""
    logic = table("COLLECT", "a", "r", *(f"- => {row}" for row in rows.split(", ")), aggregation=aggregation)
    assert answer(environment, inputs("a"), decision("d", logic, "a"), a=Decimal(1)) == want


@pytest.mark.parametrize(
    ("policy", "heads", "rows", "want"),
    [
        ("PRIORITY", (column("x", '"h", "l"'), column("y", "1, 2, 3")), ('"l"; 1', '"h"; 3', '"h"; 2'),
         '{x: "h", y: 2}'),
        ("OUTPUT ORDER", (column("x", '"h", "l"'), column("y", "1, 2, 3")), ('"l"; 1', '"h"; 3', '"h"; 2'),
         '[{x: "h", y: 2}, {x: "h", y: 3}, {x: "l", y: 1}]'),
        ("PRIORITY", (column("x"), column("y", "1, 2, 3")), ('"l"; 3', '"h"; 2'), '{x: "h", y: 2}'),
        ("PRIORITY", (column("x"),), ('"l"', '"h"'), "l"),
        ("PRIORITY", (column("x", kind="tLevel"),), ('"l"', '"h"'), "h"),  # the order of its type's values
        ("OUTPUT ORDER", (column("x", "1, 2"),), ("null", "2", "1"), "[1, 2, null]"),
        ("UNIQUE", (column("x", "1, 2"),), ("3",), "null ! output_not_allowed"),
        ("UNIQUE", (column("x", kind="number"),), ('"q"',), "null ! bad_result"),
        ("UNIQUE", (column("x", kind="number"),), ("[a + 1]",), "2"),
        ("UNIQUE", (column("x"),), ("1", "1"), "null ! several_hits"),
        ("ANY", (column("x"),), ("[1, 2]", "[1, 2]"), "[1, 2]"),
        ("ANY", (column("x"),), ("1", "2"), "null ! different_outputs"),
        ("UNIQUE", (column("x"),), ("?",), "null ! unknown_name"),
    ],
)  # fmt: skip
def test_outputs(
    environment: Environment, policy: str, heads: tuple[str, ...], rows: tuple[str, ...], want: str
) -> None:
    """8.2.9 to 8.2.11: order by output values from left to right, those without values left out; types; null."""
    logic = columns(policy, heads, *(f"- => {row}" for row in rows))
    types = item("tLevel", "string", allowed='"h", "l"')
    assert answer(environment, types, inputs("a"), decision("d", logic, "a"), a=Decimal(1)) == want


@pytest.mark.parametrize("policy", ["UNIQUE", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "COLLECT SUM"])
@pytest.mark.parametrize(
    ("heads", "want"),
    [
        ((column("x", "1, 2"),), "null"),
        ((column("x", "1, 2", default="a * 2"),), "10"),
        ((column("x", default='"q"', kind="number"),), "null ! bad_result"),
    ],
)
def test_no_row_holds(environment: Environment, policy: str, heads: tuple[str, ...], want: str) -> None:
    """10.3.2.10: the default as it is written, whatever the policy; without one, null."""
    logic = columns(policy, heads, "1 => 1")
    assert answer(environment, inputs("a"), decision("d", logic, "a"), a=Decimal(5)) == want


@pytest.mark.parametrize(
    ("logic", "feel"),
    [
        *((boxes.conditional(c, "1", "2"), f"if {c} then 1 else 2") for c in ("true", "false", "null")),
        *(
            (boxes.filtered(source, match), f"({source})[{match}]")
            for source, match in (
                ("[1, 2, 3]", "item > 1"), ("null", "true"), ("5", "item > 1"), ("[{a: 1}, {a: 2}]", "a > 1"),
                ("[{item: 1}]", "item = 1"), ("[1, 2]", "2"), ("[1, 2]", "-1"), ("[1, 2]", "null"), ("[1, 2]", '"a"'),
                ("[1, null]", "item > 0"), ("[[1], [2]]", "item[1] = 2"), ("[{a: null}]", "a = null"),
            )
        ),
        *(
            (boxes.iterated("for", source, text), f"for x in {source} return {text}")
            for source, text in (
                ("[1, 2]", "x + 1"), ("null", "x"), ("5", "x"), ("[1..3]", "x"), ("[1, 2]", "partial"), ("[]", "x"),
                ('["a"]', "x + 1"), ('[@"2020-01-01"..@"2020-01-03"]', "x"),
            )
        ),
        *(
            (boxes.iterated(kind, source, text), f"{kind} x in {source} satisfies {text}")
            for kind in ("some", "every")
            for source, text in (
                ("[1, 2]", "x > 1"), ("null", "x"), ("[]", "true"), ("[1, null]", "x > 0"), ("[1, 2]", "x"),
                ("5", "x > 1"), ("[1..3]", "x > 2"), ("[null]", "x"),
            )
        ),
        (context(a="1", b="a + 1"), "{a: 1, b: a + 1}"),
        (boxes.conditional('"x"', "1", "2"), '["not_boolean"]["x"]'),  # unlike `if`, it is null
        (context(a="1").replace("</context>", context(a="2").removeprefix("<context>")), "{a: 1, a: 2}"),
        (boxes.invocation("abs", n="-1"), "abs(n: -1)"),
        (boxes.invocation("abs", x="-1"), "abs(x: -1)"),
        (boxes.invocation("(function(a, b) b)", a="1"), "(function(a, b) b)(a: 1)"),
    ],
)  # fmt: skip
def test_boxes_answer_as_their_text(environment: Environment, logic: str, feel: str) -> None:
    """10.2.1: a boxed expression maps to FEEL text; values and reasons are the same."""
    boxed = answer(environment, decision("d", logic))
    assert boxed == answer(environment, decision("d", literal(feel)))


@pytest.mark.parametrize(
    ("call", "want"),
    [
        ('f(1, "x")', "1x"),
        ('f([1], "x")', "1x"),  # from singleton list (10.3.2.9.4)
        ('f(b: "x", a: 1)', "1x"),
        ('f("1", "x")', "null ! bad_argument"),
        ('f(1, "x", 3)', "null ! wrong_arguments"),
        ("f(1)", "null ! wrong_arguments"),
        ("f(c: 1)", "null ! wrong_arguments"),
        ("f(a: 1)", "null ! bad_operands"),  # left out: null
        ("g(3)", "null ! bad_result"),
        ("for n in [1, 2] return h(n)", "[20, 10]"),
        ("h(3)", "null"),
        ("sort([1, 3, 2], more)", "[3, 2, 1]"),
        ("down(50)", "0"),
        ("down(0.5)", "null ! budget_exceeded"),
        ("java(1)", "null ! external_function"),
        ("pmml(1)", "null ! external_function"),
        ("add(1)(2)", "3"),
    ],
)
def test_knowledge(environment: Environment, call: str, want: str) -> None:
    """10.4: a business knowledge model is a function of its typed parameters."""
    models = (
        knowledge("f", ["a:number", "b:string"], literal("string(a) + b")),
        knowledge("g", ["a"], literal("a"), kind="string"),
        knowledge("h", ["a"], table("UNIQUE", "a", "r", "1 => 20", "2 => 10")),
        knowledge("more", ["a", "b"], literal("a > b")),
        knowledge("down", ["n"], literal("if n = 0 then 0 else down(n - 1)")),
        knowledge("java", ["a"], literal("a"), language="Java"),
        knowledge("pmml", ["a"], literal("a"), language="PMML"),
        knowledge("add", ["a"], function("b", literal("a + b"))),
    )
    needs = [
        f"~{name}" for name in ("f", "g", "h", "more", "down", "java", "pmml", "add") if re.search(rf"\b{name}\b", call)
    ]
    assert answer(environment, *models, decision("d", literal(call), *needs)) == want


SERVED = (
    item("tSmall", "number", allowed="[1..9]")
    + inputs("a:number", "b:string", "small:tSmall")
    + decision("inner", literal("a + 1"), "a", kind="number")
    + decision("text", literal("string(inner) + b"), "!inner", "b")
    + decision("twice", literal("inner * 2"), "!inner")
    + decision("same", literal("small"), "small")
    + service("both", "outputDecision=text outputDecision=twice encapsulatedDecision=inner inputData=a inputData=b")
    + service("one", "outputDecision=twice encapsulatedDecision=inner inputData=a")
    + service("given", "outputDecision=text inputDecision=inner inputData=b")
    + service("typed", "outputDecision=twice inputData=a", kind="string")
    + service("checked", "outputDecision=same inputData=small")
    + service("blind", "outputDecision=text inputData=a")
)
SERVICES = ("both", "one", "given", "typed", "checked", "blind")


@pytest.mark.parametrize(
    ("call", "want"),
    [
        ('both(1, "x")', '{text: "2x", twice: 4}'),
        ('both(b: "x", a: [1]).text', "2x"),
        ("both(1)", "null ! wrong_arguments"),
        ('both("q", "x")', "null ! bad_argument"),
        ("one(3)", "8"),
        ("one(null)", "null ! bad_operands"),
        ('given("x", 7)', "7x"),
        ('given(inner: 7, b: "x")', "7x"),
        ('given("x", "seven")', "null ! bad_argument"),
        ("typed(1)", "null ! bad_result"),
        ("checked(3)", "3"),
        ("checked(33)", "null ! bad_argument"),
        ("blind(1)", "null ! missing_input bad_operands"),  # b is none of its inputs
        ("for n in [1, 2] return one(n)", "[4, 6]"),
    ],
)
def test_services(environment: Environment, call: str, want: str) -> None:
    """10.4: a decision service is a function of its input data, then its input decisions."""
    needs = [f"~{name}" for name in SERVICES]
    assert answer(environment, SERVED, decision("d", literal(call), *needs)) == want


@pytest.mark.parametrize(
    ("asked", "variables", "want"),
    [
        ("both", {"a": Decimal(1), "b": "x"}, '{text: "2x", twice: 4}'),
        ("given", {"inner": Decimal(7), "b": "x", "a": Decimal(1)}, "7x"),
        ("blind", {"a": Decimal(1), "b": "x"}, "null ! missing_input bad_operands"),
        ("typed", {"a": Decimal(1)}, "null ! bad_result"),
    ],
)
def test_services_asked_from_outside(
    environment: Environment, asked: str, variables: dict[str, Value], want: str
) -> None:
    assert answer(environment, SERVED, asked=asked, **variables) == want


TYPES = (
    item("tN", "number", allowed="[1..5]")
    + item("tNs", "tN", many=True)
    + item("tLow", "number", allowed="< 3", many=True)
    + item("tFew", "number", constraint="count(?) < 3", many=True)
    + item("tLong", "string", constraint="string length(?) > 2")
    + item("tDay", "date", allowed='>= date("2020-01-01")')
    + item("tNested", "tNs", many=True)
    + item("tC", n="tN", s="tNs")
    + '<itemDefinition name="tF"><functionItem outputTypeRef="number"><parameters name="a" typeRef="number"/>'
    "</functionItem></itemDefinition>"
)


@pytest.mark.parametrize(
    ("kind", "written", "want"),
    [
        ("tN", "3 [3]", "3 3"),
        ("tN", '7 "x" [7] null', "null! null! null! null"),
        ("tNs", "[1,2] 3 [] null [null]", "[1, 2] [3] [] null [null]"),
        ("tNs", "[1,7] 7", "null! null!"),
        ("tLow", "[1,2] [1,9]", "[1, 2] null!"),  # allowed values hold for each element
        ("tFew", "[1,2] [1,2,3]", "[1, 2] null!"),  # the constraint for the whole
        ("tLong", '"abc" "ab"', "abc null!"),
        ("tDay", '@"2020-01-01" @"2019-12-31"', "2020-01-01 null!"),
        ("tNested", "[[1],[2]] [[9]] [1]", "[[1], [2]] null! null!"),
        ("tC", "{n:1,s:[1]} {n:null,s:null,z:3}", "{n: 1, s: [1]} {n: null, s: null, z: 3}"),
        ("tC", "{n:1} {n:9,s:[1]} {n:1,s:[9]} {n:1,s:1}", "null! null! null! null!"),
        ("tF", "abs", "function(n)"),
        ("tF", "1 null", "null! null"),
        ("date and time", '@"2020-01-01"', "2020-01-01T00:00:00Z"),
        ("date", '@"2020-01-01T00:00:00"', "null!"),
        ("years and months duration", '@"P1Y" @"P1D"', "P1Y null!"),
        ("dayTimeDuration", '@"P1D"', "P1D"),
        ("feel:number", '1 "1"', "1 null!"),
        ("Any", '1 "a" null', "1 a null"),
    ],
)
def test_types(environment: Environment, kind: str, written: str, want: str) -> None:
    """7.3.3 and 10.3.2.9: what conforms to a type, and what is converted; the rest is null, with a reason."""
    found = []
    for text in written.split(" "):
        result = model(TYPES, decision("d", literal(text), kind=kind)).evaluate("d", {}, environment)
        found.append(to_text(result.value) + "!" * (result.warnings[:1] != ()))
    assert " ".join(found) == want
