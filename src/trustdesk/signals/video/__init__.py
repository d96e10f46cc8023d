"""Looking into moving pictures: short videos and livestreams. Pure Python: no Django, no database.

Hostile bytes are decoded in a process of their own (`decoder`); what comes back is raw pixels with times. The frames worth
looking at go through the image signals, and a running verdict adds them up.
"""
