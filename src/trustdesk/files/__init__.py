"""Files: the bytes people upload or platforms point to.

Owns stored bytes by content hash, what they are, the pictures made from them for showing, signed addresses, fetching.
Promises that type is judged by content, that what is shown was re-encoded here and carries no place or camera.
Never serves an original inside a page, never calls a private machine, never knows what a file is evidence of.
"""
