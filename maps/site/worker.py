"""The service worker that keeps the private look-up on the reader's device."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from maps.assets import asset_path


def worker_script(files: Sequence[str], *, state: str) -> str:
    """Write the script; another ``state`` of the files makes browsers fetch them anew."""
    name = "private-" + hashlib.sha256(f"{state}\n{files}".encode()).hexdigest()[:12]
    kept = json.dumps({"name": name, "files": list(files)})
    return f"const KEPT = {kept};\n{asset_path('private-worker.js').read_text(encoding='utf-8')}"
