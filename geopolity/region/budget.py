"""How much a search has done, may do, and whether it was told to stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """Work is counted in steps of about 30 ns, never in time: the same bits on every machine.

    Attributes
    ----------
    limit, spent
        Work allowed and done.
    nodes
        Nodes split so far; none while the root is bounded.
    is_stopped
        Whoever watches has seen enough.
    """

    limit: int
    spent: int = 0
    nodes: int = 0
    is_stopped: bool = False

    @property
    def is_spent(self) -> bool:
        """All work allowed has been done."""
        return self.spent >= self.limit

    @property
    def is_over(self) -> bool:
        """Nothing more is to be done."""
        return self.is_spent or self.is_stopped
