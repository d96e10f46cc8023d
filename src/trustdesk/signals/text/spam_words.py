"""Words that bait, by what they are about, in the languages the desk meets most. Our own lists. No word decides: each
group is one number among many that the heads weigh."""

import re

from ahocorasick_rs import AhoCorasick

SHORTENERS = frozenset(
    [
        "bit.ly",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "cutt.ly",
        "rb.gy",
        "rebrand.ly",
        "shorturl.at",
        "shorturl.asia",
        "s.id",
        "t.ly",
        "adf.ly",
        "tiny.cc",
        "bl.ink",
        "lnkd.in",
        "shorte.st",
        "clck.ru",
        "vk.cc",
        "v.gd",
        "soo.gd",
        "qr.ae",
        "hyperurl.co",
        "bitly.ws",
        "tr.im",
        "x.co",
        "po.st",
        "u.to",
        "cpc.cx",
        "app.link",
        "page.link",
        "onelink.me",
        "linktr.ee",
        "me2.do",
        "han.gl",
        "url.kr",
        "surl.li",
        "kutt.it",
        "dub.sh",
        "lihi.cc",
        "reurl.cc",
        "urlz.fr",
    ]
)
MESSENGERS = frozenset(
    [
        "t.me",
        "telegram.me",
        "wa.me",
        "api.whatsapp.com",
        "chat.whatsapp.com",
        "whatsapp.com",
        "line.me",
        "lin.ee",
        "page.line.me",
        "m.me",
        "viber.com",
        "discord.gg",
        "discord.com",
        "signal.me",
        "wechat.com",
        "zalo.me",
        "kakao.com",
        "open.kakao.com",
        "snapchat.com",
    ]
)

# A star ends a word that may go on. Scripts without spaces are matched anywhere.
GROUPS: dict[str, str] = {
    "act now": """click*, tap here, tap on, call now, text back, reply now, act now, apply now, register now, order now, visit, log in,
        sign up, hurry, urgent*, immediately, asap, right away, last chance, final notice, expires*, expiring, limited time, today only,
        within 24 hours, within 12 hours, before midnight, don't miss, only today, klik*, segera, buruan, daftar sekarang, hubungi sekarang,
        terbatas, hari ini juga, sebelum hangus, mendesak, haz clic, pulse aquí, urgente*, inmediat*, antes de que, últim* oportunidad,
        clique*, agora mesmo, imediat*, últim* chance, cliquez*, immédiat*, dernière chance, jetzt, sofort, klicken*, dringend*,
        letzte mahnung, umgehend, nhấn vào, nhấp vào, ngay lập tức, bấm vào, ngay hôm nay, срочно, перейди*, нажми*, немедленно,
        hemen, tıkla*, acil*, clicca*, subito, scade*, klik hier, onmiddellijk, คลิก, ด่วน, ทันที, วันนี้เท่านั้น, 点击, 立即, 马上, 限时, 紧急,
        今すぐ, 至急, クリック, 本日限り, 클릭, 지금 바로, 긴급, اضغط, انقر, فورا, عاجل, तुरंत, क्लिक, अभी""",
    "winning": """won, winner*, winning*, congrat*, prize*, lottery, lotto, jackpot, lucky draw, raffle, selected, chosen, awarded,
        reward*, voucher*, gift card*, claim*, redeem*, giveaway, menang, pemenang, selamat anda, undian, hadiah, ganador*, premio*,
        felicidades, sorteo, ganhador*, ganhou, prêmio*, parabéns, sorteio, gagnant*, gagné, félicitations, tirage, gewonnen, gewinn*,
        glückwunsch, verlosung, trúng thưởng, trúng giải, giải thưởng, chúc mừng bạn, выиграл*, приз*, поздравля*, лотере*, kazandınız,
        ödül*, çekiliş*, vinto, vincitore, gewonnen, prijs, โชคดี, ยินดีด้วย, รางวัล, 中奖, 恭喜, 奖品, 当選, 賞金, 懸賞, 당첨, 경품, 축하합니다,
        فزت, جائزة, مبروك, इनाम, लॉटरी, जीत, बधाई""",
    "free offer": """free, freebie*, complimentary, no cost, bonus*, discount*, % off, sale, deal*, offer*, cheap*, lowest price, promo*,
        special offer, save up to, cashback, gratis, diskon, promo, potongan, bebas biaya, descuento*, oferta*, grátis, desconto*, gratuit*,
        remise, offre*, kostenlos*, rabatt*, angebot*, miễn phí, giảm giá, khuyến mãi, ưu đãi, бесплатн*, скидк*, акци*, ücretsiz,
        indirim*, bedava, gratis, sconto, offerta, korting, aanbieding, ฟรี, ส่วนลด, โปรโมชั่น, โบนัส, 免费, 优惠, 折扣, 無料, 割引, 무료, 할인,
        مجانا, خصم, عرض, मुफ्त, छूट, ऑफर""",
    "credentials": """password*, pin, otp, one-time, passcode, verification code, login, log-in, username, cvv, card number, card details,
        bank details, account number, seed phrase, recovery phrase, secret phrase, private key, 12 words, ssn, social security,
        date of birth, kata sandi, kode otp, nomor kartu, nomor rekening, contraseña, clave, tarjeta, senha, código, cartão, mot de passe,
        identifiant*, carte bancaire, passwort, kennwort, kartennummer, zugangsdaten, mật khẩu, mã otp, số thẻ, số tài khoản, пароль,
        пин-код, номер карты, код из смс, şifre*, parola, kart numara*, wachtwoord, รหัสผ่าน, รหัส otp, เลขบัตร, 密码, 验证码, 卡号, 账号,
        パスワード, 暗証番号, 口座番号, 비밀번호, 인증번호, 계좌번호, كلمة المرور, رمز التحقق, رقم البطاقة, पासवर्ड, ओटीपी, खाता संख्या""",
    "account trouble": """suspend*, locked, blocked, restricted, deactivat*, unauthori*, unusual activity, unusual sign-in, suspicious,
        verify, verification, verify your, confirm your, update your, validate*, security alert, has been limited, expired, billing problem,
        payment failed, declined, frozen, compliance, kyc, diblokir, ditangguhkan, dibekukan, verifikasi, pembaruan data, perbarui,
        aktivitas mencurigakan, bloquead*, suspendid*, verifi*, actividad inusual, atividade suspeita, atualize, bloqué*, suspendu*,
        vérifi*, activité inhabituelle, gesperrt, eingeschränkt, bestätigen sie, verdächtig*, aktualisieren, bị khóa, tạm khóa, xác minh,
        xác thực, bất thường, заблокирован*, подтверд*, подозрительн*, приостановлен*, bloke*, askıya, doğrula*, sospes*, bloccat*,
        verifica, geblokkeerd, verifieer, ถูกระงับ, ยืนยัน, ผิดปกติ, 冻结, 封锁, 异常, 验证, 停用, ロック, 確認, 不正, 停止, 정지, 차단, 확인, 이상,
        تعليق, حظر, تحديث, تأكيد, निलंबित, ब्लॉक, सत्यापित, केवाईसी""",
    "parcel": """parcel*, package, delivery, deliver*, shipment*, shipping fee, courier, customs fee, customs duty, tracking, redeliver*,
        depot, postage, address incomplete, paket*, pengiriman, kurir, resi, bea cukai, ongkir, paquete*, envío, aduana*, entrega, encomenda,
        alfândega, colis, livraison, douane, sendung*, zustell*, zoll*, lieferung, bưu kiện, kiện hàng, giao hàng, bưu phẩm, посылк*, доставк*,
        таможн*, kargo*, gümrük, pacco, spedizione, dogana, pakket, bezorg*, douanekosten, พัสดุ, จัดส่ง, ศุลกากร, 包裹, 快递, 配送, 海关, 荷物,
        お届け, 関税, 택배, 배송, 통관, طرد, شحنة, توصيل, الجمارك, पार्सल, डिलीवरी, कूरियर""",
    "earnings": """work from home, home based, part time, part-time, no experience, per day, daily pay, weekly pay, per week, earn*, extra income,
        salary, commission*, side hustle, online job, data entry, like videos, like posts, rating task*, simple task*, tasks, recruit*, hiring,
        vacanc*, job offer, kerja dari rumah, kerja sampingan, lowongan, gaji, komisi, per hari, tanpa pengalaman, penghasilan tambahan,
        loker, trabajo desde casa, trabaja desde, sin experiencia, ganar dinero, al día, empleo, trabalho em casa, renda extra, sem experiência,
        por dia, vaga*, travail à domicile, sans expérience, par jour, emploi, heimarbeit, von zu hause, nebenverdienst, ohne erfahrung,
        pro tag, stellenangebot, việc làm, tại nhà, không cần kinh nghiệm, lương, hoa hồng, mỗi ngày, работа на дому, подработк*, без опыта,
        заработ*, в день, вакансия, evden çalış*, ek gelir, deneyim*, günlük, lavoro da casa, senza esperienza, al giorno, thuiswerk*,
        รายได้, งานพาร์ทไทม์, ต่อวัน, ทำที่บ้าน, รับสมัคร, 兼职, 日结, 在家, 佣金, 招聘, 在宅, 副業, 日払い, 未経験, 재택, 부업, 일당, 알바, عمل من المنزل, دخل إضافي,
        وظيفة, راتب, घर बैठे, कमाएं, पार्ट टाइम, नौकरी""",
    "housing": """rent, rental, apartment, flat, landlord, tenant*, lease, deposit, viewing*, bedroom, furnished, studio, keys, abroad, overseas,
        kontrak, disewakan, kost, kos, sewa, kamar, apartemen, pemilik, dp, alquil*, piso, apartamento*, propietari*, fianza, aluguel, alug*,
        caução, proprietári*, louer, location, appartement, loyer, caution, propriétaire, wohnung, miete, kaution, vermieter, besichtigung,
        thuê, căn hộ, đặt cọc, chủ nhà, аренд*, квартир*, залог, хозя*, kiralık, kira, depozito, affitto, appartamento, caparra, huur*,
        borg, ให้เช่า, คอนโด, มัดจำ, 出租, 租房, 押金, 房东, 賃貸, 家賃, 敷金, 월세, 보증금, 임대, للإيجار, شقة, تأمين, किराया, फ्लैट, जमा""",
    "loan": """loan*, credit score, bad credit, instant cash, cash advance, mortgage*, refinanc*, debt*, interest rate, pinjaman, pinjol,
        dana cepat, tanpa jaminan, bunga rendah, cair, préstamo*, crédito*, empréstimo*, prêt*, crédit*, kredit*, darlehen, vay, tín chấp,
        giải ngân, кредит*, займ*, kredi*, prestito*, lening*, เงินกู้, สินเชื่อ, กู้เงิน, 贷款, 借钱, 融資, 대출, قرض, लोन, ऋण""",
    "investment": """invest*, profit*, returns, guaranteed, double your, trading*, trader*, forex, signals, portfolio, dividend*, passive income,
        financial freedom, broker*, roi, stocks, investasi, keuntungan, profit, dijamin, cuan, inversi*, ganancia*, garantizad*, rentab*,
        investiment*, lucro*, garantid*, investiss*, bénéfice*, garanti*, rendement*, investier*, rendite, gewinne, garantiert, đầu tư,
        lợi nhuận, cam kết, инвестиц*, прибыл*, доход*, гарантир*, yatırım*, kazanç*, garanti*, guadagn*, belegg*, ลงทุน, กำไร, 投资, 收益,
        盈利, 稳赚, 投資, 利益, 元本保証, 투자, 수익, استثمار, أرباح, निवेश, मुनाफा""",
    "crypto": """bitcoin*, btc, crypto*, ethereum, eth, usdt, tether, solana, nft*, airdrop*, wallet*, token*, presale, mint*, whitelist, defi,
        staking, blockchain, metamask, memecoin*, pump, altcoin*, coin, kripto, dompet, koin, cripto*, billetera, monedero, carteira, portefeuille,
        krypto*, ví điện tử, tiền ảo, крипто*, биткоин*, кошел*, cüzdan, kripto*, คริปโต, เหรียญ, กระเป๋า, 比特币, 加密, 钱包, 空投, 仮想通貨, ビットコイン,
        エアドロップ, 비트코인, 코인, 지갑, 에어드랍, بيتكوين, عملات رقمية, محفظة, बिटकॉइन, क्रिप्टो, वॉलेट""",
    "inheritance": """inherit*, next of kin, beneficiary, late husband, late father, deceased, barrister, attorney, widow, dying, cancer, fund*,
        transfer*, million*, consignment, trunk box, diplomat*, foreign partner, confidential*, god bless, dear friend, dearest, charity,
        donat*, compensation, atm card, western union, moneygram, processing fee, fee, handling charge*, warisan, ahli waris, mendiang,
        rahasia, sumbangan, biaya administrasi, herencia, difunto, viuda, beneficiari*, confidencial*, donación, herança, falecid*, viúva,
        taxa, héritage, défunt*, veuve, bénéficiaire, confidentiel*, erbschaft, verstorben*, witwe, vertraulich*, spende*, gebühr*,
        thừa kế, quá cố, góa, bảo mật, phí, наследств*, покойн*, вдов*, конфиденциальн*, комисси*, miras*, merhum*, dul, gizli, eredità,
        defunto, vedova, erfenis, overleden, weduwe, มรดก, เสียชีวิต, ค่าธรรมเนียม, 遗产, 继承, 已故, 手续费, 相続, 遺産, 手数料, 상속, 유산, 수수료, ميراث, أرملة, المرحوم,
        رسوم, विरासत, विधवा, शुल्क""",
    "pay first": """deposit, upfront, in advance, advance payment, prepay*, registration fee, training fee, admin fee, starter kit, refundable,
        transfer first, pay first, send money, gift card*, wire transfer, booking fee, cash app, cashapp, zelle, venmo, transfer dulu, dp dulu,
        bayar dulu, biaya pendaftaran, uang muka, uang jaminan, biaya seragam, por adelantado, anticipad*, pago previo, antecipad*, adiantad*,
        d'avance, acompte, à l'avance, vorkasse, im voraus, anzahlung, vorab, đặt cọc trước, chuyển khoản trước, trả trước, phí đăng ký,
        предоплат*, аванс*, заранее, peşin, kapora, ön ödeme, anticipo, vooraf, aanbetaling, โอนก่อน, ค่ามัดจำ, ล่วงหน้า, 先付, 定金, 预付, 先转,
        前払い, 先払い, 선입금, 선불, مقدما, عربون, दفعة, अग्रिम, पहले भुगतान, एडवांस""",
    "contact": """whatsapp, whats app, wa, telegram, tele, tg, dm, inbox me, line id, wechat, viber, signal, text me, call me, contact me,
        email me, message me, write me, pm, add me, hubungi, chat, wa.me, contáct*, escríb*, entre em contato, chama no, contactez*,
        écrivez*, kontaktieren sie, schreiben sie, liên hệ, zalo, inbox, пиши*, свяжитесь, телеграм*, ватсап*, iletişim, yazın, contattami,
        scrivi, stuur, ทักไลน์, ไอดีไลน์, แอดไลน์, ทักมา, 微信, 加我, 联系, 私信, ライン, 連絡, 카톡, 문의, 연락, تواصل, واتساب, تيليجرام, संपर्क, व्हाट्सएप""",
    "adult": """sex*, sexy, porn*, nude*, naked, horny, xxx, hot girls, hot singles, singles, dating, hookup*, escort*, webcam*, onlyfans, meet girls,
        fantas*, erotic*, bokep, bugil, open bo, vcs, desnud*, sexo, porno, putas, acompanhante*, nue, rencontre*, nackt*, geil*, gái gọi,
        секс*, порно, девушки, seks*, escort, incontri, sesso, seks, นวด, เสียว, 约炮, 色情, 裸, 出会い, エロ, 만남, 조건, جنس, सेक्स""",
    "gambling": """casino*, slot*, betting, bet, poker, gacor, maxwin, judi, togel, roulette, odds, jackpot, spin*, deposit bonus, apuesta*, cassino*,
        aposta*, paris sportifs, wette*, cá cược, nổ hũ, nhà cái, казино, ставк*, bahis*, scommesse, gokken, คาสิโน, บาคาร่า, สล็อต, แทงบอล, ฝาก, ถอน,
        เครดิตฟรี, 赌, 博彩, 彩票, カジノ, パチンコ, 카지노, 토토, 바카라, كازينو, رهان, सट्टा, कैसीनो""",
    "pills": """viagra, cialis, pharmacy, pills, meds, weight loss, lose weight, diet, hgh, enlarge*, enhance*, prescription*, anti-aging, herbal,
        miracle, cure, replica*, rolex, watches, diploma*, degree*, obat kuat, pelangsing, peninggi, adelgaz*, emagre*, perdre du poids,
        maigrir, abnehmen, giảm cân, похуд*, zayıfla*, dimagr*, afvallen, ลดน้ำหนัก, 减肥, 伟哥, ダイエット, 다이어트, تخسيس, वजन घटाएं""",
    "follow me": """subscribe*, subscrib*, sub to, check out, my channel, my video*, follow me, follow back, follow for follow, like and share, retweet,
        share this, my page, my song, my cover, thumbs up, sub4sub, giveaway, tag 3, tag friends, join our, join us, join the, subs, cek channel,
        follow akun, mampir, suscríbete, suscrib*, inscreva*, se inscrev*, abonne*, abonnier*, đăng ký kênh, theo dõi, подпи*, abone*, iscriviti,
        ติดตาม, กดไลค์, 关注, 订阅, 登録, フォロー, 구독, 팔로우, اشترك, تابع, सब्सक्राइब, फॉलो""",
    "small print": """unsubscribe*, opt out, opt-out, remove me, removed from, mailing list, t&c*, tcs, t&cs, terms apply, terms and conditions,
        txt stop, reply stop, text stop, msg cost*, cost*, per min, ppm, per msg, 18+, po box, customer service, no obligation, risk free,
        money back, not spam, opted in, berhenti langganan, s&k, syarat, darse de baja, descadastr*, désabonn*, désinscri*, abmelden, hủy đăng ký,
        отписа*, abonelikten, cancella*, afmelden, ยกเลิก, ข้อกำหนด, 退订, 回t, 配信停止, 수신거부, 무료거부, إلغاء الاشتراك, सदस्यता समाप्त""",
    "fake kin": """mum, mom, dad, new number, lost my phone, broke my phone, my phone is broken, dropped my phone, old number, this is my new,
        save my number, wrong number, is this, we met, remember me, mama, papa, ganti nomor, nomor baru, hp rusak, pinjam uang, número nuevo, mi nuevo
        número, número novo, meu celular quebrou, nouveau numéro, téléphone cassé, neue nummer, handy kaputt, số mới, новый номер, yeni numaram,
        nuovo numero, nieuw nummer, เบอร์ใหม่, 新号码, 换号, 新しい番号, 새 번호, رقمي الجديد, नया नंबर""",
    "recovery": """recover*, recovery expert, hacker*, hack*, lost funds, stolen funds, scammed, get back your, unlock account, spy, cheating spouse,
        score upgrade, clone card*, blank card*, cloned, fullz, carding, recuper*, hacker, hackear, récupér*, wiederherstell*, взлом*, kurtarma""",
    "everyday talk": """lol, haha*, hehe*, lmao, ok, okay, yeah, yep, nope, thanks, thank you, thx, sorry, love you, miss you, good night, gud, morning,
        tomorrow, tonight, later, dinner, lunch, home, coming, going, where are, how are, what are, see you, cya, class, bus, sleep, mom, hey, hi,
        song, voice, lyrics, awesome, amazing, beautiful, agree, i think, wrote, thanks, regards, patch, code, server, terima kasih, makasih,
        wkwk*, nanti, besok, gracias, jaja*, mañana, obrigad*, kkk*, amanhã, merci, demain, mdr, danke, morgen, cảm ơn, nhé, спасибо, завтра, teşekkür*,
        yarın, grazie, domani, bedankt, ขอบคุณ, 555, พรุ่งนี้, 谢谢, 哈哈, 明天, ありがとう, 明日, 고마워, 내일, شكرا, धन्यवाद""",
    "real notice": """otp is, code is, do not share, never share, never ask, valid for, ref no, ref:, transaction, balance, debited, credited, available balance,
        order number, order #, has been shipped, out for delivery, delivered, receipt, invoice, appointment, booking confirmed, check in, interview, responsibilities,
        requirements, qualifications, benefits, full-time, full time, jangan berikan, jangan beritahu, kode ini, saldo, transaksi, pesanan, berhasil, kualifikasi,
        no compartas, saldo, pedido, não compartilhe, ne partagez, commande, bestellung, nicht weiter*, đơn hàng, không chia sẻ, số dư, заказ, не сообщайте, баланс,
        sipariş*, paylaşmayın, ordine, bestelling, รหัส otp, คำสั่งซื้อ, ยอดเงิน, 订单, 请勿, 余额, 注文, 他人に, 주문, 잔액, طلبك, لا تشارك, ऑर्डर, साझा न करें""",
}

_NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0600-\u06ff\u0900-\u097f]")


def _parts() -> tuple[list[str], list[int], list[int]]:
    """All words of all groups, the group of each, and where it must end at a word's border: 0 nowhere, 1 in front, 2 on
    both sides."""
    words, group, borders = [], [], []
    for number, told in enumerate(GROUPS.values()):
        for word in sorted({" ".join(part.split()).casefold() for part in told.split(",")} - {""}):
            open_end = word.endswith("*")
            words.append(word.rstrip("*"))
            group.append(number)
            borders.append(0 if _NO_SPACES.search(word) else 1 if open_end else 2)
    return words, group, borders


_WORDS, _GROUP, _BORDERS = _parts()
_AUTOMATON = AhoCorasick(_WORDS)


def hits(text: str) -> list[int]:
    """How many words of each group (in the order of GROUPS) a casefolded text holds."""
    told = [0] * len(GROUPS)
    size = len(text)
    for at, start, end in _AUTOMATON.find_matches_as_indexes(text, overlapping=True):
        borders = _BORDERS[at]
        if borders and start and (text[start - 1].isalnum() or text[start - 1] == "_"):
            continue
        if borders == 2 and end < size and (text[end].isalnum() or text[end] == "_"):
            continue
        told[_GROUP[at]] += 1
    return told
