"""How much of a video is looked at, and why one is refused. Pure."""

from dataclasses import asdict, dataclass

# Why a video is not looked into, in words for people. The codes are stored and stable.
REASONS: dict[str, str] = {
    "not_a_video": "The content is not a video the desk opens (MP4, MOV, WebM or Matroska).",
    "playlist": "This is a list of addresses, not a video. A livestream is watched by its address instead.",
    "no_video": "There is no moving picture in it: only sound or a cover picture.",
    "no_frames": "Not one frame of the video can be decoded.",
    "broken": "The video is damaged or cut short.",
    "unknown_codec": "The moving picture is written in a way the desk does not open.",
    "too_many_pixels": "The video has more pixels than 8K.",
    "too_many_streams": "The file holds more tracks than a video needs.",
    "too_large": "The video file is too large.",
    "too_costly": "The video takes too much time or memory to open.",
    "no_sound": "There is no sound that can be decoded.",
}

# What people should know about a verdict on a video. The codes are stored and stable.
NOTES: dict[str, str] = {
    "sampled": "Too long or too large to look at every frame: samples of key frames were looked at.",
    "cut_short": "The time for looking ran out: what comes after the last sample was not seen.",
    "damaged": "Parts of the video are damaged and were not seen.",
    "lying_length": "The file says it is of another length than what it holds.",
    "crowded": "There were more different pictures than are kept: the most different ones were looked at.",
}


class VideoRefused(Exception):
    """Why a video is not looked into: a code of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        return REASONS[self.code]


@dataclass(frozen=True)
class Limits:
    """What one look may take."""

    size: int = 512 * 2**20  # bytes of the file
    pixels: int = 8192 * 4320  # of one frame: 8K in its widest shape
    full_pixels: int = 3_000_000_000  # of all frames together that are decoded one by one; beyond that, key frames
    streams: int = 32
    samples: int = 64  # key frames taken from what is too long for more
    candidates: int = 80  # frames that leave the decoder
    kept: int = 24  # frames the image signals look at
    edge: int = 960  # pixels of the longer side of what leaves the decoder
    step: float = 2.0  # seconds without any change after which a frame is taken all the same
    errors: int = 200  # damaged packets after which the rest is left
    budget: float = 20.0  # seconds of computing after which the decoder takes what it has
    wall: float = 60.0  # seconds after which the decoder is ended
    memory: int = 2 * 2**30  # bytes of address space
    sound: float = 600.0  # seconds of sound that are taken

    def to_json(self) -> dict[str, float]:
        return asdict(self)
