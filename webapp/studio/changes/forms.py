"""Differences between two forms, their texts, and the golden cases of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from webapp.studio.changes.change import Change
from webapp.words import _

__all__ = ["changes"]

Read = Mapping[str, object]
LONGEST = 300


def changes(file: str, was: Read, now: Read) -> Iterator[Change]:
    """Every difference between two files of JSON."""
    if file.endswith(".form"):
        yield from _forms(file, was, now)
    elif file.endswith(".cases.json"):
        yield from _cases(file, was, now)
    else:
        before, after = dict(_leaves(was, "")), dict(_leaves(now, ""))
        for place in [*after, *(place for place in before if place not in after)]:
            if before.get(place) != after.get(place):
                yield Change(
                    "changed", file, place.partition(".")[0], _text(place, before.get(place), after.get(place))
                )


def _text(place: str, old: str | None, new: str | None) -> str:
    shown = {"place": place, "old": (old or "")[:LONGEST], "new": (new or "")[:LONGEST]}
    if old is None:
        return _("New text (%(place)s): “%(new)s”.", **shown)
    if new is None:
        return _("The text “%(old)s” is gone (%(place)s).", **shown)
    return _("The text “%(old)s” becomes “%(new)s” (%(place)s).", **shown)


def _forms(file: str, was: Read, now: Read) -> Iterator[Change]:
    before, after = dict(_components(was)), dict(_components(now))
    for id_ in [*after, *(id_ for id_ in before if id_ not in after)]:
        if id_ not in before:
            text = _("The form asks or shows “%(label)s” too.", label=_label(after[id_]))
            yield Change("added", file, _element(after[id_]), text)
        elif id_ not in after:
            text = _("The form no longer asks or shows “%(label)s”.", label=_label(before[id_]))
            yield Change("removed", file, _element(before[id_]), text)
        elif before[id_] != after[id_]:
            told = _component(before[id_], after[id_])
            yield from (Change("changed", file, _element(after[id_]), text) for text in told)
    if list(before) != list(after) and set(before) == set(after):
        yield Change("changed", file, None, _("The questions of the form stand in another order."))


def _component(was: Read, now: Read) -> Iterator[str]:
    label = _label(now)
    yield from _options(label, _choices(was), _choices(now))
    before, after = (dict(_leaves({k: v for k, v in each.items() if k != "values"}, "")) for each in (was, now))
    required = (before.pop("validate.required", "false"), after.pop("validate.required", "false"))
    if required == ("false", "true"):
        yield _("“%(label)s” must now be answered.", label=label)
    elif required == ("true", "false"):
        yield _("“%(label)s” may now be left empty.", label=label)
    for place in [*after, *(place for place in before if place not in after)]:
        if before.get(place) != after.get(place) and not place.startswith("layout."):
            shown = {"label": label, "place": place, "old": before.get(place, "–"), "new": after.get(place, "–")}
            if place in {"label", "text"}:
                yield _("“%(old)s” becomes “%(new)s”.", **shown)
            else:
                yield _("“%(label)s”: %(place)s is “%(new)s” instead of “%(old)s”.", **shown)


def _choices(component: Read) -> dict[str, str]:
    """What may be chosen: by value, what a reader sees."""
    found = component.get("values")
    options = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return {str(each.get("value")): str(each.get("label") or each.get("value")) for each in options}


def _options(label: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for value in (value for value in was if value not in now):
        yield _("“%(label)s” no longer offers “%(option)s”.", label=label, option=was[value])
    for value, text in now.items():
        if value not in was:
            yield _("“%(label)s” offers “%(option)s” too.", label=label, option=text)
        elif was[value] != text:
            yield _("“%(label)s”: the answer “%(old)s” is now called “%(new)s”.", label=label, old=was[value], new=text)
    if list(was) != list(now) and set(was) == set(now):
        yield _("The answers of “%(label)s” stand in another order.", label=label)


def _components(form: Read) -> Iterator[tuple[str, Read]]:
    children = form.get("components")
    for child in children if isinstance(children, list) else []:
        if isinstance(child, dict):
            yield str(child.get("key") or child.get("id")), {k: v for k, v in child.items() if k != "components"}
            yield from _components(child)


def _element(component: Read) -> str:
    return str(component.get("id") or component.get("key"))


def _label(component: Read) -> str:
    return str(component.get("label") or component.get("text") or component.get("key") or component.get("id"))[:LONGEST]


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text, number and truth of a JSON, by its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}.{number}")
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    else:
        yield path, "" if value is None else str(value)


def _cases(file: str, was: Read, now: Read) -> Iterator[Change]:
    before, after = ({str(case.get("name")): case for case in _list(each)} for each in (was, now))
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in before:
            yield Change("added", file, None, _("New golden case: “%(name)s”.", name=name))
        elif name not in after:
            yield Change("removed", file, None, _("The golden case “%(name)s” is gone.", name=name))
        elif before[name] != after[name]:
            yield Change("changed", file, None, _("The golden case “%(name)s” expects something else.", name=name))


def _list(cases: Read) -> list[Read]:
    found = cases.get("cases")
    return [case for case in found if isinstance(case, dict)] if isinstance(found, list) else []
