"""Derive for somebody: read the request, open issue and layer, derive, write the folder, and check one."""
