"""Training the shipped heads from the corpus and measuring them: `make models`, `make evaluate`.

Each module here with a `NAME` is a task: `evaluate(corpus)` measures, `train(corpus, folder, seed)` (where there is
something to train) writes `NAME.npz` and its manifest. Rows under a licence that begins with `open:` alone are trained
on; splits and seeds are fixed, so that the same corpus gives the same heads.
"""
