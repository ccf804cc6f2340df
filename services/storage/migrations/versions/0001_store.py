"""Layers, polities with objections, citizens with consents, and the public log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0001"
down_revision = None
SHAPE = sa.LargeBinary().with_variant(Geometry(srid=4326), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table(
        "layers",
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("vintage", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("licence", sa.String, nullable=False),
        sa.Column("is_base", sa.Boolean, nullable=False),
        sa.Column("kept_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_layers")),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("time", sa.String, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "log_entries",
        sa.Column("index", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_entries")),
    )
    op.create_table(
        "citizens",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("citizen_id", sa.String, nullable=False),
        sa.Column("layer", sa.String, nullable=False),
        sa.Column("home", sa.String, nullable=True),
        sa.Column("home_is_parent", sa.Boolean, nullable=False),
        sa.Column("stratum", sa.String, nullable=False),
        sa.Column("is_of_age", sa.Boolean, nullable=False),
        sa.Column("is_synthetic", sa.Boolean, nullable=False),
        sa.Column("registered_at", sa.String, nullable=False),
        sa.Column("erased_at", sa.String, nullable=True),
        sa.Column("mapped_share", sa.Double, nullable=True),
        sa.ForeignKeyConstraint(["layer"], ["layers.digest"], name=op.f("fk_citizens_layer")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_citizens")),
        sa.UniqueConstraint("citizen_id", name=op.f("uq_citizens_citizen_id")),
    )
    op.create_index(op.f("ix_citizens_layer_home"), "citizens", ["layer", "home"], unique=False)
    op.create_table(
        "crosswalks",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("source_unit", sa.String, nullable=False),
        sa.Column("target_unit", sa.String, nullable=False),
        sa.Column("share", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["source"], ["layers.digest"], name=op.f("fk_crosswalks_source")),
        sa.ForeignKeyConstraint(["target"], ["layers.digest"], name=op.f("fk_crosswalks_target")),
        sa.PrimaryKeyConstraint("source", "target", "source_unit", "target_unit", name=op.f("pk_crosswalks")),
    )
    op.create_table(
        "polity_versions",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("issue", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("open_until", sa.String, nullable=True),
        sa.Column("valid_from", sa.String, nullable=True),
        sa.Column("valid_to", sa.String, nullable=True),
        sa.Column("proposer", sa.String, nullable=False),
        sa.Column("activator", sa.String, nullable=True),
        sa.Column("layer", sa.String, nullable=False),
        sa.Column("units", sa.Integer, nullable=False),
        sa.Column("area_km2", sa.Double, nullable=False),
        sa.Column("population", sa.BigInteger, nullable=False),
        sa.Column("affected", sa.Double, nullable=False),
        sa.Column("coverage", sa.Double, nullable=False),
        sa.Column("gap", sa.Double, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("shape", SHAPE, nullable=False),
        sa.CheckConstraint(
            "(status IN ('draft', 'proposed', 'withdrawn')) = (valid_from IS NULL)",
            name=op.f("ck_polity_versions_valid_since_activation"),
        ),
        sa.CheckConstraint(
            "(status IN ('superseded', 'retired')) = (valid_to IS NOT NULL)",
            name=op.f("ck_polity_versions_valid_to_the_end"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'proposed', 'withdrawn', 'active', 'superseded', 'retired')",
            name=op.f("ck_polity_versions_status_known"),
        ),
        sa.CheckConstraint(
            "activator IS NULL OR activator <> proposer", name=op.f("ck_polity_versions_activator_is_not_proposer")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_polity_versions_validity_in_order")
        ),
        sa.ForeignKeyConstraint(["layer"], ["layers.digest"], name=op.f("fk_polity_versions_layer")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_polity_versions")),
        sa.UniqueConstraint("issue", "version", name=op.f("uq_polity_versions_issue_version")),
    )
    op.create_index(
        "one_active_version",
        "polity_versions",
        ["issue"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "units",
        sa.Column("layer", sa.String, nullable=False),
        sa.Column("unit_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("population", sa.Double, nullable=True),
        sa.Column("parent", sa.String, nullable=True),
        sa.Column("shape", SHAPE, nullable=False),
        sa.ForeignKeyConstraint(["layer"], ["layers.digest"], name=op.f("fk_units_layer")),
        sa.PrimaryKeyConstraint("layer", "unit_id", name=op.f("pk_units")),
    )
    op.create_index(op.f("ix_units_layer_parent"), "units", ["layer", "parent"], unique=False)
    op.create_table(
        "consents",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("given_at", sa.String, nullable=False),
        sa.Column("expires_at", sa.String, nullable=False),
        sa.Column("withdrawn_at", sa.String, nullable=True),
        sa.CheckConstraint("given_at < expires_at", name=op.f("ck_consents_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_consents_citizen")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_citizen_expires_at"), "consents", ["citizen", "expires_at"], unique=False)
    op.create_table(
        "objections",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("polity", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("text_salt", sa.LargeBinary, nullable=False),
        sa.Column("answered_at", sa.String, nullable=True),
        sa.Column("answerer", sa.String, nullable=True),
        sa.Column("answer", sa.String, nullable=True),
        sa.Column("answer_salt", sa.LargeBinary, nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_objections_answer_has_its_time")),
        sa.ForeignKeyConstraint(["polity"], ["polity_versions.key"], name=op.f("fk_objections_polity")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_objections")),
    )
    op.create_index(op.f("ix_objections_polity"), "objections", ["polity"], unique=False)
    op.create_table(
        "polity_units",
        sa.Column("polity", sa.Integer, nullable=False),
        sa.Column("unit_id", sa.String, nullable=False),
        sa.Column("affected", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["polity"], ["polity_versions.key"], name=op.f("fk_polity_units_polity")),
        sa.PrimaryKeyConstraint("polity", "unit_id", name=op.f("pk_polity_units")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("units", "polity_versions"):
            op.execute(f"CREATE INDEX idx_{table}_shape ON {table} USING gist (shape)")


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "polity_units",
        "objections",
        "consents",
        "units",
        "polity_versions",
        "crosswalks",
        "citizens",
        "log_entries",
        "log_checkpoints",
        "layers",
    ):
        op.drop_table(table)
