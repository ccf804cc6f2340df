"""Public pages under load: views and 304s a second, the first view after a change, look-ups meanwhile, weights.

On the copy of the store that ``bench service`` serves, over loopback, with `wrk` for a few seconds each.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator

import httpx
import numpy as np

from services.bootstrap import open_store
from services.docket.petitions import Petition, file_matter
from tests.benchmarks.bench_service import POINT, Running, _home, _served, _table

SECONDS, CONNECTIONS, CHANGES = 4, 32, 10
PAGES = ("/", "/polities", "/polities/hurricane-relief", "/assemblies/hurricane-relief", "/docket")


def views() -> str:
    """Views and 304s a second of each page, and look-ups while one page is read as fast as it goes."""
    if shutil.which("wrk") is None:
        return "### views\n\nNot measured: `wrk` is not installed (apt-get install wrk)."
    rows = []
    with _home() as settings, _served(settings) as service:
        for path in PAGES:
            tag = httpx.get(service.url + path, timeout=60).headers["ETag"]
            seen = _rate(service, path)
            known = _rate(service, path, f"If-None-Match: {tag}")
            rows.append((path, f"{seen:,.0f} views, {known:,.0f} of 304", "2,000; 10,000"))
        rows.append(("look-ups meanwhile, one after the other, p99, ms", f"{_look_ups_meanwhile(service):.1f}", "10"))
    return (
        f"### views\n\nA second, one worker, wrk with {CONNECTIONS} connections on the same machine.\n\n{_table(rows)}"
    )


def changes() -> str:
    """The first view after an act that the page shows, made by another process."""
    with _home() as settings, _served(settings) as service:
        times = {path: list(_after_changes(service, path)) for path in PAGES}
    rows = [(path, f"{np.median(found):.0f} / {max(found):.0f}", "300") for path, found in times.items()]
    return f"### changes\n\nFirst view after a change, p50 / most of {CHANGES}, ms.\n\n{_table(rows)}"


def weights() -> str:
    """What is sent of each page."""
    with _home() as settings, _served(settings) as service:
        sizes = {path: len(gzip.compress(httpx.get(service.url + path, timeout=60).content, 9)) for path in PAGES}
    rows = [(path, f"{size / 1000:.1f}", "60" if path == "/polities" else "") for path, size in sizes.items()]
    return f"### weights\n\nkB as sent (gzip).\n\n{_table(rows)}"


PARTS = {"views": views, "changes": changes, "weights": weights}


def run() -> str:
    """Return every figure as Markdown."""
    return "\n\n".join(part() for part in PARTS.values())


def _rate(service: Running, path: str, *headers: str) -> float:
    said = [word for header in ("Accept-Encoding: gzip", *headers) for word in ("-H", header)]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *said, f"http://127.0.0.1:{service.port}{path}"]
    found = re.search(
        r"Requests/sec:\s+([\d.]+)", subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    assert found
    return float(found[1])


def _look_ups_meanwhile(service: Running) -> float:
    times: list[float] = []
    reader = threading.Thread(target=_rate, args=(service, PAGES[2]))
    with httpx.Client(base_url=service.url) as client:
        reader.start()
        while reader.is_alive():
            begun = time.perf_counter()
            client.get(POINT)
            times.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.002)
    return float(np.percentile(times, 99))


def _after_changes(service: Running, path: str) -> Iterator[float]:
    store = open_store(service.settings)
    with httpx.Client(base_url=service.url, timeout=60) as client:
        client.get(path)
        for number in range(CHANGES):
            said = Petition(
                polity_id="hurricane-relief",
                law=f"levees-{path.strip('/').replace('/', '-')}-{number}",
                title="Levees",
                harm="They leak.",
                petitioner="resident",
                text="Levees stand.",
            )
            file_matter(said, store)
            time.sleep(1.5)  # the service looks twice a second whether another process changed anything
            begun = time.perf_counter()
            client.get(path)
            yield 1000 * (time.perf_counter() - begun)
    store.close()
