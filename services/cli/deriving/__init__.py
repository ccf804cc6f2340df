"""Commands that derive, and what is asked of a derivation: other answers, shapes, who is affected, whether it holds."""
