"""The stored state of a case with the names of another version: nodes, flows, what was done, what is to be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from engine.bpmn.tokens import Token
from engine.bpmn.transfer.places import Places

__all__ = ["rewritten"]


def rewritten(
    stored: Mapping[str, Any], tokens: Mapping[UUID, Token], dropped: Collection[UUID], places: Places
) -> dict[str, Any]:
    """The state on the nodes of the new version, without the dropped tokens. Every other token has its place there."""
    rows = [row for row in stored["tokens"] if UUID(hex=row["i"]) not in dropped]
    kept = [number for number, row in enumerate(stored["tokens"]) if UUID(hex=row["i"]) not in dropped]
    numbers = {was: now for now, was in enumerate(kept)}
    return {**stored, "tokens": [_token(row, tokens[UUID(hex=row["i"])], numbers, places) for row in rows]}


def _token(row: Mapping[str, Any], token: Token, numbers: Mapping[int, int], places: Places) -> dict[str, Any]:
    found = dict(row)
    found["n"] = _node(row["n"], places)
    found |= {key: numbers[row[key]] for key in ("p", "e") if key in row}
    if "f" in row:
        flow = places.flow(row["f"])
        if flow is None:
            del found["f"]
        else:
            found["f"] = flow
    if "o" in row:
        found["o"] = [_chosen(one, places) for one in row["o"]]
    found |= {key: [_record(one, places) for one in row[key]] for key in ("d", "q") if key in row}
    if "l" in row and token.task_spec.element.ad_hoc is not None:
        found["l"] = [[_item(one, places) for one in row["l"][0]], *row["l"][1:]]
    return found


def _node(name: str, places: Places) -> str:
    node = places.node(name)
    assert node is not None
    return str(node.name)


def _record(record: list[Any], places: Places) -> list[Any]:
    node, names, done = record
    return [_node(node, places), names, [_record(one, places) for one in done]]


def _chosen(name: str, places: Places) -> str:
    """A flow that was chosen, or a node at which a scope began."""
    if name in places.old.nodes.task_specs:
        node = places.node(name)
        return name if node is None else str(node.name)
    return places.flow(name) or name


def _item(item: Any, places: Places) -> Any:
    """What begins by itself in an ad-hoc sub-process: the id of an element."""
    return places.id(item) if isinstance(item, str) else item
