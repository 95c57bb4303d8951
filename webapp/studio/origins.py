"""Where what an element reads comes from, in sentences without a key or a formula: which step sets a moment or names a
person, what a form asks, which table decides, who sends a message and who hears it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from sqlalchemy.orm import Session

from engine.bpmn import DiagramRefused, ProcessSpec
from engine.feel import StaticText
from engine.registry import Registry
from engine.wiring import message_ends
from webapp.process_titles import processes
from webapp.studio import table_texts
from webapp.studio.changes import facts
from webapp.studio.changes.facts import Part
from webapp.studio.changes.mentions import FIGURE, is_known_person
from webapp.studio.form_names import component_names
from webapp.wiring_checks import forms_in, processes_in
from webapp.words import _, ngettext
from workflows.association.role_names import ROLES
from workflows.association.wording import typographic

__all__ = ["Origins"]

Files = Mapping[str, bytes]
VARIABLE: Final = re.compile(r'(?:"(?:person|link):"\s*\+\s*)?([A-Za-z_]\w*)(?:\[\w+\])?(?:\.\w+)*')
NAME: Final = re.compile(r"(?<![.\w])[A-Za-z_]\w*")
TEXT: Final = re.compile(r'"[^"]*"')
ROLE: Final = re.compile(r'"([A-Z_]+)@?"')
DAY: Final = re.compile(r'date and time\([A-Za-z_]\w*, time\("(\d\d:\d\d):\d\d(?:@[\w/]+)?"\)\)')
WRITTEN: Final = re.compile(r"output\[(\w+)\]")
RESULTS: Final = ("calledDecision@resultVariable", "script@resultVariable", "header[resultVariable]")
WORK: Final = "taskDefinition@type"
MOST: Final = 2  # steps of which each may have written a variable
ASKED: Final = 3  # questions that stand for a form


@dataclass(frozen=True, slots=True)
class Origins:
    """What stands behind the keys of a draft. `variables`: by name, the steps that write it; `forms`: by id, what it
    asks; `tables`, `processes`, `work`: by id or type, what it is called; `heard` and `sent`: by the name of a message,
    the other processes that wait for it or send it; `messages`: by id, the name."""

    language: str
    variables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    forms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    work: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, session: Session, files: Files, others: Sequence[ProcessSpec], registry: Registry, language: str
    ) -> Self:
        """Read from a draft's files and the processes in force beside it."""
        parts = _parts(files)
        specs = [*(spec for found in processes_in(files).values() for spec in found), *others]
        titles = dict(processes(session, language))
        ends = {spec.process_id: message_ends(spec) for spec in specs}
        waiting, sending = ({titles.get(id_, id_): both[side] for id_, both in ends.items()} for side in (0, 1))
        return cls(
            language, _variables(parts, files, registry, language), dict(_questions(files, language)),
            {id_: typographic(name) for id_, name in table_texts.names(files, language).items()}, titles,
            _work(specs, language), _by_message(waiting), _by_message(sending),
            {each.id: each.name for each in parts if each.kind == "message"},
        )  # fmt: skip

    def sentence(self, part: Part, setting: str, value: str) -> str | None:
        """What a setting says of an element; "" for nothing, None where only its value can be said."""
        if value.startswith("="):
            return self._calculated(part, setting, value[1:].strip())
        if setting == "formId" and value in self.forms:
            return _asks(self.forms[value])
        if setting == "decisionId" and value in self.tables:
            return _("Decides by the table “%(name)s”.", name=self.tables[value])
        if setting == "processId" and value in self.processes:
            return _("Calls the process “%(name)s”.", name=self.processes[value])
        if setting == "type" and value in self.work:
            name = self.work[value]
            return "" if name == typographic(part.label(self.language)) else _("Does the work “%(name)s”.", name=name)
        if setting == "messageRef" and value in self.messages:
            return self._message(part, self.messages[value])
        return None

    def _calculated(self, part: Part, setting: str, expression: str) -> str | None:
        """What is nothing but a variable, or a day at a time, by the steps that write it."""
        is_known = is_known_person(expression) if setting == "assignee" else FIGURE.fullmatch(expression)
        if is_known or setting not in _given():
            return None
        names = dict.fromkeys(NAME.findall(TEXT.sub("", expression)))
        steps = _either(list(dict.fromkeys(step for each in names for step in self.variables.get(each, ()))))
        if setting == "candidateGroups":
            return self._roles(part, expression, steps)
        steps = steps or _outside()
        day = DAY.fullmatch(expression)
        if day:
            return _("On the day that %(steps)s sets, at %(time)s.", steps=steps, time=day[1])
        return _given()[setting] % {"steps": steps}

    def _roles(self, part: Part, expression: str, steps: str) -> str:
        """Roles that are calculated: those that the formula names, and whoever names them."""
        keys = dict.fromkeys(each for each in ROLE.findall(expression) if each in ROLES)
        names = ", ".join(ROLES[each].en if self.language == "en" else ROLES[each].fr for each in keys)
        if not keys:
            said = _("For the roles that %(steps)s names.", steps=steps or _outside())
        elif steps:
            said = _("For the roles that %(steps)s names, among them %(roles)s.", steps=steps, roles=names)
        else:
            said = _("For the people of this case with one of these roles: %(roles)s.", roles=names)
        is_fallback = "assignmentDefinition@assignee" in part.facts
        return _("Without one: %(said)s", said=said[:1].lower() + said[1:]) if is_fallback else said

    def _message(self, part: Part, name: str) -> str:
        """The other end of a message."""
        throws = part.kind.endswith(("ThrowEvent", "endEvent", "sendTask"))
        ends = self.heard if throws else self.sent
        others = ", ".join(_("“%(name)s”", name=each) for each in ends.get(name, ()))
        if throws:
            return _("Goes to %(others)s.", others=others) if others else _("Goes to a page or another system.")
        return _("Comes from %(others)s.", others=others) if others else _("Comes from a page or another system.")


def _parts(files: Files) -> list[Part]:
    """The elements of all diagrams; none of one that cannot be read, which says so itself."""
    found: list[Part] = []
    for name, body in files.items():
        try:
            found += facts.parts(body, name).values() if name.endswith(".bpmn") else ()
        except DiagramRefused:
            continue
    return found


def _variables(parts: Iterable[Part], files: Files, registry: Registry, language: str) -> dict[str, list[str]]:
    """By variable, the names of the steps that write it, in the order of the file."""
    answers = {form.id: {key.partition(".")[0] for key in form.fields} for form in forms_in(files)}
    written: dict[str, list[str]] = {}
    lists: dict[str, str] = {}
    for part in parts:
        name = typographic(part.label(language))
        for variable in _writes(part, answers, registry) if name else ():
            found = written.setdefault(variable, [])
            if name not in found:
                found.append(name)
        item, of = (part.facts.get(f"loopCharacteristics@input{each}", "") for each in ("Element", "Collection"))
        if item and (whole := VARIABLE.fullmatch(of.removeprefix("=").strip())):
            lists.setdefault(item, whole[1])
    return {item: written[of] for item, of in lists.items() if of in written} | written


def _writes(part: Part, answers: Mapping[str, Iterable[str]], registry: Registry) -> Iterator[str]:
    """The variables that an element writes: what it maps where it maps, else what comes back to it."""
    mapped = [found[1] for setting in part.facts if (found := WRITTEN.fullmatch(setting))]
    yield from mapped
    yield from (part.facts[each] for each in RESULTS if each in part.facts)
    if not mapped:
        yield from registry.results_of(part.facts.get(WORK, "")) or ()
        yield from answers.get(part.facts.get("formDefinition@formId", ""), ())


def _questions(files: Files, language: str) -> Iterator[tuple[str, list[str]]]:
    """By form, what its questions are called; what has no words is left out."""
    for form in forms_in(files):
        texts = files.get(f"{form.id}.translations.json")
        names = component_names(files[f"{form.id}.form"], texts, language) if f"{form.id}.form" in files else {}
        given = (each.component for each in form.fields.values() if not each.component.properties.get("disabled"))
        asked = dict.fromkeys(each.id for each in given if not each.properties.get("readonly"))
        yield form.id, [names[id_] for id_ in asked if id_ in names]


def _asks(questions: Sequence[str]) -> str:
    if not questions:
        return _("Shows something to confirm.")
    shown = ", ".join(_("“%(name)s”", name=each) for each in questions[:ASKED])
    more = len(questions) - ASKED
    if more < 1:
        return _("Asks %(questions)s.", questions=shown)
    return ngettext(
        "Asks %(questions)s and %(num)d more thing.", "Asks %(questions)s and %(num)d more things.", more,
        questions=shown,
    )  # fmt: skip


def _work(specs: Iterable[ProcessSpec], language: str) -> dict[str, str]:
    """By type of work, what diagrams call it most often."""
    named: dict[str, Counter[str]] = {}
    for element in (each for spec in specs for each in spec.elements.values()):
        name = (element.names.get("en", "") if language == "en" else "") or element.name
        if element.job is not None and isinstance(element.job.type, StaticText) and name:
            named.setdefault(element.job.type.text, Counter())[typographic(name)] += 1
    return {type_: found.most_common(1)[0][0] for type_, found in named.items()}


def _by_message(ends: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for title, names in ends.items():
        for name in names:
            found.setdefault(name, []).append(title)
    return found


def _either(steps: Sequence[str]) -> str:
    """Steps of which each may have written something, a few of them."""
    told = [_("“%(name)s”", name=each) for each in steps]
    if len(told) > MOST:
        return _("%(steps)s or another step", steps=", ".join(told[:MOST]))
    return _("%(first)s or %(second)s", first=told[0], second=told[1]) if len(told) > 1 else "".join(told)


def _outside() -> str:
    """Who gives what no step writes: a start, a message, a calling process."""
    return _("what begins the case or reaches it")


def _given() -> Mapping[str, str]:
    """By setting, what it says where steps write its value."""
    return {
        "timeDate": _("At the moment that %(steps)s sets."),
        "timeDuration": _("After the time that %(steps)s sets."),
        "task.deadline": _("Within the working days that %(steps)s sets."),
        "inputCollection": _("Once for each one that %(steps)s gives."),
        "assignee": _("For the person whom %(steps)s names."),
        "candidateGroups": "",  # says more
        "template": _("Sends the text that %(steps)s chooses."),
        "timeCycle": _("Repeats as %(steps)s sets."),
        "expression": _("Calculates from what %(steps)s gives."),
        "completionCondition": _("Until what %(steps)s gives ends it."),
    }
