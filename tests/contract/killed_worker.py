"""A worker that does one job and stops for ever after it has derived, before it draws: to be killed there."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from services.bootstrap import open_store
from services.jobs import queue, working
from services.settings import Settings

settings = Settings(home=Path(sys.argv[1]), workers=1, database_url=os.environ.get("STORE") or None)
working.write = lambda *_: (Path(sys.argv[2]).write_text("derived"), time.sleep(600))
store = open_store(settings)
working.do(queue.take(store), store)
