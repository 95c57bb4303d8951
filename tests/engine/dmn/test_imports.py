"""Elements of imported models are told apart by the names of their imports (DMN 1.5, 6.3.3 and 10.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DecisionModel, DmnRefused, read
from engine.dmn.analysis import analyse
from engine.feel import Environment
from engine.feel.kinds import Value
from engine.feel.values import to_text
from tests.engine.dmn.models import decision, definitions, inputs, literal

KNOWLEDGE = """<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>
<formalParameter name="n" typeRef="number"/>{}</encapsulatedLogic></businessKnowledgeModel>"""


def imports(**named: str) -> str:
    """Imports by name: of the model whose namespace that is."""
    return "".join(
        f'<import name="{name}" namespace="urn:{target}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        for name, target in named.items()
    )


def needs(*references: str) -> str:
    """Requirements: `namespace#id` of an input; a decision behind an exclamation mark, knowledge behind a tilde."""
    parts = []
    for reference in references:
        href = f"urn:{reference.lstrip('!~')}" if not reference.lstrip("!~").startswith("#") else reference.lstrip("!~")
        if reference.startswith("~"):
            parts.append(f'<knowledgeRequirement><requiredKnowledge href="{href}"/></knowledgeRequirement>')
        else:
            kind = "requiredDecision" if reference.startswith("!") else "requiredInput"
            parts.append(f'<informationRequirement><{kind} href="{href}"/></informationRequirement>')
    return "".join(parts)


def service(name: str, body: str) -> str:
    """A decision service of these parts: `kind=href`, by blank."""
    parts = "".join('<{} href="{}"/>'.format(*part.split("=")) for part in body.split())
    return f'<decisionService id="{name}" name="{name}"><variable name="{name}"/>{parts}</decisionService>'


def _part(target: str, text: str, knowledge: str) -> DecisionModel:
    body = inputs("x:number") + decision("d", literal(text), "x") + KNOWLEDGE.format(literal(knowledge))
    body += service("s", "outputDecision=#d inputData=#x")
    return read(definitions(body, target=f"urn:{target}"), name=f"{target}.dmn")


ONE, TWO = _part("one", "x + 1", "n + 1"), _part("two", "x * 10", "n * 10")
# Imports both, and defines the same names a third time.
MIDDLE = read(
    definitions(
        imports(a="one", b="two")
        + inputs("x:number")
        + decision("d", needs("!one#d", "!two#d", "#x") + literal("[a.d, b.d, x]"))
        + decision("e", needs("one#x", "two#x", "#x") + literal("[a.x, b.x, x]"))
        + decision("g", needs("~one#f", "~two#f") + literal("[a.f(1), b.f(1)]"))
        + service("s", "outputDecision=urn:one#d outputDecision=urn:two#d outputDecision=#e "
                       "inputData=urn:one#x inputData=urn:two#x inputData=#x")
        + service("t", "outputDecision=#d inputDecision=urn:one#d inputDecision=urn:two#d inputData=#x")
        + decision("calls", needs("~#s") + literal("s(1, 2, 3)"))
        + decision("named", needs("~#s") + literal("s(x: 3, b.x: 2, a.x: 1).b.d"))
        + decision("given", needs("~#t") + literal("t(7, 8, 9)"))
        + decision("theirs", needs("~one#s", "~two#s") + literal("[a.s(1), b.s(x: 1)]")),
        target="urn:middle",
    ),
    name="middle.dmn",
    imported={"urn:one": ONE, "urn:two": TWO},
)  # fmt: skip
TOP = read(
    definitions(
        imports(m="middle", c="two")
        + decision("d", needs("!middle#d", "!two#d") + literal("{m: m.d, c: c.d}"))
        + decision("e", needs("~middle#s") + literal("m.s(1, 2, 3).a.d")),
        target="urn:top",
    ),
    name="top.dmn",
    imported={"urn:middle": MIDDLE, "urn:two": TWO},
)
X: dict[str, Value] = {"a": {"x": Decimal(1)}, "b": {"x": Decimal(2)}, "x": Decimal(3)}


@pytest.mark.parametrize(
    ("asked", "variables", "shown"),
    [
        ("d", X, "[2, 20, 3]"),
        ("e", X, "[1, 2, 3]"),
        ("e", {"a.x": Decimal(1), "{urn:two}x": Decimal(2), "x": Decimal(3)}, "[1, 2, 3]"),
        ("e", {"x": Decimal(3)}, "[null, null, 3]"),
        ("g", {}, "[2, 10]"),
        ("calls", {}, "{a: {d: 2}, b: {d: 20}, e: [1, 2, 3]}"),
        ("named", {}, "20"),
        ("given", {}, "[8, 9, 7]"),
        ("theirs", {}, "[2, 10]"),
        ("s", X, "{a: {d: 2}, b: {d: 20}, e: [1, 2, 3]}"),
        ("t", {"a": {"d": Decimal(8)}, "b": {"d": Decimal(9)}, "x": Decimal(7)}, "[8, 9, 7]"),
    ],
)
def test_two_imports_of_the_same_names(
    environment: Environment, asked: str, variables: dict[str, Value], shown: str
) -> None:
    result = MIDDLE.evaluate(asked, variables, environment)
    assert to_text(result.value) == shown, result.warnings


@pytest.mark.parametrize(
    "variables",
    [
        {"m": X, "c": {"x": Decimal(2)}},
        {"m": {"a": {"x": Decimal(1)}, "x": Decimal(3)}, "c.x": Decimal(2)},
        {"m.a.x": Decimal(1), "m.b.x": Decimal(2), "m.x": Decimal(3)},
        {"{urn:one}x": Decimal(1), "{urn:two}x": Decimal(2), "{urn:middle}x": Decimal(3)},
    ],
)
def test_imports_of_imports(environment: Environment, variables: dict[str, Value]) -> None:
    result = TOP.evaluate("d", variables, environment)
    assert to_text(result.value) == "{m: [2, 20, 3], c: 20}", result.warnings
    assert {name: to_text(value) for name, value in result.inputs.items()} == {"m.a.x": "1", "c.x": "2", "m.x": "3"}


def test_services_of_imports_of_imports(environment: Environment) -> None:
    assert TOP.evaluate("e", {}, environment).value == 2


def test_a_decision_names_every_input_that_it_rests_on() -> None:
    assert TOP.decisions["d"].inputs == ("m.a.x", "c.x", "m.x")
    assert ONE.decisions["d"].inputs == ("x",)
    assert [*analyse(MIDDLE), *analyse(TOP)] == []


def test_the_only_input_of_its_name_may_be_given_by_it(environment: Environment) -> None:
    body = imports(a="one") + decision("d", needs("!one#d") + literal("a.d"))
    found = read(definitions(body), name="main.dmn", imported={"urn:one": ONE})
    given: dict[str, Value] = {"x": Decimal(1), "a": {"other": Decimal(5)}}
    assert found.evaluate("d", given, environment).value == 2
    assert found.decisions["d"].inputs == ("x",)
    assert given == {"x": 1, "a": {"other": 5}}
    blind = found.evaluate("d", {}, environment)
    assert [warning.params["name"] for warning in blind.warnings if warning.code == "missing_input"] == ["x"]


def test_what_is_transient_leaves_no_trace_by_an_import(environment: Environment) -> None:
    for name in ("m", "x", "a"):
        result = TOP.evaluate("d", {"m": X, "c": {"x": Decimal(2)}}, environment).without([name])
        assert "m.a.x" not in result.inputs, name


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (imports(a="one", d="two") + decision("d", literal("1")), "the name of this import, d,"),
        (imports(a="one").replace('"a"', '""') + inputs("x") + decision("d", needs("one#x", "#x") + literal("x")),
         "two elements that are called x"),
    ],
)  # fmt: skip
def test_names_that_nobody_could_tell_apart_are_refused(body: str, reason: str) -> None:
    with pytest.raises(DmnRefused, match=reason):
        read(definitions(body), name="main.dmn", imported={"urn:one": ONE, "urn:two": TWO})
