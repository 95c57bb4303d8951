"""A form, or the texts of one, as units that can be taken one by one: components; and what is around them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import cast

__all__ = ["WHOLE", "compose", "labels", "units"]

WHOLE = ""  # the form itself: its id, its version
Read = dict[str, object]


def units(name: str, body: bytes) -> dict[str, str]:
    """What each unit says, as JSON, by its id."""
    read = cast("Read", json.loads(body))
    if not name.endswith(".form"):
        return {key: _said(value) for key, value in read.items()}
    whole = {key: value for key, value in read.items() if key != "components"}
    found = {_id(each): _said({k: v for k, v in each.items() if k != "components"}) for each, _ in _components(read)}
    return {WHOLE: _said(whole), **found}


def labels(body: bytes) -> Iterator[tuple[str, str]]:
    """What each component is called."""
    for each, _ in _components(cast("Read", json.loads(body))):
        yield _id(each), str(each.get("label") or each.get("text") or each.get("key") or _id(each))[:80]


def compose(name: str, into: bytes, source: bytes, wanted: Collection[str]) -> bytes:
    """The file of `into` with these units as `source` has them: changed, added, or gone where it has none."""
    made, other = cast("Read", json.loads(into)), cast("Read", json.loads(source))
    if name.endswith(".form"):
        _form(made, other, wanted)
    else:
        made = {key: value for key, value in made.items() if key not in wanted}
        made |= {key: value for key, value in other.items() if key in wanted}
    return f"{json.dumps(made, ensure_ascii=False, indent=1)}\n".encode()


def _form(made: Read, other: Read, wanted: Collection[str]) -> None:
    if WHOLE in wanted:
        components = made.get("components")
        made.clear()
        made |= {**deepcopy(other), "components": components}
    theirs = {_id(each): (each, around) for each, around in _components(other)}
    for id_, (component, around) in theirs.items():
        if id_ not in wanted:
            continue
        here = {_id(each): (each, outer) for each, outer in _components(made)}
        if id_ in here:
            inner = here[id_][0].get("components")
            here[id_][0].clear()
            here[id_][0].update(deepcopy({k: v for k, v in component.items() if k != "components"}))
            if inner is not None:
                here[id_][0]["components"] = inner
        elif around is other or _id(around) in here:
            _insert(made if around is other else here[_id(around)][0], around, component)
    for component, around in list(_components(made)):
        if _id(component) in wanted and _id(component) not in theirs:
            _list(around).remove(component)


def _insert(into: Read, around: Read, component: Read) -> None:
    """Puts a component after what it follows in the other version."""
    added = deepcopy({key: value for key, value in component.items() if key != "components"})
    if "components" in component:
        added["components"] = []
    siblings = _list(around)
    before = [_id(each) for each in siblings[: siblings.index(component)]]
    places = [at for at, each in enumerate(_list(into)) if _id(each) in before]
    into.setdefault("components", [])
    _list(into).insert(places[-1] + 1 if places else 0, added)


def _components(read: Read) -> Iterator[tuple[Read, Read]]:
    """Every component with what is around it, outer ones first."""
    for each in _list(read):
        yield each, read
        yield from _components(each)


def _list(read: Read) -> list[Read]:
    found = read.get("components")
    return cast("list[Read]", found) if isinstance(found, list) else []


def _id(component: Mapping[str, object]) -> str:
    return str(component.get("id") or component.get("key"))


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
