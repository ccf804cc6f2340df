"""Whatever the order in which versions arrive, whatever fails or is killed meanwhile: the watch comes to know the same."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.footprints.chains import event_name
from services.derivation import watching
from services.derivation.watched import State, read_known
from tests.feeds import FAR, TypoError, alert, looked, shakemap

FAULTS = ("none", "typo", "disk full", "killed", "state not written")


class Killed(BaseException):
    """The end of a process between two steps."""


@dataclass(frozen=True)
class Told:
    """A version as its source knows it: what the watch has to find out."""

    file: str
    content: bytes
    name: str
    time: int
    links: tuple[str, ...] = ()
    kind: str = "Alert"
    readable: bool = True
    far: bool = False


def when(time: int) -> str:
    """A moment, told on a clock of its own: texts of moments do not sort as the moments do."""
    return f"2026-01-{1 + time // 24:02}T{time % 24:02}:00:00+00:00" if time % 2 else _elsewhere(time)


def _elsewhere(time: int) -> str:
    return f"2026-01-{1 + (time + 9) // 24:02}T{(time + 9) % 24:02}:00:00+09:00"


@st.composite
def alerts(draw: st.DrawFn) -> list[Told]:
    """Chains of two senders who use the same identifiers; each refers to some of those before, sent or not."""
    times = draw(st.lists(st.integers(0, 24), min_size=2, max_size=7, unique=True).map(sorted))
    told: list[Told] = []
    for number, time in enumerate(times):
        sender = draw(st.sampled_from(["wx", "hydro"]))
        own = f"m{number // 2}" if not any(one.name == f"{sender},m{number // 2}" for one in told) else f"m{number}x"
        before = draw(st.lists(st.sampled_from(told), max_size=2, unique=True)) if told else []
        kind = draw(st.sampled_from(["Update", "Update", "Cancel"])) if before else "Alert"
        far = draw(st.sampled_from([False, False, False, True]))
        refers = [f"{one.name},{when(one.time)}" for one in before]
        content = alert(own, when(time), *refers, sender=sender, kind=kind, title=FAR if far else "Flood")
        links = tuple(one.name for one in before)
        name = f"{sender},{own}"
        told.append(Told("", content, name, time, links=links, kind=kind, far=far and kind != "Cancel"))
    lost = draw(st.sets(st.sampled_from(range(len(told))), max_size=2))  # never arrives, only referred to
    return [
        Told(f"{draw(st.integers(0, 99)):02}-{number}.xml", **{k: v for k, v in vars(one).items() if k != "file"})
        if number not in lost
        else Told("", one.content, one.name, one.time, links=(), readable=False)
        for number, one in enumerate(told)
    ]


@st.composite
def numbered(draw: st.DrawFn) -> list[Told]:
    """Versions of two earthquakes and of two events that have only names, and what no program can read."""
    versions = draw(st.lists(st.integers(1, 120), max_size=4, unique=True))
    told = []
    for number, version in enumerate(versions):
        quake, plume = f"us{number % 2}", f"flood_{number % 2}"
        told.append(Told(f"{99 - version}.xml", shakemap(quake, version), quake, version))
        word = draw(st.sampled_from(["", "v", "advisory "]))
        content = f'{{"of": "{plume} {version}"}}'.encode()
        told.append(Told(f"{plume}-{word}{version}.geojson", content, plume.replace("_", "-"), version))
    broken = draw(st.sampled_from([[], [Told("broken.xml", b"<alert", "", 0, readable=False)]]))
    return told + broken


def expected(told: list[Told]) -> dict[frozenset[str], tuple[str, bytes] | None]:
    """Of every event, found by walking to and fro: whether it is over, and its newest version."""
    groups = [{one.name, *one.links} for one in told if one.file and one.readable]
    for _ in groups:
        for here in groups:
            for there in groups:
                if here & there:
                    here.update(there)
    arrived = [one for one in told if one.file and one.readable]
    found = {}
    for group in {frozenset(group) for group in groups}:
        counted = [one for one in arrived if one.name in group and not one.far]
        newest = max(counted, key=lambda one: one.time, default=None)
        found[group] = newest and ("cancelled" if newest.kind == "Cancel" else "derived", newest.content)
    return found


def known_in(out: Path) -> dict[frozenset[str], tuple[str, bytes] | None]:
    """What the watch knows, as its folders and its file say it."""
    known = read_known(out)
    roots = known.roots()
    found = {}
    for root in set(roots.values()):
        versions = known.of_event(root, roots)
        newest = versions[-1] if versions else None
        group = frozenset(key for key, own in roots.items() if own == root)
        found[group] = newest and (str(newest.state), (out / "arrived" / newest.file).read_bytes())
    return found


def names_in(out: Path) -> dict[str, str]:
    """What every message's event is called."""
    return {key: event_name(root) for key, root in read_known(out).roots().items()}


def look_once(feed: Path, out: Path, fault: str) -> None:
    """Look once, as a process of its own, with something that goes wrong."""
    real = watching.write_known

    def make(_: Path) -> None:
        raise TypoError("There is no layer us-countys; see `geopolity layer list`.")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    def killed(*_: object) -> None:
        raise Killed

    try:
        if fault == "typo":
            looked(feed, out, make=make, asked="mistyped")
        elif fault == "disk full":
            with mock.patch("tests.feeds.derived", full):
                looked(feed, out)
        elif fault == "killed":
            with mock.patch.object(watching, "write_known", killed):
                looked(feed, out)
        elif fault == "state not written":
            with mock.patch.object(Path, "replace", full):
                looked(feed, out)
        else:
            looked(feed, out)
    except (Killed, watching.GeopolityError):
        assert fault in {"killed", "state not written"}
    assert watching.write_known is real


@settings(deadline=None, max_examples=60)
@given(alerts(), numbered(), st.data())
def test_order_faults_and_restarts_change_nothing_in_the_end(
    chain: list[Told], others: list[Told], data: st.DataObject
) -> None:
    told = chain + others
    arriving = [one for one in told if one.file]
    order = data.draw(st.permutations(arriving))
    with tempfile.TemporaryDirectory() as folder:
        known, names = [], []
        for turn, way in enumerate(([*arriving], order)):
            out = Path(folder) / str(turn)
            feed = out.with_name(f"feed-{turn}")
            feed.mkdir()
            (out / "arrived").mkdir(parents=True)
            for one in way:
                (feed / one.file).write_bytes(one.content)
                (out / "arrived" / one.file).write_bytes(one.content)
                if turn:
                    for fault in data.draw(st.lists(st.sampled_from(FAULTS), max_size=2)):
                        look_once(feed, out, fault)
            look_once(feed, out, "none")
            assert [one for one in looked(feed, out) if one.folder] == []
            known.append(known_in(out))
            names.append(names_in(out))
            check_folders(out, feed)
    assert known[0] == known[1] == expected(told)
    assert names[0] == names[1]


def check_folders(out: Path, feed: Path) -> None:
    """Nothing pends, every folder holds the version that it is known for, and no folder is of nobody."""
    versions = read_known(out).versions.values()
    assert not [one for one in versions if one.state is State.PENDING]
    assert {one.file for one in versions} == {file.name for file in feed.iterdir()}
    held = [one for one in versions if one.state is State.DERIVED]
    for one in held:
        assert (out / one.folder / "of").read_bytes() == (feed / one.file).read_bytes()
    assert len({one.folder for one in held}) == len(held)
