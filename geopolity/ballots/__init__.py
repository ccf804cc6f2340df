"""Ballots that no server reads and a tally that anybody checks, as Belenios and ElectionGuard do it; nothing is ours.

Group: ristretto255 (RFC 9496). Key: threshold ElGamal by Pedersen's distributed key generation with Feldman's
commitments, and proofs of knowledge for every coefficient (ElectionGuard 2.0). Ballot: exponential ElGamal of one bit
a choice, Cramer-Damgård-Schoenmakers proofs of zero or one, a Chaum-Pedersen proof that exactly one is chosen, bound
to the election and to the voter's credential (Belenios). Tally: homomorphic sum, partial decryptions with
Chaum-Pedersen proofs. Challenges are made by strong Fiat-Shamir: they hash the whole statement.
``services/verifiers/README.md`` writes every transcript down, with test vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.ballots.ballot import CHOICES, Election, SealedBallot, challenged, check_ballot, read_ballot, seal
    from geopolity.ballots.ceremony import Ceremony, Trustee, contribute, joint_key, public_share, secret_share
    from geopolity.ballots.tally import counted, open_part, read_opening, summed

__all__ = [
    "CHOICES",
    "Ceremony",
    "Election",
    "SealedBallot",
    "Trustee",
    "challenged",
    "check_ballot",
    "contribute",
    "counted",
    "joint_key",
    "open_part",
    "public_share",
    "read_ballot",
    "read_opening",
    "seal",
    "secret_share",
    "summed",
]

__getattr__ = lazily(
    __name__,
    {
        "CHOICES": "ballot",
        "Ceremony": "ceremony",
        "Election": "ballot",
        "SealedBallot": "ballot",
        "Trustee": "ceremony",
        "challenged": "ballot",
        "check_ballot": "ballot",
        "contribute": "ceremony",
        "counted": "tally",
        "joint_key": "ceremony",
        "open_part": "tally",
        "public_share": "ceremony",
        "read_ballot": "ballot",
        "read_opening": "tally",
        "seal": "ballot",
        "secret_share": "ceremony",
        "summed": "tally",
    },
)
