"""Tables of the public log: its lines, and the checkpoints that sign them."""

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
