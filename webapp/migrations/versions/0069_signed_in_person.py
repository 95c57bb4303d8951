"""tasks to sign or to consent to that were opened before their diagrams said so belong to the person alone too"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

SIGNED = {
    ("cohort_participation", "sign_charter"): {"task.personal": "signature"},
    ("guardian_consent", "give_consent"): {"task.personal": "consent"},
    ("membership_application", "give_consents"): {"task.personal": "consent"},
    ("membership_application", "fill_basket"): {
        "task.personal": "signature",
        "task.personal.answer": "mandate_signed",
    },
    ("membership_renewal", "fill_basket"): {"task.personal": "signature", "task.personal.answer": "mandate_signed"},
    ("mentorship", "sign_agreement"): {"task.personal": "signature"},
    ("payment_incident", "sign_mandate"): {"task.personal": "signature"},
}


def upgrade() -> None:
    task = sa.table(
        "user_task", sa.column("id", sa.Uuid), sa.column("definition_id", sa.Uuid), sa.column("element", sa.String),
        sa.column("state", sa.String), sa.column("properties", Json),
    )  # fmt: skip
    definition = sa.table("process_definition", sa.column("id", sa.Uuid), sa.column("process_id", sa.String))
    query = (
        sa.select(task.c.id, definition.c.process_id, task.c.element, task.c.properties)
        .join(definition, definition.c.id == task.c.definition_id)
        .where(task.c.state == "created", task.c.element.in_({element for _, element in SIGNED}))
    )
    connection = op.get_bind()
    for row in connection.execute(query).all():
        added = SIGNED.get((row.process_id, row.element))
        if added is not None:
            said = {**added, **row.properties}
            connection.execute(sa.update(task).where(task.c.id == row.id).values(properties=said))


def downgrade() -> None:
    """What belongs to the person alone stays so."""
