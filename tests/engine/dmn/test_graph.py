"""Graphs of decisions: requirements, knowledge, services, types, imports, boxed expressions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DmnRefused, read
from engine.feel import Environment
from engine.feel.kinds import Value
from engine.feel.values import to_text
from tests.engine.dmn.models import decision, definitions, inputs, literal, model, table

TYPES = """
<itemDefinition name="tStatus"><typeRef>string</typeRef><allowedValues><text>"active", "late"</text></allowedValues>
</itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="birth year"><typeRef>number</typeRef></itemComponent>
<itemComponent name="status"><typeRef>tStatus</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>
"""


def test_a_decision_sees_what_it_requires_and_nothing_else(environment: Environment) -> None:
    found = model(
        inputs("a", "b"),
        decision("sum", literal("a + 1"), "a"),
        decision("twice", literal("sum * 2"), "!sum"),
        decision("blind", literal("a"), "!sum"),
    )
    variables: dict[str, Value] = {"a": Decimal(2), "b": Decimal(9)}
    assert found.evaluate("twice", variables, environment).value == 6
    assert found.decisions["twice"].inputs == ("a",)
    blind = found.evaluate("blind", variables, environment)
    assert blind.value is None
    assert blind.warnings[0].params["known"] == ("sum",)


def test_a_decision_that_rests_on_itself_is_a_failure(environment: Environment) -> None:
    found = model(decision("a", literal("b"), "!b"), decision("b", literal("a"), "!a"))
    result = found.evaluate("a", {}, environment)
    assert result.value is None
    assert result.failure is not None
    assert result.failure.code == "endless_decision"


def test_knowledge_is_called_and_may_call_itself(environment: Environment) -> None:
    knowledge = """<businessKnowledgeModel id="fact" name="fact"><variable name="fact"/><encapsulatedLogic>
    <formalParameter name="n" typeRef="number"/>
    <literalExpression><text>if n &lt; 2 then 1 else n * fact(n - 1)</text></literalExpression>
    </encapsulatedLogic></businessKnowledgeModel>"""
    found = model(
        knowledge, decision("d", literal("fact(n: 5)"), "~fact"), decision("w", literal('fact("x")'), "~fact")
    )
    assert found.evaluate("d", {}, environment).value == 120
    wrong = found.evaluate("w", {}, environment)
    assert wrong.value is None
    assert wrong.warnings[0].code == "bad_argument"


def test_a_decision_service_is_a_function_and_may_be_asked(environment: Environment) -> None:
    service = """<decisionService id="quote" name="quote"><variable name="quote"/><outputDecision href="#price"/>
    <inputData href="#age"/></decisionService>"""
    found = model(
        inputs("age:number"),
        decision("price", literal("age * 2"), "age"),
        service,
        decision("d", literal("quote(21)"), "~quote"),
    )
    assert found.evaluate("d", {}, environment).value == 42
    assert found.evaluate("quote", {"age": Decimal(4)}, environment).value == 8


def test_types_are_checked_where_values_come_in_and_go_out(environment: Environment) -> None:
    found = model(
        TYPES,
        inputs("people:tPeople", "status:tStatus"),
        decision("years", literal("people.birth year"), "people"),
        decision("echo", literal("status"), "status"),
        decision("text", literal("1 + 1"), kind="string"),
    )
    people: Value = [{"birth year": Decimal(1990), "status": "active"}]
    assert found.evaluate("years", {"people": people}, environment).value == [Decimal(1990)]
    assert found.evaluate("years", {"people": {"birth year": Decimal(1), "status": "late"}}, environment).value == [1]
    assert found.evaluate("echo", {"status": "late"}, environment).value == "late"
    wrong = found.evaluate("echo", {"status": "gone"}, environment)
    assert (wrong.value, wrong.warnings[0].code) == (None, "bad_input")
    assert found.evaluate("text", {}, environment).warnings[0].code == "bad_result"


def test_a_missing_input_is_said(environment: Environment) -> None:
    result = model(inputs("a"), decision("d", literal("a"), "a")).evaluate("d", {"b": Decimal(1)}, environment)
    assert (result.value, result.warnings[0].code) == (None, "missing_input")


ONE, TWO = literal("1"), literal("2")
BOXED = [
    (
        f"<context><contextEntry><variable name='x'/>{TWO}</contextEntry>"
        f"<contextEntry>{literal('x * 3')}</contextEntry></context>",
        "6",
    ),
    (f"<list>{ONE}{TWO}</list>", "[1, 2]"),
    (f"<relation><column name='a'/><column name='b'/><row>{ONE}{TWO}</row></relation>", "[{a: 1, b: 2}]"),
    (
        f"<invocation>{literal('substring')}<binding><parameter name='start position'/>{TWO}</binding>"
        f"<binding><parameter name='string'/>{literal('string(123)')}</binding></invocation>",
        "23",
    ),
    (f"<conditional><if>{literal('true')}</if><then>{ONE}</then><else>{TWO}</else></conditional>", "1"),
    (f"<conditional><if>{literal('null')}</if><then>{ONE}</then><else>{TWO}</else></conditional>", "2"),
    (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", "[2, 3]"),
    (f"<for iteratorVariable='i'><in>{ONE}</in><return>{literal('i + 1')}</return></for>", "[2]"),
    (f"<some iteratorVariable='i'><in>{ONE}</in><satisfies>{literal('i = 1')}</satisfies></some>", "true"),
    (f"<every iteratorVariable='i'><in>{ONE}</in><satisfies>{literal('i = 2')}</satisfies></every>", "false"),
]


@pytest.mark.parametrize(("logic", "shown"), BOXED)
def test_boxed_expression(environment: Environment, logic: str, shown: str) -> None:
    result = model(decision("d", logic)).evaluate("d", {}, environment)
    assert to_text(result.value) == shown, result.warnings


def test_imported_elements_and_types_stand_behind_the_name_of_the_import(environment: Environment) -> None:
    other = read(
        definitions(TYPES + inputs("Full age:number") + decision("Is adult", literal("Full age >= 18"), "Full age"),
                    target="urn:other"),
        name="other.dmn",
    )  # fmt: skip
    body = (
        '<import name="people" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
        '<decision id="d" name="d"><variable name="d"/><informationRequirement>'
        '<requiredDecision href="urn:other#Is adult"/></informationRequirement>'
        + literal('if people.Is adult then "yes" else "no"')
        + "</decision>"
    )
    found = read(definitions(body), name="main.dmn", imported={"urn:other": other})
    assert found.evaluate("d", {"Full age": Decimal(20)}, environment).value == "yes"
    assert found.evaluate("d", {"people": {"Full age": Decimal(2)}}, environment).value == "no"
    with pytest.raises(DmnRefused, match="urn:other"):
        read(definitions(body), name="main.dmn")


SERVICES = (
    inputs("a:number", "b:number")
    + decision("inner", literal("a + 1"), "a")
    + decision("sum", literal("inner + b"), "!inner", "b")
    + decision("product", literal("inner * b"), "!inner", "b")
    + """<decisionService id="both" name="both"><variable name="both"/><outputDecision href="#sum"/>
    <outputDecision href="#product"/><encapsulatedDecision href="#inner"/><inputData href="#a"/><inputData href="#b"/>
    </decisionService>
    <decisionService id="given" name="given"><variable name="given"/><outputDecision href="#sum"/>
    <inputDecision href="#inner"/><inputData href="#b"/></decisionService>"""
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("both(1, 3)", "{sum: 5, product: 6}"),
        ("both(b: 3, a: 1).product", "6"),
        ("given(3, 10)", "13"),  # input data first, then input decisions
        ("given(inner: 10, b: 3)", "13"),
        ("both(1)", "null"),
        ('both("x", 1)', "null"),
    ],
)
def test_services_take_inputs_and_decisions(environment: Environment, text: str, shown: str) -> None:
    found = model(SERVICES, decision("d", literal(text), "~both", "~given"))
    assert to_text(found.evaluate("d", {}, environment).value) == shown


def test_names_are_spelt_with_single_spaces(environment: Environment) -> None:
    body = '<inputData id="i" name="Monthly &#10;  fee"><variable name="Monthly &#10;  fee"/></inputData>' + decision(
        "d", literal("Monthly fee * 12"), "i"
    )
    assert model(body).evaluate("d", {"Monthly fee": Decimal(2)}, environment).value == 24


def test_an_expression_that_cannot_be_read_may_be_left_to_answer_null(environment: Environment) -> None:
    xml = definitions(decision("bad", literal("1 +")) + decision("good", literal("1")))
    found = read(xml, name="a.dmn", lenient=True)
    assert found.evaluate("good", {}, environment).value == 1
    result = found.evaluate("bad", {}, environment)
    assert (result.value, [warning.code for warning in result.warnings]) == (None, ["syntax"])


def test_a_file_that_declares_no_inputs_reads_the_variables_of_the_case(environment: Environment) -> None:
    """Camunda's Modeler draws tables without input data."""
    found = model(
        decision("rate", table("UNIQUE", "age", "r", "< 18 => 1", ">= 18 => 2")),
        decision("twice", literal("rate * 2"), "!rate"),
    )
    assert found.evaluate("twice", {"age": Decimal(20)}, environment).value == 4
