"""Everything that would be said of a draft, as one list: what a deployment refuses or warns of, and rules of the house.

The very checks of `amicale deploy` and `amicale check`, so that the studio promises nothing that a deployment refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from engine.bpmn import Element, ProcessSpec
from engine.definitions import definition
from engine.deployment import Check, examine
from engine.dmn.golden import SUFFIX
from engine.engine import Engine
from engine.feel import StaticText
from engine.findings import Finding
from webapp import definitions
from webapp.decision_checks import GoldenCasesCheck, TablesCheck, all_tables_read
from webapp.refusal_words import finding_in_words
from webapp.sandbox.scenarios import deployed_of
from webapp.studio import table_texts
from webapp.studio.approvals import ApprovalsCheck
from webapp.studio.changes import facts
from webapp.studio.form_names import component_names
from webapp.studio.places import places
from webapp.studio.versions import figures, files_of, version
from webapp.wiring_checks import WiringCheck, processes_in
from webapp.words import _
from workflows.association.role_names import ROLES

__all__ = ["Said", "around", "checks_of", "findings", "in_words", "labels", "parts"]

Files = Mapping[str, bytes]
SPECIAL_ROLES = frozenset({"MEMBER"})
ID = re.compile(r"[A-Za-z_][\w.-]*")
OF_ROWS = frozenset(
    {
        "table_overlap", "table_contradiction", "row_unreachable", "cell_impossible", "value_not_given",
        "golden_case_red", "decimal_comma",
    }
)  # fmt: skip
OF_UNREAD_TABLES = frozenset({"golden_cases_alone", "missing_decision"})
OF_IDS = frozenset({"path", "elements", "missing", "branches"})  # parameters that list elements
OF_COMPONENTS = frozenset({"component", "other", "list"})  # and components of a form
OF_ID = frozenset({"flow"})  # and that name one, within marks of the sentence


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as a page shows it: a sentence, how grave, and where to look: the file, the element or row in it.
    `case`: of a red golden case its file and its name."""

    severity: str
    code: str
    text: str
    file: str | None
    element: str | None
    path: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()  # of a table, from 1
    gap: tuple[str, ...] = ()  # the cells of a row that would answer what none does
    case: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The diagram is of the draft's process; roles are known; whoever reads English has names too."""

    process_id: str

    def __call__(self, files: Files) -> Sequence[Finding]:
        read = processes_in(files)
        known = {spec.process_id for specs in read.values() for spec in specs}
        found = [finding for specs in read.values() for spec in specs for finding in _wording(spec)]
        found += table_texts.english_missing(files)
        diagrams = [name for name in files if name.endswith(".bpmn")]
        if self.process_id in known or len(read) < len(diagrams):
            return found  # a diagram that is refused says so itself
        params: dict[str, object] = {"wanted": self.process_id}
        if known:
            params |= {"id": sorted(known)[0], "file": diagrams[0]}
        code = "process_other" if known else "process_gone"
        return [*found, Finding("error", code, f"the diagram is not of {self.process_id}", params)]


def _wording(spec: ProcessSpec) -> Iterator[Finding]:
    for element in spec.elements.values():
        for role in _roles(element):
            if role not in ROLES and role not in SPECIAL_ROLES:
                sentence = f"nobody can hold the role “{role}”"
                yield Finding("warning", "role_unknown", sentence, {"role": role}, element.id, element.name)
        if element.name and "en" not in element.names:
            yield Finding("warning", "english_missing", "it has no English name", {}, element.id, element.name)


def _roles(element: Element) -> list[str]:
    groups = element.work.candidate_groups if element.work is not None else None
    written = groups.text.split(",") if isinstance(groups, StaticText) else []
    return [role.strip() for role in written if role.strip()]


def parts(files: Files) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What is deployed, and the golden cases that are only run."""
    golden = {name: body for name, body in files.items() if name.endswith(SUFFIX)}
    return deployed_of(files), golden


def around(session: Session, engine: Engine, process_id: str) -> tuple[ProcessSpec, ...]:
    """The other processes that are in force."""
    others = [each.definition_id for name, each in figures(session).items() if name != process_id]
    return tuple(definition(session, engine, each).spec for each in others)


def checks_of(engine: Engine, process_id: str, golden: Files, others: Sequence[ProcessSpec]) -> tuple[Check, ...]:
    """The checks that a deployment of this process runs."""
    return (
        HouseRules(process_id),
        definitions.check_forms,
        TablesCheck(engine.registry, tuple(engine.environment.functions), golden),
        GoldenCasesCheck(golden, engine.environment),
        WiringCheck(engine.registry, others),
        ApprovalsCheck(engine.registry),
    )


def findings(session: Session, engine: Engine, process_id: str, files: Files) -> tuple[Finding, ...]:
    """Errors first; each once."""
    deployed, golden = parts(files)
    reading = examine(engine, deployed, checks_of(engine, process_id, golden, around(session, engine, process_id)))
    once: dict[tuple[str, str], Finding] = {}
    follow = frozenset() if all_tables_read(deployed) else OF_UNREAD_TABLES
    for finding in reading.findings:
        if finding.code in follow:
            continue  # the table that cannot be read says so itself
        once.setdefault((finding.code, finding.message), finding)
    for finding in table_texts.english_old(_in_force(session, process_id), files):
        once.setdefault((finding.code, f"{finding.message} {finding.element}"), finding)
    return tuple(sorted(once.values(), key=lambda finding: not finding.is_error))


def _in_force(session: Session, process_id: str) -> Files:
    found = figures(session).get(process_id)
    return files_of(session, version(session, found.definition_id).deployment_id) if found is not None else {}


def in_words(found: Sequence[Finding], files: Files, language: str) -> list[Said]:
    """The findings in the reader's language, each with the file in which its element stands."""
    named = {**table_texts.names(files, language), **labels(files, language)} if found else {}
    named = {**named, **_ways(files, named)} if found else {}
    places = _places(files, named, language) if found else {}
    return [
        Said(
            each.severity, each.code, _sentence(_of_file(each, files, language), named, places), _file(each, files),
            each.element, _path(each), _rows(each), _gap(each), _case(each),
        )
        for each in found
    ]  # fmt: skip


def labels(files: Files, language: str) -> Mapping[str, str]:
    """What the diagrams' elements are called, by their ids."""
    diagrams = [facts.parts(body, name) for name, body in files.items() if name.endswith(".bpmn")]
    parts_of = {id_: part.label(language) for found in diagrams for id_, part in found.items()}
    return {id_: label for id_, label in parts_of.items() if label}


def _ways(files: Files, named: Mapping[str, str]) -> Mapping[str, str]:
    """What flows without a name are called: by their ends."""
    diagrams = [facts.parts(body, name) for name, body in files.items() if name.endswith(".bpmn")]
    return {
        id_: " → ".join(named.get(end, "…") for end in (part.source, part.target))
        for found in diagrams
        for id_, part in found.items()
        if part.kind == "sequenceFlow" and id_ not in named and (part.source in named or part.target in named)
    }


def _places(files: Files, named: Mapping[str, str], language: str) -> Mapping[str, str]:
    """What every element is called within a sentence: its name in quotation marks, or where it stands."""
    quoted = {id_: _("“%(name)s”", name=name) for id_, name in named.items()}
    unnamed = {
        id_: place
        for name, specs in processes_in(files).items()
        for id_, place in places(files[name], [spec.process_id for spec in specs], language).items()
    }
    return {**unnamed, **quoted}


def _of_file(finding: Finding, files: Files, language: str) -> Finding:
    """What is said of a table or a form, with its own words for what it is about."""
    return _of_form(table_texts.in_language(finding, files, language), files, language)


def _of_form(finding: Finding, files: Files, language: str) -> Finding:
    """What is said of a form, with the labels of its components for their ids, and languages by name."""
    form = str(finding.params.get("file", ""))
    if not form.endswith(".form") or form not in files:
        return finding
    named = component_names(files[form], files.get(f"{form.removesuffix('.form')}.translations.json"), language)
    words = {"en": _("English"), "fr": _("French")}
    params = {
        key: named.get(str(value), value) if key in OF_COMPONENTS else words.get(str(value), value)
        if key == "language" else value
        for key, value in finding.params.items()
    }  # fmt: skip
    return replace(finding, params=params)


def _sentence(finding: Finding, named: Mapping[str, str], places: Mapping[str, str]) -> str:
    """The finding with names for ids: an owner knows the words on the diagram, and where what has none stands."""

    def placed(value: object) -> object:
        return ID.sub(lambda found: places.get(found[0], found[0]), value) if isinstance(value, str) else value

    params = {key: placed(value) if key in OF_IDS else value for key, value in finding.params.items()}
    alone = {key: named.get(str(value), value) for key, value in params.items() if key in OF_ID}
    name = finding.element_name and named.get(finding.element or "", finding.element_name)
    said = finding_in_words(replace(finding, params={**params, **alone}, element_name=name))
    where = places.get(finding.element or "")
    if finding.element_name or finding.element in named or where is None:
        return said
    return _("%(where)s: %(said)s", where=where[:1].upper() + where[1:], said=said)


def _file(finding: Finding, files: Files) -> str | None:
    named = finding.params.get("file", finding.params.get("name"))
    if isinstance(named, str) and named in files and not (finding.element and named.endswith(SUFFIX)):
        return named
    mark = f'id="{finding.element}"'.encode() if finding.element else b""
    holding = [name for name in files if name.endswith((".bpmn", ".dmn")) and mark and mark in files[name]]
    return next(iter(sorted(holding)), named if isinstance(named, str) and named in files else None)


def _rows(finding: Finding) -> tuple[int, ...]:
    """The rows of a table that it is about."""
    named = str(finding.params.get("rows") or finding.params.get("row") or "")
    return tuple(int(number) for number in re.findall(r"\d+", named)) if finding.code in OF_ROWS else ()


def _gap(finding: Finding) -> tuple[str, ...]:
    cells = finding.params.get("cells")
    return tuple(map(str, cells)) if finding.code == "table_gap" and isinstance(cells, list) else ()


def _case(finding: Finding) -> tuple[str, str] | None:
    if finding.code != "golden_case_red":
        return None
    return str(finding.params["file"]), str(finding.params["case"])


def _path(finding: Finding) -> tuple[str, ...]:
    """The elements that lead to the trouble, where the check knows them."""
    path = finding.params.get("path")
    return tuple(path.split(" → ")) if isinstance(path, str) else ()
