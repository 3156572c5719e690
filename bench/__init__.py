"""`make bench`: what an answer costs, against rivals and against the limit of the machine.

`run` orders the rounds, `contestants` starts the servers, `load` asks them, `seed` fills them,
`growth` asks how costs grow with the number of events, `report` says what came out.
"""
