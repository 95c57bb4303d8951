"""What a form definition must satisfy beyond its shape; each check answers findings that name component and mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import re2

from forms.definition import Component, expression, is_input
from forms.dependencies import paths, templates, touches
from forms.errors import (
    BadPattern,
    DuplicateId,
    DuplicateKey,
    DuplicateOption,
    DuplicateRecord,
    EmptyList,
    FileInList,
    Finding,
    KeyInside,
    MissingKey,
    MissingLabel,
    MissingOptions,
    NestedList,
    NotAnExpression,
    RecordInList,
    RecordLeak,
    TemplateBlock,
    UncheckableFile,
    UnknownProperty,
    UnknownSetting,
    WrongKey,
    WrongRecord,
    WrongValue,
)
from forms.files import KINDS, accepted
from forms.settings import property_values, setting_values
from forms.translations import option_text, own_texts
from forms.vocabulary import (
    CHOICES,
    KEYED,
    LABELLED,
    RESERVED,
    SETTING_FAMILIES,
    SETTINGS,
    TEXT_SETTINGS,
    VALIDATE,
)

_NAME = re.compile(r"[^\W\d_]\w*")
_RECORD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_BLOCK = re.compile(r"\{\{\s*([#/][^}]*)\}\}")
_WHOLE = ("minLength", "maxLength")


def shapes(id_: str, kind: str, raw: Mapping[str, object]) -> Iterator[Finding]:
    """The shapes the rest of the package relies on: what is an object, a list, a text."""
    yield from property_values(id_, raw)
    rules = raw.get("validate")
    for name in rules if isinstance(rules, Mapping) else ():
        known = VALIDATE.get(kind, frozenset())
        if name not in known:
            listed = ", ".join(f"validate.{each}" for each in sorted(known)) or "none"
            yield UnknownProperty(component=id_, type=kind, property=f"validate.{name}", known=listed)
    conditional = raw.get("conditional")
    for name in conditional if isinstance(conditional, Mapping) else ():
        if name != "hide":
            yield UnknownProperty(component=id_, type=kind, property=f"conditional.{name}", known="conditional.hide")


def whole(components: Sequence[Component]) -> Iterator[Finding]:
    """All checks of a form whose shape and ids are in order."""
    yield from keys(components)
    yield from records(components)
    for each in (inner for top in components for inner in top.tree()):
        yield from component(each)
    yield from leaks(components)


def ids(every: Sequence[Component]) -> Iterator[Finding]:
    """An id is used once."""
    seen: set[str] = set()
    for each in every:
        if each.id in seen:
            yield DuplicateId(component=each.id)
        seen.add(each.id)


def keys(components: Sequence[Component], within: str = "") -> Iterator[Finding]:
    """Keys are names, used once, and none lies inside another; a list's rows are a world of their own."""
    level = [each for top in components for each in top.level()]
    used: dict[str, str] = {}
    for each in level:
        if each.type in KEYED | {"dynamiclist"} and not each.key:
            yield MissingKey(component=each.id, type=each.type)
        if not each.key:
            continue
        if not all(_NAME.fullmatch(part) and part not in RESERVED for part in each.key.split(".")):
            yield WrongKey(component=each.id, key=each.key, reserved=", ".join(sorted(RESERVED)))
        if each.key in used:
            yield DuplicateKey(component=each.id, other=used[each.key], key=each.key)
        used.setdefault(each.key, each.id)
        if each.type == "dynamiclist":
            if within:
                yield NestedList(component=each.id, list=within)
            elif not each.components:
                yield EmptyList(component=each.id)
            yield from keys(each.components, each.id)
    for key, id_ in used.items():
        for outer, other in used.items():
            if key.startswith(f"{outer}."):
                yield KeyInside(component=id_, key=key, outer=outer, other=other)


def records(components: Sequence[Component]) -> Iterator[Finding]:
    """A record is named once, and lists are kept whole."""
    seen: dict[str, str] = {}
    for each in (inner for top in components for inner in top.tree()):
        if not each.record or not is_input(each):
            continue
        if not _RECORD.fullmatch(each.record):
            yield WrongRecord(component=each.id, record=each.record)
        if each.record in seen:
            yield DuplicateRecord(component=each.id, other=seen[each.record], record=each.record)
        seen.setdefault(each.record, each.id)
    for each in (inner for top in components for inner in top.tree() if inner.type == "dynamiclist"):
        for child in (inner for top in each.components for inner in top.tree()):
            if child.record:
                yield RecordInList(component=child.id, record=child.record, list=each.id)
            if child.type == "filepicker":
                yield FileInList(component=child.id, list=each.id)


def leaks(components: Sequence[Component]) -> Iterator[Finding]:
    """An expression component must not carry what is bound to a record, or transient, into the case."""
    level = [each for top in components for each in top.level()]
    private = {each.key for each in level if each.key and (each.record or each.transient)}
    grown = True
    while grown:
        grown = False
        for each in level:
            if each.type != "expression" or each.key in private or each.record:
                continue
            text = expression(each.properties.get("expression")) or ""
            read = next((key for key in sorted(private) if any(touches(p, key) for p in paths(text))), None)
            if read is not None:
                private.add(each.key)
                grown = True
                yield RecordLeak(component=each.id, key=read)


def component(each: Component) -> Iterator[Finding]:
    """Everything that can be judged of one component by itself."""
    if each.type in LABELLED and not str(each.properties.get(each.label_name) or "").strip():
        yield MissingLabel(component=each.id, type=each.type)
    yield from _expressions(each)
    yield from _rules(each)
    yield from _settings(each)
    if each.type in CHOICES:
        yield from _options(each)
    if each.type == "filepicker":
        for unknown in accepted(each.properties.get("accept"))[1]:
            yield UncheckableFile(component=each.id, accept=unknown, known=", ".join(f".{kind}" for kind in KINDS))
    for name, text in own_texts(each):
        if block := _BLOCK.search(text):
            yield TemplateBlock(component=each.id, property=name, block=block[1].strip())


def _expressions(each: Component) -> Iterator[Finding]:
    conditional = each.properties.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, Mapping) else None
    places = [("conditional.hide", hide)]
    places += [(name, each.properties.get(name)) for name in ("valuesExpression", "columnsExpression")]
    for name, value in places:
        if value not in (None, "") and not expression(value):
            yield NotAnExpression(component=each.id, property=name)
    if each.type == "expression" and not expression(each.properties.get("expression")):
        yield NotAnExpression(component=each.id, property="expression")
    if each.type in ("table", "documentPreview") and not expression(each.properties.get("dataSource")):
        yield NotAnExpression(component=each.id, property="dataSource")
    for _, text in own_texts(each):
        if "" in templates(text):
            yield NotAnExpression(component=each.id, property="{{}}")


def _rules(each: Component) -> Iterator[Finding]:
    required = each.rule("required")
    if required is not None and not isinstance(required, bool):
        yield WrongValue(
            component=each.id, property="validate.required", found=repr(required), expected="true or false"
        )
    for name in (*_WHOLE, "min", "max"):
        value = each.rule(name)
        if value is None or value == "" or expression(value):
            continue
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else _numeral(value)
        if number is None or (name in _WHOLE and (number != int(number) or number < 0)):
            expected = "a whole number from 0" if name in _WHOLE else "a number or an expression"
            yield WrongValue(component=each.id, property=f"validate.{name}", found=repr(value), expected=expected)
    kind = each.rule("validationType")
    if kind not in (None, "", "custom", "email", "phone"):
        yield WrongValue(
            component=each.id, property="validate.validationType", found=repr(kind), expected="email or phone"
        )
    pattern = each.rule("pattern")
    if pattern not in (None, ""):
        yield from _pattern(each.id, pattern)


def _pattern(id_: str, pattern: object) -> Iterator[Finding]:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        re2.compile(pattern, options)
    except (re2.error, TypeError) as error:
        said = error.args[0] if error.args else ""
        reason = (said.decode(errors="replace") if isinstance(said, bytes) else str(said)).split(":")[0].strip()
        yield BadPattern(component=id_, pattern=str(pattern)[:80], reason=reason)


def _numeral(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _options(each: Component) -> Iterator[Finding]:
    values = each.properties.get("values")
    if not any(each.properties.get(name) for name in ("values", "valuesKey", "valuesExpression")):
        if not each.settings.get("options"):
            yield MissingOptions(component=each.id)
        return
    seen: set[str] = set()
    for entry in values if isinstance(values, list) else []:
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if not isinstance(value, str | int | float | bool) or value == "" or not isinstance(entry.get("label"), str):
            yield WrongValue(component=each.id, property="values", found=repr(entry), expected="{label, value}")
        elif option_text(value) in seen:
            yield DuplicateOption(component=each.id, value=value)
        seen.add(option_text(value))


def _settings(each: Component) -> Iterator[Finding]:
    known = ", ".join(sorted(SETTINGS | TEXT_SETTINGS))
    for name, value in each.settings.items():
        if name in SETTINGS:
            yield from setting_values(each, name, value)
        elif name.startswith(SETTING_FAMILIES) and name not in TEXT_SETTINGS:
            yield UnknownSetting(component=each.id, property=name, known=known)
