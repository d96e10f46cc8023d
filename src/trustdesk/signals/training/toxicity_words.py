"""Words by which rows of the corpus that say only "toxic" get finer labels. Our own lists, content warning.

They teach, they do not judge: a row with a rude word is taken as profane, a row with a violent one is not taken as free
of threats, and so on. The heads learn from there, spellings included.
"""

import re

_PROFANE = {
    "en": "fuck fucks fucked fucker fuckers fuckin fucking motherfucker motherfuckers motherfucking shit shits shitty bullshit "
    "shitting bitch bitches bitching ass asses asshole assholes dumbass jackass badass bastard bastards cunt cunts dick dicks "
    "dickhead cock cocks pussy pussies whore whores hoe hoes slut sluts piss pissed crap damn damned goddamn hell wtf stfu lmfao "
    "nigga niggas nigger niggers faggot faggots fag fags wanker twat prick bollocks arse arsehole douche douchebag tits",
    "de": "scheiße scheiss scheiß scheisse arsch arschloch arschlöcher fick ficken fickt gefickt verfickt wichser hurensohn hure "
    "fotze fotzen schlampe schlampen nutte drecksau dreck verdammt verpiss beschissen kacke kotzen schwuchtel missgeburt",
    "es": "mierda puta puto putas putos joder jodido coño cojones gilipollas cabrón cabron cabrones hostia polla pendejo pendeja "
    "chinga chingar verga culero maricón marica zorra carajo mamón",
    "pt": "merda porra caralho foda foder fodase puta puto putaria cu cuzão buceta arrombado babaca viado bosta cacete desgraça vadia",
    "fr": "merde putain pute salope connard connasse con enculé enculer bordel foutre chier chiant couilles bite nique niquer pd tg ntm",
    "it": "cazzo merda stronzo stronza stronzi puttana troia vaffanculo coglione coglioni minchia porca porco figa fottere culo",
    "pl": "kurwa kurwy chuj chuja jebać jebany jebane pierdolić pierdolę pierdolony skurwysyn cipa dupa dupie gówno spierdalaj zajebisty pizda",
    "nl": "kut klote klootzak lul godverdomme verdomme tering kanker tyfus hoer hoeren shit fuck fucking neuken pik mongool kak",
    "id": "anjing anjir anjay asu bangsat bajingan brengsek kontol memek ngentot entot jancok jancuk goblok tolol tai taik kampret "
    "keparat babi monyet pepek titit itil pantek pukimak bangke setan iblis perek lonte pelacur bego bacot",
    "vi": "đụ địt đéo đm dm đmm vcl vl clm cl cc lồn cặc buồi đĩ cứt vãi đjt dit đcm dcm vkl vloz loz cặk",
    "tr": "amk aq siktir sik orospu piç göt yarrak ananı bok pezevenk ibne",
    "ru": "блять блядь сука суки хуй хуйня хуёвый пизда пиздец ебать ебаный ёбаный нахуй мудак гандон пидор пидорас жопа говно залупа",
    "ar": "كس كسمك كسم خرا زب طيز شرموطة قحبة عرص منيوك نيك لعنة تفو زق حمار كلب كلاب خنزير خول",
    "hi": "चूतिया मादरचोद बहनचोद भोसड़ी गांड लंड चूत रंडी हरामी साला कुत्ता कमीना chutiya madarchod bhenchod behenchod bhosdi gandu randi harami kutta kutti kutte kuty lund gaand bhen chod lanat",
    "ko": "씨발 시발 개새끼 병신 좆 존나 지랄 새끼 미친 썅 년 놈 꺼져",
    "ja": "くそ クソ 死ね ちくしょう 馬鹿野郎 クズ カス きちがい",
    "zh": "操 妈的 他妈 傻逼 煞笔 草泥马 鸡巴 屌 婊子 贱人 日你 尼玛 卧槽 滚蛋 王八蛋 狗屎 屁 牛逼 装逼",
}
_VIOLENT = (
    "kill kills killed killing murder shoot shot hang hanged lynch burn stab rape raped beat bomb gas exterminate execute "
    "slaughter die dies dead death hurt punch kick smash destroy attack töten umbringen erschießen matar fusilar tuer crever "
    "mort bunuh bakar tembak mati giết chết maro jala goli qatal اقتل اذبح الموت حرق 杀 死 打死 kys"
)
_SEXUAL = (
    "sex sexy porn porno nude nudes naked boobs tits titties pussy cock dick cum horny anal blowjob fuck fucking orgasm penis vagina "
    "xxx milf bokep ngentot memek kontol sange colmek lendir mesum سكس نيك كس porra buceta 做爱 色情 裸 鸡巴 schwanz titten nackt "
    "ass booty hoe hoes thot slut"
)
_SELF_HARM = (
    "suicide suicidal kill myself cutting selbstmord suicidio suicídio bunuh diri tự tử 自杀 انتحار kys anorexia"
)
# An insult that is thrown at someone rather than told of someone.
_YOU = re.compile(
    r"\b(?:you|your|you're|youre|u|ur|du|dich|dir|ihr|tu|te|tú|usted|você|vc|toi|vous|kamu|lo|lu|kau|mày|tum|tu|tujhe|أنت|انت|يا)\b|你",
    re.IGNORECASE,
)
_JOINED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORDS = re.compile(r"\w+(?:['’]\w+)?")


class _Finder:
    """Whole words where words are parted by spaces, anywhere in scripts without."""

    def __init__(self, told: str) -> None:
        words = told.casefold().split()
        self._joined = [word for word in words if _JOINED.search(word)]
        self._words = frozenset(words) - set(self._joined)

    def __call__(self, text: str) -> bool:
        text = text.casefold()
        return not self._words.isdisjoint(_WORDS.findall(text)) or any(word in text for word in self._joined)


profane = _Finder(" ".join(_PROFANE.values()))
violent = _Finder(_VIOLENT)
sexual = _Finder(_SEXUAL)
self_harming = _Finder(_SELF_HARM)


def at_someone(text: str) -> bool:
    return _YOU.search(text) is not None


def hidden_words() -> frozenset[str]:
    """Words that people disguise."""
    return frozenset(" ".join([*_PROFANE.values(), _VIOLENT, _SEXUAL, _SELF_HARM]).casefold().split())
