"""What a scenario says to be true, looked at: tasks, mails, the way of the case, its variables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from engine.definitions import latest
from engine.feel import compile_expression
from engine.feel.equality import equals
from engine.feel.values import to_text
from engine.models import ProcessDefinition, UserTask
from engine.transaction import reading
from webapp.operations import mail_causes
from webapp.operations.diagrams import drawing
from webapp.operations.story import progress
from webapp.operations.variables import variables_of
from webapp.sandbox.actors import person_of, role_named
from webapp.sandbox.phrases import Step
from webapp.sandbox.stage import SandboxStage
from webapp.sandbox.step_names import alike, bearing, placed_names
from webapp.sandbox.untrue import (
    Elements,
    HeldElsewhere,
    Holders,
    MailMissing,
    Mails,
    MailsMiscounted,
    MailText,
    MailWritten,
    NoCase,
    NoMail,
    NoSuchMail,
    NoSuchMailBut,
    NoSuchStep,
    NoSuchStepBut,
    NotEnded,
    NothingOpen,
    NothingStands,
    NotSo,
    StandsElsewhere,
    StillWaits,
    TaskNotOpen,
    WentElsewhere,
    WentThrough,
)
from workflows.association import texts
from workflows.association.mail_titles import mail_like
from workflows.association.mails import Mail
from workflows.association.quoted_words import quotable
from workflows.association.year.world import OpenTask

__all__ = ["Looking"]


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
        """The open task of this id or name, the newest of several. Raises TaskNotOpen, NothingOpen, NoSuchStep."""
        tasks = self.stage.open_tasks()
        found = [task for task in tasks if self._is(task, element)]
        if found:
            return found[-1]
        self.meant(element, elsewhere=True)
        if not tasks:
            raise NothingOpen(element=element)
        raise TaskNotOpen(element=element, open=Elements(task.element for task in tasks))

    def _is(self, task: OpenTask, words: str) -> bool:
        with reading(self.stage.engine) as session:
            row = session.get_one(UserTask, task.id)
            drawn = drawing(session, self.stage.engine, row.definition_id)
        return task.element in bearing(drawn.shapes, words, drawn.flows)

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

    def own(self) -> frozenset[UUID]:
        """The cases of the process, and those that they called."""
        cases = {case.id: case for case in self.stage.cases()}
        found = set()
        for case in cases.values():
            above = case
            while above.process_id != self.process_id and above.parent_id in cases:
                above = cases[above.parent_id]
            if above.process_id == self.process_id:
                found.add(case.id)
        return frozenset(found)

    def called(self, task: OpenTask) -> str:
        """What a sentence calls the element of a task: its id, of a called process its name, which an owner of this one
        has read."""
        if task.process_id == self.process_id:
            return task.element
        with reading(self.stage.engine) as session:
            row = session.get_one(UserTask, task.id)
            drawn = drawing(session, self.stage.engine, row.definition_id)
        name = drawn.shapes[task.element].label("fr")
        if quotable(name) and len(bearing(drawn.shapes, name)) == 1:
            return name
        return placed_names(drawn.shapes, drawn.flows, "fr").get(task.element, task.element)

    def mails(self) -> Mapping[str, int]:
        """How many mails of each text have been written."""
        with reading(self.stage.engine) as session:
            rows = session.execute(select(Mail.template, func.count()).group_by(Mail.template)).tuples().all()
        return dict(sorted(rows))

    def mails_of(self, cases: Collection[UUID]) -> Sequence[str]:
        """The texts of the mails that these cases wrote, or that are about their tasks."""
        with reading(self.stage.engine) as session:
            written = session.scalars(select(Mail)).all()
            origins = mail_causes.origins(session, written)
        return sorted({each.template for each in written if origins.get(each.key, (None, ""))[0] in cases})

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
        if mail not in texts.names("mail"):
            like = mail_like(mail)
            raise NoSuchMailBut(mail=mail, like=MailText(like)) if like else NoSuchMail(mail=mail)
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

    def meant(self, element: str, *, elsewhere: bool = False) -> frozenset[str]:
        """The ids of all that is drawn under this name; with `elsewhere` other processes are looked at too. Raises
        NoSuchStep."""
        engine = self.stage.engine
        with reading(engine) as session:
            drawn = drawing(session, engine, latest(session, engine, self.process_id).id)
            own = drawn.shapes
            if named := bearing(own, element, drawn.flows):
                return frozenset(named)
            others = session.scalars(select(ProcessDefinition.id)).all() if elsewhere else ()
            for other in (drawing(session, engine, each) for each in others):
                if named := bearing(other.shapes, element, other.flows):
                    return frozenset(named)
        if like := alike(own, element):
            raise NoSuchStepBut(element=element, like=Elements(like))
        raise NoSuchStep(element=element)

    def _through(self, step: Step) -> None:
        left, standing, _ = self._way()
        was = not self.meant(step.said["element"]).isdisjoint(left | standing)
        if was is not (step.key == "through"):
            refusal = WentThrough if was else WentElsewhere
            raise refusal(element=step.said["element"], found=Elements(left | standing))

    def _ended(self, step: Step) -> None:
        left, standing, over = self._way()
        if not over or self.meant(step.said["element"]).isdisjoint(left | standing):
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
        wanted = self.meant(step.said["element"], elsewhere=True)
        found = {each.element for each in self.stage.incidents()}
        if wanted.isdisjoint(found):
            if not found:
                raise NothingStands(element=step.said["element"])
            raise StandsElsewhere(element=step.said["element"], found=Elements(map(str, found)))


def _holders(task: OpenTask) -> Holders:
    return Holders([task.role] if task.role else task.candidates)
