"""A scenario played: each sentence is done on the stage, or looks whether it is true; the first that fails ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import ClassVar, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.errors import AmicaleError, Invalid, NotFound
from engine.feel import compile_expression
from engine.feel.python import to_python
from engine.models import Subscription
from engine.transaction import reading, transaction
from webapp.sandbox.actors import actor_for, role_named
from webapp.sandbox.looking import Looking
from webapp.sandbox.newcomers import newcomer
from webapp.sandbox.occasions import occasion
from webapp.sandbox.phrases import Step
from webapp.sandbox.stage import SandboxStage
from webapp.sandbox.untrue import Elements
from webapp.year.answering import NoAnswer
from webapp.year.hands import habit_of
from workflows.association import payments
from workflows.association.bank import creditors, intake
from workflows.association.orders import ASSOCIATION, Order
from workflows.association.payments import Payment
from workflows.association.year import families
from workflows.association.year.bank_files import ZERO, Move, statement
from workflows.association.year.world import Habit

__all__ = ["Play"]

A_DAY: Final = timedelta(days=1)
HABITS: Final[Mapping[str, Habit]] = {
    element: habit for family in families.played(list(families.FAMILIES)) for element, habit in family.habits.items()
}


class StandsStill(Invalid):
    """The case stands still at {element}: {reason}"""

    code: ClassVar[str] = "scenario_incident"


class FormUnanswered(Invalid):
    """The form does not take the answers: {errors}"""

    code: ClassVar[str] = "scenario_unanswered"


class DayUnreadable(Invalid):
    """“{day}” is no day that can be played: write one like 2027-01-31."""

    code: ClassVar[str] = "scenario_day"


class NothingToPay(Invalid):
    """There is no order to pay."""

    code: ClassVar[str] = "scenario_no_order"


class NothingPaid(Invalid):
    """Nothing was paid that the bank could take back."""

    code: ClassVar[str] = "scenario_no_payment"


@dataclass(slots=True)
class Play:
    """What is done on a stage for one process. `number` counts what was done: chance is drawn by it."""

    stage: SandboxStage
    process_id: str
    number: int = 0
    expected: set[str] = field(default_factory=set)  # elements at which the scenario says that it stands still
    people: dict[str, UUID] = field(default_factory=dict)

    def do(self, step: Step) -> None:
        """One sentence. Raises AmicaleError: why it cannot be done, or is not true."""
        self.number += 1
        acts: Mapping[str, Callable[[Step], None]] = {
            "day": self._day, "person": self._person, "form": self._form, "begin": self._begin, "do": self._do,
            "days": self._days, "hours": self._hours, "lapse": self._lapse, "link": self._link, "pay": self._pay,
            "line": self._line, "back": self._back, "message": self._message,
        }  # fmt: skip
        act = acts.get(step.key)
        try:
            if act is None:
                Looking(self.stage, self.process_id).look(step)
                return
            act(step)
        except NoAnswer as unanswered:
            raise FormUnanswered(errors=str(unanswered)[:300]) from None

    def stopped(self) -> AmicaleError | None:
        """What stands still though nobody said so."""
        still = self.stage.incidents()
        look = Looking(self.stage, self.process_id)
        said = {id_ for words in self.expected for id_ in look.meant(words, elsewhere=True)} if still else set()
        for each in still:
            if each.element not in said:
                return StandsStill(element=Elements([str(each.element)]), reason=str(each.message)[:300])
        return None

    def _day(self, step: Step) -> None:
        try:
            day = datetime.fromisoformat(step.said["day"]).date()
            moment = datetime.combine(day, time(9), self.stage.association.zone).astimezone(UTC)
            self.stage.later(max(moment - self.stage.clock.now(), timedelta()))
        except ValueError:
            raise DayUnreadable(day=step.said["day"]) from None

    def _person(self, step: Step) -> None:
        """Somebody of the register who did not exist before; the table says more of the record."""
        with transaction(self.stage.engine) as session:
            made = newcomer(session, step.said["name"], step.table, self.stage.clock.now())
        self.people[step.said["name"]] = made

    def _form(self, step: Step) -> None:
        role = role_named(step.said["who"])
        by = UUID(self.stage.office(role).removeprefix("person:")) if role else self.people.get(step.said["who"])
        key, process_id = f"form {self.number}", step.said["process"]
        with reading(self.stage.engine) as session:
            about = occasion(session, process_id, by, self.stage.clock.now())
        if about is None:
            self.stage.send_form(process_id, step.table, key=key, by=by)
        else:
            self.stage.send_about(process_id, step.table, about, key=key, by=by)
        self.stage.run()

    def _begin(self, step: Step) -> None:
        variables = {name: self._value(text) for name, text in step.table.items()}
        with transaction(self.stage.engine) as session:
            commands.start(session, self.stage.engine, step.said["process"], variables, by=SYSTEM)
        self.stage.run()

    def _value(self, text: str) -> object:
        """A cell as a value: what begins with = is FEEL, a name of the register its id, everything else a text."""
        if text.startswith("="):
            return to_python(compile_expression(text[1:]).evaluate({}, self.stage.engine.environment).value)
        return str(self.people[text]) if text in self.people else text

    def _do(self, step: Step) -> None:
        task = Looking(self.stage, self.process_id).task(step.said["element"])
        actor = actor_for(self.stage, task, step.said["who"])
        self.stage.answer(task, actor, step.table, self.number)

    def _days(self, step: Step) -> None:
        self.stage.later(timedelta(days=int(step.said["count"][:4])))

    def _hours(self, step: Step) -> None:
        self.stage.later(timedelta(hours=int(step.said["count"][:5])))

    def _lapse(self, step: Step) -> None:
        """Time goes by, and whoever has a task does it a day later, as people of this association usually do."""
        end = self.stage.clock.now() + timedelta(days=int(step.said["count"][:4]))
        tried: set[UUID] = set()
        while self.stage.clock.now() < end:
            self.stage.later(min(A_DAY, end - self.stage.clock.now()))
            for task in self.stage.open_tasks():
                if task.id not in tried and task.created_at + A_DAY <= self.stage.clock.now():
                    tried.add(task.id)
                    try:
                        actor = actor_for(self.stage, task, "")
                        rng = self.stage.lots.of("lapse", task.element, len(tried))
                        self.stage.complete(task, actor, habit_of(HABITS, task), rng)
                    except (AmicaleError, NoAnswer):
                        continue  # nobody can do it as things stand: it waits, and the page shows it
                    self.stage.run()

    def _link(self, step: Step) -> None:
        for case in reversed(self.stage.cases()):
            self.stage.open_link(case.id)
        self.stage.run()

    def _pay(self, step: Step) -> None:
        with reading(self.stage.engine) as session:
            order = session.scalars(select(Order).where(Order.state == "OPEN").order_by(Order.key.desc())).first()
        if order is None:
            raise NothingToPay
        self.stage.pay_by_card(order.key, Decimal(step.said["amount"].replace(",", ".")))
        self.stage.run()

    def _line(self, step: Step) -> None:
        """A statement of the day with one line, about which the bank says no more than this text."""
        today, amount = self.stage.clock.now().date(), Decimal(step.said["amount"].replace(",", "."))
        move = Move(amount, f"LINE {self.number}", text=step.said["text"])
        with transaction(self.stage.engine) as session:
            account = creditors.creditor(session, ASSOCIATION, today)
            told = statement(account.iban.replace(" ", ""), today, ZERO, [move], f"STM {self.number}")
            intake.take_in(session, self.stage.engine, told, entity=ASSOCIATION, name="scenario.xml", by=SYSTEM)
        self.stage.run()

    def _back(self, step: Step) -> None:
        """The bank takes back what came last; the table may say why (`reason`, ISO 20022)."""
        engine = self.stage.engine
        with transaction(engine) as session:
            newest = select(Payment).where(Payment.reversed_at.is_(None), Payment.order_id.is_not(None))
            payment = session.scalars(newest.order_by(Payment.received_at.desc(), Payment.id).limit(1)).first()
            if payment is None:
                raise NothingPaid
            order = session.get_one(Order, payment.order_id)
            payments.take_back(
                session, engine, order, payment, debit_id=uuid5(NAMESPACE_OID, f"debit {payment.id}"),
                reason=step.table.get("reason", "AM04"), by=SYSTEM, now=self.stage.clock.now(),
            )  # fmt: skip
        self.stage.run()

    def _message(self, step: Step) -> None:
        name = step.said["message"]
        variables = {key: self._value(text) for key, text in step.table.items()}
        with transaction(self.stage.engine) as session:
            waiting = session.scalars(
                select(Subscription).where(Subscription.kind == "message", Subscription.name == name)
                .order_by(Subscription.instance_id.is_(None), Subscription.opened_at.desc())
            ).first()  # fmt: skip
            if waiting is None:
                raise NotFound(kind="subscription", id=name)
            key = str(variables.pop("=key", waiting.key))
            commands.correlate_message(session, self.stage.engine, name, key, variables, source="sandbox", by=SYSTEM)
        self.stage.run()
