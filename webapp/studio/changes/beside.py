"""Differences between what two diagrams show beside their steps: data, notes, groups, messages between pools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from webapp.studio import beside
from webapp.studio.beside import Beside
from webapp.studio.changes.change import Change
from webapp.studio.merging import trees
from webapp.words import _

__all__ = ["changes"]

Naming = Callable[[str], str]


def changes(
    file: str, before: bytes, after: bytes, language: str, former: Naming, naming: Naming
) -> Iterator[Change]:  # fmt: skip
    """What comes, goes, is called otherwise, or belongs to something else. `former`, `naming`: what a step of the older
    and of the newer diagram is called. Raises DiagramRefused."""
    was, now = _found(file, before, language, former), _found(file, after, language, naming)
    drawn, draws = (_found(file, each, "fr", former) if language != "fr" else {} for each in (before, after))
    for id_, each in now.items():
        if id_ not in was:
            yield Change("added", file, id_, _("New: %(what)s.", what=_what(each)))
            continue
        for text in _texts(was[id_], each, *(of[id_].name if id_ in of else "" for of in (drawn, draws))):
            yield Change("changed", file, id_, text)
    for id_, each in was.items():
        if id_ not in now:
            yield Change("removed", file, id_, _("Gone: %(what)s.", what=_what(each)))


def _texts(was: Beside, now: Beside, drawn: str, draws: str) -> Iterator[str]:
    """The sentences of one that stays. `drawn`, `draws`: its name on the older and on the newer diagram, in French."""
    if was.name != now.name:
        yield _("“%(old)s” is now called “%(new)s”.", old=was.name, new=now.name)
    elif drawn != draws:
        yield _("“%(name)s”: in French it is now called “%(new)s”.", name=now.name, new=draws)
    if was.says != now.says:
        what = _what(now)
        said = _("%(what)s, belongs to something else. %(says)s", what=what, says=" ".join(now.says))
        yield said[:1].upper() + said[1:]


def _what(each: Beside) -> str:
    """What it is called, and what it is; one without a name is called by what it is already."""
    if each.name == _("%(kind)s without a name", kind=each.kind):
        return each.name
    return _("“%(name)s”, %(kind)s", name=each.name, kind=each.kind)


def _found(file: str, body: bytes, language: str, naming: Naming) -> Mapping[str, Beside]:
    tree = trees.read(file, body)
    processes = [id_ for id_, node in tree.units.items() if trees.local(node) == "process"]
    return {each.id: each for process in processes for each in beside.beside(tree, process, language, naming)}
