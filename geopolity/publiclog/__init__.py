"""The public log as values: the Merkle tree, its signed entries, and what may be told of people."""
