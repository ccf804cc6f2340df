"""Stable address of `derive_polity`; its home is ``geopolity.polity.derivation``."""

from geopolity.polity.derivation import Derivation, derive_polity

__all__ = ["Derivation", "derive_polity"]
