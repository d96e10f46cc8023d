"""Letters that are drawn like others. Own tables, kept to marks seen in evasion; each line is script by script."""

from __future__ import annotations

# Latin letters without a decomposition, drawn or sounded like a plain one: part of ordinary folding.
_LATIN = {
    "łŁ": "l", "đĐ": "d", "øØ": "o", "ħĦ": "h", "ŧŦ": "t", "ı": "i", "ĸ": "k", "ŋŊ": "n", "ƒ": "f", "ð": "d", "Ð": "d",
    "þÞ": "th", "æÆ": "ae", "œŒ": "oe", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʏ": "y", "ƀ": "b", "ɓ": "b", "ɗ": "d", "ɖ": "d",
    "ɛƐ": "e", "ǝ": "e", "ɨ": "i", "ɫ": "l", "ɱ": "m", "ɲ": "n", "ɔ": "o", "ɵ": "o", "ɹ": "r", "ʂ": "s", "ʈ": "t", "ʋ": "v",
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k",
    "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ǫ": "q", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w",
    "ᴢ": "z",
}  # fmt: skip
LETTERS: dict[int, str] = {ord(mark): plain for marks, plain in _LATIN.items() for mark in marks}
# й is a letter of its own, not и with an ornament.
LETTERS |= {ord("й"): "й", ord("Й"): "й"}
LETTERS[ord("ٱ")] = "ا"
for _first in (0x1F150, 0x1F170):  # white letters on black: in circles, in squares
    LETTERS |= {_first + at: chr(ord("a") + at) for at in range(26)}

# Letters of other scripts drawn like Latin ones (Cyrillic, Greek, Armenian, Cherokee, Lisu). Only `disguise` uses
# them, and only within words of mixed script or in texts that are mostly Latin. Capitals and small letters differ:
# Greek Η is drawn like H, η like n.
_DRAWN = {
    "a": "аАαΑӑӓᎪꓮ",
    "b": "вВьЬъбβΒᏴꓐ",
    "c": "сСϲСᏟꓚҫ",
    "d": "ԁԀᎠꓓ",
    "e": "еЕёЁєЄεΕᎬꓰҽ",
    "f": "ϝꓝ",
    "g": "ԍԌɡᏀցꓖ",
    "h": "һҺнНΗհᎻꓧ",
    "i": "іІїЇιΙᎥꓲӏӀ",
    "j": "јЈϳᎫꓙ",
    "k": "кКκΚҚқᏦꓗ",
    "l": "ԼլᏞꓡ",
    "m": "мМμΜᎷꓟ",
    "n": "пПηΝиИոꓠ",
    "o": "оОοΟσօՕꓳө",
    "p": "рРρΡᏢꓑ",
    "q": "ԛԚզգ",
    "r": "гГяЯᏒꓣ",
    "s": "ѕЅՏᏚꓢ",
    "t": "тТτΤᎢꓔ",
    "u": "υսՍԱцЦꓴ",
    "v": "νѵѴᏙꓦ",
    "w": "ωшШԝԜᎳꓪ",
    "x": "хХχΧҳҲꓫ",
    "y": "уУүҮұγΥᎩꓬ",
    "z": "ΖζᏃꓜ",
}
DRAWN_LIKE = {mark: plain for plain, marks in _DRAWN.items() for mark in marks}
