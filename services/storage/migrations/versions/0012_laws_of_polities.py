"""A law is (polity, name), and a hearing knows when it was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BORROWED = sa.text(
    "SELECT DISTINCT m.polity, m.law, l.title, l.text, l.text_hash FROM matters m "
    "JOIN laws l ON l.law = m.law AND l.text_hash = m.law_hash WHERE NOT EXISTS "
    "(SELECT 1 FROM laws own WHERE own.law = m.law AND own.text_hash = m.law_hash AND own.polity = m.polity)"
)
"""Texts that a matter is about though only another polity has a law of them."""
TITLED = sa.text(
    "UPDATE matters SET title = (SELECT l.title FROM laws l WHERE l.polity = matters.polity AND l.law = matters.law "
    "AND l.text_hash = matters.law_hash ORDER BY l.version DESC LIMIT 1) WHERE EXISTS (SELECT 1 FROM laws l "
    "WHERE l.polity = matters.polity AND l.law = matters.law AND l.text_hash = matters.law_hash)"
)


def upgrade() -> None:
    """Number the versions of each polity's law by themselves, and give matters the title of what they are about.

    Versions keep the numbers that the log names. Where a matter is about a text that only another polity had, its own
    polity gets that text as a law of its own, which binds nobody yet.
    """
    with op.batch_alter_table("laws") as table:
        table.drop_constraint(op.f("uq_laws_law_version"), type_="unique")
        table.create_unique_constraint(op.f("uq_laws_polity_law_version"), ["polity", "law", "version"])
    connection = op.get_bind()
    seen = set()
    for row in connection.execute(BORROWED).mappings().all():
        if (row["polity"], row["law"], row["text_hash"]) in seen:
            continue
        seen.add((row["polity"], row["law"], row["text_hash"]))
        newest = sa.text("SELECT coalesce(max(version), 0) + 1 FROM laws WHERE polity = :polity AND law = :law")
        version = connection.scalar(newest, {"polity": row["polity"], "law": row["law"]})
        insert = sa.text(
            "INSERT INTO laws (law, version, title, text, text_hash, polity) "
            "VALUES (:law, :version, :title, :text, :text_hash, :polity)"
        )
        connection.execute(insert, dict(row) | {"version": version})
    connection.execute(TITLED)
    op.add_column("matters", sa.Column("hearing_from", sa.String, nullable=True))
    opened = "UPDATE matters SET hearing_from = substr(filed_at, 1, 10) WHERE hearing_until IS NOT NULL"
    connection.execute(sa.text(opened))


def downgrade() -> None:
    """Let names be the whole identity again; refused by the database where two polities share a version of one."""
    op.drop_column("matters", "hearing_from")
    with op.batch_alter_table("laws") as table:
        table.drop_constraint(op.f("uq_laws_polity_law_version"), type_="unique")
        table.create_unique_constraint(op.f("uq_laws_law_version"), ["law", "version"])
