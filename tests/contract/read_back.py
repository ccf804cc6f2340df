"""The public log and the tables of a store, read back by tests."""

from __future__ import annotations

import json

from sqlalchemy import select

from services.storage.publiclog import lines


def logged(store):
    with store.reading() as session:
        return [json.loads(line) for line in lines(session)]


def rows_of(store, table):
    with store.reading() as session:
        return session.scalars(select(table)).all()
