"""Regions made and mended: grown to the quota, polished, ruined and grown again."""
