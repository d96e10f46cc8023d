"""What the desk is told of bait in several languages, and of honest texts that resemble it. None of these texts was
trained on."""

import shutil

import numpy as np
import pytest

from trustdesk.signals.text import heads, spam
from trustdesk.signals.text.spam_reading import FEATURES, read

BAIT = {
    "advance_fee": (
        "I represent the estate of a deceased engineer. 7.2 million dollars wait for a beneficiary; settle the handling fee and they are yours.",
        "Anda menang undian Rp 90 juta! Kirim biaya admin Rp 300.000 dulu supaya hadiah bisa cair.",
    ),
    "job": (
        "Easy task job, like posts from your sofa and get $180 per day, no experience! Add our recruiter on Telegram @team_lead7",
        "Komisi harian 400rb cukup like video dari rumah, tanpa pengalaman, chat Telegram @admin_tugas",
    ),
    "rental": (
        "Sunny flat, 600 a month. I'm working overseas so no viewing; wire the deposit and the keys arrive by courier.",
        "Apartemen murah 1,2 juta, saya sedang di luar negeri, transfer DP dulu lalu kunci dikirim kurir",
    ),
    "courier": (
        "Your shipment is held at the depot, pay the $2.10 redelivery fee now: http://parcel-fee.top/pay",
        "Paket anda ditahan bea cukai, bayar Rp 12.000 di http://cek-paket.xyz segera",
    ),
    "phishing": (
        "Security alert: your account is locked. Confirm your password within 12 hours at http://account-check.click/login",
        "Rekening Anda akan diblokir, segera verifikasi PIN di http://bank-data.top",
    ),
    "crypto": (
        "Guaranteed 6% daily with our bitcoin bot, deposit 100 USDT and withdraw any time, message @coin_admin",
        "Airdrop gratis, sambungkan wallet sekarang dan klaim token http://klaim-koin.vip",
    ),
}
HONEST = (
    "Your parcel will be delivered on Monday between 9 and 11, there is nothing to pay.",
    "Paket sudah sampai di agen, silakan diambil besok pagi ya kak.",
    "Our bakery is looking for a sales assistant, 20 hours a week, come for an interview with your CV.",
    "Kos putra dekat stasiun, bisa lihat kamar dulu sebelum bayar.",
    "482913 is your login code. Never share it, our staff will not ask for it.",
    "Ether slipped two percent after the announcement, analysts said on Friday.",
    "Shall we meet at six in front of the cinema?",
    "Jual meja belajar kayu, mulus, bisa dicek di rumah, bayar di tempat.",
)


def test_bait_is_told_from_what_resembles_it():
    bait = spam.scores([text for texts in BAIT.values() for text in texts])
    honest = spam.scores(HONEST)
    harm, fine = 1 - bait[:, 2], 1 - honest[:, 2]
    assert np.mean(harm > 0.5) >= 0.85
    assert np.mean(fine < 0.5) >= 0.85
    assert np.median(harm) > 0.8 > 0.2 > np.median(fine)


def test_the_kind_of_fraud_is_named():
    right = [spam.KINDS[int(row[3:].argmax())] == kind for kind, texts in BAIT.items() for row in spam.scores(texts)]
    assert np.mean(right) >= 0.8


def test_scores_are_probabilities_whatever_is_read():
    texts = [
        "",
        " ",
        "a",
        "7",
        "9" * 3_000,
        "😀" * 40,
        "z̸̡̛͓͗" * 300,
        "\ud800\udfff",
        "\0",
        "word " * 200_000,
        "<" * 5_000,
        "$1," * 2_000,
    ]
    told = spam.scores(texts)
    assert told.shape == (len(texts), len(spam.CLASSES))
    assert np.isfinite(told).all()
    assert ((told >= 0) & (told <= 1)).all()
    assert np.allclose(told[:, :3].sum(axis=1), 1)
    assert np.allclose(told[2], spam.scores(["a"])[0], atol=1e-5)
    assert spam.scores([]).shape == (0, len(spam.CLASSES))


def test_disguise_and_platform_habits_change_little():
    plain = "Congratulations, you won a prize! Click http://bit.ly/3ab to claim your reward now"
    dressed = "Subject: hello\n<p>𝐂𝐨𝐧𝐠𝐫𝐚𝐭𝐮𝐥𝐚𝐭𝐢𝐨𝐧𝐬, you w\u200bon a prize!</p> <b>Cl\u200bick</b> http : / / bit . ly / 3ab to claim your reward now"
    one, other = spam.scores([plain, dressed])
    assert one[2] < 0.3
    assert other[2] < 0.5


def test_what_is_counted():
    told = dict(
        zip(
            FEATURES,
            read("URGENT! Transfer £4,500 first, WhatsApp +62 812-0000-4471 or https://t.me/x9").traits,
            strict=True,
        )
    )
    assert told["messenger"] == told["money and contact"] == told["has act now"] == 1
    assert told["large money"] == 1
    assert told["phone"] > 0


def test_a_changed_artefact_is_refused(tmp_path, monkeypatch):
    for ending in ("npz", "json"):
        shutil.copy(heads.ARTEFACTS / f"spam.{ending}", tmp_path)
    raw = bytearray((tmp_path / "spam.npz").read_bytes())
    raw[-40] ^= 1
    (tmp_path / "spam.npz").write_bytes(raw)
    with pytest.raises(heads.ArtefactRefused, match="checksum"):
        heads.load("spam", tmp_path)


def test_only_open_rows_trained_it():
    manifest = heads.read_manifest("spam")
    assert manifest.classes == spam.CLASSES
    assert all(row["licence"].startswith("open:") and "SA" not in row["licence"] for row in manifest.data)
    assert {row["source"] for row in manifest.data} >= {"janitr_x", "thai_sms", "written cases"}
