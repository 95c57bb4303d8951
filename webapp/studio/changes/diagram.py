"""Differences between two diagrams in sentences: what comes and goes, when, for whom, under which condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from webapp.operations.outline import event_words, kind_of
from webapp.studio.changes import beside, settings
from webapp.studio.changes.change import Change
from webapp.studio.changes.facts import Part, parts
from webapp.studio.changes.wording import Wording
from webapp.studio.places import places
from webapp.words import _

__all__ = ["changes"]


# Settings that name another part of the diagram by its id.
REFERRING: Final = frozenset(
    {"lane", "default", "attachedToRef", "messageRef", "signalRef", "errorRef", "escalationRef", "activityRef"}
)


def changes(file: str, before: bytes, after: bytes, wording: Wording) -> Iterator[Change]:
    """Every difference that matters to a case. Raises DiagramRefused."""
    was, now = parts(before, file), parts(after, file)
    standing = _places(before, was, wording.language) | _places(after, now, wording.language)
    told = _Telling(file, was, now, wording, standing)
    whole = {id_ for id_, part in {**was, **now}.items() if part.kind in {"process", "participant"}}
    said = set[str]()  # of processes: a pool is called as its process, and told of once
    for change in told.all():
        text = told.unquoted(change.text)
        if change.element not in whole or text not in said:
            yield replace(change, text=text)
        if change.element in whole:
            said.add(text)
    yield from beside.changes(file, before, after, wording.language, told.naming(was), told.naming(now))


def _places(body: bytes, among: Mapping[str, Part], language: str) -> dict[str, str]:
    return places(body, [part.id for part in among.values() if part.kind == "process"], language)


class _Telling:
    def __init__(
        self, file: str, was: Mapping[str, Part], now: Mapping[str, Part], wording: Wording, standing: Mapping[str, str]
    ) -> None:
        self.file, self.was, self.now, self.wording, self.standing = file, was, now, wording, standing
        self.described: set[str] = set()  # what stands in sentences for a name

    def all(self) -> Iterator[Change]:
        """Every difference, in the order of the newer file, then what is gone."""
        was, now = self.was, self.now
        for id_ in [*now, *(id_ for id_ in was if id_ not in now)]:
            if id_ not in was:
                yield from self.added(now[id_])
            elif id_ not in now:
                yield from self.removed(was[id_])
            elif was[id_] != now[id_]:
                yield from self.changed(was[id_], now[id_])

    def unquoted(self, text: str) -> str:
        """The sentence without quotation marks around what is no name."""
        for each in sorted(self.described, key=len, reverse=True):
            text = text.replace(_("“%(name)s”", name=each), each)
        return text[:1].upper() + text[1:]

    def name(self, part: Part, among: Mapping[str, Part]) -> str:
        """What a reader calls an element: its name, a flow by its ends too, else its place."""
        label = part.label(self.wording.language)
        if not part.source:
            return label or self._described(part)
        ends = (among.get(part.source), among.get(part.target))
        start, end = (self.name(each, among) if each is not None else "?" for each in ends)
        way = f"{label} ({start} → {end})" if label else f"{start} → {end}"
        if not label and not self.described.isdisjoint((start, end)):
            self.described.add(way)
        return way

    def naming(self, among: Mapping[str, Part]) -> Callable[[str], str]:
        """What a step of one of the two is called by its id."""
        return lambda id_: self.name(among[id_], among) if id_ in among else id_

    def _described(self, part: Part) -> str:
        """What has no name, by where it stands, else by its kind."""
        is_drawn = part.kind.endswith(("Gateway", "Task", "task", "Event", "Process", "Activity"))
        if part.id not in self.standing and not is_drawn:
            return part.id
        said = self.standing.get(part.id) or _("%(kind)s without a name", kind=kind_of(part.kind))
        self.described.add(said)
        return said

    def added(self, part: Part) -> Iterator[Change]:
        if part.kind == "sequenceFlow":
            if part.source in self.was and part.target in self.was:
                text = _("New way: “%(name)s”.", name=self.name(part, self.now))
                yield Change("added", self.file, part.id, text)
        else:
            new = _("New: “%(name)s”.", name=self.name(part, self.now))
            text = " ".join([new, *self._says(part)])
            yield Change("added", self.file, part.id, text, _ways(part, self.now, self.was))

    def _says(self, part: Part) -> Iterator[str]:
        """What is set of a new element: nobody should have to open it to know when it comes and for whom it is."""
        host = self.now.get(part.facts.get("@attachedToRef", ""))
        if host is not None:
            yield settings.at_the_edge(part, self.name(host, self.now))
        yield from settings.sentences(part, lambda setting, value: self._value(setting, value, self.now))

    def removed(self, part: Part) -> Iterator[Change]:
        if part.kind == "sequenceFlow":
            if part.source in self.now and part.target in self.now:
                text = _("The way “%(name)s” is gone.", name=self.name(part, self.was))
                yield Change("removed", self.file, part.id, text)
        else:
            text = _("Gone: “%(name)s”.", name=self.name(part, self.was))
            yield Change("removed", self.file, part.id, text, _ways(part, self.was, self.now))

    def changed(self, was: Part, now: Part) -> Iterator[Change]:
        name = self.name(now, self.now)
        for text in self._texts(was, now, name):
            yield Change("changed", self.file, now.id, text)

    def _texts(self, was: Part, now: Part, name: str) -> Iterator[str]:
        yield from self._names(was, now, name)
        if was.kind != now.kind:
            kinds = {"new": _kind(now.kind), "old": _kind(was.kind)}
            yield _("“%(name)s” becomes something else: %(new)s instead of %(old)s.", name=name, **kinds)
        if (was.source, was.target) != (now.source, now.target):
            yield _(
                "The way “%(old)s” now leads “%(new)s”.", old=self.name(was, self.was), new=self.name(now, self.now)
            )
        for setting in [*now.facts, *(each for each in was.facts if each not in now.facts)]:
            old, new = was.facts.get(setting), now.facts.get(setting)
            if old != new:
                yield self._setting(name, setting, old, new)

    def _names(self, was: Part, now: Part, name: str) -> Iterator[str]:
        """Another name in the reader's language, then one in the other language."""
        language = self.wording.language
        old, new = was.label(language) or was.id, now.label(language) or now.id
        if old != new:
            former = self.name(was, self.was) if was.source else old  # many ways are called “yes”
            yield _("“%(old)s” is now called “%(new)s”.", old=former, new=new)
        if language == "en" and was.name != now.name and new != now.name:
            yield _("“%(name)s”: in French it is now called “%(new)s”.", name=name, new=now.name)
        if language != "en" and was.english != now.english:
            yield _("“%(name)s”: in English it is now called “%(new)s”.", name=name, new=now.english)

    def _value(self, setting: str, value: str, among: Mapping[str, Part]) -> str:
        meant = among.get(value) if setting in REFERRING else None
        return self.wording.say(setting, value if meant is None else self.name(meant, among))

    def _setting(self, name: str, setting: str, old: str | None, new: str | None) -> str:
        last = setting.partition("[")[2].rstrip("]") or setting.rpartition("@")[2]
        shown = {
            "name": name,
            "setting": _settings().get(last, last),
            "old": "" if old is None else self._value(last, old, self.was),
            "new": "" if new is None else self._value(last, new, self.now),
        }
        if last == "cancelActivity":
            goes_on = new == "false"
            if goes_on:
                return _("“%(name)s” no longer breaks off what it stands at: it goes on beside it.", **shown)
            return _("“%(name)s” now breaks off what it stands at.", **shown)
        if old is None:
            return _("“%(name)s”: %(setting)s is now %(new)s.", **shown)
        if new is None:
            return _("“%(name)s”: %(setting)s is no longer %(old)s.", **shown)
        sentence = _sentences().get(last)
        if sentence is not None:
            return sentence % shown
        return _("“%(name)s”: %(setting)s is %(new)s instead of %(old)s.", **shown)


def _ways(part: Part, here: Mapping[str, Part], there: Mapping[str, Part]) -> tuple[str, ...]:
    """The ways to and from an element that only its own version has."""
    return tuple(each.id for each in here.values() if part.id in (each.source, each.target) and each.id not in there)


def _kind(kind: str) -> str:
    """The kind in a reader's words, that of its event before it."""
    event, _blank, type_ = kind.rpartition(" ")
    return event_words(event) if event else kind_of(type_)


def _sentences() -> Mapping[str, str]:
    """By setting, what a change of it means."""
    return {
        "timeDuration": _("“%(name)s” comes after %(new)s instead of %(old)s."),
        "timeCycle": _("“%(name)s” comes %(new)s instead of %(old)s."),
        "timeDate": _("“%(name)s” comes at %(new)s instead of %(old)s."),
        "conditionExpression": _("“%(name)s” is taken when %(new)s instead of when %(old)s."),
        "candidateGroups": _("“%(name)s” is for %(new)s instead of %(old)s."),
        "task.deadline": _("“%(name)s” is to be done within %(new)s working days instead of %(old)s."),
        "template": _("“%(name)s” sends the text %(new)s instead of %(old)s."),
        "formId": _("“%(name)s” asks the form %(new)s instead of %(old)s."),
        "decisionId": _("“%(name)s” decides by the table %(new)s instead of %(old)s."),
        "processId": _("“%(name)s” calls the process %(new)s instead of %(old)s."),
        "privacy.retention": _("What “%(name)s” knows is kept for %(new)s instead of %(old)s."),
        "bindingType": _("“%(name)s” uses %(new)s instead of %(old)s."),
        "lane": _("“%(name)s” stands in the lane %(new)s instead of %(old)s."),
        "type": _("“%(name)s” does the work %(new)s instead of %(old)s."),
    }


def _settings() -> Mapping[str, str]:
    """By setting, what it is called in a sentence."""
    return {
        "timeDuration": _("its delay"),
        "timeCycle": _("its repetition"),
        "timeDate": _("its moment"),
        "conditionExpression": _("its condition"),
        "candidateGroups": _("whoever does it"),
        "assignee": _("the person who does it"),
        "dueDate": _("its due date"),
        "task.deadline": _("its delay in working days"),
        "template": _("its text"),
        "formId": _("its form"),
        "decisionId": _("its table"),
        "processId": _("the process that it calls"),
        "type": _("its work"),
        "privacy.retention": _("how long what it knows is kept"),
        "bindingType": _("the version that it uses"),
        "lane": _("its lane"),
        "default": _("the way that is taken otherwise"),
        "cancelActivity": _("whether it interrupts"),
        "expression": _("its calculation"),
        "documentation": _("its explanation"),
        "correlationKey": _("what tells its case"),
        "retries": _("the number of its attempts"),
        "inputCollection": _("the list it goes through"),
        "journey.fr": _("its French wording for members"),
        "journey.en": _("its English wording for members"),
    }
