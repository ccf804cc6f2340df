"""Votes that no server reads: their key made by trustees, encrypted ballots, the sum opened by t of n."""
