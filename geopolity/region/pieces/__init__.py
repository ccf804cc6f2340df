"""Regions in several pieces, bounded by the price of a jump from one to another."""
