"""A kill at any step of anything that is kept: all of it is there or nothing, and the repeat ends as if it ran once."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import inspect, make_url, text

from services.assemblies import draws
from services.assemblies.planning import LotRequest
from services.bootstrap import open_store
from services.derivation.requests.issues import add_issue
from services.derivation.requests.spec import DerivationSpec
from services.jobs import queue
from services.jobs.working import work_off
from services.publiclog.keys import change_key
from services.storage import upkeep
from services.storage.docket import votes
from services.storage.layers.census import find_layer, keep_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.polities import steps, versions
from services.storage.publiclog import append, lines
from services.storage.schema import migrate, version
from services.storage.store import connect, reading_as_it_is
from services.storage.tables import all_tables
from tests.contract.conftest import NOW, town
from tests.contract.court import constitute
from tests.contract.killed import ended
from tests.contract.lottery import SIGNED, settle, standing
from tests.contract.test_store import RIVER
from tests.contract.town_service import ASKED


@dataclass(frozen=True)
class Act:
    """Something that is kept: what there is before, what is done, and the files that belong to it.

    Attributes
    ----------
    in_parts
        It is several transactions, each of which leaves a state that the repeat goes on from.
    sample
        Kills in the default run; the long one takes every step.
    """

    prepare: Callable
    do: Callable
    files: tuple[str, ...] = ()
    in_parts: bool = False
    sample: int = 6


def activated(session):
    steps.activate(session, versions.pending(session, "river"), activator="bob", now=NOW)


def registered(session):
    (name,) = citizens.register(session, find_layer(session), [Newcomer(unit_id="01")], now=NOW)
    citizens.give_consent(session, citizens.find_citizen(session, name), now=NOW)
    append(session, "people registered", {"day": NOW[:10], "people": 1})


def proposed(store, _):
    with store.writing() as session:
        proposal = replace(RIVER, issue="river", title="River")
        row = steps.draft(session, proposal, layer=find_layer(session).digest, proposer="ann")
        steps.propose(session, row, days=0, now=NOW)


def in_one(act):
    """Something done in one transaction."""

    def do(store):
        with store.writing() as session:
            act(session)

    return do


def voted(store, settings):
    court = constitute(store, settings)
    court.cast(court.voting(), ["yes"] * 7 + ["no"] * 2)


def frozen(store, _):
    settle(store)
    draws.open_epoch(LotRequest(levels=("sex",), seats=12), store)
    (store.home / "round.json").write_text(json.dumps(SIGNED))


def ordered(store, settings):
    folder = settings.home / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    layer = town()
    layer.units.to_parquet(folder / "town.parquet")
    record = {key: getattr(layer, key) for key in ("title", "vintage", "source", "licence")}
    (folder / "town.json").write_text(json.dumps(record))
    queue.submit(DerivationSpec.model_validate(ASKED), store, by="ann")


def aged(store, _):
    settle(store)
    store.close()
    migrate(connect(store.url), "0016")


def written_issue(store, _):
    text_of_it = 'title = "New"\nlayer = "town"\n[footprint]\nkind = "units"\nunits = ["01"]\n'
    store.home.mkdir(exist_ok=True)
    (store.home / "new.toml").write_text(text_of_it)


ACTS = {
    "activation": Act(proposed, in_one(activated)),
    "registration": Act(lambda *_: None, in_one(registered)),
    "freeze": Act(lambda store, _: settle(store), lambda store: draws.open_epoch(LotRequest(seats=12), store)),
    "draw": Act(
        frozen, lambda store: draws.draw_assemblies(store.home / "round.json", store.home / "out" / "draw", store)
    ),
    "closing": Act(voted, in_one(lambda session: votes.close_vote(session, "river-1", now="2099-01-01T00:00:00Z"))),
    "worker": Act(ordered, work_off, in_parts=True, sample=2),
    "migration": Act(aged, upkeep.upgrade),
    "backup": Act(lambda store, _: settle(store), lambda store: upkeep.backup(store.home / "copy", store), ("copy",)),
    "log key": Act(lambda *_: None, change_key),
    "issue": Act(written_issue, lambda store: add_issue(store.home / "new.toml", store.home), ("issues/new.toml",)),
}


@pytest.fixture
def copies(request, settings, monkeypatch, tmp_path):
    """A new store, each time, that is as the act finds it."""
    act = ACTS[request.getfixturevalue("name")]
    store = open_store(settings)
    with store.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    number = itertools.count()
    with standing(monkeypatch):
        monkeypatch.setattr(queue, "LOST_SECONDS", -1.0)
        act.prepare(store, settings)
        store.close()

        def new():
            home = tmp_path / f"copy{next(number)}"
            settings.home.mkdir(exist_ok=True)
            shutil.copytree(settings.home, home)
            if settings.database_url is None:
                return replace(settings, home=home)
            cluster = request.getfixturevalue("cluster")
            return replace(settings, home=home, database_url=cluster.url(template=name_of(settings)))

        yield new


def name_of(settings):
    return make_url(settings.database_url).database


@contextmanager
def a_copy(copies, request):
    """One copy, removed afterwards."""
    settings = copies()
    yield settings
    open_store(settings).close()
    shutil.rmtree(settings.home)
    if settings.database_url is not None:
        request.getfixturevalue("cluster").drop(name_of(settings))


def seen(settings, act):
    """All that a store holds, as numbers: its tables' version and rows, its log, and the files of an act."""
    store = open_store(settings)
    with reading_as_it_is(store.engine) as session:
        found = {"version": version(session.connection())}
        names = set(inspect(session.connection()).get_table_names()) & set(all_tables().tables)
        for name in sorted(names):
            found[name] = session.scalar(text(f"SELECT count(*) FROM {name}"))
        found["log"] = [json.loads(line)["kind"] for line in lines(session)]
        found["jobs"] = sorted(session.scalars(text("SELECT status FROM jobs")).all()) if "jobs" in names else []
    store.close()
    return found | {name: (settings.home / name).exists() for name in act.files}


def kill_at(steps, name, copies, request):
    """Kill an act before each of these steps (of as many as it takes, all or some), and repeat it."""
    act = ACTS[name]
    with a_copy(copies, request) as settings:
        act.do(open_store(settings))  # here, so that whoever is killed has loaded what it needs
    with a_copy(copies, request) as settings:
        before = seen(settings, act)
        whole = ended(act.do, settings)
        after = seen(settings, act)
    assert (whole.status, before == after) == (0, False)
    assert whole.steps > 1
    kills, steps = 0, steps(whole.steps)
    for step in steps:
        with a_copy(copies, request) as settings:
            status = ended(act.do, settings, kill_before=step).status
            left = seen(settings, act)
            assert status == -signal.SIGKILL or (status, left) == (0, after), step
            kills += status != 0
            assert act.in_parts or left in (before, after), step
            if left != after:
                assert ended(act.do, settings).status == 0, step
            assert seen(settings, act) == after, step
    assert kills >= len(steps) / 2  # a cache that is filled by now may save the last ones


@pytest.mark.parametrize("name", ACTS)
def test_a_kill_at_some_steps_leaves_all_or_nothing_and_the_repeat_ends_as_if_it_ran_once(name, copies, request):
    parts = ACTS[name].sample
    kill_at(lambda most: sorted({round(k * most / parts) for k in range(1, parts + 1)}), name, copies, request)


@pytest.mark.long
@pytest.mark.parametrize("name", ACTS)
def test_a_kill_at_any_step_leaves_all_or_nothing_and_the_repeat_ends_as_if_it_ran_once(name, copies, request):
    kill_at(lambda most: range(1, most + 1), name, copies, request)
