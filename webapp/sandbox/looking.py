"""What a scenario says to be true, looked at: tasks, mails, the way of the case, its variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from sqlalchemy import func, select

from engine.errors import Invalid
from engine.feel import compile_expression
from engine.feel.equality import equals
from engine.feel.values import to_text
from engine.models import UserTask
from engine.transaction import reading
from webapp.operations.diagrams import drawing
from webapp.operations.story import progress
from webapp.operations.variables import variables_of
from webapp.sandbox.actors import person_of, role_named
from webapp.sandbox.phrases import Step
from webapp.sandbox.stage import SandboxStage
from workflows.association.mails import Mail
from workflows.association.year.world import OpenTask

__all__ = ["Elements", "Holders", "Looking", "MailText", "Mails", "NotSo"]


class Elements(str):
    """Elements by their ids; whoever knows the drawing puts their names for them."""

    __slots__ = ("ids",)
    ids: tuple[str, ...]

    def __new__(cls, ids: Iterable[str]) -> Elements:
        made = tuple(sorted(ids))
        self = super().__new__(cls, ", ".join(made) or "–")
        self.ids = made
        return self


class Holders(Elements):
    """Roles by their keys; whoever knows the language puts their names for them."""

    __slots__ = ()


class Mails(str):
    """How many mails of each text, by its name; whoever knows the language puts their titles for the names."""

    __slots__ = ("counts",)
    counts: Mapping[str, int]

    def __new__(cls, counts: Mapping[str, int]) -> Mails:
        self = super().__new__(cls, ", ".join(f"{count} × {name}" for name, count in counts.items()))
        self.counts = counts
        return self


class MailText(str):
    """One text of a mail, by its name; its title is put for it."""

    __slots__ = ()


class NotSo(Invalid):
    """It is not so: {found}"""

    code: ClassVar[str] = "scenario_not_so"


class WentElsewhere(NotSo):
    """The case did not come to “{element}”. It went through {found}."""

    code: ClassVar[str] = "scenario_went_elsewhere"


class WentThrough(NotSo):
    """The case came to “{element}”, and was not to."""

    code: ClassVar[str] = "scenario_went_through"


class NotEnded(NotSo):
    """The case did not end by “{element}”. It is, or ended, at {found}."""

    code: ClassVar[str] = "scenario_not_ended"


class MailMissing(NotSo):
    """The mail “{mail}” was not written. These were: {found}."""

    code: ClassVar[str] = "scenario_mail_missing"


class NoMail(NotSo):
    """The mail “{mail}” was not written, nor any other."""

    code: ClassVar[str] = "scenario_no_mail"


class MailWritten(NotSo):
    """The mail “{mail}” was written, and was not to be (so many times: {count})."""

    code: ClassVar[str] = "scenario_mail_written"


class MailsMiscounted(NotSo):
    """Mails “{mail}” expected: {wanted}; written: {count}."""

    code: ClassVar[str] = "scenario_mails_miscounted"


class HeldElsewhere(NotSo):
    """“{element}” waits for somebody else: {found}."""

    code: ClassVar[str] = "scenario_held_elsewhere"


class StillWaits(NotSo):
    """“{element}” waits, and was not to. It waits for {found}."""

    code: ClassVar[str] = "scenario_still_waits"


class NothingStands(NotSo):
    """“{element}” does not stand still, nor does anything else."""

    code: ClassVar[str] = "scenario_nothing_stands"


class StandsElsewhere(NotSo):
    """“{element}” does not stand still. What does: {found}."""

    code: ClassVar[str] = "scenario_stands_elsewhere"


class NothingOpen(Invalid):
    """“{element}” does not wait for anybody, nor does any other task."""

    code: ClassVar[str] = "scenario_nothing_open"


class NoCase(Invalid):
    """No case of “{process}” has begun."""

    code: ClassVar[str] = "scenario_no_case"


class TaskNotOpen(Invalid):
    """“{element}” does not wait for anybody; what waits: {open}."""

    code: ClassVar[str] = "scenario_task"


class Looking:
    """The stage, looked at for one process."""

    def __init__(self, stage: SandboxStage, process_id: str) -> None:
        self.stage, self.process_id = stage, process_id

    def look(self, step: Step) -> None:
        """Raises NotSo and its like where the sentence is not true."""
        looks: Mapping[str, Callable[[Step], None]] = {
            "has": self._has, "hasnot": self._has_not, "mail": self._mail, "mails": self._mail, "nomail": self._mail,
            "through": self._through, "avoided": self._through, "ended": self._ended, "variable": self._variable,
            "stands": self._stands,
        }  # fmt: skip
        looks[step.key](step)

    def task(self, element: str) -> OpenTask:
        """The open task of this id or name, the newest of several. Raises TaskNotOpen, NothingOpen."""
        tasks = self.stage.open_tasks()
        if not tasks:
            raise NothingOpen(element=element)
        named = {task.id: self._names(task) for task in tasks}
        found = [task for task in tasks if element.casefold() in named[task.id]]
        if not found:
            raise TaskNotOpen(element=element, open=Elements(task.element for task in tasks))
        return found[-1]

    def _names(self, task: OpenTask) -> set[str]:
        with reading(self.stage.engine) as session:
            row = session.get_one(UserTask, task.id)
            shape = drawing(session, self.stage.engine, row.definition_id).shapes.get(task.element)
        names = {shape.label("fr"), shape.label("en"), shape.name} if shape is not None else set()
        return {task.element.casefold(), *(name.casefold().replace("'", "’") for name in names)}

    def _has(self, step: Step) -> None:
        task = self.task(step.said["element"])
        role = role_named(step.said["who"])
        held = {task.role, *task.candidates}
        if role not in held and (role is not None or person_of(task) is None):
            raise HeldElsewhere(element=step.said["element"], found=_holders(task))

    def _has_not(self, step: Step) -> None:
        try:
            task = self.task(step.said["element"])
        except (TaskNotOpen, NothingOpen):
            return
        raise StillWaits(element=step.said["element"], found=_holders(task))

    def mails(self) -> Mapping[str, int]:
        """How many mails of each text have been written."""
        with reading(self.stage.engine) as session:
            rows = session.execute(select(Mail.template, func.count()).group_by(Mail.template)).tuples().all()
        return dict(sorted(rows))

    def end(self) -> list[Step]:
        """Where the newest case of the process has ended, as a sentence; nothing where it goes on."""
        cases = self.stage.cases(self.process_id)
        if not cases or cases[-1].ended_at is None:
            return []
        with reading(self.stage.engine) as session:
            shapes = drawing(session, self.stage.engine, cases[-1].definition_id).shapes
        left, _, _ = self._way()
        return [Step("through", {"element": each}) for each in sorted(left) if shapes[each].kind == "endEvent"]

    def _mail(self, step: Step) -> None:
        left, mail, wanted = self.mails(), MailText(step.said["mail"]), step.said.get("count", "0")
        count = left.get(mail, 0)
        if step.key == "nomail":
            if count:
                raise MailWritten(mail=mail, count=count)
        elif step.key == "mails" and count and count != int(wanted):
            raise MailsMiscounted(mail=mail, count=count, wanted=wanted)
        elif not count and not (step.key == "mails" and int(wanted) == 0):
            if not left:
                raise NoMail(mail=mail)
            raise MailMissing(mail=mail, found=Mails(left))

    def _way(self) -> tuple[set[str], set[str], bool]:
        """What the cases of the process left, where the newest one is, whether it has ended. Raises NoCase."""
        cases = self.stage.cases(self.process_id)
        if not cases:
            raise NoCase(process=self.process_id)
        with reading(self.stage.engine) as session:
            case = cases[-1]
            gone = progress(session, case.id, ended=case.ended_at is not None)
        return set(gone.left), set(gone.standing), case.ended_at is not None

    def _id(self, element: str) -> str:
        """The id of what is drawn under this name in the newest case; the words themselves where nothing is."""
        case = self.stage.cases(self.process_id)[-1]
        with reading(self.stage.engine) as session:
            shapes = drawing(session, self.stage.engine, case.definition_id).shapes
        if element in shapes:
            return element
        wanted = element.casefold()
        named = [
            s.id
            for s in shapes.values()
            if wanted in {s.label(each).casefold().replace("'", "’") for each in ("fr", "en")}
        ]
        return named[0] if named else element

    def _through(self, step: Step) -> None:
        left, standing, _ = self._way()
        was = self._id(step.said["element"]) in left | standing
        if was is not (step.key == "through"):
            refusal = WentThrough if was else WentElsewhere
            raise refusal(element=step.said["element"], found=Elements(left | standing))

    def _ended(self, step: Step) -> None:
        left, standing, over = self._way()
        if not over or self._id(step.said["element"]) not in left | standing:
            raise NotEnded(element=step.said["element"], found=Elements(standing or left))

    def _variable(self, step: Step) -> None:
        self._way()
        case = self.stage.cases(self.process_id)[-1]
        with reading(self.stage.engine) as session:
            value = variables_of(session, self.stage.engine, case.id).get(step.said["name"])
        wanted = compile_expression(step.said["value"].removeprefix("=")).evaluate({}, self.stage.engine.environment)
        if equals(value, wanted.value) is not True:
            raise NotSo(found=f"{step.said['name']} = {to_text(value)}")

    def _stands(self, step: Step) -> None:
        self._way()
        wanted = self._id(step.said["element"])
        found = {each.element for each in self.stage.incidents()}
        if wanted not in found:
            if not found:
                raise NothingStands(element=step.said["element"])
            raise StandsElsewhere(element=step.said["element"], found=Elements(map(str, found)))


def _holders(task: OpenTask) -> Holders:
    return Holders([task.role] if task.role else task.candidates)
