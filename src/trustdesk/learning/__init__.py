"""Learning owns labelled texts, measurements of scores on them, and the versions of the desk's own models.

It promises that a threshold carries the precision or recall it is asked for, with the stated confidence, or says that
the data cannot; and that a model which people did not see to be at least as good, and a second person did not release,
decides nothing. It never learns from what rules alone decided.
"""
