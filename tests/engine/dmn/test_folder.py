"""Files that import one another, and names that nobody gives."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DmnRefused, Folder
from engine.dmn.analysis import analyse
from engine.feel import Environment
from tests.engine.dmn.models import decision, definitions, inputs, literal, model, table

KIND = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def importing(alias: str, namespace: str, logic: str, href: str) -> str:
    """A decision `d` that rests on a decision of another file."""
    need = f'<informationRequirement><requiredDecision href="{namespace}#{href}"/></informationRequirement>'
    body = f'<import name="{alias}" namespace="{namespace}" importType="{KIND}"/>'
    return f'{body}<decision id="d" name="d"><variable name="d"/>{need}{literal(logic)}</decision>'


AGES = definitions(
    inputs("age:number") + decision("adult", literal("age >= 18"), "age")
    + '<itemDefinition name="tFee"><typeRef>number</typeRef></itemDefinition>',
    target="urn:ages",
)  # fmt: skip
FEES = definitions(importing("ages", "urn:ages", "if ages.adult then 40 else 20", "adult"), target="urn:fees")
QUOTE = definitions(importing("fees", "urn:fees", "fees.d * 2", "d"), target="urn:quote")


def test_files_of_a_folder_import_one_another(environment: Environment) -> None:
    folder = Folder({"quote.dmn": QUOTE, "fees.dmn": FEES, "ages.dmn": AGES, "look.form": b"{}"})
    quote = folder.model("quote.dmn")
    assert quote.evaluate("d", {"age": Decimal(20)}, environment).value == 80
    assert folder.model("fees.dmn").evaluate("d", {"age": Decimal(2)}, environment).value == 20
    assert folder.model("quote.dmn") is quote


def test_an_import_that_is_not_there_and_one_that_goes_in_a_circle() -> None:
    with pytest.raises(DmnRefused, match="urn:ages is not at hand"):
        Folder({"fees.dmn": FEES}).model("fees.dmn")
    back = definitions(importing("fees", "urn:fees", "1", "d"), target="urn:ages")
    circle = Folder({"fees.dmn": FEES, "ages.dmn": back})
    with pytest.raises(DmnRefused, match="it imports") as refused:
        circle.model("fees.dmn")
    assert refused.value.params["why"] == "import_circle"
    with pytest.raises(DmnRefused, match="it imports"):  # and is not taken for open afterwards
        circle.model("ages.dmn")


def test_a_broken_file_beside_spoils_no_other(environment: Environment) -> None:
    folder = Folder({"ages.dmn": AGES, "broken.dmn": b"<a"})
    assert folder.model("ages.dmn").evaluate("adult", {"age": Decimal(20)}, environment).value is True


def test_names_that_nobody_gives_are_told_with_the_cell_and_the_nearest() -> None:
    found = model(
        inputs("age:number", "list"),
        decision("d", table("UNIQUE", "agee", "r", '< 18 => subtring("a", 1)', ">= 18 => agge + 1"), "age"),
        decision("fine", literal("list[age > 3 and item.x = y].z"), "age", "list"),
        decision("loop", literal("for x in list return x + partial[1] + {a: 1, b: a}.b"), "list"),
        decision("sorted", literal("sort(list, function(a, b) a < b)"), "list"),
        decision("host", literal("is working day(age)"), "age"),
    )
    findings = [
        (each.code, each.params["unknown"], each.params["nearest"], each.params["row"], each.params["heading"])
        for each in analyse(found, functions=("is working day",))
        if each.code.startswith("decision_")
    ]
    assert findings == [
        ("decision_name_unknown", "agee", "age", 0, "agee"),
        ("decision_function_unknown", "subtring", "substring", 1, "r"),
        ("decision_name_unknown", "agge", "age", 2, "r"),
    ]
    told = [each.message for each in analyse(found) if each.code == "decision_function_unknown"]
    assert "did you mean “substring”?" in told[0]
    assert "is working day" in told[1]


def test_a_model_without_inputs_may_read_any_variable() -> None:
    found = model(decision("d", table("UNIQUE", "age", "r", "< 18 => fee", ">= 18 => fe(1)")))
    assert [each.params["unknown"] for each in analyse(found) if "unknown" in each.params] == ["fe"]


@pytest.mark.parametrize(
    ("body", "nearest"),
    [
        (decision("d", literal("1"), kind="strnig"), "string"),
        (inputs("a:nubmer") + decision("d", literal("a"), "a"), "number"),
        (
            '<itemDefinition name="tAge"><typeRef>number</typeRef></itemDefinition>'
            + decision("d", literal("1"), kind="tAgee"),
            "tAge",
        ),
        ('<itemDefinition name="tAge"><typeRef>numbr</typeRef></itemDefinition>', "number"),
        (inputs("age") + decision("d", literal("1"), "agee"), "age"),
        (decision("d", table("UNIQ", "a", "r", "1 => 2")), "UNIQUE"),
    ],
)
def test_a_refusal_names_what_is_known_and_nearest(body: str, nearest: str) -> None:
    with pytest.raises(DmnRefused, match=f"did you mean “{nearest}”") as refused:
        model(body)
    assert nearest in refused.value.params["known"]


TYPES = """<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..120]</text></allowedValues>
</itemDefinition><itemDefinition name="tFew" isCollection="true"><typeRef>tAge</typeRef><typeConstraint>
<text>count(?) &lt; 3</text></typeConstraint></itemDefinition><itemDefinition name="tPerson">
<itemComponent name="age"><typeRef>tAge</typeRef></itemComponent><itemComponent name="tags" isCollection="true">
<typeRef>string</typeRef></itemComponent></itemDefinition>"""


@pytest.mark.parametrize(
    ("kind", "text", "expected", "given"),
    [
        ("tAge", "130", "tAge ([0..120])", "…"),
        ("tAge", '"x"', "tAge ([0..120])", "string"),
        ("tFew", "[1, 130]", "tFew (count(?) < 3) → [2]: tAge ([0..120])", "…"),
        ("tFew", "[1, 2, 3]", "tFew (count(?) < 3)", "…"),
        ("tPerson", "{age: 5}", "tPerson → tags: list<string>", "null"),
        ("tPerson", "{age: 500, tags: []}", "tPerson → age: tAge ([0..120])", "…"),
        ("tPerson", "{age: 5, tags: [1]}", "tPerson → tags: list<string> → [1]: string", "number"),
        ("tPerson", "{age: null, tags: []}", None, None),
        ("tFew", "7", None, None),
        ("tFew", "[]", None, None),
    ],
)
def test_a_type_says_which_part_does_not_fit(
    environment: Environment, kind: str, text: str, expected: str | None, given: str | None
) -> None:
    warnings = model(TYPES, decision("d", literal(text), kind=kind)).evaluate("d", {}, environment).warnings
    told = [(each.params["expected"], each.params["given"]) for each in warnings]
    assert told == ([] if expected is None else [(expected, given)])
