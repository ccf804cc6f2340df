"""The plain problem behind one with rules: constraints, pieces and borders that count are built into its tables.

check_bound.py, beside it, reads those; check_proof.py checks the proof of the plain problem's bound (numpy alone).
"""

import numpy as np

LARGEST = 2**62  # sums of whole numbers stay below this, so that 64 bits hold them
LONGEST_WORK = 10**11
KNOWN = {"must", "must_not", "keep_together", "cut", "link", "at_most", "exclude_empty"}


def need(holds, reason):
    if not holds:
        raise ValueError(reason)


class Work:
    """What was looked at, in some 2 nanoseconds each: a proof made to keep a checker busy for hours is refused."""

    done = 0

    def add(self, more):
        self.done += more
        need(self.done < LONGEST_WORK, "the proof takes too long to check")
        return more


def array(numbers, what, below=LARGEST, least=0):
    whole = type(numbers) is list and all(type(number) is int for number in numbers)
    need(whole and all(least <= number < below for number in numbers), f"{what} are no whole numbers, or out of range")
    return np.array(numbers, np.int64)


def rounded(bound, table):
    grain = int(np.gcd.reduce(table[0]))  # regions cost multiples of what all costs are multiples of
    return -(-bound // grain) * grain
def parts(n, tails, heads):
    """The least vertex of the part that each is in: parts take on the least part beside them until none has one."""
    label = np.arange(n)
    while len(tails):
        lower = label.copy()
        np.minimum.at(lower, heads, tails)
        while (lower != lower[lower]).any():
            lower = lower[lower]
        label, tails, heads = lower[label], lower[tails], lower[heads]
        apart = tails != heads
        tails, heads = tails[apart], heads[apart]
    return label


def both(pairs):
    return np.array(pairs + [(b, a) for a, b in pairs], np.int64).reshape(-1, 2).T


def moved(cost, shared, pairs, flow):
    """Costs with borders moved onto units: no more flows over an edge than its border, so no region costs more."""
    flow = array(flow, "the flow", least=-LARGEST)
    need(len(flow) == len(shared) and (abs(flow) <= shared).all(), "more flows over an edge than its border costs")
    for side, sign in ((0, 1), (1, -1)):
        np.add.at(cost, np.array(pairs, np.int64).reshape(-1, 2)[:, side], sign * flow)
    return cost


def apart(table, pairs, pieces, jump, rules):
    """One piece where jumps over a hub are bought: each piece buys one, so that what they cost is taken off again.
    Jumps at no price cost 1, and units are counted so much finer that all jumps weigh less than one.
    """
    (cost, people, quota), ends = table, np.arange(len(table[0]))
    ends = ends if rules else ends[people > 0]  # a piece without affected people is left out, unless rules hold it
    need(type(pieces) is int and pieces > 1, "the number of pieces is out of range")
    (jump,), hub = array([jump], "the jump", least=0).tolist(), len(cost)
    finer, jump = (1, jump) if jump else (pieces + 2, 1)
    need(sum(cost.tolist()) < 2**53 // finer, "costs add up to too much")
    less = 1 + min(pieces, len(ends)) * jump
    cost = np.concatenate([finer * cost, [1], np.full(len(ends), jump)])
    over = [pair for i, v in enumerate(ends.tolist()) for pair in ((v, hub + 1 + i), (hub, hub + 1 + i))]
    return (cost, np.append(people, np.zeros(len(ends) + 1, np.int64)), quota), pairs + over, (less, finer)


def followed(table, pairs, place, rules, nobody):
    """The same regions without constraints: what is out loses its edges, what stays together becomes its first vertex,
    and what must be in holds more people than may be left out. Limits, and sets apart, are left aside.
    """
    (cost, people, quota), n = table, len(table[0])
    need(set(rules) <= KNOWN, "a kind of constraint unknown here")
    groups = [{place[name] for name in group} for group in rules.get("keep_together", {}).get("groups", [])]
    kept = {v: number for number, group in enumerate(groups) for v in group}
    need(len(kept) == sum(map(len, groups)), "a unit is kept together twice")
    must, out = ({place[name] for name in rules.get(key, [])} for key in ("must", "must_not"))
    must |= {v for group in groups if must & group for v in group}
    may, before = set(range(n)) - out - set(nobody), None
    while before != may:
        before = may
        may = may - {v for group in groups if not group <= may for v in group}
        label = parts(n, *both([pair for pair in pairs if may.issuperset(pair)]))
        held = np.bincount(label, people * np.isin(np.arange(n), list(may)), n)
        part = label[min(must)] if must else held.argmax()
        may = {v for v in may if label[v] == part}
        need(must <= may and held[part] >= quota, "no region keeps to the constraints")
    inside = [pair for pair in pairs if may.issuperset(pair)]
    one = [(a, b) for a, b in inside if {a, b} <= must or (a in kept and kept[a] == kept.get(b))]
    lead, on, more = parts(n, *both(one)), np.array(sorted(may)), int(people.sum()) - quota + 1
    costs, held, locked = np.ones(n, np.int64), np.zeros(n, np.int64), sorted({int(lead[v]) for v in must})
    costs[lead[on]] = 0
    np.add.at(costs, lead[on], cost[on])
    np.add.at(held, lead[on], people[on])
    held[locked] += more
    ends = {tuple(sorted((int(lead[a]), int(lead[b])))) for a, b in inside}
    return (costs, held, quota + more * len(locked)), sorted(pair for pair in ends if pair[0] != pair[1])
