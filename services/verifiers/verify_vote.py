"""Check a vote of encrypted ballots: verify_vote.py LOG VOTE [--witness VKEY]… Exits 0 or 1.

LOG is an exported public log, VOTE a vote such as river-1/1. Needs Python alone and shares no code with geopolity. Each
witness that you name (name+id+key) must have cosigned the closed board; if none, two of those that the log states.
Checked: key, electorate, ballots, board, partial decryptions, outcome. README.md says how; verify_log.py checks LOG."""

import base64, hashlib, json, sys
from datetime import datetime
from functools import reduce
from pathlib import Path

P = 2**255 - 19                                              # the field
Q = 2**252 + 27742317777372353535851937790883648493          # the order of the group
D = -121665 * pow(121666, -1, P) % P                         # of the curve -x² + y² = 1 + D x² y²
I = pow(2, (P - 1) // 4, P)                                  # the root of -1
ZERO, CHOICES = (0, 1, 1, 0), ("yes", "no", "abstain")

def need(fact, sentence):
    if not fact: raise ValueError(sentence)

# --- edwards25519 in extended coordinates (RFC 8032), and ristretto255 on top of it (RFC 9496) ---
def add(left, right):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = left, right
    a, b, c, d = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P, 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def minus(left, right):
    return add(left, (-right[0], right[1], right[2], -right[3]))
total = lambda points: reduce(add, points, ZERO)

def times(number, point):
    multiples, found = [ZERO], ZERO
    for _ in range(15): multiples.append(add(multiples[-1], point))
    for place in range(252, -4, -4):
        for _ in range(4): found = add(found, found)
        found = add(found, multiples[number >> place & 15])
    return found

even = lambda number: number % P if number % P % 2 == 0 else -number % P
def root(u, v):  # whether u/v is a square, and the even root of it, or of I·u/v
    r = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    check = v * r * r % P
    r = r * I % P if check in (-u % P, -u * I % P) else r
    return check in (u % P, -u % P), even(r)

def number_of(text, below):
    need(len(text) == 64 and set(text) <= set("0123456789abcdef"), "a number is not written as 64 digits")
    found = int.from_bytes(bytes.fromhex(text), "little")
    need(found < below, "a number is not written in its one way")
    return found
scalar = lambda text: number_of(text, Q)

def element(text):  # from its one encoding
    s = number_of(text, P)
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    square, inverse = root(1, v * u2 * u2)
    x, y = even(2 * s * inverse * u2), u1 * inverse * inverse * u2 * v % P
    need(s % 2 == 0 and square and y and x * y % P % 2 == 0, "an element is none of the group")
    return x, y, 1, x * y % P

def encoded(point):  # in hexadecimal
    x, y, z, t = point
    u1, u2 = (z + y) * (z - y), x * y
    inverse = root(1, u1 * u2 * u2)[1]
    d1, d2 = u1 * inverse, u2 * inverse
    z_inverse = d1 * d2 * t % P
    if t * z_inverse % P % 2:
        x, y, d2 = y * I, x * I, d1 * root(1, -1 - D)[1]
    y = -y if x * z_inverse % P % 2 else y
    return even(d2 * (z - y)).to_bytes(32, "little").hex()

def on_curve(packed):  # a point of edwards25519 from the 32 bytes of RFC 8032
    number = int.from_bytes(packed, "little")
    y, odd = number % 2**255, number >> 255
    square, x = root(y * y - 1, D * y * y + 1)
    need(square and y < P and (x or not odd), "a key or signature is no point of the curve")
    x = -x % P if odd else x
    return x, y, 1, x * y % P
G = on_curve((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def signed(key, signature, message):  # Ed25519
    need(len(key) == 32 and len(signature) == 64, "a key or signature has another length")
    a, r, s = on_curve(key), on_curve(signature[:32]), int.from_bytes(signature[32:], "little")
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    x, y, z, _ = minus(times(s % Q, G), add(r, times(hashed, a)))
    return s < Q and x % P == 0 and (y - z) % P == 0

# --- the proofs ---
def canonical(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
digest = lambda record: hashlib.sha256(canonical(record)).hexdigest()

def challenge(tag, *said):
    lines = ("geopolity vote 1", tag, *(one if isinstance(one, str) else encoded(one) for one in said))
    return int.from_bytes(hashlib.sha512("\n".join(lines).encode()).digest(), "little") % Q

def knows(context, public, proof):  # Schnorr
    c, z = map(scalar, proof)
    return c == challenge("knowledge", context, public, minus(times(z, G), times(c, public)))

def equal(context, public, other, product, proof):  # Chaum-Pedersen: product is of other what public is of G
    c, z = map(scalar, proof)
    first, second = minus(times(z, G), times(c, public)), minus(times(z, other), times(c, product))
    return c == challenge("equal", context, public, other, product, first, second)

def is_bit(context, key, alpha, beta, proof):  # Cramer-Damgård-Schoenmakers: it encrypts zero or one
    c0, z0, c1, z1 = map(scalar, proof)
    said = []
    for c, z, rest in ((c0, z0, beta), (c1, z1, minus(beta, G))):
        said += [minus(times(z, G), times(c, alpha)), minus(times(z, key), times(c, rest))]
    return (c0 + c1) % Q == challenge("bit", context, key, alpha, beta, *said)

# --- the vote, from the log ---
def check_key(begun, said, head):  # and return the trustees' public shares
    names, least = [it["name"] for it in begun["trustees"]], begun["threshold"]
    need(len(set(names)) == len(names) and 1 < least <= len(names) < 2 * least, "the trustees are too few")
    lines = [begun["vote"], str(least), *(f"{it['name']} {it['key']}" for it in begun["trustees"])]
    context = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    for message in said:
        owner = element(begun["trustees"][names.index(message["trustee"])]["key"])
        bound = f"{context}\n{message['stage']}\n{digest(message['body'])}"
        need(knows(bound, owner, message["proof"]), f"{message['trustee']} did not send what is there")
    sent = {(it["stage"], it["trustee"]): it["body"] for it in said}
    need(len(sent) == len(said), "a trustee sent something twice")
    parts = [sent["part", name] for name in names]
    need(all(sent["confirmed", name] == {"parts": digest(parts)} for name in names), "a trustee confirmed other parts")
    points = [[element(one) for one in part["commitments"]] for part in parts]
    for number, (own, part) in enumerate(zip(points, parts), 1):
        need(len(own) == len(part["proofs"]) == least, "a part of the key has another length")
        for power, (point, proof) in enumerate(zip(own, part["proofs"])):
            need(knows(f"{context}\n{number}\n{power}", point, proof), f"trustee {number} proves no knowledge")
    shares = [total(times(number**power, point) for own in points for power, point in enumerate(own))
              for number in range(1, len(names) + 1)]
    whole = [it | {"share": encoded(share)} for it, share in zip(begun["trustees"], shares)]
    need((head["trustees"], head["threshold"], head["parts"]) == (whole, least, digest(parts)), "the key is another")
    need(head["key"] == encoded(total(own[0] for own in points)), "the key is not what the trustees made")
    return shares

def check_ballot(cast, head, key, owner):  # and return its ciphertexts
    who, bound, choices = cast["pseudonym"], digest(head), cast["ballot"]["choices"]
    need(cast["key"] == owner, f"the ballot of {who} is of another key than opened the seat")
    fields = {"vote": head["vote"], "head": bound, "pseudonym": who, "key": owner, "ballot": digest(cast["ballot"])}
    text = "geopolity sealed-ballot 1\n" + "".join(f"{name} {value}\n" for name, value in fields.items())
    is_signed = signed(bytes.fromhex(owner), bytes.fromhex(cast["signature"]), text.encode())
    need(cast["statement"] == text and is_signed, f"the ballot of {who} is not signed by its delegate")
    need([set(one) for one in choices] == [{"alpha", "beta", "proof"}] * 3, f"the ballot of {who} has other parts")
    pairs = [(element(one["alpha"]), element(one["beta"])) for one in choices]
    for choice, pair, one in zip(CHOICES, pairs, choices):
        proven = is_bit(f"{bound}\n{owner}\n{choice}", key, *pair, one["proof"])
        need(proven, f"the ballot of {who} does not prove that {choice} is chosen or not")
    alpha, beta = total(a for a, _ in pairs), minus(total(b for _, b in pairs), G)
    proven = equal(f"{bound}\n{owner}\nsum", alpha, key, beta, cast["ballot"]["sum"])
    need(proven, f"the ballot of {who} does not prove that it is one choice")
    return pairs

def opened(sums, closed, shares, openings):  # the counts
    counts = []
    for place, choice in enumerate(CHOICES):
        alpha, rest = sums[place]
        for number in sorted(openings):
            part = element(openings[number][place]["part"])
            bound, weight, proof = f"{closed['board']}\n{choice}", 1, openings[number][place]["proof"]
            proven = equal(bound, shares[number - 1], alpha, part, proof)
            need(proven, f"trustee {number} does not prove the part of {choice}")
            for other in set(openings) - {number}:
                weight = weight * other * pow(other - number, -1, Q) % Q
            rest = minus(rest, times(weight, part))
        small = {encoded(times(count, G)): count for count in range(closed["ballots"] + 1)}
        counts.append(small.get(encoded(rest)))
    need(None not in counts and sum(counts) == closed["ballots"], "the parts open no count of the ballots")
    return counts

def merkle(leaves):
    half = 1 << ((len(leaves) - 1).bit_length() - 1) if leaves[1:] else 0
    return leaves[0] if not half else hashlib.sha256(b"\1" + merkle(leaves[:half]) + merkle(leaves[half:])).digest()

def has_signed(vkey, notes, lines, index, since):  # whether it signed a head that holds the entry, and not before
    name, _, packed = vkey.strip().split("+", 2)
    material = base64.b64decode(packed)
    key_id, seen = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4], False
    for text, _, below in (note.rpartition("\n\n") for note in notes):
        size, top = text.split("\n")[1:3]
        for whose, line in (row.split(" ")[1:] for row in below.splitlines()):
            signature = base64.b64decode(line)
            if (whose, signature[:4]) == (name, key_id) and int(size) > index:
                at = int.from_bytes(signature[4:12], "big")
                message = f"cosignature/v1\ntime {at}\n{text}\n".encode()
                need(signed(material[1:], signature[12:], message), f"the signature of {name} is false")
                leaves = [hashlib.sha256(b"\0" + one).digest() for one in lines[: int(size)]]
                need(base64.b64decode(top) == merkle(leaves), f"{name} cosigned another log")
                seen = seen or at >= since
    return seen

def check(folder, vote, witnesses=(), opening=True):
    lines = (folder / "entries.jsonl").read_bytes().split(b"\n")[:-1]
    log = [json.loads(line) for line in lines]
    need([canonical(it) for it in log] == lines and [it["index"] for it in log] == [*range(len(log))], "no whole log")
    own = [(it["index"], it["kind"], it["facts"]) for it in log if it["facts"].get("vote") == vote]
    at = {kind: index for index, kind, _ in own}
    need({"vote key begun", "vote opened", "vote board closed"} <= at.keys(), "there is no closed vote of that name")
    begun, start, end = at["vote key begun"], at["vote opened"], at["vote board closed"]
    head, closed, said_kinds = log[start]["facts"]["head"], log[end]["facts"], [kind for _, kind, _ in own]
    need(said_kinds.count("vote opened") == said_kinds.count("vote board closed") == 1, "it was opened or closed twice")
    said = [facts for index, _, facts in own if "stage" in facts and index > begun]
    after = [index for index, _, facts in own if facts.get("stage") == "opening"]
    need(begun < start < end and min(after, default=end + 1) > end, "something was done before its time")
    shares = check_key(log[begun]["facts"], said, head)
    frozen = [it["facts"] for it in log[:start] if it["facts"].get("matter") == vote.rpartition("/")[0]]
    frozen = [facts["electorate"] for facts in frozen if isinstance(facts.get("electorate"), list)][-1]
    electors, key, ballots, owners = set(frozen), element(head["key"]), {}, {}
    need(len(electors) == head["electorate"] and 3 * head["quorum"] >= 2 * len(electors), "the electorate is another")
    for it in log[:end]:
        if it["kind"] in ("seat opened", "seat key replaced"):
            owners[it["facts"]["pseudonym"]] = it["facts"]["key"]
        elif it["kind"] == "vote ballot cast" and it["facts"]["vote"] == vote:
            who = it["facts"]["pseudonym"]
            need(who in electors and who not in ballots, f"{who} may not vote, or voted twice")
            need(it["index"] > start and it["facts"]["at"] < head["ends_at"], f"{who} voted too early or late")
            ballots[who] = it["facts"], check_ballot(it["facts"], head, key, owners.get(who))
    board = [[who, cast["key"], digest(cast["ballot"])] for who, (cast, _) in sorted(ballots.items())]
    same = digest({"vote": vote, "head": digest(head), "ballots": board}) == closed["board"]
    need(same and closed["ballots"] == len(board) >= max(5, head["quorum"]), "the board is not the one that was closed")
    need(closed["at"] >= head["ends_at"] or len(board) == len(electors), "the board was closed before its end")
    cosigned = folder / "cosigned.jsonl"
    notes = [json.loads(row)["note"] for row in cosigned.read_text("utf-8").splitlines()] if cosigned.exists() else []
    stated = {it["facts"]["witness"]: it for it in log[:start] if it["kind"] in ("witness added", "witness removed")}
    named = witnesses or [it["facts"]["vkey"] for it in stated.values() if it["kind"] == "witness added"]
    since, least = datetime.fromisoformat(closed["at"]).timestamp(), len(witnesses) or min(2, len(named))
    away = [vkey.partition("+")[0] for vkey in named if not has_signed(vkey, notes, lines, end, since)]
    seen = len(named) - len(away)
    need(seen >= least, f"the closed board was not cosigned since its end by {' and '.join(away)}")
    if not opening: return closed | {"head": head}
    names = [it["name"] for it in head["trustees"]]
    openings = {names.index(it["trustee"]) + 1: it["body"] for it in said if it["stage"] == "opening"}
    need(len(openings) >= head["threshold"], "too few trustees opened the sum")
    sums = [[total(pairs[i][side] for _, pairs in ballots.values()) for side in (0, 1)] for i in range(3)]
    yes, no, abstain = opened(sums, closed, shares, openings)
    told = [facts for _, kind, facts in own if kind.startswith("vote closed: ")]
    need(len(told) == 1 and [told[0][c] for c in CHOICES] == [yes, no, abstain], "another sum was told")
    harm, fair = {"harm declared": 2 * yes > yes + no, "no harm found": 2 * yes <= yes + no}, 2 * no > yes + no
    need((harm | {"remedy approved": fair, "harm continues": not fair})[told[0]["outcome"]], "another outcome was told")
    return f"{vote}: {yes} yes, {no} no, {abstain} abstained: {told[0]['outcome']}; seen by {seen} witnesses"

if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1]), sys.argv[2], [key for flag, key in zip(sys.argv[3::2], sys.argv[4::2])]))
    except Exception as error:  # whatever is broken, it is not this vote
        sys.exit(f"Refused: {error or type(error).__name__}")
