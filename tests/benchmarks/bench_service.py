"""The service over HTTP: look-ups beside a constant answer, redraws, weights of pages, start, memory, ten analysts at once.

It serves a copy of the store under GEOPOLITY_HOME, with the samples loaded if it is empty; French communes, where
GEOPOLITY_SHARED has them, are the layer of 35,000 units. `wrk` makes the load.
"""

from __future__ import annotations

import contextlib
import gzip
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import numpy as np

from services.auth.roles import Principal, Role
from services.auth.sessions import new_session
from services.bootstrap import open_store
from services.demo.first_use import is_empty, load_samples
from services.derivation.layers import Columns, add_layer, layer_names
from services.settings import Settings, read_settings
from tests.benchmarks.painted import redrawn
from tests.e2e.site import CHROMIUM

HERE = Path(__file__).parent
SECONDS, CONNECTIONS, ROUNDS = 8, 32, 3
PAUSE_MS = 20.0
"""Of each connection between two look-ups, when the load stays below what the service can do."""
REDRAWS = 40
COMMUNES = "fr_communes_2021/fr_communes_2021.parquet"
CENTRES = {"us-counties": (-95.0, 38.0, 9.0, 5.0), "communes": (2.5, 46.8, 2.0, 2.0)}
PAGES = (
    "/",
    "/lookup",
    "/polities",
    "/polities/hurricane-relief",
    "/assemblies/hurricane-relief",
    "/docket",
    "/studio",
)
POINT = "/api/lookup?lon=-90.2&lat=38.6"


@dataclass(frozen=True, kw_only=True)
class Running:
    """A service in a process of its own."""

    settings: Settings
    port: int
    pid: int
    ready_seconds: float

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def client(self, name: str = "bench", role: Role = Role.ANALYST) -> httpx.Client:
        secret = new_session(Principal(name=name, roles=frozenset({role})), open_store(self.settings))
        headers = {"Cookie": f"geopolity_session={secret}", "Sec-Fetch-Site": "same-origin"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=300)


def look_ups() -> str:
    """Requests a second and latency of look-ups, and of a constant answer through the same route."""
    if shutil.which("wrk") is None:
        return "### look-ups\n\nNot measured: `wrk` is not installed (apt-get install wrk)."
    with _home() as settings, _served(settings) as service:
        body = settings.home / "body.json"
        body.write_bytes(httpx.get(service.url + POINT).content)
        with _constant(settings, body) as constant:
            _wrk(service.port, seconds=3)
            barest = _wrk(constant, path="/bare")["rate"]
            pairs = [(_wrk(constant), _wrk(service.port)) for _ in range(ROUNDS)]
            fixed, found = (float(np.median([one["rate"] for one in side])) for side in zip(*pairs, strict=True))
            cpu_fixed = _cpu_each(constant, constant_pid=True)
            cpu_found = _cpu_each(service.port, pid=service.pid)
            waiting = math.ceil(0.8 * found * PAUSE_MS / 1000)  # a short pause is none: timers count in milliseconds
            eased = _wrk(service.port, pause_ms=PAUSE_MS, connections=waiting)
    rows = [
        ("look-ups a second, one worker", f"{found:,.0f}", "20,000"),
        ("constant answer through the same route", f"{fixed:,.0f}", ""),
        ("barest answer of an ASGI application, without any route of ours", f"{barest:,.0f}", ""),
        ("share of the constant answer's rate, median of three pairs", f"{100 * found / fixed:.0f} %", "70 %"),
        ("the same by processor time of the server", f"{100 * cpu_fixed / cpu_found:.0f} %", ""),
        ("processor time of the server a look-up, µs (constant)", f"{cpu_found:.1f} ({cpu_fixed:.1f})", ""),
        (
            f"p99 at {eased['rate']:,.0f} a second ({eased['rate'] / found:.0%} of saturation), ms",
            f"{eased['p99']:.1f}",
            "5",
        ),
    ]
    return f"### look-ups\n\nwrk, one thread, {CONNECTIONS} connections, 5,000 random places.\n\n{_table(rows)}"


def redraws() -> str:
    """Server time of the studio's redraw: a request on a warm service, footprint drawn anew each time."""
    rows = []
    with _home() as settings:
        layers = {"us-counties": ("3,142 counties", "100")}
        if _has_communes(settings):
            layers["communes"] = ("34,836 communes", "400")
        with _served(settings) as service, service.client() as client:
            for layer, (title, goal) in layers.items():
                times = _redraws(client, layer)
                rows.append(
                    (f"{title}: p50 / p95, ms", f"{np.median(times):.0f} / {np.percentile(times, 95):.0f}", goal)
                )
    return f"### redraws\n\nServer's share of redraw → painted; {REDRAWS} different circles each.\n\n{_table(rows)}"


def painted() -> str:
    """Redraw → painted in a browser, on a warm service."""
    if not CHROMIUM.exists():
        return f"### painted\n\nNot measured: {CHROMIUM} is not there (apt-get install chromium)."
    rows = []
    with _home() as settings:
        layers = {"us-counties": ("3,142 counties", (-84.0, 39.0), 150, "200")}
        if _has_communes(settings):
            layers["communes"] = ("34,836 communes", (2.5, 46.8), 60, "600")
        secret = new_session(Principal(name="bench", roles=frozenset({Role.ANALYST})), open_store(settings))
        with _served(settings) as service:
            for layer, (title, middle, km, goal) in layers.items():
                for what, times in zip(
                    ("painted", "request"), redrawn(service.url, secret, layer, middle, km), strict=True
                ):
                    figures = f"{np.median(times):.0f} / {np.percentile(times, 95):.0f}"
                    rows.append((f"{title}, {what}: p50 / p95, ms", figures, goal if what == "painted" else ""))
    return f"### painted\n\nA circle moved in the studio, headless chromium, software WebGL, one at a time.\n\n{_table(rows)}"


def weights() -> str:
    """What a page and all it names weigh, compressed as they are sent."""
    rows = []
    with _home() as settings, _served(settings) as service, service.client() as client:
        for path in PAGES:
            page = client.get(path, headers={"Accept": "text/html"})
            assets = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)))
            parts = [len(gzip.compress(client.get(asset).content, 6)) for asset in assets]
            own = len(gzip.compress(page.content, 6))
            rows.append((path, f"{own / 1000:.1f} + {sum(parts) / 1000:.0f} in {len(parts)} files", ""))
    return f"### weights\n\nkB, gzip: the page, and the files that it names (kept by the browser for ever).\n\n{_table(rows)}"


def starts() -> str:
    """How soon the service answers, and what it holds in memory, at rest and under ten analysts."""
    with _home() as settings, _served(settings) as service:
        time.sleep(2)
        rest = _memory(service.pid)
        asked = {"title": "Bench", "footprint": _circle("us-counties", 0)}
        clients = [service.client(f"analyst-{number}") for number in range(10)]
        orders = [
            client.post("/api/v1/derivations", json=asked | {"seed": number}) for number, client in enumerate(clients)
        ]
        places = [order.json()["place"] for order in orders]
        begun, peak, waits = time.perf_counter(), 0, []
        while len(waits) < len(clients) and time.perf_counter() - begun < 600:
            peak = max(peak, _memory(service.pid))
            for client, order in zip(clients, orders, strict=True):
                state = client.get(order.headers["location"]).json()["status"]
                if state in {"done", "failed"} and order not in [one for one, _ in waits]:
                    waits.append((order, time.perf_counter() - begun))
            waits_look = httpx.get(service.url + POINT).elapsed.total_seconds()
            time.sleep(0.2)
        for client in clients:
            client.close()
    rows = [
        ("cold start to the first look-up, s", f"{service.ready_seconds:.1f}", ""),
        ("memory at rest, MB", f"{rest:,.0f}", ""),
        ("memory with the worker under ten analysts, MB, most", f"{peak:,.0f}", ""),
        ("places told to ten analysts", ", ".join(map(str, places)), ""),
        ("ten derivations, one worker, until the last is drawn and written, s", f"{waits[-1][1]:.0f}", ""),
        ("a look-up meanwhile, the last, ms", f"{1000 * waits_look:.1f}", ""),
    ]
    return f"### starts\n\n{_table(rows)}"


PARTS = {"look-ups": look_ups, "redraws": redraws, "painted": painted, "weights": weights, "starts": starts}


def run() -> str:
    """Return every figure as Markdown."""
    return "\n\n".join(part() for part in PARTS.values())


@contextlib.contextmanager
def _home() -> Iterator[Settings]:
    """A throw-away copy of the store, so that nothing is left in it; compiled kernels and layers are shared."""
    own = replace(read_settings(), database_url=None)
    store = open_store(own)
    if is_empty(store):
        for _ in load_samples(store):
            pass
    store.close()
    with tempfile.TemporaryDirectory(prefix="geopolity-bench-") as folder:
        for name in ("geopolity.sqlite", "keys", "layers"):
            source = own.home / name
            if source.is_dir():
                shutil.copytree(source, Path(folder) / name)
            elif source.exists():
                shutil.copyfile(source, Path(folder) / name)
        (own.home / "cache").mkdir(exist_ok=True)
        (Path(folder) / "cache").symlink_to(own.home / "cache")
        settings = Settings(home=Path(folder), workers=own.workers, rate_limit="1000000/minute")
        yield settings
        open_store(settings).close()


@contextlib.contextmanager
def _served(settings: Settings) -> Iterator[Running]:
    port, start = _free_port(), time.perf_counter()
    environment = os.environ | {"GEOPOLITY_HOME": str(settings.home), "GEOPOLITY_RATE_LIMIT": settings.rate_limit}
    environment.pop("GEOPOLITY_DATABASE_URL", None)
    command = [sys.executable, "-m", "services.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            ready = _wait(f"http://localhost:{port}/ready") - start
            yield Running(settings=settings, port=port, pid=process.pid, ready_seconds=ready)
        finally:
            process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def _constant(settings: Settings, body: Path) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.benchmarks.constant_app:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning", "--no-server-header"]
    environment = os.environ | {"CONSTANT_BODY": str(body), "GEOPOLITY_HOME": str(settings.home)}
    with subprocess.Popen(command, env=environment) as process:
        try:
            _wait(f"http://localhost:{port}{POINT}")
            _PIDS[port] = process.pid
            yield port
        finally:
            process.send_signal(signal.SIGTERM)


_PIDS: dict[int, int] = {}


def _wrk(
    port: int, *, seconds: int = SECONDS, pause_ms: float = 0.0, path: str = "", connections: int = CONNECTIONS
) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / "look_ups.lua")]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"],
        env=os.environ | {"PAUSE_MS": f"{pause_ms:.3f}", "BARE_PATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    count = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert p99
    assert count
    assert rate
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return {"rate": float(rate[1]), "p99": float(p99[1]) * scale, "count": float(count[1])}


def _cpu_each(port: int, *, pid: int | None = None, constant_pid: bool = False) -> float:
    """Processor time of the server for one request, µs."""
    who = _PIDS[port] if constant_pid else pid
    before = _cpu(who)
    count = _wrk(port)["count"]
    return 1e6 * (_cpu(who) - before) / count


def _cpu(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _redraws(client: httpx.Client, layer: str) -> list[float]:
    times = []
    for number in range(-3, REDRAWS):
        asked = {"footprint": _circle(layer, number), "layer": layer, "coverage": "0.9"}
        start = time.perf_counter()
        answer = client.post("/studio/derive", json=asked)
        if number >= 0 and answer.status_code == 200:
            times.append(1000 * (time.perf_counter() - start))
    return times


def _circle(layer: str, number: int) -> dict[str, object]:
    """A drawn polygon of 64 corners somewhere in the layer, a little larger or smaller each time."""
    lon, lat, wide, high = CENTRES[layer]
    rng = np.random.default_rng(number + 100)
    lon, lat = lon + wide * rng.uniform(-1, 1), lat + high * rng.uniform(-1, 1)
    size = rng.uniform(0.15, 0.5) * high
    turn = np.linspace(0, 2 * np.pi, 65)
    ring = np.column_stack([lon + 1.3 * size * np.cos(turn), lat + size * np.sin(turn)]).round(5)
    ring[-1] = ring[0]
    return {"kind": "area", "polygons": [[ring.tolist()]]}


def _has_communes(settings: Settings) -> bool:
    shared = os.environ.get("GEOPOLITY_SHARED")
    if shared is None:
        return False
    if "communes" not in layer_names(settings.home):
        columns = Columns(id_column="COM", population_column="PTOT")
        add_layer(Path(shared) / "layers" / COMMUNES, "communes", columns, settings.home)
    return True


def _memory(pid: int) -> float:
    """Resident memory of a process and its children, MB."""
    total = _resident(pid)
    for started in Path(f"/proc/{pid}/task").glob("*/children"):  # a thread starts the worker
        total += sum(_resident(int(child)) for child in started.read_text().split())
    return total


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError):
        said = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(said[1]) / 1000 if said else 0.0
    return 0.0


def _wait(address: str) -> float:
    end = time.perf_counter() + 180
    while time.perf_counter() < end:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address).status_code == 200:
                return time.perf_counter()
        time.sleep(0.02)
    raise RuntimeError(f"{address} does not answer")


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| what | found | goal |", "| --- | --- | --- |", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)
