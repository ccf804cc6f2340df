"""Derivations that take longer than a request: a fair queue, a worker that can be killed, progress, cancelling.

| module | idea |
|---|---|
| `queue.py` | the job table: order, take by turns, report, cancel; whoever works asks it what is next |
| `working.py` | one job from its request to its folder, in steps that survive a kill |
| `running.py` | the worker process, until it is told to stop |
| `embedded.py` | one worker process beside the service, kept alive |
| `postgres.py` | the same worker woken by procrastinate, for several machines |
"""
