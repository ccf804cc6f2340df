"""Which other ways of raising an ascent are worth a try at a node: all at the root, later those that have won most."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from geopolity.arrays import IntArray

VARIANTS, VARIANTS_WHERE_LARGE = 16, 2
"""Orders, steps and roots tried at the root."""
LATER = 6
"""So many of them are tried at a later node, those that bounded best most often, and one of the others in turn."""
PATIENCE = 6
"""After so many nodes at which none raised the bound, only the first is tried until one does."""


@dataclass(slots=True)
class Variants:
    """Keeps count of which variants won."""

    in_vain: int = 0
    wins: IntArray = field(default_factory=lambda: np.zeros(VARIANTS, np.int64))

    def numbers(self, nodes: int, *, is_large: bool) -> list[int]:
        """Numbers of the variants to try, from 1, at a node after so many others."""
        if self.in_vain >= PATIENCE:
            return [1]
        if is_large:
            return list(range(1, VARIANTS_WHERE_LARGE + 1))
        if nodes == 0:
            return list(range(1, VARIANTS + 1))
        order = np.argsort(-self.wins, kind="stable") + 1
        return list(dict.fromkeys([*order[:LATER].tolist(), nodes % VARIANTS + 1]))

    def tell(self, won: int, *, pays: bool) -> None:
        """Count which variant bounded best, 0 if none of them, and whether that was worth the tries."""
        if won:
            self.wins[won - 1] += 1
        self.in_vain = 0 if pays else self.in_vain + 1
