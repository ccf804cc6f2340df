"""Street addresses: files of them as they are published, and what people write."""
