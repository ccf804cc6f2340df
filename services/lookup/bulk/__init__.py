"""Resolve millions of points or unit ids to units, cells and polities, part by part.

| module | idea |
|---|---|
| `source.py` | a CSV or Parquet file as parts, each a stream of batches |
| `answer.py` | one batch resolved: arrays in, arrays out |
| `job.py` | parts on disk, resumed after a crash, joined at the end |
| `cluster.py` | the same parts on the workers of a dask cluster |
"""
