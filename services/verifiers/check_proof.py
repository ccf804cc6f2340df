"""Check a proof that no region costs less than a bound (numpy alone); check_bound.py, beside it, reads the tables.

The proof is a tree. A node says what its regions may use, must use and meet; its children meet a set, or avoid it. They
are one piece, in the one part of what they may use that holds the quota. A leaf is closed if there is no such part, if
what must be used costs the bound, or by a dual. There a unit is worth w = price·people − scale·cost: max(w, 0) is its
prize, max(−w, 0) the price of entering it. Regions meet the root: it holds a set to meet, or more people than may be
left out. Nested sets are lifted while no way in is charged more than its price; one that need not be met, on prizes of
owners. Terminals that all meet are joined by labels (subsets × vertices) that no tree undercuts."""
import numpy as np
if __package__:
    from services.verifiers.check_rules import LARGEST, Work, array, need, parts, rounded
else:
    from check_rules import LARGEST, Work, array, need, parts, rounded
def places(numbers, what, at):
    numbers = array(numbers, what)
    found = np.minimum(np.searchsorted(at, numbers), len(at) - 1)
    need(len({*numbers.tolist()}) == len(numbers) and (at[found] == numbers).all(), f"{what} are repeated or missing")
    return found
class Node:
    """Vertices that regions may use, ascending, arcs between them by heads, and what regions must use and meet."""
    def __init__(self, table, at, ends, must, met):
        self.table, self.at, (self.tails, self.heads), self.must, self.met = table, at, ends, must, met
        self.cost, self.people, self.quota, self.work = table[0][at], table[1][at], table[2], table[3]
        self.first, self.depth = np.searchsorted(self.heads, np.arange(len(at) + 1)), np.full(len(at), -1)
        self.spare, self.wide = int(self.people.sum()) - self.quota, sum(map(len, met)) + 200 * len(met) + 5000
        self.size = self.work.add(len(at) + len(self.tails) + self.wide)
    def without(self, gone):
        """The part that regions lie in without some vertices; none if there is no such part."""
        self.work.add(20 * self.size)
        may = ~gone
        tails, heads = np.array([self.tails, self.heads])[:, may[self.tails] & may[self.heads]]
        label = parts(len(self.at), tails, heads)
        held = np.bincount(label[may], self.people[may], len(may))  # exact: all people are below 2**53
        part = may & (label == held.argmax())
        if held.max() < self.quota or (self.must & ~part).any() or not all(part[group].any() for group in self.met):
            return None
        place, met = np.cumsum(part) - 1, [group[part[group]] for group in self.met if not self.must[group].any()]
        ends = place[np.array([tails, heads])[:, part[tails]]]
        return Node(self.table, self.at[part], ends, self.must[part], [place[group] for group in met])
    def meeting(self, group):
        alone = np.isin(np.arange(len(self.at)), group) & (len(group) == 1)
        return Node(self.table, self.at, (self.tails, self.heads), self.must | alone, [*self.met, group])
    def met_from(self, members, distance):
        """From which distance on nested sets hold what every region meets."""
        self.work.add(20 * int((self.first[members + 1] - self.first[members] + 1).sum()) + 4 * self.wide + 20000)
        order, self.depth[members] = np.argsort(distance, kind="stable"), distance
        large = np.cumsum(self.people[members[order]]) > self.spare
        found = [int(self.depth[group].max()) for group in self.met if (self.depth[group] >= 0).all()]
        self.depth[members] = -1
        return min([*found, *distance[order][large][:1], *distance[self.must[members]]], default=LARGEST)
    def always(self, numbers, what):
        found = places(numbers, what, self.at)
        need(self.met_from(found, np.zeros(len(found), np.int64)) == 0, f"a region could meet the quota without {what}")
        return found
    def labels(self, rows, count):
        need(len(rows) == count and all(len(row) == len(self.at) for row in rows), "labels are missing")
        return np.array([array(row, "labels") for row in rows])
    def lift(self, raises, entry):
        """What raises add up to, what they leave of the price of arcs and of starts at vertices, and who pays what."""
        left, start, depth, group_of, spent, total = entry[self.heads], entry.copy(), self.depth, {}, {}, 0
        for number, one in enumerate(raises):
            members, distance = places(one["members"], "members", self.at), array(one["distance"], "distances")
            (amount,), owners = array([one["amount"]], "amounts").tolist(), places(one["owners"], "owners", self.at)
            need(len(distance) == len(members) and (distance < amount).all(), f"raise {number} lacks a distance")
            charge, total = min(amount, int(self.met_from(members, distance))), total + amount
            depth[members], owners = distance, tuple(owners.tolist())  # 0 at the owners; outside the sets, the amount
            count = self.first[members + 1] - self.first[members]
            into = np.repeat(self.first[members] - np.cumsum(count) + count, count) + np.arange(count.sum())
            beyond = np.where(depth[self.tails[into]] < 0, amount, depth[self.tails[into]])
            left[into] -= np.maximum(beyond - depth[self.heads[into]], 0)
            start[members] -= amount - distance
            inside = all(depth[owner] == 0 and group_of.setdefault(owner, owners) == owners for owner in owners)
            right = inside and (owners or not charge) and total < LARGEST
            need(right, f"raise {number} has no owner, one outside it or in two groups, or is too high")
            spent[owners], depth[members] = spent.get(owners, 0) + charge, -1
        need((left >= 0).all(), "a way in is charged more than its price")
        return total, left, start, {owner: (list(owners), spent[owners]) for owner, owners in group_of.items()}
    def join(self, step, root, left, start):
        """Labels of the trees below each vertex, and the least price of a tree from the root to each subset."""
        ends, least = [self.always(group, "a terminal") for group in step.get("terminals", [])], [0]
        below = self.labels(step["below"], 2 ** len(ends)) if ends else np.zeros((1, len(self.at)), np.int64)
        self.work.add((20 + 3 ** min(len(ends), 9)) * self.size)
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
def dual(node, step, target):
    """The bound of one dual, and at this target the vertices that no region uses, and those that every region uses."""
    price, scale = array([step["price"], step["scale"]], "prices", least=1).tolist()
    need(price * int(node.people.sum()) + scale * int(node.cost.sum()) < LARGEST, "price and scale are out of range")
    worth = price * node.people - scale * node.cost
    prize, lack, root = np.maximum(worth, 0), np.maximum(-worth, 0), node.always(step["root"], "the core")
    total, left, start, paid = node.lift(step["raises"], np.where(node.must, 0, lack))
    need((start[root] >= 0).all(), "a way in is charged more than its price")
    need(all(charge <= prize[own].sum() for own, charge in paid.values()), "an owner is charged more than its prize")
    below, least = node.join(step, root, left, start)
    value = price * node.quota - int(prize.sum()) + int(lack[node.must].sum()) + total + least[-1]
    drop, keep, room = np.zeros(len(worth), bool), node.must.copy(), scale * (target - 1) - value
    if "drop" in step:
        gone, kept = (places(step[name], "settled vertices", node.at) for name in ("drop", "need"))
        above = node.surplus(step["above"], below, least, root, left, start)
        need((above[gone] > room).all(), "a vertex is dropped without a reason")
        rest = [prize[paid[v][0]].sum() - paid[v][1] if v in paid else LARGEST for v in kept.tolist()]
        few = node.people[kept] > node.spare - int(node.people[gone].sum())
        need(((np.minimum(prize[kept], rest) > room) | few).all(), "a vertex is used without a reason")
        drop[gone], keep[kept] = True, True
    return max(1, -(-value // scale)), drop, keep  # every vertex costs 1 at least
def whole(table, ends):
    everywhere, none = np.arange(len(table[0])), np.zeros(len(table[0]), bool)
    return Node((*table, Work()), everywhere, ends[:, np.argsort(ends[1])], none, []).without(none)
def tree(table, ends, proof, kinds=frozenset({"connected", "quota"})):
    """The bound that a tree of nodes proves."""
    need(proof["version"] == 1 and set(proof["constraints"]) == kinds, "a kind of proof unknown here")
    (target,), waiting = array([proof["bound"]], "the bound", least=1).tolist(), {0: whole(table, ends)}
    for number, record in enumerate(proof["nodes"]):
        node, closed = waiting.pop(number), False
        for step in record["steps"]:
            if node is None or closed:
                break
            if "core" in step:
                core = places(step["core"], "vertices of the core", node.at)
                need(node.people[core].sum() > node.spare, "a region could meet the quota without it")
                node = node.meeting(core)
            else:
                bound, drop, node.must = dual(node, step, target)
                node, closed = node.without(drop), bound >= target
        still = node is not None and not closed and int(node.cost[node.must].sum()) < target
        if still or "split" in record:  # below a closed node nothing is left to show
            met, avoided = record["met"], record["avoided"]
            new = len({met, avoided, *waiting}) == 2 + len(waiting) and number < min(met, avoided)
            group = places(record["split"], "split vertices", node.at) if still else [met]
            need(len(group) and new, "a node has not two children after it")
            gone = np.isin(node.at, node.at[group]) if still else None
            waiting[met], waiting[avoided] = (node.meeting(group), node.without(gone)) if still else (None, None)
    need(not waiting, "a branch of the proof is missing")
    return rounded(target, table)
