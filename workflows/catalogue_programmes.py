"""The processes of guided programmes: career groups."""

from __future__ import annotations

from types import MappingProxyType

from workflows.catalogue_entry import CatalogueEntry
from workflows.member_acts import MemberAct

_JOB_FOUND = MemberAct(
    message="job_found",
    labels=MappingProxyType({"fr": "J’ai trouvé un emploi", "en": "I have found a job"}),
    effects=MappingProxyType(
        {
            "fr": "Une personne vous appelle pour convenir de la fin de votre place, qui compte comme une réussite. "
            "Le groupe continue.",
            "en": "Somebody calls you to agree on the end of your seat, which counts as a success. The group goes on.",
        }
    ),
    done=MappingProxyType({"fr": "Bravo, c’est noté !", "en": "Well done, it is noted!"}),
    sides=MappingProxyType({"person_id": "PARTICIPANT"}),
)
_PARTICIPANT = MappingProxyType({"person_id": "PARTICIPANT"})
_PAUSE = MemberAct(
    message="pause_asked",
    labels=MappingProxyType({"fr": "Faire une pause", "en": "Pause"}),
    effects=MappingProxyType(
        {
            "fr": "Jusqu’à ce jour vous n’êtes plus invité·e, et rien ne compte comme absence. L’animation du groupe "
            "est prévenue ; vous pouvez reprendre plus tôt.",
            "en": "Until that day you are not invited, and nothing counts as an absence. Those who lead the group are "
            "told; you can come back earlier.",
        }
    ),
    done=MappingProxyType({"fr": "Votre pause est notée.", "en": "Your pause is noted."}),
    sides=_PARTICIPANT,
    within_days=42,
)
_RESUME = MemberAct(
    message="pause_ended",
    labels=MappingProxyType({"fr": "Reprendre dès maintenant", "en": "Come back now"}),
    effects=MappingProxyType(
        {
            "fr": "Vous êtes de nouveau invité·e à toutes les séances, et l’animation du groupe est prévenue.",
            "en": "You are invited to every session again, and those who lead the group are told.",
        }
    ),
    done=MappingProxyType({"fr": "Heureux de vous revoir.", "en": "Good to see you again."}),
    sides=_PARTICIPANT,
    until="paused_until",
)
_WITHDRAW = MemberAct(
    message="candidacy_withdrawn",
    labels=MappingProxyType({"fr": "Retirer ma candidature", "en": "Withdraw my application"}),
    effects=MappingProxyType(
        {
            "fr": "La place qui vous est gardée va à la personne suivante, et ce que vous avez payé vous revient.",
            "en": "The seat that is kept for you goes to the next person, and what you paid comes back to you.",
        }
    ),
    done=MappingProxyType({"fr": "Votre candidature est retirée.", "en": "Your application is withdrawn."}),
    sides=MappingProxyType({"person_id": "CANDIDATE"}),
    final=True,
    leaves=True,
)
ENTRIES = (
    CatalogueEntry(
        process_id="cohort_planning",
        titles=MappingProxyType({"fr": "Prévoir un groupe carrière", "en": "Plan a career group"}),
        purposes=MappingProxyType(
            {
                "fr": "Douze semaines avant une saison, ou quand assez de personnes attendent : un groupe, deux, ou la "
                "saison suivante ; chacun sait où il en est.",
                "en": "Twelve weeks before a season, or when enough people wait: one cohort, two, or the next season; "
                "everybody knows where they stand.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"cohort_is_wanted"}),
        outbound_messages=frozenset({"cohort_announced"}),
    ),
    CatalogueEntry(
        process_id="cohort_admission",
        titles=MappingProxyType({"fr": "Rejoindre un groupe carrière", "en": "Join a career group"}),
        purposes=MappingProxyType(
            {
                "fr": "Une douzaine de personnes, chaque semaine, huit mois : dire vos dates, être entendu·e, venir.",
                "en": "A dozen people, each week, eight months: say your dates, be heard, come.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset(),
        for_members=True,
        inbound_messages=frozenset(
            {"cohort_seat_awaited", "place_freed", "payment_confirmed", "candidacy_withdrawn", "cohort_called_off"}
        ),
        outbound_messages=frozenset({"cohort_seat_confirmed", "cohort_seat_awaited"}),
        member_acts=(_WITHDRAW,),
    ),
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
        inbound_messages=frozenset({"session_moved", "cohort_dissolved", "extra_asked"}),
        outbound_messages=frozenset(
            {"cohort_started", "cohort_cancelled", "cohort_ended", "event_approved", "merger_wanted"}
        ),
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
            {
                "cohort_started",
                "cohort_cancelled",
                "cohort_ended",
                "attendance_noted",
                "job_found",
                "pause_asked",
                "pause_ended",
                "seat_moved",
                "cohort_seat_confirmed",
                "seat_excluded",
                "seat_moves_on",
                "move_proposed",
                "sheet_asked",
            }
        ),
        outbound_messages=frozenset({"cohort_seat_awaited", "cohort_seat_confirmed", "move_answered"}),
        member_acts=(_PAUSE, _RESUME, _JOB_FOUND),
    ),
    CatalogueEntry(
        process_id="cohort_merger",
        titles=MappingProxyType({"fr": "Réunir ou clore un groupe carrière", "en": "Merge or close a career group"}),
        purposes=MappingProxyType(
            {
                "fr": "Un groupe trop petit, ou que personne n’anime, en rejoint un autre avec l’accord de chacun, ou "
                "va jusqu’à la fin de sa phase.",
                "en": "A group that is too small, or led by nobody, joins another with everybody’s consent, or goes to "
                "the end of its phase.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"merger_wanted", "move_answered"}),
    ),
    CatalogueEntry(
        process_id="cohort_leads",
        titles=MappingProxyType({"fr": "Trouver qui anime un groupe carrière", "en": "Find who leads a career group"}),
        purposes=MappingProxyType(
            {
                "fr": "Une personne qui anime s’arrête : une autre dans les deux semaines, et le groupe le sait.",
                "en": "Somebody who leads stops: somebody else within two weeks, and the group knows.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"lead_dropped"}),
        outbound_messages=frozenset({"merger_wanted"}),
    ),
    CatalogueEntry(
        process_id="cohort_hearing",
        titles=MappingProxyType(
            {"fr": "Audition après un manquement à la charte", "en": "Hearing after a breach of the charter"}
        ),
        purposes=MappingProxyType(
            {
                "fr": "Un manquement signalé : la personne est entendue, puis une autre décide et dit pourquoi.",
                "en": "A breach was reported: the person is heard, then somebody else decides and says why.",
            }
        ),
        owner_roles=frozenset({"CAREERS_HEAD"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"breach_reported"}),
        outbound_messages=frozenset({"seat_excluded"}),
    ),
)
