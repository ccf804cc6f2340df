"""The published round of drand and the published selection of RFC 3797, as the shared folder has them."""

from __future__ import annotations

import hashlib
import json

from geopolity.sortition.drand import DOMAIN, QUICKNET, verified_randomness
from tests.oracles.shared import SHARED


def test_the_published_round_verifies_against_the_pinned_chain():
    round_ = json.loads((SHARED / "oracles/drand/quicknet.json").read_text())
    pinned = (QUICKNET.digest, QUICKNET.public_key, QUICKNET.period, DOMAIN.decode())
    assert pinned == (round_["chain_hash"], round_["public_key"], round_["period_seconds"], round_["dst"])
    value = verified_randomness(round_["round"], bytes.fromhex(round_["signature"]))
    assert value.hex() == round_["randomness"]


def test_the_published_selection_of_rfc_3797_is_reproduced():
    folder = SHARED / "oracles/rfc3797"
    names = (folder / "ref.names").read_text().split()
    results = (folder / "ref.results").read_text().splitlines()[1:]
    seeds = [line.split() for line in (folder / "ref.seeds").read_text().splitlines() if not line.startswith("#")]
    key = "".join("".join(f"{number}." for number in sorted(map(int, line))) + "/" for line in seeds)
    left = list(range(1, len(names) + 1))
    for index, line in enumerate(results):
        mark = index.to_bytes(2, "big")
        digest = hashlib.md5(mark + key.encode() + mark).hexdigest()
        chosen = left.pop(int(digest, 16) % len(left))
        assert digest.upper() == line.split()[1]
        assert chosen == int(line.split("->")[1].split("<-")[0])
