"""Functions of a decision model: boxed functions, business knowledge models, decision services."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.names import Logic, Names, Variables
from engine.dmn.run import DecisionRun
from engine.dmn.xml import Element, children, name_of
from engine.feel.misfits import misfit
from engine.feel.types import ANY, FeelType
from engine.feel.values import Function, Value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter; `kind` is None when its type is unknown."""

    name: str
    kind: FeelType | None


def read_parameters(element: Element, names: Names) -> tuple[Parameter, ...]:
    """The formal parameters of a function definition."""
    return tuple(
        Parameter(name_of(part), names.type(part.get("typeRef"))) for part in children(element, "formalParameter")
    )


class BoxedFunction(Function):
    """A function whose body is a boxed expression, with the variables of where it was made."""

    __slots__ = ("formal", "logic", "variables")

    def __init__(
        self,
        name: str,
        parameters: tuple[Parameter, ...],
        logic: Logic,
        variables: Variables,
        result: FeelType | None = None,
    ) -> None:
        super().__init__(name, tuple(parameter.name for parameter in parameters), self._evaluate)
        self.formal = parameters
        self.kinds = tuple(parameter.kind or ANY for parameter in parameters)
        self.logic = logic
        self.variables = variables
        self.result = result

    def _evaluate(self, run: DecisionRun, *arguments: Value) -> Value:
        given = coerced_arguments(self, arguments, run)
        if given is None:
            return None
        run.enter()
        value: Value = self.logic({**self.variables, **given}, run)
        run.calls -= 1
        if self.result is None:
            return value
        answer, fits = self.result.coerced(value)
        if not fits:
            run.warn("bad_result", 0, decision=self.name, **misfit(self.result, value))
        return answer


def coerced_arguments(function: BoxedFunction, arguments: tuple[Value, ...], run: DecisionRun) -> Variables | None:
    """Arguments by name, converted to the parameters' types; None with a warning if one does not fit."""
    given: Variables = {}
    for parameter, argument in zip(function.formal, arguments, strict=True):
        if parameter.kind is None:
            given[parameter.name] = argument
            continue
        value, fits = parameter.kind.coerced(argument)
        if not fits:
            run.warn(
                "bad_argument", function=function.name, parameter=parameter.name, **misfit(parameter.kind, argument)
            )
            return None
        given[parameter.name] = value
    return given
