"""Vector files: found in archives, checked, read, mended."""
