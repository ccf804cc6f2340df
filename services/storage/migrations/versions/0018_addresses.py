"""Streets with their houses, and what searches them: FTS5 in SQLite, text search and pg_trgm in PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STREETS = "CREATE VIRTUAL TABLE streets_search USING fts5(words, place_words, postcode, "
WORDS = "CREATE VIRTUAL TABLE street_words_search USING fts5(word, "
VECTORS = "CREATE INDEX streets_search ON streets USING gin "
SQLITE = (
    STREETS + "content='streets', content_rowid='key', detail='none', columnsize=0)",
    WORDS + "content='street_words', content_rowid='key', tokenize='trigram')",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    VECTORS + "(to_tsvector('simple', words || ' ' || place_words || ' ' || postcode))",
    "CREATE INDEX street_words_search ON street_words USING gin (word gin_trgm_ops)",
)


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "address_files",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("is_kept", sa.Boolean, nullable=False),
        sa.Column("addresses", sa.Integer, nullable=False),
        sa.Column("streets", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_address_files")),
    )
    op.create_table(
        "streets",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("file", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("name", "place", "region", "country", "postcode")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("words", "place_words")),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("points", sa.LargeBinary, nullable=False),
        sa.Column("ranges", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["file"], ["address_files.key"], name=op.f("fk_streets_file")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_streets")),
    )
    op.create_index(op.f("ix_streets_file"), "streets", ["file"], unique=False)
    op.create_table(
        "street_words",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("word", sa.String, nullable=False),
        sa.Column("streets", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_street_words")),
        sa.UniqueConstraint("word", name=op.f("uq_street_words_word")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE streets_search")
        op.execute("DROP TABLE street_words_search")
    for table in ("street_words", "streets", "address_files"):
        op.drop_table(table)
