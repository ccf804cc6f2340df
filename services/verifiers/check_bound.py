"""Check the published lower bound of a derivation folder: python check_bound.py FOLDER (standard library and numpy).

A unit is worth w = price·people − scale·cost: its prize is max(w, 0), entering it costs max(−w, 0). Every region with
the quota meets the core, because the core holds more people than may be left out. A set outside the core must be
entered if it holds that many too, or else its owners' prizes may be lost. So nested sets around owners can be lifted as
long as no way in is charged more than its price and no owner, before its set is that large, more than its prize.
"""
import csv, gzip, json, sys
from pathlib import Path
import numpy as np
def read(folder):
    tables = {name: list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)))
              for name in ("units", "connectors", "edges")}
    names = [row["unit_id"] for row in tables["units"]] + [row["connector_id"] for row in tables["connectors"]]
    cost = [int(row["cost"]) for row in tables["units"] + tables["connectors"]]
    people = [int(row["affected_int"]) for row in tables["units"]] + [0] * len(tables["connectors"])
    place = {name: i for i, name in enumerate(names)}
    pairs = np.array([(place[row["from"]], place[row["to"]]) for row in tables["edges"]], np.int64).reshape(-1, 2)
    return cost, people, np.vstack([pairs, pairs[:, ::-1]]).T

def proven_bound(folder: Path) -> int:
    """Recompute the bound; raises ValueError with the reason if the dual does not hold."""
    cost, people, (tails, heads) = read(folder)
    quota = json.loads((folder / "problem.json").read_text(encoding="utf-8"))["quota"]
    dual = json.loads(gzip.decompress((folder / "dual.json.gz").read_bytes()))
    price, scale, core = dual["price"], dual["scale"], sorted(set(dual["core"]))
    if price < 1 or scale < 1 or price * sum(people) + scale * sum(cost) >= 2**62:
        raise ValueError("price and scale are out of range")
    cost, people = np.array(cost, np.int64), np.array(people, np.int64)
    worth, spare = price * people - scale * cost, int(people.sum()) - quota
    prize, entry = np.maximum(worth, 0), np.maximum(-worth, 0)
    if people[core].sum() <= spare:
        raise ValueError("a region could meet the quota without meeting the core")
    used, used_from_core, spent, group_of = np.zeros(len(tails), np.int64), np.zeros(len(cost), np.int64), {}, {}
    for number, lift in enumerate(dual["raises"]):
        amount, members, distance = lift["amount"], np.array(lift["members"]), np.array(lift["distance"])
        if amount < 0 or distance.min() < 0 or len(set(lift["members"])) != len(members):
            raise ValueError(f"raise {number} is malformed")
        depth = np.full(len(cost), amount, np.int64)  # 0 at the owners, full outside all sets
        depth[members] = np.minimum(distance, amount)
        used += np.maximum(depth[tails] - depth[heads], 0)
        used_from_core[core] += amount - depth[core]
        order = np.argsort(distance, kind="stable")
        large = np.cumsum(people[members[order]]) > spare
        free_from = int(distance[order][large.argmax()]) if large.any() else amount
        owners = tuple(lift["owners"])
        if any(depth[owner] > 0 or group_of.setdefault(owner, owners) != owners for owner in owners):
            raise ValueError(f"raise {number} has an owner outside its sets, or in two groups")
        spent[owners] = spent.get(owners, 0) + min(amount, free_from)
    if (used > entry[heads]).any() or (used_from_core > entry).any():
        raise ValueError("a way into a unit is charged more than its price")
    if any(charge > int(prize[list(owners)].sum()) for owners, charge in spent.items()):
        raise ValueError("an owner is charged more than its prize")
    return -(-(price * quota - int(prize.sum()) + sum(lift["amount"] for lift in dual["raises"])) // scale)

if __name__ == "__main__":
    try:
        print(f"No region costs less than {proven_bound(Path(sys.argv[1])):,} (bound at the root of the search).")
    except (ValueError, KeyError, IndexError, TypeError, OSError) as reason:
        sys.exit(f"The bound does not hold: {reason}")
