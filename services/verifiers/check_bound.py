"""Check what a derivation folder proves of its bound: python check_bound.py FOLDER (standard library and numpy).

Nothing in the tables is believed: numbers are whole and bounded, ids and edges come once, the quota is the stated share
of the people, and the tables are those whose digest the certificate names. Beside it, check_rules.py
builds rules into the tables, and check_proof.py checks the proof.
"""
import csv, gzip, hashlib, json, re, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
if __package__:
    from services.verifiers.check_proof import dual, tree, whole as whole_ground
    from services.verifiers.check_rules import apart, array, both, followed, moved, need, rounded
else:
    sys.dont_write_bytecode = True  # the folder stays as it was
    from check_proof import dual, tree, whole as whole_ground
    from check_rules import apart, array, both, followed, moved, need, rounded
LONGEST, MOST = 2**29, 5 * 10**7  # bytes of a proof, unpacked, and parts that it may consist of

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

def plain(text: str) -> str:
    return re.sub(r"^'(?='*[=+\-@\t\r\n])", "", text)  # an apostrophe in front keeps spreadsheets from running it

def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines, strict=True)
        found = list(table)
    need(len(set(table.fieldnames)) == len(table.fieldnames), f"{path.name} repeats a column")
    need(all({None} & {*row, *row.values()} == set() for row in found), f"{path.name} has a row of another length")
    return [{column: plain(text) for column, text in row.items()} for row in found]

def read(folder, proof):
    """Costs, people and edges of the tables, the quota, what a proof is of, and what is taken off its bound.

    Positions count units, then connectors.
    """
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
    quota = int(-(-Fraction(share) * total // 1))
    need(Fraction(share) * 2 > 1 and total > 0, "the coverage is not above one half, or nobody is affected")
    need(type(problem["quota"]) is int and problem["quota"] == quota, f"the quota is not {quota}")
    # The digest names ids, costs, people and edges in id order, and costs of borders where they count.
    order = np.array(sorted(range(len(names)), key=names.__getitem__))
    rank = np.argsort(order)
    ends = np.sort(rank[np.array(pairs, np.int64).reshape(-1, 2)], axis=1)
    along = np.lexsort((ends[:, 1], ends[:, 0]))
    sha = hashlib.sha256(f"quota {quota} of {total}\n".encode() + "\n".join(names[i] for i in order).encode())
    sha.update(b"".join(numbers.astype("<i8").tobytes() for numbers in (cost[order], people[order], ends[along])))
    rules = problem.get("constraints", {})
    if rules:
        text = json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sha = hashlib.sha256(f"{sha.hexdigest()}\nconstraints\n{text}".encode())
    table, kinds, less, pieces = (cost, people, quota), {"connected", "quota"}, (0, 1), problem.get("pieces", 1)
    if pieces != 1:
        sha = hashlib.sha256(f"{sha.hexdigest()}\npieces {pieces}\n".encode())
    if "compactness" in problem:
        sha = hashlib.sha256(f"{sha.hexdigest()}\nborder\n".encode())
        outer, shared = (array([whole(row["border"]) for row in table], "borders") for table in (units, edges))
        need(sum(outer.tolist()) + sum(shared.tolist()) < 2**53, "borders add up to too much")
        outer = np.append(outer, np.zeros(len(connectors), np.int64))
        sha.update(outer[order].astype("<i8").tobytes() + shared[along].astype("<i8").tobytes())
        if "flow" in proof:
            table, kinds = (moved(cost + outer, shared, pairs, proof["flow"]), people, quota), kinds | {"border"}
    need(digest == sha.hexdigest(), "the certificate belongs to other tables")
    if pieces != 1:
        (table, pairs, less), kinds = apart(table, pairs, pieces, proof["jump"], rules), kinds | {"pieces"}
    if rules:
        nobody = [i for i, row in enumerate(units) if rules.get("exclude_empty") and float(row["population"] or 1) == 0]
        (table, pairs), kinds = followed(table, pairs, place, rules, nobody), kinds | {"ground"}
    need((table[0] > 0).all(), "a unit costs nothing once borders are moved onto it")
    need(max(sum(column.tolist()) for column in table[:2]) < 2**53, "costs or people add up to too much with the rules")
    return table, both(pairs), kinds, less

def unpacked(path: Path) -> dict:
    with gzip.open(path) as packed:
        text = packed.read(LONGEST + 1)
    need(len(text) <= LONGEST and sum(map(text.count, (b"[", b"{", b",", b'"'))) <= MOST, "the proof is too long")
    return load(text.decode("utf-8"))

def bound(folder):
    proof = unpacked(folder / "proof.json.gz") if (folder / "proof.json.gz").exists() else {}
    table, ends, kinds, (less, finer) = read(folder, proof)
    if proof:
        return max(1, -(-(tree(table, ends, proof, kinds) - less) // finer))  # every unit costs 1 at least
    need(not less, "the bound of several pieces has no proof")
    alone, node = unpacked(folder / "dual.json.gz"), whole_ground(table, ends)  # a dual of the root
    need(node is not None, "no connected part holds the quota")
    here = [lift for lift in alone["raises"] if np.isin(array(lift["members"], "members"), node.at).any()]
    return rounded(dual(node, alone | {"root": alone["core"], "raises": here}, 1)[0], table)

def proven_bound(folder: Path) -> int:
    """Recompute the bound; raises ValueError with the reason if the proof does not hold."""
    try:
        return bound(folder)
    except Exception as error:  # whatever cannot be read proves nothing
        kind = "" if type(error) is ValueError else f"the folder cannot be read: {type(error).__name__} "
        raise ValueError(f"{kind}{error}") from error

if __name__ == "__main__":
    try:
        print(f"By the proof in this folder, no region costs less than {proven_bound(Path(sys.argv[1])):,}.")
    except (ValueError, IndexError) as reason:
        sys.exit(f"The bound does not hold: {reason}")
