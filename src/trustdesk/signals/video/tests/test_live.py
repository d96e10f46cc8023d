"""Livestreams: what playlists may say, what is looked at when, what a stream is up to. The clock is the test's own."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.signals.images.pdq import hash_picture, to_hex
from trustdesk.signals.video import live
from trustdesk.signals.video.differing import change, small_grey
from trustdesk.signals.video.live import Watch
from trustdesk.signals.video.playlists import Master, Media, Reach, Segment, StreamRefused, read
from trustdesk.signals.video.sampling import sample
from trustdesk.signals.video.states import words
from trustdesk.signals.video.tests.makers import film, scene
from trustdesk.signals.video.tests.origin import Origin, plain_fetch, still
from trustdesk.signals.video.tests.test_looking import stand_in

HOME = "https://live.example/a/live.m3u8"


def _media(*lines: str, target: str = "2") -> bytes:
    return "\n".join(["#EXTM3U", f"#EXT-X-TARGETDURATION:{target}", *lines]).encode()


def _refusal(data: bytes, address: str = HOME, hosts=()) -> str:
    with pytest.raises(StreamRefused) as refused:
        read(data, address=address, reach=Reach.of(HOME, hosts))
    return refused.value.code


def test_a_playlist_is_read_and_the_least_size_that_shows_words_is_chosen():
    master = read(
        b"#EXTM3U\n"
        b'#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180,CODECS="avc1.4d,mp4a.40.2"\nlow.m3u8\n'
        b"#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360\nmid.m3u8?t=1\n"
        b"#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080\n/high/index.m3u8\n",
        address=HOME,
        reach=Reach.of(HOME),
    )
    assert isinstance(master, Master)
    assert master.best.address == "https://live.example/a/mid.m3u8?t=1"
    media = read(
        _media(
            "#EXT-X-MEDIA-SEQUENCE:17",
            '#EXT-X-MAP:URI="init.mp4"',
            "#EXTINF:1.96,",
            "17.m4s",
            "#EXT-X-GAP",
            "#EXTINF:2,",
            "18.m4s",
        ),
        address=HOME,
        reach=Reach.of(HOME),
    )
    assert isinstance(media, Media)
    start = "https://live.example/a/init.mp4"
    assert media.segments == (
        Segment(17, "https://live.example/a/17.m4s", 1.96, start),
        Segment(18, "https://live.example/a/18.m4s", 2.0, start, gap=True),
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://other.example/1.ts",
        "//other.example/1.ts",
        "file:///etc/passwd",
        "ftp://live.example/1.ts",
        "http://live.example/1.ts",
        "https://live.example:8443/1.ts",
        "https://live.example@other.example/1.ts",
        "https://other.example\\@live.example/1.ts",
        "concat:https://live.example/1.ts|file:///etc/passwd",
        "data:video/mp2t;base64,AAAA",
        "crypto+file:///etc/passwd",
        "https://live.example/" + "a" * 3_000,
        "https://[::1/1.ts",
    ],
)
def test_no_address_in_a_playlist_leads_elsewhere(address):
    assert _refusal(_media("#EXTINF:2,", address)) == "elsewhere"
    assert _refusal(_media(f'#EXT-X-MAP:URI="{address}"', "#EXTINF:2,", "1.ts")) == "elsewhere"
    assert _refusal(f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{address}\n".encode()) == "elsewhere"


def test_other_hosts_are_allowed_by_name_and_never_without_tls():
    reach = Reach.of(HOME, ["cdn.example", "odd.example:8443"])
    assert reach.check("https://cdn.example/1.ts")
    assert reach.check("https://odd.example:8443/1.ts")
    for address in ("http://cdn.example/1.ts", "https://cdn.example:22/1.ts", "https://a.cdn.example/1.ts"):
        with pytest.raises(StreamRefused):
            reach.check(address)


def test_what_cannot_be_watched_is_refused_with_its_reason():
    assert _refusal(b"<html>gone</html>") == "not_hls"
    assert _refusal(b"#EXTM3U\n") == "not_hls"
    assert _refusal(b"#EXTM3U\n" + b"#\n" * 30_000) == "too_long"
    assert _refusal(b"#EXTM3U\n" + b"a" * 2**20) == "too_long"
    assert _refusal(_media('#EXT-X-KEY:METHOD=AES-128,URI="k"', "#EXTINF:2,", "1.ts")) == "encrypted"
    assert _refusal(_media("#EXTINF:2,", "#EXT-X-BYTERANGE:10@0", "1.ts")) == "ranges"


@given(st.lists(st.sampled_from(["#EXTM3U", "#EXTINF:2,", "#EXTINF:-1,", "#EXT-X-MEDIA-SEQUENCE:99999999999999999999",
    "#EXT-X-MAP:", "#EXT-X-KEY:", "a.ts", "\x00", "#EXT-X-TARGETDURATION:1e9", "#EXT-X-STREAM-INF:RESOLUTION=9x9", "☃"])
    | st.text(max_size=20), max_size=20))  # fmt: skip
def test_whatever_a_playlist_says_it_is_read_or_refused(lines):
    try:
        found = read(b"#EXTM3U\n" + "\n".join(lines).encode(), address=HOME, reach=Reach.of(HOME))
    except StreamRefused:
        return
    for each in found.segments if isinstance(found, Media) else found.variants:
        assert each.address.startswith("https://live.example/")


def _playlist(first: int, count: int) -> Media:
    return Media(
        first, 2.0, tuple(Segment(first + n, f"https://live.example/{first + n}.ts", 2.0) for n in range(count))
    )


@given(st.lists(st.tuples(st.integers(0, 12), st.floats(0.1, 40)), min_size=1, max_size=40))
def test_the_lag_is_bounded_however_slow_we_are_and_nothing_is_looked_at_twice(rounds):
    watch, edge, now = Watch(began=0.0), 5, 0.0
    looked: list[int] = []
    for came, took in rounds:
        edge, now = edge + came, now + took
        media = _playlist(max(0, edge - 9), 10)
        planned = live.plan(watch, media, now=now)
        watch = planned.watch
        for segment in planned.segments:
            looked.append(segment.number)
            watch = live.passed(watch, media, segment, looked=True)
        assert watch.lag <= live.MOST_LAG * media.target + media.target
        watch = Watch.from_json(json.loads(json.dumps(live.after(watch, ended=False, now=now).to_json())))
    assert looked == sorted(set(looked))
    assert watch.skipped + len(looked) <= edge + 1


@pytest.fixture
def origin():
    made = Origin()
    yield made
    made.close()


class Watching:
    """A watch with a clock of its own."""

    def __init__(self, origin: Origin) -> None:
        self.origin, self.now = origin, 1_000.0
        self.watch = Watch(began=self.now)
        self.samples: list = []
        self.news: list[bool] = []

    def round(self, *, seconds: float = 4.0) -> str:
        self.now += seconds
        found = sample(
            Watch.from_json(json.loads(json.dumps(self.watch.to_json()))),
            address=self.origin.address,
            hosts=(),
            fetch=plain_fetch,
            clock=lambda: self.now,
            look=stand_in,
        )
        self.watch = found.watch
        self.samples += found.samples
        self.news.append(found.news)
        return f"{self.watch.state} {self.watch.reason}".strip()


@pytest.mark.slow
def test_the_life_of_a_stream(origin):
    watching = Watching(origin)
    assert watching.round() == "waiting"  # nothing at the address yet
    for seed in (1, 3, 4):
        origin.add(still(seed))
    assert watching.round() == "live"
    assert watching.watch.running.scores["adult"].most == 0.1
    assert watching.watch.looked == 2  # joined at its edge
    assert watching.watch.lag == 0.0
    assert watching.news[-1]
    origin.add(still(4))
    assert watching.round() == "live"
    assert not watching.news[-1]
    assert watching.samples[-1].webp[8:12] == b"WEBP"
    origin.add(still(2))  # what the stand-in calls adult
    assert watching.round() == "live"
    assert watching.news[-1]
    assert watching.watch.running.scores["adult"].most == 0.9
    assert watching.watch.running.scores["adult"].at == pytest.approx(watching.now - 1_000 - 2, abs=2.1)
    assert watching.round(seconds=3) == "live"
    assert watching.round(seconds=9) == "stalled"
    # Far behind: what lies between is skipped and counted, the live edge is looked at.
    origin.window = 12
    for seed in range(20, 30):
        origin.add(still(seed))
    assert watching.round() == "live"
    assert watching.watch.skipped >= 4
    assert watching.watch.lag <= 6.0
    origin.ended = True
    while watching.watch.last < watching.watch.edge:
        watching.round()
    assert watching.round() == "ended"


def _shown(watch: Watch, pictures, *, noise: float = 0.0) -> tuple[Watch, list[str]]:
    """Two seconds of stream for each picture, without a server; the states after each."""
    states, before, chance = [], None, np.random.default_rng(1)
    for picture in pictures:
        media = _playlist(max(0, watch.last - 3), watch.last + 6 - max(0, watch.last - 3))
        now = max(watch.fresh, watch.began) + 2.0
        rgb = np.clip(picture + chance.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)
        hashed, small = hash_picture(rgb), small_grey(rgb)
        moved = change(small, before)[1] if before is not None else 255.0
        before = small
        shaped = to_hex(hashed.hashes[0]) if hashed.quality >= 50 else ""
        planned = live.plan(watch, media, now=now)
        watch = live.passed(planned.watch, media, planned.segments[-1], looked=True)
        watch = live.saw(watch, [live.Glimpse(now, shaped, float(small.mean()), moved)])
        watch = live.after(watch, ended=False, now=now)
        states.append(f"{watch.state} {watch.reason}".strip())
    return watch, states


def test_a_recording_played_again_and_again_is_called_looping():
    five = [scene(seed) for seed in (1, 3, 4, 5, 6)]
    watch, states = _shown(Watch(began=0.0), five * 6, noise=2.0)
    assert states[:20] == ["live"] * 20
    assert states[-1] == "looping"
    _, states = _shown(watch, [scene(seed) for seed in range(40, 42)])
    assert states[-1] == "live"
    # One camera, and two in turn, look at what they look at; they are alive.
    assert set(_shown(Watch(began=0.0), [scene(1)] * 40, noise=6.0)[1]) == {"live"}
    assert set(_shown(Watch(began=0.0), [scene(1), scene(3)] * 20, noise=6.0)[1]) == {"live"}


def test_black_and_frozen_streams_and_numbers_that_go_back_are_lies():
    dark = np.zeros((120, 160, 3), np.uint8)
    watch, states = _shown(Watch(began=0.0), [dark] * 30)
    assert states[5] == "live"
    assert states[-1] == "lying black"
    watch, states = _shown(watch, [scene(1)] * 30)
    assert states[0] == "live"
    assert states[-1] == "lying frozen"
    planned = live.plan(watch, _playlist(0, 4), now=watch.fresh + 2)
    watch = live.after(planned.watch, ended=False, now=watch.fresh + 2)
    assert (watch.state, watch.reason) == ("lying", "backwards")
    assert planned.segments[-1].number == 3  # and is looked at all the same
    assert words(watch.reason)
    moving = [scene(seed) for seed in range(50, 90)]
    assert _shown(live.passed(watch, _playlist(0, 4), planned.segments[-1], looked=True), moving)[1][-1] == "live"


def test_a_stream_that_is_silent_is_stalled_and_in_the_end_over():
    watch, _ = _shown(Watch(began=0.0), [scene(1), scene(3)])
    silent = live.unreachable(watch, now=watch.fresh + 7)
    assert silent.state == "live"
    silent = live.unreachable(silent, now=watch.fresh + 9)
    assert (silent.state, silent.since, silent.failures) == ("stalled", watch.fresh + 9, 2)
    assert live.unreachable(silent, now=watch.fresh + 601).state == "ended"
    assert live.unreachable(Watch(began=0.0), now=599).state == "waiting"


def test_streams_of_fragments_and_redirects_within_the_house(origin):
    whole = film(
        lambda number: scene(1 + number // 10), 20, rate=5, gop=10,
        container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"},
    )  # fmt: skip
    at = whole.index(b"moof") - 4
    origin.files["/init.mp4"] = whole[:at]
    second = whole.index(b"moof", at + 8) - 4
    origin.add(whole[at:second], name="/0.m4s")
    end = whole.index(b"mfra") - 4 if b"mfra" in whole else len(whole)
    origin.add(whole[second:end], name="/1.m4s")
    origin.files["/live.m3u8"] = origin.playlist('#EXT-X-MAP:URI="init.mp4"').encode()
    watching = Watching(origin)
    assert watching.round() == "live"
    assert watching.watch.looked == 2
    assert watching.watch.running.scores["adult"].most == 0.9  # scene 2 came in the second piece


def test_what_a_stream_serves_cannot_hurt(origin):
    watching = Watching(origin)
    origin.add(b"#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:1/secret\n")
    origin.add(b"\x47" + bytes(187) * 9)
    assert watching.round() == "waiting"
    assert watching.watch.skipped == 2
    assert not [path for path in origin.asked if "secret" in path]
    origin.files["/live.m3u8"] = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n"
    assert Watching(origin).round() == "refused nested"
    origin.files["/live.m3u8"] = b"<html>"
    assert Watching(origin).round() == "refused not_hls"
    origin.files["/live.m3u8"] = _media("#EXTINF:2,", "http://10.0.0.1/1.ts")
    assert Watching(origin).round() == "refused elsewhere"
