"""Which language a text is in, and when nothing is claimed."""

import pytest

from trustdesk.signals.text.language import UNSURE, detect

SENTENCES = {
    "en": "The seller never answered and the parcel did not arrive.",
    "id": "Penjual tidak pernah membalas dan paketnya tidak sampai.",
    "de": "Der Verkäufer hat nie geantwortet und das Paket kam nicht an.",
    "es": "El vendedor nunca respondió y el paquete no llegó.",
    "pt": "O vendedor nunca respondeu e a encomenda não chegou.",
    "vi": "Người bán không bao giờ trả lời và gói hàng chưa đến.",
    "ar": "لم يرد البائع أبداً ولم يصل الطرد.",
    "hi": "विक्रेता ने कभी जवाब नहीं दिया और पार्सल नहीं आया।",
    "zh": "卖家一直没有回复，包裹也没有到。",
    "ja": "出品者から返事がなく、荷物も届きませんでした。",
    "ko": "판매자가 답장을 하지 않았고 소포도 오지 않았습니다.",
    "ru": "Продавец так и не ответил, и посылка не пришла.",
    "uk": "Продавець так і не відповів, і посилка не прийшла.",
    "tr": "Satıcı hiç cevap vermedi ve paket gelmedi.",
    "sw": "Muuzaji hakujibu kamwe na kifurushi hakikufika.",
    "zu": "Umthengisi akazange aphendule futhi iphasela alifikanga.",
}


def test_sentences_are_known():
    told = detect(list(SENTENCES.values()))
    assert {code: said.code for code, said in zip(SENTENCES, told, strict=True)} == {code: code for code in SENTENCES}
    assert all(said.probability > 0.6 for said in told)


def test_addresses_names_and_capitals_do_not_mislead():
    (said,) = detect(
        [
            "@budi_88 TERNYATA https://shop.example/the-best-price PENJUALNYA SUDAH GANTI NOMOR, UANG BELUM BISA KEMBALI #fastdeal"
        ]
    )
    assert said.code == "id"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "7",
        "12 345",
        "😀🎉😀",
        "!!!???",
        "\ud800\udfff",
        "https://a.example/b",
        "z̸͓͝a̷̛l̶g̵o̴",
        "\0\0",
        "0" * 1_000_000,
    ],
    ids=range(12),
)
def test_where_there_is_no_language_nothing_is_claimed(text):
    (said,) = detect([text])
    assert said.code == UNSURE
    assert 0 <= said.probability <= 1


def test_a_megabyte_is_read_by_its_beginning():
    (said,) = detect([("Der Verkäufer hat nie geantwortet. " * 40_000)[:1_000_000]])
    assert said.code == "de"


def test_the_order_of_a_batch_changes_nothing():
    texts = list(SENTENCES.values())
    assert detect(texts) == detect(texts[::-1])[::-1]
