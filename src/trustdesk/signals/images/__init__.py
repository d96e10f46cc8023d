"""What machines see in pictures: hashes, near duplicates, adult score, texts, codes, faces.

Pure Python over NumPy, OpenCV and ONNX: no Django, no database, no network; the same for command line, worker, training.
Promises that hostile bytes end in a typed refusal, that one signal that cannot work does not stop the others, and that
what is not known is said so. Never decides anything. The front is `looking`.
"""
