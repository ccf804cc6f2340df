"""Redraw → painted in a real browser: from the change of a drawing to the frame that shows its polity.

    ./run python -m tests.benchmarks.painted [LAYER] [LATITUDE,LONGITUDE]

Serves ``GEOPOLITY_HOME`` in a process of its own, opens the studio in headless chromium (software WebGL), moves a circle
of 150 km about, and waits after each move until all is quiet. Needs the packages of ``requirements/dev.lock``.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time

import numpy as np
from playwright.sync_api import Page, sync_playwright

from services.auth.roles import Principal, Role
from services.auth.sessions import new_session
from services.settings import read_settings

MOVES, REST_MS, PORT = 30, 1500, 8731
KM = {"us-counties": 150}
QUERY = "performance.getEntriesByName(location.origin + '/studio/derive').at(-1).duration"


def main(layer: str = "us-counties", middle: str = "39,-84") -> None:
    """Print the median and the 95th percentile, and the server's part of them."""
    command = [sys.executable, "-m", "services.cli", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        assert service.stdout is not None
        address = re.search(r"http://[^/]+", service.stdout.readline())[0]
        secret = new_session(Principal(name="bench", roles=frozenset({Role.ANALYST})), read_settings())
        try:
            with sync_playwright() as started:
                browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
                context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
                context.add_cookies([{"name": "geopolity_session", "value": secret, "url": address}])
                painted, served = measured(context.new_page(), layer, *(float(part) for part in middle.split(",")))
        finally:
            service.terminate()
    for what, times in (("painted", painted), ("served", served)):
        print(f"{layer} {what}: median {statistics.median(times):.0f} ms, p95 {np.percentile(times, 95):.0f} ms")


def measured(page: Page, layer: str, latitude: float, longitude: float) -> tuple[list[float], list[float]]:
    """Milliseconds of every move until painted, and of the request alone."""
    state = {
        "kind": "radius",
        "layer": layer,
        "distance_km": str(KM.get(layer, 60)),
        "shapes": f"{latitude}, {longitude}",
    }
    page.goto("/lookup")
    kept = json.dumps({"at": time.time() * 1000, "state": state})
    page.evaluate("kept => localStorage.setItem('geopolity.studio.draft', kept)", kept)
    page.goto("/studio")
    page.locator("[data-map][data-painted]").wait_for(timeout=300_000)
    page.get_by_role("button", name="Zoom to it").click()
    painted, served = [], []
    rng = np.random.default_rng(1)
    for east, north in rng.uniform(-1, 1, (MOVES, 2)):
        page.wait_for_timeout(REST_MS)
        page.locator("[data-map]").evaluate("element => { delete element.dataset.painted; }")
        page.locator("#shapes").fill(f"{latitude + north:.4f}, {longitude + east:.4f}")
        page.locator("[data-map][data-painted]").wait_for(timeout=60_000)
        painted.append(float(page.locator("[data-map]").get_attribute("data-painted")))
        served.append(float(page.evaluate(QUERY)))
    return painted[3:], served[3:]


if __name__ == "__main__":
    main(*sys.argv[1:])
