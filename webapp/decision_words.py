"""What decisions and their columns, rows and codes are called in the reader's language, as their tables say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine import dmn
from engine.definitions import decision_model, definition
from engine.dmn.texts import Place
from engine.engine import Engine
from engine.errors import NotFound
from engine.feel import StaticText
from workflows.association.wording import typographic

__all__ = ["CaseDecisions", "DecisionWords"]


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """The texts of a model and of those that it imports, in one language. What has no text stays as it is."""

    texts: tuple[dmn.Text, ...]
    language: str

    def decision(self, owner: str) -> str:
        """The name of a decision, which history names as drawn."""
        return self._said(owner, (each for each in self._of(owner, "name") if each.place == "decision"))

    def column(self, owner: str, named: str) -> str:
        """The heading of a column of its tables: of an input or, where there is no such one, of an output. A table of
        one output without a name answers by the name of its decision."""
        found = [each for each in self._of(owner, "label") if each.column == named]
        return self._said(named, found) if found or named != owner else self.decision(owner)

    def output(self, owner: str, named: str) -> str:
        """The heading of an output, which answers name by what expressions call it."""
        return self._said(named, self._column(owner, "output", "label", named))

    def value(self, owner: str, place: Place, named: str, code: str) -> str:
        """The word for a code that a column asks for or answers."""
        return self._said(code, (each for each in self._column(owner, place, "value", named) if each.drawn == code))

    def notes(self, rules: Iterable[object]) -> list[str]:
        """What stands beside rows, by their ids."""
        wanted = [str(rule) for rule in rules]
        found = {each.element: each for each in self.texts if each.place == "rule" and each.element in wanted}
        return [typographic(found[rule].within(self.language)) for rule in wanted if rule in found]

    def outputs(self, owner: str) -> list[str]:
        """The outputs of a decision as expressions call them, in the order of the table."""
        return list(dict.fromkeys(each.column for each in self.texts if (each.owner, each.place) == (owner, "output")))

    def owner(self, decision: str) -> str:
        """How history names the decision of this id."""
        return next((each.owner for each in self.texts if each.decision == decision), decision)

    def _of(self, owner: str, kind: str) -> Iterator[dmn.Text]:
        return (each for each in self.texts if each.owner == owner and each.kind == kind)

    def _column(self, owner: str, place: Place, kind: str, named: str) -> Iterator[dmn.Text]:
        return (each for each in self._of(owner, kind) if each.place == place and each.column == named)

    def _said(self, drawn: str, found: Iterable[dmn.Text]) -> str:
        text = next(iter(found), None)
        return typographic(text.within(self.language)) if text is not None else drawn


class CaseDecisions:
    """The words of the decisions that cases of one definition made, each model read once."""

    def __init__(self, session: Session, engine: Engine, definition_id: UUID, language: str) -> None:
        self.language = language
        self._session, self._engine, self._definition_id = session, engine, definition_id
        self._known: dict[tuple[str, str], DecisionWords] = {}

    def words(self, element: str | None, decision: object) -> DecisionWords:
        """Of the decision of this id, made at this element. The model is that of the element's binding; where it is
        gone, or a newer one has other names, they stay as history has them."""
        key = (element or "", str(decision or ""))
        if key not in self._known:
            self._known[key] = DecisionWords(tuple(self._texts(*key)), self.language)
        return self._known[key]

    def _texts(self, element: str, decision: str) -> Iterator[dmn.Text]:
        found = definition(self._session, self._engine, self._definition_id)
        made = found.spec.elements.get(element)
        call = None if made is None else made.decision
        tag = call.version_tag.text if call is not None and isinstance(call.version_tag, StaticText) else None
        binding = "latest" if call is None else call.binding
        try:
            model = decision_model(self._session, self._engine, decision, binding, found.deployment_id, tag)
        except NotFound:
            return
        yield from _with_imports(model)


def _with_imports(model: dmn.DecisionModel) -> Iterator[dmn.Text]:
    yield from model.texts
    for _alias, other in model.imports:
        yield from _with_imports(other)
