"""Check a proof that no region costs less than a bound (numpy alone); check_bound.py, beside it, reads the tables.

The proof is a tree. A node says what its regions may use, must use and meet; its children meet a set, or avoid it. They
are one piece, in the one part of what they may use that holds the quota. A leaf is closed if there is no such part, if
what must be used costs the bound, or by a dual. There a unit is worth w = price·people − scale·cost: max(w, 0) is its
prize, max(−w, 0) the price of entering it. Regions meet the root: it holds a set to meet, or more people than may be
left out. Nested sets are lifted while no way in is charged more than its price; one that need not be met, on its
owners' prizes. Terminals that all regions meet are joined by labels, a row for each subset and a column for each
vertex, that no tree undercuts. What is left of the prices is what regions pay to use a vertex, or to miss it."""
import numpy as np
LARGEST = 2**62  # sums of whole numbers stay below this, so that 64 bits hold them

def need(holds, reason):
    if not holds:
        raise ValueError(reason)
def array(numbers, what, below=LARGEST, least=0):
    whole = type(numbers) is list and all(type(number) is int for number in numbers)
    need(whole and all(least <= number < below for number in numbers), f"{what} are no whole numbers, or out of range")
    return np.array(numbers, np.int64)
def places(numbers, what, local):
    found = local[array(numbers, what, len(local))]
    need(len(found) == len(set(numbers)) and (found >= 0).all(), f"{what} are repeated, or out of the part")
    return found
def narrowed(table, ends, may, must, met):
    """The part that a node's regions lie in and its arcs, and whether there is none."""
    ends, lower, label = ends[:, may[ends].all(axis=0)], np.arange(len(may)), None
    while label is None or (lower != label).any():  # each vertex takes the least label around it, and that one's label
        label, lower = lower, lower.copy()
        np.minimum.at(lower, ends[1], label[ends[0]])
        lower = lower[lower]
    held = np.bincount(label[may], table[1][may], len(may))  # exact: all people are below 2**53
    part = may & (label == held.argmax())
    gone = held.max() < table[2] or (must & ~part).any() or not all(part[group].any() for group in met)
    return part, ends[:, part[ends[0]]], gone
class Node:
    """What a dual works on: vertices of one part, what regions must use and meet there, and whom they may leave out."""
    def __init__(self, table, ends, part, must, met):
        self.at, self.local = np.flatnonzero(part), np.where(part, np.cumsum(part) - 1, -1)
        self.cost, self.people, self.must, self.quota = table[0][self.at], table[1][self.at], must[self.at], table[2]
        self.met = [self.local[group[part[group]]] for group in met if not must[group].any()]
        self.spare = int(self.people.sum()) - self.quota
        self.tails, self.heads = self.local[ends[:, np.argsort(self.local[ends[1]], kind="stable")]]
        self.first = np.searchsorted(self.heads, np.arange(len(self.at) + 1))
    def met_from(self, members, distance):
        """From which distance on nested sets hold what every region meets."""
        order, inside = np.argsort(distance, kind="stable"), np.full(len(self.at), -1)
        inside[members] = distance
        large = np.cumsum(self.people[members[order]]) > self.spare
        found = distance[order][large][:1].tolist() + distance[self.must[members]].tolist()
        return min(found + [int(inside[g].max()) for g in self.met if (inside[g] >= 0).all()], default=LARGEST)
    def always(self, numbers, what):
        found = places(numbers, what, self.local)
        need(self.met_from(found, np.zeros(len(found), np.int64)) == 0, f"a region could meet the quota without {what}")
        return found
    def labels(self, rows, count):
        need(len(rows) == count and all(len(row) == len(self.at) for row in rows), "labels are missing")
        return np.array([array(row, "labels") for row in rows])
    def lift(self, raises, entry):
        """What raises add up to, what they leave of the price of arcs and of starts at vertices, and who pays what."""
        left, start, depth, group_of, spent, total = entry[self.heads], entry.copy(), np.full(len(entry), -1), {}, {}, 0
        for number, one in enumerate(raises):
            members, distance = places(one["members"], "members", self.local), array(one["distance"], "distances")
            (amount,), owners = array([one["amount"]], "amounts").tolist(), places(one["owners"], "owners", self.local)
            need(len(distance) == len(members) and (distance < amount).all(), f"raise {number} lacks a distance")
            depth[members], owners = distance, tuple(owners.tolist())  # 0 at the owners; outside the sets, the amount
            count = self.first[members + 1] - self.first[members]
            into = np.repeat(self.first[members] - np.cumsum(count) + count, count) + np.arange(count.sum())
            beyond = np.where(depth[self.tails[into]] < 0, amount, depth[self.tails[into]])
            left[into] -= np.maximum(beyond - depth[self.heads[into]], 0)
            start[members] -= amount - distance
            charge, total = min(amount, self.met_from(members, distance)), total + amount
            inside = all(depth[owner] == 0 and group_of.setdefault(owner, owners) == owners for owner in owners)
            need(inside and (owners or not charge), f"raise {number} has no owner, or one outside it or in two groups")
            need(total < LARGEST, "raises add up to too much")
            spent[owners], depth[members] = spent.get(owners, 0) + charge, -1
        need((left >= 0).all(), "a way in is charged more than its price")
        return total, left, start, {owner: (list(owners), spent[owners]) for owner, owners in group_of.items()}
    def join(self, step, root, left, start):
        """Labels of the trees below each vertex, and the least price of a tree from the root to each subset."""
        ends, least = [self.always(group, "a terminal") for group in step.get("terminals", [])], [0]
        below = self.labels(step["below"], 2 ** len(ends)) if ends else np.zeros((1, len(self.at)), np.int64)
        for subset, row in enumerate(below):
            parts = [one for one in range(1, subset) if one & subset == one]
            here = [row[end] for number, end in enumerate(ends) if subset == 1 << number] if subset else [row]
            need(len(ends) < 7 and not any(at.any() for at in here), "too many terminals, or a label is not 0 at one")
            need((row[self.tails] <= row[self.heads] + left).all(), "a label is too large along an arc")
            need(all((row <= below[one] + below[subset ^ one]).all() for one in parts), "a label is too large: fork")
            forks = [least[one] + least[subset ^ one] for one in parts]
            least = [*least, min([int((start + row)[root].min()), *forks])] if subset else [0]
        return below, least
    def surplus(self, rows, below, least, root, left, start):
        """What a region pays at least, beyond the value of the dual, to use each vertex."""
        above = self.labels(rows, len(below))
        for subset, row in enumerate(above):
            parts = [one for one in range(1, len(below)) if one & subset == 0]
            need((row[root] <= start[root] + least[len(below) - 1 ^ subset]).all(), "a label is too large at the root")
            need((row[self.heads] <= row[self.tails] + left).all(), "a label is too large along an arc")
            need(all((row <= above[subset | one] + below[one]).all() for one in parts), "a label is too large: fork")
        return (above + below).min(axis=0) - least[-1]

def dual(table, ends, part, must, met, step, target):
    """The bound of one dual, and at this target the vertices that no region uses, and those that every region uses."""
    node = Node(table, ends, part, must, met)
    price, scale = array([step["price"], step["scale"]], "prices", least=1).tolist()
    need(price * int(node.people.sum()) + scale * int(node.cost.sum()) < LARGEST, "price and scale are out of range")
    worth = price * node.people - scale * node.cost
    prize, lack, root = np.maximum(worth, 0), np.maximum(-worth, 0), node.always(step["root"], "the core")
    total, left, start, paid = node.lift(step["raises"], np.where(node.must, 0, lack))
    need((start[root] >= 0).all(), "a way in is charged more than its price")
    need(all(charge <= prize[own].sum() for own, charge in paid.values()), "an owner is charged more than its prize")
    below, least = node.join(step, root, left, start)
    value = price * node.quota - int(prize.sum()) + int(lack[node.must].sum()) + total + least[-1]
    drop, keep, room = np.zeros(len(part), bool), np.zeros(len(part), bool), scale * (target - 1) - value
    if "drop" in step:
        gone, kept = (places(step[name], "settled vertices", node.local) for name in ("drop", "need"))
        above = node.surplus(step["above"], below, least, root, left, start)
        need((above[gone] > room).all(), "a vertex is dropped without a reason")
        rest = [prize[paid[v][0]].sum() - paid[v][1] if v in paid else LARGEST for v in kept.tolist()]
        few = node.people[kept] > node.spare - int(node.people[gone].sum())
        need(((np.minimum(prize[kept], rest) > room) | few).all(), "a vertex is used without a reason")
        drop[node.at[gone]], keep[node.at[kept]] = True, True
    return -(-value // scale), drop, keep

def tree(table, ends, proof):
    """The bound that a tree of nodes proves."""
    need(proof["version"] == 1 and set(proof["constraints"]) == {"connected", "quota"}, "a kind of proof unknown here")
    every, everywhere = np.ones(len(table[0]), bool), np.arange(len(table[0]))
    (target,), waiting = array([proof["bound"]], "the bound", least=1).tolist(), {0: (ends, every, ~every, [])}
    for number, node in enumerate(proof["nodes"]):
        (ends, may, must, met), closed = waiting.pop(number), False
        for step in [*node["steps"], {}]:
            part, ends, gone = narrowed(table, ends, may, must, met)
            closed = closed or gone or int(table[0][must].sum()) >= target
            if closed or not step:
                break
            if "core" in step:
                core = places(step["core"], "vertices of the core", np.where(part, everywhere, -1))
                need(table[1][core].sum() > table[1][part].sum() - table[2], "a region could meet the quota without it")
                met, must = [*met, core], must | (np.isin(everywhere, core) & (len(core) == 1))
            else:
                bound, drop, keep = dual(table, ends, part, must, met, step, target)
                may, must, closed = part & ~drop, must | keep, bound >= target
        if not closed:
            group, children = places(node["split"], "vertices of a split", everywhere), (node["met"], node["avoided"])
            inside, new = np.isin(everywhere, group), len({*children, *waiting}) == 2 + len(waiting)
            need(len(group) and min(children) > number and new, "a node has not two children after it")
            waiting[children[0]] = (ends, part, must | (inside & (len(group) == 1)), [*met, group])
            waiting[children[1]] = (ends, part & ~inside, must, met)
    need(not waiting, "a branch of the proof is missing")
    return target
