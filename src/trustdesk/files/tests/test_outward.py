"""Addresses that others gave us: what may be called, and that nothing gets round it."""

import asyncio
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.files import fetching
from trustdesk.files.actions import fetch_file
from trustdesk.files.tests.makers import APP, picture
from trustdesk.web import outward
from trustdesk.web.outward import TargetRefused


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "100::1",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(text):
    assert not outward.is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_allowed(text):
    assert outward.is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_never_changes_the_judgement(address):
    number = int(address)
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"):
        assert outward.is_public(ip_address(wrapped)) == outward.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/a",
        "file:///etc/passwd",
        "gopher://x/",
        "//example.com",
        "http://",
        "https://user:pw@example.com/",
        "http://[::1",
        "http://a:b/",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_plain_web_addresses_are_called(url):
    with pytest.raises(TargetRefused):
        outward.check_url(url)


class Answers(BaseHTTPRequestHandler):
    """A small server of media; what it says depends on the path."""

    protocol_version = "HTTP/1.1"
    seen: list = []

    def do_GET(self):
        self.seen.append((self.headers["Host"], self.path))
        path = self.path
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", path.removeprefix("/to/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/slow":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            try:
                while not self.server.closing.wait(0.05):
                    self.wfile.write(b"x")
            except OSError:
                pass
        elif path == "/endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while not self.server.closing.is_set():
                    self.wfile.write(bytes(65536))
            except OSError:
                pass
            self.close_connection = True
        elif path.isascii() and path[1:].isdigit():
            self.send_response(int(path[1:]))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            body = picture()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain" if path == "/lie.txt" else "image/jpeg")
            if path == "/packed":
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", "99999999999" if path == "/huge" else str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = path == "/huge"

    def log_message(self, *args):
        pass


@contextmanager
def serving(handler=Answers, context: ssl.SSLContext | None = None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.closing = threading.Event()
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def port():
    Answers.seen.clear()
    with serving() as number:
        yield number


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    settings.PRIVATE_TARGETS = False


def names(**known):
    """A resolver that knows these names: a list of answers for each call, the last one for ever."""

    async def resolver(host, port):
        answers = known[host.replace(".", "_")]
        return [answers.pop(0) if len(answers) > 1 else answers[0]]

    return resolver


def fetch(url, *, resolver=outward.resolve, private=True, **limits):
    with fetching.fetched(url, limits=fetching.Limits(**limits), resolver=resolver, private=private) as (
        incoming,
        kind,
    ):
        return incoming.path.read_bytes(), kind


def test_media_is_fetched_through_the_checked_address_under_its_own_name(port):
    data, kind = fetch(f"http://media.example:{port}/a.jpg", resolver=names(media_example=["127.0.0.1"]))
    assert (data, kind) == (picture(), "image/jpeg")
    assert Answers.seen == [(f"media.example:{port}", "/a.jpg")]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_never_called(port, host):
    with pytest.raises((TargetRefused, fetching.FetchFailed)):
        fetch(f"http://{host}:{port}/a.jpg", private=None)
    assert Answers.seen == []


def test_a_redirect_to_this_machine_is_refused(port, monkeypatch):
    # The first host is public as far as the check can see; its redirect points inside.
    real = outward.is_public
    monkeypatch.setattr(outward, "is_public", lambda address: str(address) == "127.0.0.2" or real(address))
    server = names(public_example=["127.0.0.2"], localhost=["127.0.0.1"])

    class OnTwo(Answers):
        pass

    outer = ThreadingHTTPServer(("127.0.0.2", 0), OnTwo)
    thread = threading.Thread(target=outer.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with pytest.raises(TargetRefused, match="private"):
            fetch(
                f"http://public.example:{outer.server_port}/to/http://localhost:{port}/a.jpg",
                resolver=server,
                private=False,
            )
    finally:
        outer.shutdown()
        outer.server_close()
        thread.join()
    assert [path for _, path in Answers.seen] == [f"/to/http://localhost:{port}/a.jpg"], "the second hop was called"


def test_a_name_that_answers_differently_the_second_time_gains_nothing(port):
    asked = []

    async def rebinding(host, number):
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    address = asyncio.run(outward.checked_address("evil.example", port, resolver=rebinding, private=False))
    assert address == "93.184.216.34", "the connection goes to the address that was checked"
    with pytest.raises(TargetRefused):
        fetch(f"http://evil.example:{port}/a.jpg", resolver=rebinding, private=False)
    assert Answers.seen == []


def test_each_fetch_resolves_once_for_check_and_connection(port):
    asked = []

    async def counting(host, number):
        asked.append(host)
        return ["127.0.0.1"]

    fetch(f"http://media.example:{port}/a.jpg", resolver=counting)
    assert asked == ["media.example"]


def test_one_private_answer_among_public_ones_refuses_the_name():
    async def mixed(host, port):
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(TargetRefused):
        asyncio.run(outward.checked_address("mixed.example", 80, resolver=mixed, private=False))


def test_tls_is_checked_against_the_name_and_not_the_number(tmp_path):
    context, certificate = _certificate(tmp_path, "media.example")
    client_context = ssl.create_default_context(cafile=str(certificate))

    async def get(host):
        transport = outward.GuardedTransport(
            resolver=names(media_example=["127.0.0.1"], other_example=["127.0.0.1"]),
            private=True,
            verify=client_context,
        )
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            return (await client.get(f"https://{host}:{port}/a.jpg")).status_code

    with serving(context=context) as port:
        assert asyncio.run(get("media.example")) == 200
        with pytest.raises(httpx.ConnectError, match=r"[Hh]ostname mismatch"):
            asyncio.run(get("other.example"))


def _certificate(folder, name):
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context, certificate


@pytest.mark.parametrize(
    ("path", "limits", "words", "again"),
    [
        ("slow", {"seconds": 0.4}, "longer than 0.4 seconds", True),
        ("endless", {"size": 2**20}, "larger than 1 MiB", False),
        ("huge", {}, "larger than 64 MiB", False),
        ("packed", {}, "compressed", False),
        ("404", {}, "answered 404", False),
        ("503", {}, "answered 503", True),
        ("to/to/to/to/to/to/a", {"hops": 3}, "redirects more than 3", False),
    ],
)
def test_what_takes_too_much_is_given_up(port, path, limits, words, again):
    if path.startswith("to/"):
        path = "to/" * 5 + "a"
        path = "".join(f"to/http://127.0.0.1:{port}/" for _ in range(5)) + "a"
    with pytest.raises(fetching.FetchFailed, match=words) as caught:
        fetch(f"http://127.0.0.1:{port}/{path}", **limits)
    assert caught.value.again is again


def test_a_redirect_to_another_protocol_is_refused(port):
    with pytest.raises(TargetRefused):
        fetch(f"http://127.0.0.1:{port}/to/ftp://127.0.0.1/a")


def test_a_dead_port_may_be_tried_again():
    with pytest.raises(fetching.FetchFailed) as caught:
        fetch("http://127.0.0.1:9/a.jpg")
    assert caught.value.again


@pytest.mark.django_db
def test_fetched_media_is_a_file_like_any_other(port, now, settings):
    settings.PRIVATE_TARGETS = True
    view = fetch_file(actor=APP, url=f"http://127.0.0.1:{port}/lie.txt", now=now)
    assert view.is_picture, "the type is judged by content, whatever the name and the server say"
    assert view.declared_type == "text/plain"
