"""A second verifier of draws, for the first to agree with: tables by their columns, exact fractions, plain walks.

It shares nothing with the first, nor with geopolity. What it is slow at, it does not mind.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

ONE = 1 << 30
FROZEN = ("polities.csv", "pools.csv", "shares.csv")
PROMISED = ("algorithm", "digests", "epoch", "keys", "mode", "roll_root", "round", "rule")


class Refused(Exception):
    """This is not what the lot gives."""


def insist(holds: bool, sentence: str) -> None:
    if not holds:
        raise Refused(sentence)


@dataclass
class Bundle:
    """The files of a draw, each row under its column's name."""

    folder: Path
    head: dict = field(init=False)

    def __post_init__(self) -> None:
        self.head = json.loads((self.folder / "bundle.json").read_bytes())
        self.polities = {row["polity_id"]: row for row in self.table("polities.csv")}
        self.pools = {row["pool_id"]: row for row in self.table("pools.csv")}
        self.shares = [(row["pool_id"], row["polity_id"], int(row["share"])) for row in self.table("shares.csv")]
        self.lines = gzip.decompress((self.folder / "roll.csv.gz").read_bytes()).decode().splitlines()[1:]
        self.roll = [line.split(",") for line in self.lines]

    def table(self, name):
        text = (self.folder / name).read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    def stratum(self, pool):
        return self.pools[pool]["stratum"].split("/")


def verify(folder: Path, randomness: str, commitment: str | None = None) -> None:
    """Nothing, or ``Refused`` (or whatever a broken file brings)."""
    bundle = Bundle(folder)
    root = checked_promise(bundle, randomness, commitment)
    checked_shares(bundle)
    value = bytes.fromhex(bundle.head["randomness"]["value"])
    seats = Lot(bundle, hashlib.shake_256(value + root + bundle.head["epoch"].encode())).seats()
    told = [tuple(row.values()) for row in bundle.table("seats.csv")]
    insist(told == seats, "other people sit than were drawn")


def checked_promise(bundle, randomness, commitment):
    head = bundle.head
    insist((head["algorithm"], head["seat_unit_bits"]) == ("geopolity-lot-1", 30), "another lot")
    said = {name: head[name] for name in PROMISED if name in head}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    insist(head["commitment"] == digest, "another promise")
    insist(commitment is None or commitment == digest, "another promise than the log's")
    for name in FROZEN:
        found = hashlib.sha256((bundle.folder / name).read_bytes()).hexdigest()
        insist(head["digests"][name] == found, f"another {name}")
    chance = head["randomness"]
    insist(head["rehearsal"] is (chance["source"] == "rehearsal"), "neither rehearsal nor draw")
    if head["rehearsal"]:
        values = {randomness, hashlib.sha256(b"geopolity rehearsal " + randomness.encode()).hexdigest()}
    else:
        values = {randomness}
        insist(chance["round"] == head["round"], "another round")
    insist(chance["value"] in values, "another randomness")
    names = [row[0] for row in bundle.roll]
    insist(names == sorted(set(names)), "a roll out of order")
    root = tree([hashlib.sha256(b"\0" + line.encode()).digest() for line in bundle.lines])
    insist(root.hex() == head["roll_root"], "another roll")
    if head.get("keys") is not None:
        insist(sum(head["keys"].values()) == len(names), "other keys")
    return root


def tree(leaves):
    """RFC 6962, from the definition: the left part is the largest power of two below all."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while 2 * left < len(leaves):
        left *= 2
    return hashlib.sha256(b"\1" + tree(leaves[:left]) + tree(leaves[left:])).digest()


def checked_shares(bundle):
    polities, pools = bundle.polities, bundle.pools
    people = {name: int(row["n"]) for name, row in pools.items()}
    for name in pools:
        insist(people[name] == sum(row[1] == name for row in bundle.roll), f"{name} has other people")
    insist({row[1] for row in bundle.roll} <= set(pools), "somebody is in no pool")
    pairs = [pair[:2] for pair in bundle.shares]
    insist(len(set(pairs)) == len(pairs) and all(share >= 0 for *_, share in bundle.shares), "a share is wrong")
    of_pool = {name: [it for it in bundle.shares if it[0] == name] for name in pools}
    of_polity = {name: [it for it in bundle.shares if it[1] == name] for name in polities}
    block = {name: int(row["block"]) for name, row in polities.items()}
    seats = {name: int(row["seats"]) for name, row in polities.items()}
    for name, row in polities.items():
        insist(1 <= seats[name] <= 150 * int(row["chambers"]), f"seats of {name}")
        insist(sum(it[2] for it in of_polity[name]) == seats[name] * ONE, f"shares of {name}")
        insist(sum(people[it[0]] for it in of_polity[name]) == int(row["eligible"]), f"people of {name}")
    given = {name: sum(it[2] for it in own) for name, own in of_pool.items()}
    for name in pools:
        idle = people[name] * ONE - given[name]
        insist(idle >= 0 and (idle == 0 or bundle.head["mode"] != "universal"), f"idle of {name}")
    inner = {name: min(block[it[1]] for it in own) for name, own in of_pool.items() if own}
    for number in range(max(block.values())):
        taken = sum(people[name] for name, own in inner.items() if own <= number)
        insist(taken == sum(seats[name] for name in polities if block[name] <= number), f"block {number}")
    for pool, polity, share in bundle.shares:
        row, factor = polities[polity], float(pools[pool]["factor"])
        fair = Fraction(people[pool] * seats[polity] * ONE, int(row["eligible"])) if int(row["eligible"]) else None
        if bundle.head["rule"] == "equal":
            insist(fair is not None and share in (int(fair), -int(-fair // 1)), f"{pool} in {polity}")
            continue
        insist(factor == 1 or (0 < factor < 1 and given[pool] >= people[pool] * ONE * (1 - 1e-6)), f"{pool} held back")
        best = float(fair or 0) * float(row["weight"]) * factor if block[polity] == inner[pool] else 0.0
        insist(abs(share - best) <= 1e-6 * best + (64 if best > 0 else 0), f"{pool} in {polity}")


@dataclass
class Edge:
    """A part of a seat that somebody gives to somebody."""

    ends: tuple
    part: int

    @property
    def is_whole(self) -> bool:
        return self.part % ONE == 0

    def other(self, end):
        return self.ends[1] if self.ends[0] == end else self.ends[0]


class Lot:
    """Shares rounded to seats by coins, and seats given to people by the order of their numbers."""

    def __init__(self, bundle, stream):
        self.bundle = bundle
        self.edges = self._network()
        data = stream.digest(32 + 8 * (len(self.edges) + 64))
        self.seed = data[:32]
        self.coins = (int.from_bytes(data[at : at + 8], "big") for at in range(32, len(data), 8))

    def _network(self):
        """Each pool keeps what it does not give; what it gives goes to a quota, and on to the one around it."""
        given = dict.fromkeys(self.bundle.pools, 0)
        for pool, _, share in self.bundle.shares:
            given[pool] += share
        edges, self.of_pool, through = [], {}, {}
        for pool, sum_of_it in given.items():
            edges.append(Edge((("pool", pool), "idle"), -sum_of_it % ONE))
            self.of_pool[pool] = [edges[-1]]
        self.of_share = []
        for pool, polity, share in self.bundle.shares:
            levels = int(self.bundle.polities[polity]["levels"])
            inside = self.bundle.stratum(pool)[:levels] if self.bundle.pools[pool]["stratum"] else []
            quota = (polity, *inside)
            edges.append(Edge((("pool", pool), quota), share % ONE))
            self.of_pool[pool].append(edges[-1])
            self.of_share.append(edges[-1])
            for length in range(len(quota), 0, -1):
                through[quota[:length]] = through.get(quota[:length], 0) + share
        self.upward = [Edge((quota, quota[:-1]), total % ONE) for quota, total in through.items() if len(quota) > 1]
        return edges + self.upward

    def seats(self):
        pools = sorted(self.bundle.pools, key=self.bundle.stratum)
        groups = [self.of_pool[pool] for pool in pools]
        while len(groups) > 1:
            pairs = itertools.zip_longest(groups[::2], groups[1::2], fillvalue=[])
            groups = [self._rounded(one + other) for one, other in pairs]
        insist(self._rounded(groups[0] + self.upward) == [], "no whole seats")
        return self._called()

    def _rounded(self, edges):
        """Walk along parts of seats until a circle closes, and push along it until one more is whole."""
        edges = [edge for edge in edges if not edge.is_whole]
        at = {}
        for edge in edges:
            for end in edge.ends:
                at.setdefault(end, []).append(edge)
        walked = {id(edge) for edge in edges}

        def onward(place, came):
            return next((e for e in reversed(at[place]) if id(e) in walked and e is not came), None)

        for begin in edges:
            places, path = [begin.ends[0]], []
            while True:
                edge = onward(places[-1], path[-1] if path else None)
                if edge is None:
                    if not path:
                        break
                    walked.discard(id(path.pop()))
                    places.pop()
                    continue
                path.append(edge)
                places.append(edge.other(places[-1]))
                if places[-1] in places[:-1]:
                    since = places.index(places[-1])
                    self._pushed(path[since:], places[since:])
                    walked -= {id(edge) for edge in path[since:] if edge.is_whole}
                    path, places = path[:since], places[: since + 1]
        return [edge for edge in edges if not edge.is_whole]

    def _pushed(self, circle, places):
        along = [edge.ends[0] == start for edge, start in zip(circle, places, strict=False)]
        up = min(ONE - edge.part if with_it else edge.part for edge, with_it in zip(circle, along, strict=True))
        down = min(edge.part if with_it else ONE - edge.part for edge, with_it in zip(circle, along, strict=True))
        fair = (1 << 64) // (up + down) * (up + down)
        coin = next(coin for coin in self.coins if coin < fair) % (up + down)
        step = up if coin < down else -down
        for edge, with_it in zip(circle, along, strict=True):
            edge.part += step if with_it else -step

    def _called(self):
        def number(*words):
            return hashlib.sha256(self.seed + "".join(words).encode()).digest()

        count = {}
        for (pool, polity, share), edge in zip(self.bundle.shares, self.of_share, strict=True):
            count.setdefault(pool, []).append((polity, share // ONE + edge.part // ONE))
        called = {polity: {"delegate": [], "alternate": []} for polity in self.bundle.polities}
        for pool in self.bundle.pools:
            people = [row[0] for row in self.bundle.roll if row[1] == pool]
            people.sort(key=lambda name, pool=pool: number(pool, name))
            for kind in ("delegate", "alternate"):
                for polity, seats in count.get(pool, []):
                    called[polity][kind] += [(pool, name) for name in people[:seats]]
                    people = people[seats:]
        found = []
        for polity, kinds in called.items():
            for kind, people in kinds.items():
                order = sorted(people, key=lambda person, polity=polity: number(polity, person[1]))
                found += [(polity, pool, name, str(rank), kind) for rank, (pool, name) in enumerate(order, 1)]
        return found
