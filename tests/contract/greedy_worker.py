"""A worker of 4,000 MB whose first job wants 8,000, and whose second is like any other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from services.bootstrap import open_store
from services.confined import limit
from services.jobs import working
from services.settings import Settings

settings = Settings(home=Path(sys.argv[1]), workers=1, database_url=os.environ.get("STORE") or None)
honest, asked = working.derive, []


def greedy(*arguments, **options):
    asked.append(arguments)
    return honest(*arguments, **options) if len(asked) > 1 else bytearray(8_000_000_000)


working.derive = greedy
limit(4_000)
working.work_off(open_store(settings))
