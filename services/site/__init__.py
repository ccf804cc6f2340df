"""The static site: products, each made of stated inputs, so that only what changed is made again."""
