"""What runs, but is likely a mistake: shown, not refused; only a property of cases that nobody reads is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.model import Element
from engine.bpmn.personal import of_person
from engine.bpmn.refusals import error, warning
from engine.cron import Cron
from engine.errors import NotATime
from engine.feel import StaticText
from engine.findings import Finding

__all__ = ["KNOWN_PROPERTIES", "lint", "of_cases"]

# Our own families of `zeebe:property` names (dialect §13); any other name is left alone.
KNOWN_PROPERTIES: Mapping[str, frozenset[str]] = {
    "case": frozenset({"title", "business_key", "variables", "inbound", "outbound"}),
    "task": frozenset(
        {
            "deadline",
            "instructions",
            "summary",
            "page",
            "action",
            "subject",
            "link",
            "excluded",
            "completed_by",
            "undo",
            "personal",
        }
    ),
    "privacy": frozenset({"retention", "transient", "purpose"}),
    "i18n": frozenset(),
    "journey": frozenset({"fr", "en"}),
}
_TRANSLATED: Final = re.compile(r"i18n\.[a-z]{2,3}\.(?=case\.)")


def of_cases(process_id: str, properties: Mapping[str, str]) -> Iterator[Finding]:
    """Errors: `case.*` properties of a process that no case would ever show, such as a key in another spelling."""
    for name in properties:
        translated = _TRANSLATED.match(name)
        family, _, rest = name[translated.end() if translated else 0 :].partition(".")
        known = frozenset({"title"}) if translated else KNOWN_PROPERTIES["case"]
        if family == "case" and rest not in known:
            yield error("property_unknown", process_id, property=name, known=_shown("case", known))


def lint(elements: Mapping[str, Element]) -> Iterator[Finding]:
    """Warnings about properties, lanes and the hours of cron."""
    for element in elements.values():
        for name in element.properties:
            family, _, rest = name.partition(".")
            known = KNOWN_PROPERTIES.get(family)
            if known and rest and rest.partition(".")[0] not in known:
                yield warning("property_unknown", element.id, element.name, property=name, known=_shown(family, known))
        yield from of_person(element)
        yield from _lane_and_role(element)
        yield from _hour_in_utc(element)
        if element.type == "parallelGateway":
            for flow in element.outgoing:
                if flow.condition is not None:
                    yield warning("condition_ignored", element.id, element.name, flow=flow.id)


def _hour_in_utc(element: Element) -> Iterator[Finding]:
    """Cron with an hour: counted in UTC as Camunda 8 does, which a reader of the diagram does not expect."""
    for event in element.event.each if element.event is not None else ():
        text = event.timer.text if isinstance(event.timer, StaticText) else ""
        if event.timer_kind == "cycle" and not text.startswith("R"):
            try:
                is_hourly = len(Cron.parse(text).hours) == 24
            except NotATime:  # the gate says so
                continue
            if not is_hourly:
                yield warning("hour_in_utc", element.id, element.name, text=text)


def _shown(family: str, known: frozenset[str]) -> str:
    return ", ".join(f"{family}.{one}" for one in sorted(known))


def _lane_and_role(element: Element) -> Iterator[Finding]:
    """A lane named like a role key that the task is not for: lanes are drawing, `candidateGroups` decides."""
    groups = element.work.candidate_groups if element.work is not None else None
    if element.lane is None or not isinstance(groups, StaticText) or not element.lane.replace("_", "").isupper():
        return
    roles = [role.strip() for role in groups.text.split(",")]
    if element.lane not in roles:
        yield warning("lane_and_role", element.id, element.name, lane=element.lane, roles=", ".join(roles))
