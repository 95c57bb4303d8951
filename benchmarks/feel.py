"""What an expression costs: a condition, a decision table, and reading them; beside Python's own `eval`.

    python -m benchmarks.feel [--rounds N]

`condition_us` is one evaluation of `CONDITION`, `table_us` one decision by a table of ten rows and four inputs whose
last row matches, `compile_us` reading the condition. Python evaluates the same condition, compiled beforehand, on the
same `Decimal` and on dates of its own, in turns with ours; `ratio_eval` is the median over the rounds. Times are of
the CPU. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import statistics
from collections.abc import Callable
from decimal import Decimal
from time import thread_time_ns
from zoneinfo import ZoneInfo

from benchmarks.figures import finish
from engine.dmn import DecisionModel, read
from engine.feel import Environment, compile_expression
from engine.feel.values import Value, from_python

CONDITION = 'status = "active" and amount >= 100 and joined < date("2026-01-01")'
PYTHON = 'status == "active" and amount >= hundred and joined < new_year'
GIVEN = {"status": "active", "amount": Decimal("120.50"), "joined": dt.date(2019, 9, 1)}
CONSTANTS = {"hundred": Decimal(100), "new_year": dt.date(2026, 1, 1)}
COLUMNS = ("category", "age", "joined", "abroad")
ASKED = {"category": "GRADUATE", "age": 41, "joined": dt.date(2024, 5, 17), "abroad": True}
ROWS = (
    ('"STUDENT"', "-", "-", "-"),
    ('"GUEST"', "-", "-", "-"),
    ('"GRADUATE"', ">= 65", "-", "-"),
    ('"GRADUATE"', "< 26", "-", "false"),
    ('"GRADUATE"', "[26..30)", "-", "false"),
    ('"GRADUATE"', "[30..65)", '< date("2000-01-01")', "-"),
    ('"GRADUATE"', "[30..65)", '[date("2000-01-01")..date("2020-01-01"))', "false"),
    ('"GRADUATE"', "[30..65)", '[date("2000-01-01")..date("2020-01-01"))', "true"),
    ('"GRADUATE"', "[30..65)", '>= date("2020-01-01")', "false"),
    ('"GRADUATE"', "[30..65)", '>= date("2020-01-01")', "true"),
)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
_BATCH = 2_000
_WARM_UP = 3


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feel", description=__doc__)
    parser.add_argument("--rounds", type=int, default=61, help="turns of each measurement (default 61)")
    rounds: int = parser.parse_args().rounds
    environment = Environment(now=lambda: NOW, zone=ZoneInfo("Europe/Paris"))
    ours, python = condition(environment), evaluated_by_python()
    decided = decision(table(), environment)
    gc.disable()
    pairs = [(timed(ours, _BATCH), timed(python, _BATCH)) for _ in range(rounds + _WARM_UP)][_WARM_UP:]
    tables = [timed(decided, _BATCH // 10) for _ in range(rounds + _WARM_UP)][_WARM_UP:]
    read_in = [timed(lambda: compile_expression(CONDITION), _BATCH // 20) for _ in range(rounds + _WARM_UP)][_WARM_UP:]
    finish(
        {
            "condition_us": statistics.median(ours_us for ours_us, _ in pairs),
            "eval_us": statistics.median(python_us for _, python_us in pairs),
            "table_us": statistics.median(tables),
            "compile_us": statistics.median(read_in),
            "ratio_eval": statistics.median(ours_us / python_us for ours_us, python_us in pairs),
        }
    )


def condition(environment: Environment) -> Callable[[], object]:
    """Ours: as an engine asks, with the answer's warnings."""
    expression = compile_expression(CONDITION)
    variables = values(GIVEN)
    if expression.evaluate(variables, environment) != (True, ()):
        raise SystemExit("the condition does not hold")
    return lambda: expression.evaluate(variables, environment)


def evaluated_by_python() -> Callable[[], object]:
    """Python's: the code object in a namespace of the same values."""
    code = compile(PYTHON, "<condition>", "eval")
    names = {**GIVEN, **CONSTANTS}
    if eval(code, names) is not True:
        raise SystemExit("the condition does not hold")
    return lambda: eval(code, names)


def decision(model: DecisionModel, environment: Environment) -> Callable[[], object]:
    """One decision; the last row alone matches."""
    asked = values(ASKED)
    if model.evaluate("rate", asked, environment).value != Decimal(len(ROWS)):
        raise SystemExit("the table does not answer by its last row")
    return lambda: model.evaluate("rate", asked, environment)


def values(given: dict[str, object]) -> dict[str, Value]:
    """Plain Python things as FEEL values."""
    return {name: from_python(value) for name, value in given.items()}


def timed(act: Callable[[], object], times: int) -> float:
    """Microseconds of this thread's CPU for one act, over some in a row: other programs do not count."""
    turns = range(times)
    began = thread_time_ns()
    for _ in turns:
        act()
    return (thread_time_ns() - began) / times / 1_000


def table() -> DecisionModel:
    """Ten rows, four inputs, UNIQUE."""
    inputs = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in COLUMNS)
    data = "".join(f'<inputData id="data_{n}" name="{n}"><variable name="{n}"/></inputData>' for n in COLUMNS)
    needs = "".join(
        f'<informationRequirement><requiredInput href="#data_{name}"/></informationRequirement>' for name in COLUMNS
    )
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number, row in enumerate(ROWS, 1)
    )
    xml = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rates" name="rates" namespace="rates">'
        f'{data}<decision id="rate" name="rate"><variable name="rate"/>{needs}'
        f'<decisionTable hitPolicy="UNIQUE">{inputs}<output name="rate"/>{rows}</decisionTable>'
        "</decision></definitions>"
    )
    return read(xml.encode(), name="rates.dmn")


if __name__ == "__main__":
    main()
