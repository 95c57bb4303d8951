"""Nobody gets his own request to approve (domain §1.3a): whichever task an office does about somebody excludes him."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.assignment import EXCLUDED
from tests.repository.sources import ROOT

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
OWN: Final = "APPLICANT"  # the role of whoever is asked about himself

_GROUP = "is about a group of many, decides about no single person"
_TALK = "talks or writes to somebody, decides nothing about him"
_FACT = "notes an office's work for many, decides nothing about one person"
_EVENT = "runs or closes an event whose approval excluded its organiser"
EXCEPTIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("cohort.resolve_conflict", "cohort.agree_to_start", "cohort.enter_attendance", "cohort.review_halfway",
         "cohort_leads.find_lead", "cohort_merger.choose_merger", "cohort_planning.plan_groups",
         "cohort_planning.seek_candidates"), _GROUP,
    ),
    **dict.fromkeys(
        ("donation_followup.call_donor", "donation_followup.prepare_agreement", "donation_followup.write_note",
         "donation_followup.ask_for_address", "donation_followup.post_receipt", "donation_followup.settle_with_heirs",
         "lapsed_donor.call_donor", "membership_exit.inform_partner", "membership_exit.contact_family",
         "membership_exit.write_memorial", "pledge_followup.speak_to_heirs", "reminder_ladder.call_as_team",
         "reminder_ladder.tell_by_hand"), _TALK,
    ),
    **dict.fromkeys(("foundation_year.complete_addresses", "foundation_year.declare_gifts"), _FACT),
    **dict.fromkeys(
        ("event_permit.obtain_permit", "event_publication.decide_go", "event_report.write_report",
         "event_report.look_at_incident", "event_report.close_accounts", "event_incident.look_at_incident",
         "event_incident.tell_insurer"), _EVENT,
    ),
    **dict.fromkeys(
        ("bank_line.decide_line", "bank_line.send_back"),
        "is about money of which nobody is known; the order that somebody names may not be the own one",
    ),
    "mentorship_matching_round.review_round": "sees the pairs of everybody; each of them is asked before it counts",
}  # fmt: skip


def _of_offices() -> Iterator[tuple[str, bool]]:
    """Tasks that no diagram gives to the person whom they are about, and whether they exclude somebody."""
    for path in sorted((ROOT / "workflows").glob("*/*.bpmn")):
        for task in etree.parse(str(path)).iter(f"{BPMN}userTask"):
            given = task.find(f".//{ZEEBE}assignmentDefinition")
            assert given is not None, (path.name, task.get("id"))
            if given.get("assignee") is not None or given.get("candidateGroups") == OWN:
                continue
            names = {each.get("name"): each.get("value") for each in task.iter(f"{ZEEBE}property")}
            yield f"{path.stem}.{task.get('id')}", bool(names.get(EXCLUDED))


def test_every_task_of_an_office_excludes_whom_it_is_about() -> None:
    found = dict(_of_offices())
    assert len(found) > 60
    assert sorted(name for name, excludes in found.items() if not excludes and name not in EXCEPTIONS) == []


def test_the_exceptions_are_some() -> None:
    found = dict(_of_offices())
    assert sorted(name for name in EXCEPTIONS if found.get(name, True)) == [], "gone, or it excludes somebody now"
