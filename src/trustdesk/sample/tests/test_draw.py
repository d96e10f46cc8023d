"""Pictures: the same twice, different from each other, the right size, never blank."""

from io import BytesIO

import pytest
from PIL import Image

from trustdesk.sample import draw


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def test_the_same_motif_and_seed_give_the_same_bytes():
    assert draw.picture("bicycle", 7) == draw.picture("bicycle", 7)


def test_another_seed_gives_another_picture():
    assert len({draw.picture("bicycle", seed) for seed in range(4)}) == 4


@pytest.mark.parametrize("motif", draw.names())
def test_every_motif_draws_something_in_the_middle(motif):
    image = opened(draw.picture(motif, 3))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (960, 660))
    middle = image.crop((300, 160, 660, 520))
    assert len(middle.getcolors(maxcolors=200_000)) > 20


def test_an_unknown_motif_is_refused():
    with pytest.raises(draw.UnknownMotif):
        draw.picture("unicorn", 1)
