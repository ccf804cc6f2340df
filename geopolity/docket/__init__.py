"""One law before one assembly: what is asked, in which order, and how it is decided.

| module | idea |
|---|---|
| `question.py` | the one question, in frozen words |
| `states.py` | every state and every legal step, in one table |
| `matter.py` | a law before an assembly, and its steps |
| `hearing.py` | evidence, testimony, brief, and how long they are heard |
| `ballot.py` | secret ballots with trackers, and what is published of them |
| `tally.py` | when harm is declared, and when a remedy is approved |
| `remedy.py` | what the civil service must say of a remedy |
| `calendar.py` | how often an assembly meets, and what it can bear |
| `summons.py` | the call to serve: excuses from a closed list, appeal, silence |
| `obligations.py` | who is taxed, and who is in the lottery |
"""
