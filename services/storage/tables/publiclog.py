"""Tables of the public log: its lines, the checkpoints that sign them, and its witnesses with what they signed."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from services.storage.tables.base import Table


class LogRow(Table):
    """A line of the public log."""

    __tablename__ = "log_entries"
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[bytes]


class CheckpointRow(Table):
    """A signed statement of the log's size and root."""

    __tablename__ = "log_checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    time: Mapped[str]
    signature: Mapped[bytes]


class LogKeyRow(Table):
    """A public key of the log, by its turn: the last signs now."""

    __tablename__ = "log_keys"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[bytes]


class WitnessRow(Table):
    """A witness of the log: the key of its cosignatures, and where it is asked."""

    __tablename__ = "log_witnesses"
    name: Mapped[str] = mapped_column(primary_key=True)
    vkey: Mapped[str]
    url: Mapped[str]


class CosignatureRow(Table):
    """The line with which a witness signed the head of so many entries; the witness may be gone since."""

    __tablename__ = "log_cosignatures"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
