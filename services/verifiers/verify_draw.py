"""Re-compute a draw of assemblies: verify_draw.py BUNDLE RANDOMNESS [COMMITMENT]. Exits 0 or 1.
RANDOMNESS is the 64 hexadecimal digits that you took yourself from the drand round named in BUNDLE/bundle.json (of a
rehearsal: its seed will do); COMMITMENT is what the public log kept at the freeze (verify_log.py --draw BUNDLE: and
witnesses signed before the round was known). Shares no code with geopolity."""
import gzip, hashlib, json, struct, sys
from collections import Counter, defaultdict, namedtuple
from pathlib import Path

UNIT = 2**30  # shares are counted in units of 2⁻³⁰ seats
Polity = namedtuple("Polity", "seats eligible levels block weight chambers")
Pool = namedtuple("Pool", "cell stratum people factor")
sha = lambda data: hashlib.sha256(data).digest()
def need(fact, sentence):
    if not fact: raise ValueError(sentence)

def rows(file):
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8", newline="") as lines:
        return [line.removesuffix("\n").split(",") for line in lines][1:]

def merkle_root(level):  # RFC 6962: an odd node is carried up
    while len(level) > 1:
        level = [sha(b"\1" + a + b) for a, b in zip(level[::2], level[1::2])] + level[len(level) // 2 * 2 :]
    return level[0]

def check_shares(head, polities, pools, edges):  # and return what each pool gives
    filled, given, eligible, inner = Counter(), Counter(), Counter(), {}
    for pool, polity, share in edges:
        filled[polity] += share
        given[pool] += share
        eligible[polity] += pools[pool].people
        inner[pool] = min(polities[polity].block, inner.get(pool, polities[polity].block))
    for name, polity in polities.items():
        need(1 <= polity.seats <= 150 * polity.chambers, f"{name} has no seats, or more than its chambers hold")
        totals = (polity.seats * UNIT, polity.eligible)
        need((filled[name], eligible[name]) == totals, f"shares or people of {name} do not add up")
    for name, pool in pools.items():
        idle = pool.people * UNIT - given[name]
        need(idle == 0 if head["mode"] == "universal" else idle >= 0, f"{name} gives another number than it should")
    for block in range(max(polity.block for polity in polities.values())):  # inner blocks take everybody they have
        people = sum(pools[pool].people for pool, own in inner.items() if own <= block)
        need(people == sum(p.seats for p in polities.values() if p.block <= block), f"block {block} is not a block")
    for pool, polity, share in edges:
        (seats, eligible, _, block, weight, _), (_, _, people, factor) = polities[polity], pools[pool]
        if head["rule"] == "equal":  # floor or ceiling of people × seats ÷ eligible
            need(abs(share * eligible - people * seats * UNIT) < eligible, f"{pool} in {polity} is not equal")
        else:  # least deviation: equal × weight × factor; a factor is below 1 only where everybody serves
            need(factor == 1 or (0 < factor < 1 and given[pool] >= people * UNIT * (1 - 1e-6)), f"{pool} is held back")
            best = people * seats * UNIT / eligible * weight * factor if block == inner[pool] else 0
            need(abs(share - best) <= 1e-6 * best + 64 * (best > 0), f"{pool} in {polity} deviates more than it must")
    return given

def network(polities, pools, edges, given):  # edges of the flow: pool to idle, pool to quota, quota to the one above
    tail, head, part, index, lines, through = [], [], [], {}, {}, Counter()
    def add(start, end, units):  # edges are known by their number; whole ones are not rounded
        tail.append(index.setdefault(start, len(index)))
        head.append(index.setdefault(end, len(index)))
        part.append(units % UNIT)
        return [len(part) - 1] if part[-1] else []
    blocks = {pool: add(pool, None, -given[pool]) for pool in pools}
    for pool, polity, share in edges:
        key = (polity, *pools[pool].stratum.split("/")[: polities[polity].levels if pools[pool].stratum else 0])
        lines[key] = lines.get(key) or [key[:length] for length in range(len(key), 0, -1)]
        for quota in lines[key]:
            through[quota] += share
        blocks[pool] += add(pool, key, share)
    return tail, head, part, blocks, sum((add(node, node[:-1], through[node]) for node in through if node[1:]), [])

def cancel(edges, tail, head, part, coins):  # push cycles of fractional edges until none is left
    live, at = set(edges), defaultdict(list)
    for edge in edges:
        at[tail[edge]].append(edge)
        at[head[edge]].append(edge)
    def step(here, came):  # the last live edge of a vertex other than the one we came by
        while here and here[-1] not in live: here.pop()
        while here[1:] and here[-1] == came and here[-2] not in live: del here[-2]
        return next((edge for edge in here[:-3:-1] if edge != came), None)
    for begin in edges:
        vertex, path, place = tail[begin], [], {tail[begin]: 0}
        while (edge := step(at[vertex], path[-1][0] if path else None)) is not None or path:
            if edge is None:  # a dead end: go back
                place.popitem()
                live.discard(edge := path.pop()[0])
            else:
                path.append((edge, 1 if tail[edge] == vertex else -1))
            vertex = tail[edge] + head[edge] - vertex
            if place.setdefault(vertex, len(path)) < len(path):  # the walk has met itself
                cycle, path[place[vertex] :] = path[place[vertex] :], []
                for _ in cycle[1:]: place.popitem()
                more, less = map(min, zip(*((UNIT - part[edge], part[edge])[::way] for edge, way in cycle)))
                coin = next(coin for coin in coins if coin < 2**64 - 2**64 % (more + less))  # no remainder is likelier
                for edge, way in cycle:
                    part[edge] += way * (more if coin % (more + less) < less else -less)
                live.difference_update([edge for edge, _ in cycle if part[edge] % UNIT == 0])
    return [edge for edge in edges if part[edge] % UNIT]

def drawn(polities, pools, edges, given, members, stream):  # the rows of seats.csv
    tail, head, part, blocks, top = network(polities, pools, edges, given)
    data = stream.digest(32 + 8 * (len(part) + 64))
    seed, coins = data[:32], (coin for (coin,) in struct.iter_unpack(">Q", data[32:]))
    blocks = [blocks[pool] for pool in sorted(pools, key=lambda pool: pools[pool].stratum.split("/"))]
    while len(blocks) > 1:  # within pairs of neighbouring pools, then pairs of pairs, and so on
        blocks = [cancel(sum(blocks[i : i + 2], []), tail, head, part, coins) for i in range(0, len(blocks), 2)]
    need(not cancel(blocks[0] + top, tail, head, part, coins), "shares do not add up to whole seats")
    seats, called = defaultdict(list), {(polity, kind): [] for polity in polities for kind in ("delegate", "alternate")}
    for (pool, polity, share), left in zip(edges, part[len(pools) :]):
        seats[pool].append((polity, share // UNIT + left // UNIT))
    for pool in pools:  # people in the order of their numbers: runs that sit, then runs that stand by
        queue = iter(sorted(members[pool], key=lambda name: sha(seed + pool.encode() + name.encode())))
        for kind in ("delegate", "alternate"):
            for polity, count in seats[pool]:
                called[polity, kind] += [(pool, name) for _, name in zip(range(count), queue)]
    for (polity, kind), people in called.items():
        people.sort(key=lambda person: sha(seed + polity.encode() + person[1].encode()))
        yield from ([polity, pool, name, str(rank), kind] for rank, (pool, name) in enumerate(people, 1))

def check(folder, randomness, commitment=None):
    head = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    promise = {k: head[k] for k in {*"algorithm digests epoch keys mode roll_root round rule".split()} & {*head}}
    promised = sha(json.dumps(promise, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hex()
    need(head["algorithm"] == "geopolity-lot-1" and head["seat_unit_bits"] == 30, "this program checks another lot")
    need(head["commitment"] == promised and commitment in {None, promised}, "this is not what the freeze promised")
    for file in ("polities.csv", "pools.csv", "shares.csv"):
        need(sha((folder / file).read_bytes()).hex() == head["digests"][file], f"{file} is not the one that was frozen")
    source, rehearsal = head["randomness"], head["rehearsal"]
    need(rehearsal is (source["source"] == "rehearsal"), "it does not say rightly whether it is a rehearsal")
    need(rehearsal or source["round"] == head["round"], "another round was announced")
    seeded = sha(b"geopolity rehearsal " + randomness.encode()).hex() if rehearsal else randomness
    need(source["value"] in {randomness, seeded}, "it was drawn with another randomness than yours")
    polities = {a: Polity(*map(int, row[:4]), float(row[4]), int(row[5])) for a, *row in rows(folder / "polities.csv")}
    pools = {a: Pool(cell, path, int(n), float(f)) for a, cell, path, n, f in rows(folder / "pools.csv")}
    edges = [(pool, polity, int(share)) for pool, polity, share in rows(folder / "shares.csv")]
    need(len({edge[:2] for edge in edges}) == len(edges) and all(edge[2] >= 0 for edge in edges), "a share is wrong")
    given = check_shares(head, polities, pools, edges)
    roll, members, keys = rows(folder / "roll.csv.gz"), {pool: [] for pool in pools}, head.get("keys")
    root = merkle_root([sha(b"\0" + ",".join(line).encode()) for line in roll])
    whole = root.hex() == head["roll_root"] and (keys is None or sum(keys.values()) == len(roll))
    need(whole, "the roll is not the one that was frozen")
    need(all(left[0] < right[0] for left, right in zip(roll, roll[1:])), "the roll is out of order")
    for name, pool, *_ in roll: members[pool].append(name)  # a third column commits to whoever it is
    need(all(len(members[name]) == pool.people for name, pool in pools.items()), "pools and roll disagree")
    chance = hashlib.shake_256(bytes.fromhex(source["value"]) + root + head["epoch"].encode())
    seats = [*drawn(polities, pools, edges, given, members, chance)]
    need(rows(folder / "seats.csv") == seats, "seats.csv is not what the lot gives")
    return f"{'rehearsal' if rehearsal else 'draw'} of {len(polities)} assemblies recomputed, promised as {promised}"

if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1]), *sys.argv[2:]))
    except Exception as error:  # whatever is broken, it is not this draw
        sys.exit(f"Refused: {error}")
