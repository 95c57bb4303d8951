"""The processes of guided programmes: career groups."""

from __future__ import annotations

from types import MappingProxyType

from workflows.catalogue_entry import CatalogueEntry

ENTRIES = (
    CatalogueEntry(
        process_id="cohort",
        titles=MappingProxyType({"fr": "Groupe carrière", "en": "Career group"}),
        purposes=MappingProxyType(
            {
                "fr": "Un groupe se réunit chaque semaine pendant huit mois : composition, démarrage, séances, bilan.",
                "en": "A group meets each week for eight months: composition, start, sessions, review.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset({"CAREERS_HEAD", "CAREERS_ASST"}),
        inbound_messages=frozenset({"session_moved"}),
        outbound_messages=frozenset({"cohort_started", "cohort_cancelled", "cohort_ended"}),
    ),
    CatalogueEntry(
        process_id="cohort_participation",
        titles=MappingProxyType({"fr": "Participation à un groupe carrière", "en": "Seat in a career group"}),
        purposes=MappingProxyType(
            {
                "fr": "Suivre un groupe carrière, de la charte au suivi un an après ; partir n’arrête pas le groupe.",
                "en": "To follow a career group, from the charter to the follow-up a year on; leaving ends no group.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset({"CAREERS_HEAD", "CAREERS_ASST"}),
        inbound_messages=frozenset(
            {"cohort_started", "cohort_cancelled", "cohort_ended", "attendance_noted", "job_found", "seat_moved"}
        ),
    ),
)
