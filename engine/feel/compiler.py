"""From syntax trees to closures, once for each expression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from engine.feel import arithmetic, calls, literals, logic, loops, membership, variables
from engine.feel.builtins import BUILTINS
from engine.feel.lexer import refuse
from engine.feel.limits import BudgetExceeded
from engine.feel.names import KnownNames
from engine.feel.parser import parse_expression, parse_tests
from engine.feel.quick import UNSURE, Shortcut, shortcut_of_cell, shortcut_of_condition
from engine.feel.run import Code, Environment, Evaluation, Frame, Run, Warning  # noqa: A004 - the standard's word
from engine.feel.scope import Handler, Scope, Unit
from engine.feel.special import SPECIAL
from engine.feel.syntax import Node, Tests
from engine.feel.types import FeelType
from engine.feel.values import Value

_HANDLERS: Final[Mapping[type[Node], Handler]] = {
    **literals.HANDLERS,
    **variables.HANDLERS,
    **arithmetic.HANDLERS,
    **logic.HANDLERS,
    **loops.HANDLERS,
    **membership.HANDLERS,
    **calls.HANDLERS,
}
_BUILTIN_NAMES: Final = KnownNames([*BUILTINS, *SPECIAL])
# `Evaluation(value, warnings)` by the shortest way: it is made for every answer.
evaluation: Final[Callable[[tuple[Value, tuple[Warning, ...]]], Evaluation]] = partial(tuple.__new__, Evaluation)


class Expression:
    """A compiled expression: evaluate it as often as you like, in any thread.

    `names` are the variables it reads, `sure` those that can be nothing else (in a filter, a name may be an entry of
    the items), `functions` those it calls that are not built in.
    """

    __slots__ = ("_blank", "_code", "_shortcut", "functions", "names", "sure", "text", "tree")

    def __init__(self, text: str, tree: Node, code: Code, unit: Unit, shortcut: Shortcut | None) -> None:
        self.text = text
        self.tree = tree
        self._shortcut = shortcut
        self.functions = frozenset(unit.called)
        self.names = unit.variables(BUILTINS)
        self.sure = self.names & unit.sure
        self._code = code
        self._blank: Frame = [None] * unit.slots

    def evaluate(self, variables: Mapping[str, Value], environment: Environment) -> Evaluation:
        """The value and its warnings; null and a warning when the budget is exceeded. Never raises."""
        if self._shortcut is not None:
            value = self._shortcut(variables)
            if value is not UNSURE:
                return evaluation((value, ()))
        run = Run(environment)
        frame = self._blank.copy()
        frame[0] = variables
        frame[1] = run
        try:
            value = self._code(frame)
            if type(value) is list or type(value) is dict:
                run.whole(value)
        except (BudgetExceeded, RecursionError) as excess:
            return exceeded(run, excess)
        return evaluation((value, tuple(run.warnings)))

    def within(self, variables: Mapping[str, Value], run: Run) -> Value:
        """The value as a part of a larger evaluation, whose budget and warnings it shares."""
        frame = self._blank.copy()
        frame[0] = variables
        frame[1] = run
        answer: Value = self._code(frame)
        return answer


class UnaryTests:
    """A compiled cell of a decision table's input column. `shortcut` answers most cells of constants; see `quick`.

    `names`, `sure` and `functions` as of `Expression`.
    """

    __slots__ = ("_blank", "_code", "_slot", "functions", "names", "shortcut", "sure", "text", "tree")

    def __init__(self, text: str, tree: Node, code: Code, unit: Unit, slot: int, shortcut: Shortcut | None) -> None:
        self.shortcut = shortcut
        self.text = text
        self.tree = tree
        self.functions = frozenset(unit.called)
        self.names = unit.variables(BUILTINS)
        self.sure = self.names & unit.sure
        self._code = code
        self._slot = slot
        self._blank: Frame = [None] * unit.slots

    @property
    def admits_all(self) -> bool:
        """Whether the cell is empty or `-`."""
        return isinstance(self.tree, Tests) and not self.tree.tests

    def evaluate(self, input_value: Value, variables: Mapping[str, Value], environment: Environment) -> Evaluation:
        """Whether the cell admits the input: true, false or null. Never raises."""
        run = Run(environment)
        try:
            value = self._code(self._frame(input_value, variables, run))
        except (BudgetExceeded, RecursionError) as excess:
            return exceeded(run, excess)
        return evaluation((value, tuple(run.warnings)))

    def within(self, input_value: Value, variables: Mapping[str, Value], run: Run) -> Any:
        """The same as a part of a larger evaluation."""
        return self._code(self._frame(input_value, variables, run))

    def _frame(self, input_value: Value, variables: Mapping[str, Value], run: Run) -> Frame:
        frame = self._blank.copy()
        frame[0] = variables
        frame[1] = run
        frame[self._slot] = input_value
        return frame


def exceeded(run: Run, excess: BudgetExceeded | RecursionError) -> Evaluation:
    """Null and the one warning that matters: the budget did not suffice."""
    run.warnings.clear()
    if isinstance(excess, BudgetExceeded):
        run.warn("budget_exceeded", 0, kind=excess.kind, limit=excess.limit)
    else:
        run.warn("budget_exceeded", 0, kind="calls", limit=run.environment.budget.calls)
    return Evaluation(None, tuple(run.warnings))


def compile_expression(
    text: str, *, names: Collection[str] = (), types: Mapping[str, FeelType] | None = None
) -> Expression:
    """The expression that `text` spells; `names` are those in scope, needed where they are not simple.

    FeelSyntaxError (expression, position, line, column, found, expected) if it spells none.
    """
    known = KnownNames(names, _BUILTIN_NAMES)
    try:
        tree = parse_expression(text, known)
        unit = Unit(_HANDLERS, frozenset(names), types or {})
        scope = Scope(unit)
        code = scope.compile(tree)
    except RecursionError:
        refuse(text, 0, "too many levels", "a simpler expression")
    return Expression(text, tree, code, unit, shortcut_of_condition(tree, scope))


def compile_unary_tests(
    text: str, *, names: Collection[str] = (), types: Mapping[str, FeelType] | None = None
) -> UnaryTests:
    """The unary tests that `text` spells. FeelSyntaxError if it spells none."""
    known = KnownNames(names, _BUILTIN_NAMES)
    try:
        tree = parse_tests(text, known)
        unit = Unit(_HANDLERS, frozenset(names), types or {})
        scope = Scope(unit)
        slot = scope.bind("?")
        code = scope.compile(tree)
    except RecursionError:
        refuse(text, 0, "too many levels", "a simpler expression")
    return UnaryTests(text, tree, code, unit, slot, shortcut_of_cell(tree, scope))
