"""Policy packs: policies, word lists, labels and settings that ship as data.

Owns the files of each pack (`classifieds/` is the first). Promises that every policy passes its own examples
with the whole pack active. Holds no code that runs on a desk: the policy slice reads these folders.
"""
