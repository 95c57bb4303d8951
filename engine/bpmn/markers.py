"""What the markers of an activity say: multi-instance (BPMN 2.0, 10.3.8; dialect §5), standard loop, ad-hoc."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.bpmn.definitions import Definitions, read_thrown
from engine.bpmn.model import AdHoc, Loop, Repeat, Site, Thrown
from engine.bpmn.sites import Sites
from engine.bpmn.xml import BPMN, Xml, children, extension, is_in, kind
from engine.feel import StaticText

__all__ = ["read_ad_hoc", "read_loop", "read_repeat"]

_EVENT_REFS: Final = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}
_ID: Final = re.compile(r"[^\W\d]\w*")
_ITEM: Final = re.compile(r"[^\W\d]\w*( \w+)*")  # the name of an item may have blanks inside, as in FEEL
_THROWN: Final = frozenset({"signal", "escalation"})


@dataclass(frozen=True, slots=True)
class _Items:
    """Where a multi-instance activity has its items from and its results to."""

    collection: Site | None = None
    cardinality: Site | None = None
    item: str | None = None
    output: str | None = None
    output_item: Site | None = None
    output_name: str | None = None


def read_loop(node: Xml, sites: Sites, definitions: Definitions) -> Loop | None:
    """The multi-instance marker, in the words of the dialect or of BPMN."""
    marker = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if marker is None:
        return None
    setting = extension(marker, "loopCharacteristics")
    plain = [name for name in ("loopCardinality", "loopDataInputRef") if children(marker, name)]
    if setting is not None and (setting.get("inputCollection") or "").strip():
        items = _of_dialect(setting, sites)
        if plain:
            sites.refuse("loop_twice", first="inputCollection", second=plain[0])
    elif plain and (setting is None or not setting.attrib):
        items = _of_bpmn(marker, sites, definitions.data)
        if len(plain) > 1:
            sites.refuse("loop_twice", first=plain[0], second=plain[1])
    else:
        sites.refuse("loop_without_collection")
        return None
    if (items.output is None) != (items.output_item is None):
        sites.refuse("loop_output_half")
    return Loop(
        sequential=marker.get("isSequential") == "true",
        collection=items.collection,
        item=items.item,
        output=items.output,
        output_item=items.output_item,
        condition=_condition(marker, "completionCondition", "completion condition", sites),
        cardinality=items.cardinality,
        once=marker.get("behavior") == "One",
        thrown=tuple(_thrown(marker, sites, definitions)),
        items_in=_reference(marker, "loopDataInputRef", definitions.data),
        output_name=items.output_name,
    )


def _of_dialect(setting: Xml, sites: Sites) -> _Items:
    written = setting.get("outputElement")
    return _Items(
        collection=sites.expression(setting.get("inputCollection"), "input collection"),
        item=sites.name(setting.get("inputElement"), "input element"),
        output=sites.name(setting.get("outputCollection"), "output collection"),
        output_item=sites.expression(written, "output element") if written and written.strip() else None,
    )


def _of_bpmn(marker: Xml, sites: Sites, data: Mapping[str, str]) -> _Items:
    """A number of instances, or a variable with the items; data inputs and outputs are variables named by their id."""
    count = children(marker, "loopCardinality")
    given, output = (_reference(marker, name, data) for name in ("loopDataInputRef", "loopDataOutputRef"))
    output_item = _item(marker, "outputDataItem")
    return _Items(
        collection=_variable(given, "input collection", sites, _ID),
        cardinality=_cardinality(count[0], sites) if count else None,
        item=_checked(_item(marker, "inputDataItem"), "input element", sites, _ITEM),
        output=_checked(output, "output collection", sites, _ID),
        output_item=_variable(output_item, "output element", sites, _ITEM),
        output_name=output_item,
    )


def _cardinality(node: Xml, sites: Sites) -> Site:
    text = "".join(node.itertext()).strip()
    if text.lstrip("-").isdigit() and not (text.isdigit() and int(text[:9]) <= 500):
        sites.refuse("number_bad", place="loop cardinality", text=text[:80], low=0, high=500)
    return sites.expression(text, "loop cardinality", plain=True)


def _reference(marker: Xml, name: str, data: Mapping[str, str]) -> str | None:
    """The variable that is referred to: of a data object, input or output, else the one of that very name."""
    text = (marker.findtext(f"{{{BPMN}}}{name}") or "").strip().rpartition(":")[2]
    return data.get(text, text) or None


def _item(marker: Xml, name: str) -> str | None:
    found = children(marker, name)
    written = (found[0].get("name") or found[0].get("id")) if found else None
    return None if written is None else " ".join(written.split())


def _checked(name: str | None, place: str, sites: Sites, pattern: re.Pattern[str]) -> str | None:
    if name is None or pattern.fullmatch(name) is not None:
        return name
    sites.refuse("name_invalid", place=place, text=name[:200])
    return None


def _variable(name: str | None, place: str, sites: Sites, pattern: re.Pattern[str]) -> Site | None:
    if name is None:
        return None
    if _checked(name, place, sites, pattern) is None:
        return StaticText("")
    return Sites(sites.node, sites.findings, [*sites.functions, name]).expression(f"={name}", place)


def _condition(marker: Xml, name: str, place: str, sites: Sites) -> Site | None:
    found = children(marker, name)
    text = "".join(found[0].itertext()) if found else ""
    return sites.expression(text, place, plain=True) if text.strip() else None


def _thrown(marker: Xml, sites: Sites, definitions: Definitions) -> Iterator[Thrown]:
    """The events that the behaviour throws when an instance completes. None and One without a reference throw a
    signal without a name, which nothing that is let through can catch."""
    attribute = _EVENT_REFS.get(marker.get("behavior", "All"))
    reference = marker.get(attribute) if attribute is not None else None
    if attribute is not None and reference:
        found = definitions.find(reference)
        if found is None or not kind(found).endswith("EventDefinition"):
            sites.refuse("reference_missing", place=attribute, ref=reference)
        else:
            yield from _event(None, found, sites, definitions)
    if marker.get("behavior") != "Complex":
        return
    for complex_ in children(marker, "complexBehaviorDefinition"):
        condition = _condition(complex_, "condition", "condition of the behaviour", sites)
        if condition is None:
            sites.refuse("value_missing", place="condition of the behaviour")
        for event in children(complex_, "event"):
            for definition in (one for one in event if is_in(one, BPMN) and kind(one).endswith("EventDefinition")):
                yield from _event(condition, definition, sites, definitions)


def _event(condition: Site | None, definition: Xml, sites: Sites, definitions: Definitions) -> Iterator[Thrown]:
    name = kind(definition).removesuffix("EventDefinition")
    if name not in _THROWN:
        sites.refuse("behaviour_event", event=name)
        return
    yield Thrown(condition, read_thrown(definition, sites, definitions))


def read_repeat(node: Xml, sites: Sites) -> Repeat | None:
    """The standard loop marker. One without condition and maximum would never end, and is refused."""
    marker = node.find(f"{{{BPMN}}}standardLoopCharacteristics")
    if marker is None:
        return None
    condition = _condition(marker, "loopCondition", "loop condition", sites)
    maximum = sites.number(marker.get("loopMaximum"), "loop maximum", 1, 10_000)
    if maximum is not None and not isinstance(maximum, StaticText):
        sites.refuse("number_bad", place="loop maximum", text=marker.get("loopMaximum"), low=1, high=10_000)
    if maximum is None and condition is None:
        sites.refuse("loop_endless")
    return Repeat(
        condition=condition,
        maximum=int(maximum.text) if isinstance(maximum, StaticText) else None,
        test_before=marker.get("testBefore") == "true",
    )


def read_ad_hoc(node: Xml, sites: Sites) -> AdHoc | None:
    """Who chooses what is done inside an ad-hoc sub-process, and when it is over (BPMN 2.0, 10.3.5)."""
    if kind(node) != "adHocSubProcess":
        return None
    setting = extension(node, "adHoc")
    written = None if setting is None else setting.get("activeElementsCollection")
    return AdHoc(
        active=sites.expression(written, "elements to begin") if written and written.strip() else None,
        condition=_condition(node, "completionCondition", "completion condition", sites),
        sequential=node.get("ordering") == "Sequential",
        cancels_rest=node.get("cancelRemainingInstances", "true") != "false",
        of_dialect=setting is not None,
    )
