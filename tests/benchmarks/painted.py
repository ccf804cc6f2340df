"""Redraw → painted in a real browser: from the change of a drawing to the frame that shows its polity."""

from __future__ import annotations

import json
import time

import numpy as np

from tests.e2e.site import chromium

MOVES, REST_MS = 30, 1500
QUERY = "performance.getEntriesByName(location.origin + '/studio/derive').at(-1).duration"


def redrawn(url: str, cookie: str, layer: str, middle: tuple[float, float], km: int) -> tuple[list[float], list[float]]:
    """Move a circle about in the studio (headless chromium, software WebGL), waiting after each move until all is quiet.

    Parameters
    ----------
    middle
        Longitude and latitude around which the circle moves, a degree each way.

    Returns
    -------
    lists
        Milliseconds of every move until it was painted, and of its request alone.
    """
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=url)
        context.add_cookies([{"name": "geopolity_session", "value": cookie, "url": url}])
        page = context.new_page()
        longitude, latitude = middle
        state = {"kind": "radius", "layer": layer, "distance_km": str(km), "shapes": f"{latitude}, {longitude}"}
        page.goto("/lookup")
        kept = json.dumps({"at": time.time() * 1000, "state": state})
        page.evaluate("kept => localStorage.setItem('geopolity.studio.draft', kept)", kept)
        page.goto("/studio")
        page.locator("[data-map][data-painted]").wait_for(timeout=300_000)
        page.get_by_role("button", name="Zoom to it").click()
        painted, served = [], []
        for east, north in np.random.default_rng(1).uniform(-1, 1, (MOVES, 2)):
            page.wait_for_timeout(REST_MS)
            page.locator("[data-map]").evaluate("element => { delete element.dataset.painted; }")
            page.locator("#shapes").fill(f"{latitude + north:.4f}, {longitude + east:.4f}")
            page.locator("[data-map][data-painted]").wait_for(timeout=60_000)
            painted.append(float(page.locator("[data-map]").get_attribute("data-painted")))
            served.append(float(page.evaluate(QUERY)))
    return painted[3:], served[3:]
