"""Check a derivation folder as somebody would who believes nothing in it."""
