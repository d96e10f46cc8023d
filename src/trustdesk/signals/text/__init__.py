"""What models say about texts: hashed n-grams, sentence embeddings and the heads trained on them.

Pure: no Django, no database, no network. The slice, the command line and training use the same code. Everything loads
lazily and once a process; an artefact whose checksum is wrong is refused (`heads.ArtefactRefused`).
"""
