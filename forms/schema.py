"""Reads a form-js definition (Camunda Forms, dialect §12) and answers it checked, or refuses it with all findings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from forms import checks
from forms.definition import Component, ExpressionSite, FieldSpec, FormDefinition, is_input
from forms.dependencies import order, sites
from forms.errors import (
    Finding,
    FormRefused,
    MissingId,
    NotAForm,
    NotJson,
    RefusedType,
    TooLarge,
    UnknownProperty,
    UnknownType,
)
from forms.translations import collect
from forms.vocabulary import PROPERTIES, REFUSED

_TOP = frozenset(
    [
        "$schema",
        "type",
        "id",
        "components",
        "schemaVersion",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
        "generated",
        "properties",
    ]
)
_SOURCE_LIMIT = 1_000_000
_COMPONENT_LIMIT = 500
_DEPTH_LIMIT = 10


def read_form(
    source: str | bytes | Mapping[str, object],
    *,
    translations: Mapping[str, object] | None = None,
    name: str = "",
) -> FormDefinition:
    """The form of a `.form` file. `translations` is the table beside it; None: the form is in French only.

    Raises FormRefused with every error found. Warnings alone do not refuse: they are on the definition.
    """
    findings: list[Finding] = []
    document = _document(source, findings)
    components = tuple(_components(document, "", 0, findings)) if document else ()
    every = [each for top in components for each in top.tree()]
    findings += checks.ids(every)
    if len(every) > _COMPONENT_LIMIT:
        what = "the number of components"
        findings.append(TooLarge(component="", what=what, found=len(every), limit=_COMPONENT_LIMIT))
    _stop_if_refused(name, findings, unless=UnknownProperty)
    findings += checks.whole(components)
    orders = _orders(components, every, findings)
    texts, languages = collect(components, translations, findings)
    _stop_if_refused(name, findings)
    fields = {spec.key: spec for spec in _fields(components)}
    return FormDefinition(
        id=str(document.get("id") or name),
        name=name,
        components=components,
        languages=languages,
        texts=texts,
        fields=MappingProxyType(fields),
        records=MappingProxyType({key: spec.record for key, spec in fields.items() if spec.record}),
        transient=frozenset(key for key, spec in fields.items() if spec.transient),
        expressions=tuple(ExpressionSite(each.id, place, text) for each in every for place, text in sites(each)),
        orders=orders,
        warnings=tuple(findings),
    )


def _stop_if_refused(name: str, findings: Sequence[Finding], *, unless: type[Finding] | None = None) -> None:
    """Raises FormRefused with all errors; those of one kind alone do not yet stop the checks that follow."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(unless is None or not isinstance(finding, unless) for finding in errors):
        raise FormRefused(name, errors)


_NOT_JSON = "it is not JSON in UTF-8, a name stands twice in one object, or a number is none"


def _document(source: str | bytes | Mapping[str, object], findings: list[Finding]) -> Mapping[str, object]:
    if isinstance(source, Mapping):
        return _checked_top(source, findings)
    if len(source) > _SOURCE_LIMIT:
        findings.append(TooLarge(component="", what="the size in bytes", found=len(source), limit=_SOURCE_LIMIT))
        return {}
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        findings.append(NotJson(component="", line=error.lineno, column=error.colno))
        return {}
    except RecursionError:
        findings.append(NotAForm(component="", reason="it is nested too deep"))
        return {}
    except ValueError:
        findings.append(NotAForm(component="", reason=_NOT_JSON))
        return {}
    if not isinstance(found, Mapping):
        findings.append(NotAForm(component="", reason="the outermost value is not an object"))
        return {}
    return _checked_top(found, findings)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at]))
        raise ValueError(f"“{twice}” stands twice in one object")
    return found


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON number")


def _checked_top(document: Mapping[str, object], findings: list[Finding]) -> Mapping[str, object]:
    if document.get("type", "default") != "default" or not isinstance(document.get("components"), list):
        findings.append(NotAForm(component="", reason="it has no list of components, or its type is not “default”"))
        return {}
    known = ", ".join(sorted(_TOP))
    findings += [
        UnknownProperty(component="", type="form", property=key, known=known) for key in document if key not in _TOP
    ]
    return document


def _components(parent: Mapping[str, object], path: str, depth: int, findings: list[Finding]) -> Iterator[Component]:
    children = parent.get("components", [])
    if depth > _DEPTH_LIMIT:
        findings.append(TooLarge(component=parent.get("id", ""), what="the nesting", found=depth, limit=_DEPTH_LIMIT))
        return
    for number, raw in enumerate(children if isinstance(children, list) else [], 1):
        place = f"{parent['id']}_{number}" if depth else f"component_{number}"
        if not isinstance(raw, Mapping):
            findings.append(NotAForm(component="", reason="a component is not an object"))
        elif (known := _known(raw, place, findings)) is not None:
            yield _component(known, path, depth, findings)


def _known(raw: Mapping[str, object], place: str, findings: list[Finding]) -> Mapping[str, object] | None:
    """The component with its id (its key or its place where an old editor gave none); None if it is refused."""
    raw = {name: value for name, value in raw.items() if value is not None}
    kind, id_ = raw.get("type"), raw.get("id") or raw.get("key") or place
    if not isinstance(id_, str):
        findings.append(MissingId(component="", type=kind))
        return None
    if isinstance(kind, str) and kind in REFUSED:
        findings.append(RefusedType(component=id_, type=kind, reason=REFUSED[kind]))
        return None
    if not isinstance(kind, str) or kind not in PROPERTIES:
        findings.append(UnknownType(component=id_, type=kind, known=", ".join(sorted(PROPERTIES))))
        return None
    known = PROPERTIES[kind]
    listed = ", ".join(sorted(known))
    findings += [
        UnknownProperty(component=id_, type=kind, property=name, known=listed) for name in raw if name not in known
    ]
    findings += checks.shapes(id_, kind, raw)
    return {**raw, "id": id_}


def _component(raw: Mapping[str, object], path: str, depth: int, findings: list[Finding]) -> Component:
    kind = str(raw["type"])
    own = raw.get("path" if kind in ("group", "dynamiclist") else "key")
    joined = ".".join(part for part in (path, own if isinstance(own, str) else "") if part)
    settings = raw.get("properties")
    inner = joined if kind == "group" else ""
    return Component(
        id=str(raw["id"]),
        type=kind,
        key=joined if isinstance(own, str) and own and kind != "group" else "",
        properties=MappingProxyType({name: value for name, value in raw.items() if name != "components"}),
        settings=MappingProxyType(
            {str(k): str(v) for k, v in settings.items()} if isinstance(settings, Mapping) else {}
        ),
        components=tuple(_components(raw, inner, depth + 1, findings)),
    )


def _fields(components: Sequence[Component]) -> Iterator[FieldSpec]:
    for each in (inner for top in components for inner in top.level()):
        if is_input(each) and each.key:
            yield FieldSpec(each.key, each)
        if each.type == "dynamiclist":
            for child in (inner for top in each.components for inner in top.level()):
                if is_input(child) and child.key:
                    yield FieldSpec(f"{each.key}[].{child.key}", child, each.key)


def _orders(
    components: Sequence[Component], every: Sequence[Component], findings: list[Finding]
) -> Mapping[str, tuple[Component, ...]]:
    """One order a level: the top level under "", each list's row under the list's id."""
    lists = {each.id: each.components for each in every if each.type == "dynamiclist"}
    return MappingProxyType(
        {
            id_: order([each for top in inside for each in top.level()], findings)
            for id_, inside in {"": tuple(components), **lists}.items()
        }
    )
