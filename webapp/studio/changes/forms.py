"""Differences between two forms, their texts, and the golden cases of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from webapp.studio.changes import form_settings
from webapp.studio.changes.change import Change
from webapp.studio.changes.form_texts import FormTexts
from webapp.words import _

__all__ = ["FormTexts", "changes", "components", "leaves"]

Read = Mapping[str, object]
LONGEST = 300


def changes(file: str, was: Read, now: Read, before_texts: FormTexts, after_texts: FormTexts) -> Iterator[Change]:
    """Every difference between two files of JSON. The texts: those of the form in the reader's language, by which its
    questions are named."""
    if file.endswith(".form"):
        yield from _forms(file, was, now, before_texts, after_texts)
    elif file.endswith(".cases.json"):
        yield from _cases(file, was, now, after_texts.language)
    else:
        before, after = dict(leaves(was, "")), dict(leaves(now, ""))
        for place in [*after, *(place for place in before if place not in after)]:
            if before.get(place) != after.get(place):
                id_ = place.partition(".")[0]
                shown = after_texts.named(id_) or before_texts.named(id_) or place
                yield Change("changed", file, id_, _text(shown, before.get(place), after.get(place)))


def _text(place: str, old: str | None, new: str | None) -> str:
    shown = {"place": place, "old": (old or "")[:LONGEST], "new": (new or "")[:LONGEST]}
    if old is None:
        return _("New text (%(place)s): “%(new)s”.", **shown)
    if new is None:
        return _("The text “%(old)s” is gone (%(place)s).", **shown)
    return _("The text “%(old)s” becomes “%(new)s” (%(place)s).", **shown)


def _forms(file: str, was: Read, now: Read, old: FormTexts, new: FormTexts) -> Iterator[Change]:
    before, after = dict(components(was)), dict(components(now))
    for id_ in [*after, *(id_ for id_ in before if id_ not in after)]:
        if id_ not in before:
            text = _("The form asks or shows “%(label)s” too.", label=new.label(after[id_]))
            yield Change("added", file, _element(after[id_]), text)
        elif id_ not in after:
            text = _("The form no longer asks or shows “%(label)s”.", label=old.label(before[id_]))
            yield Change("removed", file, _element(before[id_]), text)
        elif before[id_] != after[id_]:
            told = _component(before[id_], after[id_], old, new)
            yield from (Change("changed", file, _element(after[id_]), text) for text in told)
    if list(before) != list(after) and set(before) == set(after):
        yield Change("changed", file, None, _("The questions of the form stand in another order."))


def _component(was: Read, now: Read, old: FormTexts, new: FormTexts) -> Iterator[str]:
    label = new.label(now)
    yield from _options(label, old.answers(was), new.answers(now))
    yield from _drawn_answers(label, old.native.answers(was), new, now)
    before, after = (dict(leaves({k: v for k, v in each.items() if k != "values"}, "")) for each in (was, now))
    required = (before.pop("validate.required", "false"), after.pop("validate.required", "false"))
    if required == ("false", "true"):
        yield _("“%(label)s” must now be answered.", label=label)
    elif required == ("true", "false"):
        yield _("“%(label)s” may now be left empty.", label=label)
    for place in ("label", "text"):
        old_text, new_text = before.pop(place, "–"), after.pop(place, "–")
        if old_text != new_text:
            shown = {"label": label, "old": old_text, "new": new_text}
            yield _renamed(shown, spoken=new.language, drawn=new.native.label(now))
    yield from form_settings.changes(label, before, after)


def _renamed(shown: dict[str, str], *, spoken: str, drawn: str) -> str:
    """A new text of the form itself, which is French; whoever reads another is told what it is called there."""
    if spoken == "fr" or shown["label"] == drawn:
        return _("“%(old)s” becomes “%(new)s”.", **shown)
    return _("“%(name)s”: in French it is now called “%(new)s”.", name=shown["label"], new=shown["new"])


def _drawn_answers(label: str, was: Mapping[str, str], new: FormTexts, now: Read) -> Iterator[str]:
    """Answers that are called otherwise in French alone, told to whoever reads another language."""
    spoken, drawn = new.answers(now), new.native.answers(now)
    for value, text in drawn.items():
        if value in was and was[value] != text and spoken[value] != text:
            shown = {"label": label, "answer": spoken[value], "new": text}
            yield _("“%(label)s”: the answer “%(answer)s” is now called “%(new)s” in French.", **shown)


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


def components(form: Read) -> Iterator[tuple[str, Read]]:
    """Every component by its key, without what stands inside it."""
    children = form.get("components")
    for child in children if isinstance(children, list) else []:
        if isinstance(child, dict):
            yield str(child.get("key") or child.get("id")), {k: v for k, v in child.items() if k != "components"}
            yield from components(child)


def _element(component: Read) -> str:
    return str(component.get("id") or component.get("key"))


def leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text, number and truth of a JSON, by its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from leaves(inner, f"{path}.{number}")
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    else:
        yield path, "" if value is None else str(value)


def _cases(file: str, was: Read, now: Read, language: str) -> Iterator[Change]:
    before, after = ({str(case.get("name")): case for case in _list(each)} for each in (was, now))
    former = _former(before, after)
    for key in [*after, *(key for key in before if key not in after and key not in former.values())]:
        name = _case_name(key, after.get(key) or before[key], language)
        was_key = former.get(key, key)
        if key in after and was_key in before and _content(before[was_key]) == _content(after[key]):
            old = _case_name(was_key, before[was_key], language)
            if before[was_key] != after[key]:
                yield Change("changed", file, None, _renamed_case(old, name))
        elif key not in before:
            yield Change("added", file, None, _("New golden case: “%(name)s”.", name=name))
        elif key not in after:
            yield Change("removed", file, None, _("The golden case “%(name)s” is gone.", name=name))
        elif before[key] != after[key]:
            yield Change("changed", file, None, _("The golden case “%(name)s” expects something else.", name=name))


def _former(before: Mapping[str, Read], after: Mapping[str, Read]) -> dict[str, str]:
    """By the name of a case that is new, the name under which the same one is gone."""
    gone = {key: _content(case) for key, case in before.items() if key not in after}
    found: dict[str, str] = {}
    for key, case in after.items():
        if key not in before:
            same = (old for old, each in gone.items() if each == _content(case) and old not in found.values())
            if (old := next(same, None)) is not None:
                found[key] = old
    return found


def _content(case: Read) -> dict[str, object]:
    """A case without what it is called."""
    return {key: value for key, value in case.items() if key not in ("name", "names")}


def _renamed_case(old: str, new: str) -> str:
    if old == new:
        return _("The golden case “%(name)s” is called otherwise in the other language.", name=new)
    return _("“%(old)s” is now called “%(new)s”.", old=old, new=new)


def _case_name(key: str, case: Read, language: str) -> str:
    names = case.get("names")
    return str(names.get(language, key)) if isinstance(names, Mapping) else key


def _list(cases: Read) -> list[Read]:
    found = cases.get("cases")
    return [case for case in found if isinstance(case, dict)] if isinstance(found, list) else []
