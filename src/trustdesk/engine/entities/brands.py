"""Names that fraud borrows, their own sites, and hosts that only pass visitors on. Kept by hand; additions are welcome."""

from __future__ import annotations

from .wording import words

# Second-level labels of brands that phishing imitates most: banks, mail, payment, parcels, shops, platforms, wallets.
BRANDS = words(
    """
    appleid google gmail youtube facebook instagram whatsapp messenger microsoft outlook office365 onedrive apple
    icloud itunes amazon paypal ebay netflix spotify linkedin twitter tiktok snapchat telegram discord dropbox
    docusign adobe yahoo hotmail steamcommunity steampowered roblox epicgames playstation nintendo xbox samsung
    huawei xiaomi walmart target bestbuy costco alibaba aliexpress taobao shopee tokopedia bukalapak lazada gojek
    grab traveloka olx carousell craigslist etsy shopify airbnb booking expedia uber fedex dhl usps ups royalmail
    hermes evri dpd correos laposte deutschepost jne jnt sicepat anteraja posindonesia chase wellsfargo
    bankofamerica citibank citi capitalone americanexpress amex visa mastercard discover hsbc barclays lloydsbank
    natwest santander bbva caixabank deutschebank commerzbank sparkasse postbank ing rabobank abnamro unicredit
    intesasanpaolo poste klikbca bca bankmandiri bri bni dbs ocbc uob maybank cimb hdfcbank icicibank sbi paytm
    phonepe bradesco itau nubank mercadolivre mercadolibre bancolombia westpac commbank nab anz scotiabank
    rbcroyalbank interac venmo cashapp zelle wise transferwise revolut stripe klarna skrill westernunion moneygram
    coinbase binance kraken blockchain metamask trustwallet ledger trezor opensea crypto bybit kucoin okx bitfinex
    verizon vodafone orange telkomsel tmobile comcast irs hmrc godaddy cloudflare github gitlab slack zoom
    salesforce norton mcafee vinted leboncoin kleinanzeigen gumtree marktplaats avito allegro subito wallapop
    milanuncios zillow rightmove
    """
)
# Brands whose name is also a word or a short sign: they count only beside a word that lures.
WORDS = words(
    """
    apple target discover visa chase ing ups grab booking uber orange crypto ledger messenger outlook blockchain
    slack zoom wise stripe citi bca bri bni dbs uob anz nab sbi irs hermes poste evri interac subito discord
    office365 amazon
    """
) - {"amazon"}
LURES = words(
    """
    login signin logon secure security verify verification account accounts update support help service services
    billing invoice payment payments pay wallet recover recovery unlock confirm auth id alert notice customer care
    refund reward rewards gift bonus promo prize claim track tracking delivery parcel package post redelivery bank
    banking online web app official store team center centre mail password reset limited suspended webscr
    """
)
# Domains of those brands whose label is not simply the brand's name, and others that hold it rightly.
OFFICIAL = words(
    """
    google.com youtube.com gmail.com googlemail.com goo.gl amazon.com amazonaws.com paypal.me apple.com icloud.com
    office.com live.com microsoftonline.com fb.com t.me telegram.org whatsapp.com wa.me instagram.com ebay.com
    ebaystatic.com olx.co.id shopee.co.id grab.com ing.com dhl.de ups.com wise.com uber.com booking.com github.io
    gitlab.io klikbca.com bca.co.id bri.co.id bni.co.id bankmandiri.co.id jne.co.id jnt.id jet.co.id santander.co.uk
    ebay-kleinanzeigen.de kleinanzeigen.de payment-amazon.com amazonpay.com apple-cloudkit.com googleusercontent.com
    googleapis.com facebookmail.com instagr.am citibank.com discovercard.com chase.com wellsfargo.com
    """
)
# Endings under which a well-known name is hardly ever its owner's.
CHEAP_ENDINGS = words(
    """
    xyz top click shop online site icu vip club live buzz link rest cyou sbs cfd bond monster quest lol fit work tk
    ml ga cf gq info biz help support zip mov
    """
)
SHORTENERS = words(
    """
    bit.ly bitly.com tinyurl.com t.co goo.gl ow.ly is.gd v.gd buff.ly rebrand.ly cutt.ly shorturl.at short.io
    tiny.cc rb.gy t.ly bl.ink lnkd.in s.id adf.ly ouo.io shorte.st bc.vc clck.ru vk.cc soo.gd shorturl.gg u.to x.co
    tr.im qr.ae trib.al dlvr.it ift.tt amzn.to amzn.eu youtu.be fb.me wp.me po.st mcaf.ee surl.li urlz.fr kutt.it
    tny.im git.io j.mp db.tt cli.gs budurl.com snip.ly clicky.me hyperurl.co chilp.it lc.chat tiny.one shorturl.asia
    me-qr.com qrco.de linktr.ee wa.link bom.so urlvanish.com n9.cl acortar.link encr.pw dub.sh reurl.cc pse.is
    """
) - {"youtu.be", "linktr.ee", "wp.me"}
