"""A form definition as a value: what was drawn, checked once, immutable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.errors import Finding
from forms.vocabulary import INPUTS


@dataclass(frozen=True, slots=True)
class Component:
    """One component. `key` is the whole dotted path (groups' paths included), empty where nothing is kept."""

    id: str
    type: str
    key: str
    properties: Mapping[str, object]
    settings: Mapping[str, str] = field(default_factory=dict)
    components: tuple[Component, ...] = ()

    @property
    def hide(self) -> str | None:
        """The FEEL text, without its `=`, that hides this component; None if it always shows."""
        conditional = self.properties.get("conditional")
        found = conditional.get("hide") if isinstance(conditional, Mapping) else None
        return expression(found)

    def rule(self, name: str) -> object:
        """The value of one property of `validate`; None if absent."""
        rules = self.properties.get("validate")
        return rules.get(name) if isinstance(rules, Mapping) else None

    @property
    def label_name(self) -> str:
        """The property its label stands in: form-js gives dates and times `dateLabel` and `timeLabel`."""
        if self.type != "datetime" or self.properties.get("label"):
            return "label"
        return "timeLabel" if self.properties.get("subtype") == "time" else "dateLabel"

    @property
    def transient(self) -> bool:
        return self.settings.get("privacy.transient", "").lower() == "true"

    @property
    def record(self) -> str | None:
        return self.settings.get("record") or None

    def level(self) -> Iterator[Component]:
        """Itself and what lies inside it in drawing order; a list's rows are a level of their own."""
        yield self
        if self.type != "dynamiclist":
            for child in self.components:
                yield from child.level()

    def tree(self) -> Iterator[Component]:
        """Itself and everything inside it, in drawing order."""
        yield self
        for child in self.components:
            yield from child.tree()


def expression(value: object) -> str | None:
    """The FEEL text behind a leading `=`, or None if the value is static (dialect §2)."""
    if isinstance(value, str) and value.strip().startswith("="):
        return value.strip()[1:].strip()
    return None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What is asked under one key; `list` is the key of the list whose rows it belongs to."""

    key: str
    component: Component
    list: str | None = None

    @property
    def type(self) -> str:
        return self.component.type

    @property
    def record(self) -> str | None:
        return self.component.record

    @property
    def transient(self) -> bool:
        return self.component.transient

    @property
    def required(self) -> bool:
        """Required by the definition alone; `validate.required` may make it so case by case."""
        return self.component.rule("required") is True

    @property
    def free_text(self) -> bool:
        """A person may write anything here: our own forms must bind it to a record."""
        return self.type in ("textfield", "textarea")


@dataclass(frozen=True, slots=True)
class ExpressionSite:
    """One FEEL expression of a form, for the caller's checks at deployment; `text` is without the leading `=`."""

    component: str
    property: str
    text: str


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A checked form. `texts` is component id → property → language → text, the form's own language included."""

    id: str
    name: str
    components: tuple[Component, ...]
    languages: tuple[str, ...]
    texts: Mapping[str, Mapping[str, Mapping[str, str]]]
    fields: Mapping[str, FieldSpec]
    records: Mapping[str, str]
    transient: frozenset[str]
    expressions: tuple[ExpressionSite, ...]
    orders: Mapping[str, tuple[Component, ...]]
    """The order in which the conditions of a level are evaluated; the top level is "", a list's rows its id."""
    warnings: tuple[Finding, ...] = field(default=())

    def level(self, list_id: str = "") -> Sequence[Component]:
        """The components of the top level or of a list's row, groups opened, each after what its condition names."""
        return self.orders[list_id]

    def asked(self) -> FormDefinition:
        """The same form without what is only shown: the questions that many can be answered by together."""
        kept = tuple(_asked(self.components))
        ids = {each.id for top in kept for each in top.tree()}
        fields = {key: spec for key, spec in self.fields.items() if spec.component.id in ids}
        orders = {key: tuple(each for each in level if each.id in ids) for key, level in self.orders.items()}
        return replace(self, components=kept, fields=fields, orders=orders)

    @property
    def has_files(self) -> bool:
        return any(spec.type == "filepicker" for spec in self.fields.values())

    @property
    def has_submit(self) -> bool:
        """Whether the form draws its own submit button; if not, the page adds one."""
        return any(
            each.type == "button" and each.properties.get("action", "submit") == "submit"
            for top in self.components
            for each in top.tree()
        )


def _asked(components: Iterable[Component]) -> Iterator[Component]:
    for each in components:
        if each.properties.get("disabled") is True or each.properties.get("readonly") is True:
            continue
        inside = tuple(_asked(each.components))
        if inside or not each.components:
            yield replace(each, components=inside)


def is_input(component: Component) -> bool:
    """Whether a person answers it: an input or a list."""
    return component.type in INPUTS or component.type == "dynamiclist"
