"""What an element of a diagram is called in a sentence; without a name, by what it stands after or before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from webapp.operations.drawing import Drawing, Shape, read_drawing
from webapp.operations.outline import kind_words
from webapp.words import _

__all__ = ["called", "places"]

FAR: Final = 40  # shapes that are looked at on the way to a name: one that is further off says nothing of the place


def called(drawn: Drawing, id_: str, language: str, *, bare: bool = False) -> str:
    """The name in quotation marks (`bare`: without them), or “the fork after “Report the death””: a fork is known by
    what leads to it, a join by what it leads to. The id where no neighbour has a name either."""
    shape = drawn.shapes.get(id_)
    if shape is None:
        return id_
    if shape.name:
        return shape.label(language) if bare else _("“%(name)s”", name=shape.label(language))
    before, after = _nearest(drawn, shape, _sources), _nearest(drawn, shape, _targets)
    if shape.attached_to and before is not None:
        return _("%(kind)s at the edge of “%(name)s”", kind=kind_words(shape), name=before.label(language))
    forks = len(drawn.outgoing(id_)) > 1
    if not shape.kind.endswith("Gateway"):
        if before is not None:
            return _("%(kind)s after “%(name)s”", kind=kind_words(shape), name=before.label(language))
        if after is not None:
            return _("%(kind)s before “%(name)s”", kind=kind_words(shape), name=after.label(language))
        return id_
    if before is not None and (forks or after is None):
        sentence = _("the fork after “%(name)s”") if forks else _("the join after “%(name)s”")
        return sentence % {"name": before.label(language)}
    if after is not None:
        sentence = _("the fork before “%(name)s”") if forks else _("the join before “%(name)s”")
        return sentence % {"name": after.label(language)}
    return id_


def places(body: bytes, processes: Iterable[str], language: str) -> dict[str, str]:
    """By element without a name, where it stands; nothing of what stands among unnamed ones only."""
    drawn = [read_drawing(body, process_id) for process_id in processes]
    found = {id_: called(each, id_, language) for each in drawn for id_, shape in each.shapes.items() if not shape.name}
    return {id_: place for id_, place in found.items() if place != id_}


def _nearest(drawn: Drawing, shape: Shape, ahead: Callable[[Drawing, Shape], Iterable[str]]) -> Shape | None:
    """The next shape that way which has a name; None where it is far."""
    seen, waiting = {shape.id}, [shape]
    for each in waiting:
        if len(seen) > FAR:
            return None
        for id_ in ahead(drawn, each):
            found = drawn.shapes.get(id_)
            if found is None or id_ in seen:
                continue
            if found.name:
                return found
            seen.add(id_)
            waiting.append(found)
    return None


def _sources(drawn: Drawing, shape: Shape) -> Iterable[str]:
    return [flow.source for flow in drawn.incoming(shape.id)] + ([shape.attached_to] if shape.attached_to else [])


def _targets(drawn: Drawing, shape: Shape) -> Iterable[str]:
    return [flow.target for flow in drawn.outgoing(shape.id)]
