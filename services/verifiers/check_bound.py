"""Check the published lower bound of a derivation folder: python check_bound.py FOLDER (standard library and numpy).

A unit is worth w = price·people − scale·cost: its prize is max(w, 0), entering it costs max(−w, 0). A region is one
piece, so it lies in the one part of the map that holds the quota. Every region with the quota meets the core, because
the core holds more people than may be left out. A set outside the core must be entered if it holds that many too, or
else its owners' prizes may be lost. So nested sets around owners can be lifted as long as no way in is charged more
than its price and no owner, before its set is that large, more than its prize.

Nothing in the folder is believed: numbers are whole and bounded, positions exist and come once, the quota is the stated
share of the people in the tables, and the tables are those whose digest the certificate names.
"""
import csv, gzip, hashlib, json, re, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
LARGEST = 2**62  # sums of whole numbers stay below this, so that 64 bits hold them
LONGEST = 2**30  # bytes of a dual, unpacked
def need(holds, reason):
    if not holds:
        raise ValueError(reason)

def refuse(text):
    raise ValueError(f"{text} is no whole number")

def once(pairs):
    need(len({key for key, _ in pairs}) == len(pairs), "a key of a JSON object is repeated")
    return dict(pairs)

def load(text: str, floats=refuse) -> dict:
    return json.loads(text, parse_constant=refuse, parse_float=floats, object_pairs_hook=once)

def whole(text: str) -> int:
    need(re.fullmatch(r"0|[1-9][0-9]{0,18}", text or ""), f"a table has {text!r} where a whole number belongs")
    return int(text)

def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines, strict=True)
        found = list(table)
    need(len(set(table.fieldnames)) == len(table.fieldnames), f"{path.name} repeats a column")
    need(all({None} & {*row, *row.values()} == set() for row in found), f"{path.name} has a row of another length")
    return found

def array(numbers, what, below=LARGEST, least=0):
    need(type(numbers) is list and all(type(number) is int for number in numbers), f"{what} are not all whole numbers")
    need(all(least <= number < below for number in numbers), f"{what} are out of range")
    return np.array(numbers, np.int64)

def places(numbers, what, count):
    found = array(numbers, what, count)
    need(len(found) == len(set(numbers)) > 0, f"{what} are repeated, or none")
    return found

def read(folder):
    """Costs, people and edges of the tables, and the quota; positions count units, then connectors."""
    units, connectors, edges = (rows(folder / f"{name}.csv") for name in ("units", "connectors", "edges"))
    names = [row["unit_id"] for row in units] + [row["connector_id"] for row in connectors]
    place = {name: i for i, name in enumerate(names)}
    need(len(place) == len(names) and not re.search("[\n\r\0]", "".join(names)), "an id is repeated or broken")
    cost = array([whole(row["cost"]) for row in units + connectors], "costs", least=1)
    people = array([whole(row["affected_int"]) for row in units] + [0] * len(connectors), "affected people")
    need(sum(cost.tolist()) < 2**53 and sum(people.tolist()) < 2**53, "costs or people add up to too much")
    need(all(row[end] in place for row in edges for end in ("from", "to")), "an edge leads to no unit or connector")
    pairs = [(place[row["from"]], place[row["to"]]) for row in edges]
    need(all(one != other for one, other in pairs), "an edge leads from a unit to itself")
    need(len({frozenset(pair) for pair in pairs}) == len(pairs), "an edge is repeated")
    stated = [load((folder / f"{name}.json").read_text(encoding="utf-8"), float) for name in ("problem", "certificate")]
    problem, digest, total, share = stated[0], stated[1]["digest"], sum(people.tolist()), stated[0]["coverage_target"]
    need(type(share) is str and re.fullmatch(r"0\.[0-9]{1,30}|1(\.0{1,30})?", share), "the coverage is no decimal")
    quota = -(-Fraction(share) * total // 1)
    need(Fraction(share) * 2 > 1 and total > 0, "the coverage is not above one half, or nobody is affected")
    need(type(problem["quota"]) is int and problem["quota"] == quota, f"the quota is not {quota}")
    # The digest names ids, costs, people and edges in id order, and costs of borders where they count.
    order = np.array(sorted(range(len(names)), key=names.__getitem__))
    rank = np.argsort(order)
    ends = np.sort(rank[np.array(pairs, np.int64).reshape(-1, 2)], axis=1)
    along = np.lexsort((ends[:, 1], ends[:, 0]))
    sha = hashlib.sha256(f"quota {quota} of {total}\n".encode() + "\n".join(names[i] for i in order).encode())
    sha.update(b"".join(numbers.astype("<i8").tobytes() for numbers in (cost[order], people[order], ends[along])))
    if "compactness" in problem:
        sha = hashlib.sha256(f"{sha.hexdigest()}\nborder\n".encode())
        outer, shared = (array([whole(row["border"]) for row in table], "borders") for table in (units, edges))
        outer = np.append(outer, np.zeros(len(connectors), np.int64))
        sha.update(outer[order].astype("<i8").tobytes() + shared[along].astype("<i8").tobytes())
    need(digest == sha.hexdigest(), "the certificate belongs to other tables")
    return cost, people, np.array(pairs + [(b, a) for a, b in pairs], np.int64).reshape(-1, 2).T, quota

def part_with_quota(people, ends, quota):
    """Which vertices lie in the one part that can hold the quota: more than half of all people."""
    part = list(range(len(people)))  # each points towards the first vertex of its part
    def first(v):
        while part[v] != v:
            part[v] = v = part[part[v]]
        return v
    for one, other in ends.T.tolist():
        lower, higher = sorted((first(one), first(other)))
        part[higher] = lower
    part, held = np.array([first(v) for v in range(len(part))]), np.zeros(len(people), np.int64)
    np.add.at(held, part, people)
    need(held.max() >= quota, "no connected part holds the quota")
    return part == held.argmax()

def proven_bound(folder: Path) -> int:
    """Recompute the bound; raises ValueError with the reason if the dual does not hold."""
    try:
        return bound(folder)
    except Exception as error:  # whatever cannot be read proves nothing
        kind = "" if type(error) is ValueError else f"the folder cannot be read: {type(error).__name__} "
        raise ValueError(f"{kind}{error}") from error

def bound(folder):
    cost, people, ends, quota = read(folder)
    with gzip.open(folder / "dual.json.gz") as packed:
        text = packed.read(LONGEST + 1)
    need(len(text) <= LONGEST, "the dual is too long")
    dual = load(text.decode("utf-8"))
    price, scale = array([dual["price"], dual["scale"]], "price and scale", least=1).tolist()
    need(price * sum(people.tolist()) + scale * sum(cost.tolist()) < LARGEST, "price and scale are out of range")
    worth, near = price * people - scale * cost, np.where(part_with_quota(people, ends, quota), people, 0)
    prize, entry, spare = np.maximum(worth, 0), np.maximum(-worth, 0), int(near.sum()) - quota
    core = places(dual["core"], "vertices of the core", len(cost))
    need(near[core].sum() > spare, "a region could meet the quota without meeting the core")
    need(sum(array([lift["amount"] for lift in dual["raises"]], "amounts").tolist()) < LARGEST, "amounts are too large")
    (tails, heads), spent, group_of = ends, {}, {}
    used, used_from_core = np.zeros(len(tails), np.int64), np.zeros(len(cost), np.int64)
    for number, lift in enumerate(dual["raises"]):
        amount, owners = lift["amount"], tuple(places(lift["owners"], f"owners of raise {number}", len(cost)).tolist())
        members = places(lift["members"], f"members of raise {number}", len(cost))
        distance = array(lift["distance"], f"distances of raise {number}")
        need(len(distance) == len(members), f"raise {number} has not one distance for each member")
        depth = np.full(len(cost), amount, np.int64)  # 0 at the owners, full outside all sets
        depth[members] = np.minimum(distance, amount)
        used += np.maximum(depth[tails] - depth[heads], 0)
        used_from_core[core] += amount - depth[core]
        order = np.argsort(distance, kind="stable")
        large = np.cumsum(near[members[order]]) > spare
        free_from = int(distance[order][large.argmax()]) if large.any() else amount
        inside = all(depth[owner] == 0 and group_of.setdefault(owner, owners) == owners for owner in owners)
        need(inside, f"raise {number} has an owner outside its sets, or in two groups")
        spent[owners] = spent.get(owners, 0) + min(amount, free_from)
    need((used <= entry[heads]).all() and (used_from_core <= entry).all(), "a way in is charged more than its price")
    kept = all(charge <= prize[list(owners)].sum() for owners, charge in spent.items())
    need(kept, "an owner is charged more than its prize")
    return -(-(price * quota - int(prize.sum()) + sum(lift["amount"] for lift in dual["raises"])) // scale)

if __name__ == "__main__":
    try:
        print(f"No region costs less than {proven_bound(Path(sys.argv[1])):,} (bound at the root of the search).")
    except (ValueError, IndexError) as reason:
        sys.exit(f"The bound does not hold: {reason}")
