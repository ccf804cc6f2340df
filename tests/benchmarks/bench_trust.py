"""What the trust of a vote costs, and what a service bears: a vote of 150 ballots, hostile requests in numbers, streams.

Two verifiers read the same log of a vote: the trustees' on libsodium, and the stranger's in the standard library.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx

from geopolity.ballots.ballot import CHOICES, Election, check_ballot, read_ballot, seal
from geopolity.ballots.group import base
from geopolity.ballots.tally import counted, open_part, read_opening, summed
from services.auth.roles import Principal, Role
from services.bootstrap import open_store
from services.clock import now
from services.derivation.requests.spec import DerivationSpec
from services.docket.sealed.audit import Line, closed_board
from services.jobs import queue
from services.settings import Settings
from services.storage.layers.census import keep_layer
from services.verifiers import verify_vote
from tests.benchmarks.bench_service import Running, _memory, _resident, _table
from tests.benchmarks.bench_service import _served as served
from tests.contract.conftest import town
from tests.contract.court import constitute
from tests.contract.town_service import ASKED
from tests.hostile import answered, every_route, is_an_answer, mutated
from tests.unit.ballots.boards import VOTE, a_vote, coins, write

HOUSE = 150
MUTATED, MIXED, CLIENTS, STREAMS = 50_000, 100_000, 4, 200
PAGES = ("/polities", "/docket", "/log", "/api/lookup?lat=0.5&lon=0.5", "/api/v1/log/entries", "/assemblies/river", "/")


def votes() -> str:
    """A vote: how long a ballot is encrypted, all are checked, the sum is opened, and a stranger verifies."""
    coin, election, voter = coins("bench"), Election(head="00" * 32, key=base(7)), "11" * 32
    sealing = _seconds(lambda: [seal(election, voter, CHOICES[k % 3], coin) for k in range(50)]) / 50
    ballots = [seal(election, voter, CHOICES[k % 3], coin)[0] for k in range(HOUSE)]
    records = [ballot.record() for ballot in ballots]
    checking = _seconds(lambda: [check_ballot(read_ballot(it), election, voter) for it in records])
    opening = _seconds(lambda: _opened(ballots, coin))
    log = a_vote(words=tuple(CHOICES[k % 3] for k in range(HOUSE)), electors=HOUSE)
    lines = [Line(index=index, kind=kind, facts=facts) for index, (kind, facts) in enumerate(log)]
    fast = _seconds(lambda: closed_board(lines, VOTE))
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "log", log)
        command = [sys.executable, "-I", verify_vote.__file__, folder, VOTE]
        slow = _seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    rows = [
        ("one ballot encrypted (this machine, libsodium)", f"{1000 * sealing:.1f} ms", "1 s in a browser"),
        (f"{HOUSE} ballots checked as they come", f"{checking:.2f} s", "–"),
        (f"{HOUSE} ballots summed and opened by three trustees", f"{opening:.2f} s", "10 s"),
        ("a trustee checks the closed board", f"{fast:.2f} s", "–"),
        ("a stranger verifies all of it, standard library", f"{slow:.1f} s", "60 s"),
    ]
    return f"### votes\n\n{_table(rows)}"


def doors() -> str:
    """Every route in every guise at every object."""
    with _court() as service, ThreadPoolExecutor(CLIENTS) as pool:
        kinds = list(pool.map(partial(_guised, service), _guises(service)))
    count, wrong = sum(count for count, _ in kinds), sum(wrong for _, wrong in kinds)
    rows = [
        ("requests of every guise at every route and object", f"{count:,}", "2,000"),
        ("let in, refused or failed where they should not be", f"{wrong}", "0"),
    ]
    return f"### doors\n\n{_table(rows)}"


def flood() -> str:
    """A hundred thousand mixed requests, half of them mutated inputs: failures, and memory after them."""
    with _court() as service, ThreadPoolExecutor(CLIENTS) as pool:
        before, started = _resident(service.pid), time.perf_counter()
        failures = sum(pool.map(partial(_flood, service), range(CLIENTS)))
        seconds, after, all_of_it = time.perf_counter() - started, _resident(service.pid), _memory(service.pid)
        alive = httpx.get(f"{service.url}/health").status_code
    rows = [
        (f"mutated inputs among {MIXED:,} mixed requests", f"{MUTATED:,}", "50,000"),
        ("failures", f"{failures}", "0"),
        ("memory of the service before and after them, MB", f"{before:,.0f}; {after:,.0f}", "1,000"),
        ("the same with its children, whose shared pages count again", f"{all_of_it:,.0f}", "–"),
        ("requests a second meanwhile", f"{MIXED / seconds:,.0f}", "–"),
        ("health after all of it", f"{alive}", "200"),
    ]
    return f"### flood\n\n{_table(rows)}"


def streams() -> str:
    """How long `/health` takes while two hundred streams of events are open."""
    with _court() as service:
        job = queue.submit(DerivationSpec.model_validate(ASKED), open_store(service.settings), by="bench").id
        took = asyncio.run(_beside_streams(service, f"/api/v1/derivations/{job}/events"))
    rows = [(f"`/health` beside {STREAMS} open streams, p50 / p95, ms", f"{took[0]:.0f} / {took[1]:.0f}", "100")]
    return f"### streams\n\n{_table(rows)}"


PARTS = {"votes": votes, "doors": doors, "flood": flood, "streams": streams}


def run() -> str:
    """Return every figure as Markdown."""
    return "\n\n".join(part() for part in PARTS.values())


@contextlib.contextmanager
def _court() -> Iterator[Running]:
    """A service over a small town whose assembly sits."""
    with tempfile.TemporaryDirectory(prefix="geopolity-bench-") as folder:
        settings = Settings(home=Path(folder), workers=1, rate_limit="1000000/minute")
        store = open_store(settings)
        with store.writing() as session:
            keep_layer(session, town(), now=now(), is_base=True)
        constitute(store, settings)
        with served(settings) as service:
            yield service
        store.close()


def _guises(service: Running) -> list[tuple[Role, str]]:
    return [(role, service.client("eve", role).headers["Cookie"]) for role in Role]


def _guised(service: Running, guise: tuple[Role, str]) -> tuple[int, int]:
    """How many requests one guise made, and how many went another way than the list of roles says."""
    role, cookie = guise
    who, wrong, count = Principal(name="eve", roles=frozenset({role} - {Role.PUBLIC})), 0, 0
    headers = {} if role is Role.PUBLIC else {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=300) as client:
        for method, path, roles in every_route():
            if path == "/sign-out":
                continue
            answer = client.request(method, path, content=b"{", follow_redirects=False)
            refused = answer.status_code in {401, 403} and "This needs the role" in answer.text
            wrong += refused == any(who.may(Role(one)) for one in roles) or answer.status_code >= 500
            count += 1
    return count, wrong


def _flood(service: Running, number: int) -> int:
    """Mutated inputs and ordinary reading by turns; how many answers were failures."""
    roles, failures = list(Role), 0
    clients = [service.client("eve", role) for role in roles]
    for place, asked in enumerate(mutated(MUTATED // CLIENTS, seed=100 + number)):
        client = clients[place % len(clients)]
        failures += not is_an_answer(answered(client, asked))
        failures += client.get(PAGES[place % len(PAGES)]).status_code >= 500
    for client in clients:
        client.close()
    return failures


async def _beside_streams(service: Running, path: str) -> tuple[float, float]:
    """p50 and p95 of `/health`, ms, while streams are open."""
    headers = service.client("bench", Role.ANALYST).headers
    limits = httpx.Limits(max_connections=STREAMS + 10)
    async with httpx.AsyncClient(base_url=service.url, headers=headers, limits=limits, timeout=300) as client:
        opened = asyncio.Semaphore(0)
        following = [asyncio.create_task(_follow(client, path, opened)) for _ in range(STREAMS)]
        for _ in following:
            await opened.acquire()
        took = []
        for _ in range(200):
            start = time.perf_counter()
            (await client.get("/health")).raise_for_status()
            took.append(1000 * (time.perf_counter() - start))
            await asyncio.sleep(0.02)
        for one in following:
            one.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    took.sort()
    return took[len(took) // 2], took[int(0.95 * len(took))]


async def _follow(client: httpx.AsyncClient, path: str, opened: asyncio.Semaphore) -> None:
    async with client.stream("GET", path) as answer:
        async for _ in answer.aiter_lines():
            opened.release()
            break
        await asyncio.sleep(3600)


def _opened(ballots: list, coin: Callable[[], int]) -> tuple[int, ...]:
    """Open a sum with the shares of the polynomial 7 + 3x + 2x² at 1, 2 and 3."""
    sums, board = summed(ballots), "22" * 32
    shares = {number: 7 + 3 * number + 2 * number**2 for number in (1, 2, 3)}
    openings = {
        number: read_opening(open_part(board, sums, share, coin), board, sums, base(share))
        for number, share in shares.items()
    }
    return counted(sums, openings, len(ballots))


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
