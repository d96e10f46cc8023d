"""Debian's Dovecot as a plain process on free ports of this machine, with users of its own. Without it the tests fail and
say so, they never skip."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imapclient import IMAPClient

PROGRAM = "/usr/sbin/dovecot"
PASSWORD = "open sesame"
MISSING = (
    f"The tests of mailboxes need Dovecot at {PROGRAM}. Install it, for example: sudo apt-get install dovecot-imapd"
)

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
mail_privileged_group =
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
"""


class Dovecot:
    """`port` speaks in the clear and STARTTLS, `tls_port` TLS with a certificate (`cert`) that nobody trusts yet."""

    def __init__(self) -> None:
        assert Path(PROGRAM).exists(), MISSING
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.home.chmod(0o755)
        self.port, self.tls_port = free(), free()
        root = os.geteuid() == 0
        user = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        me = pwd.getpwuid(os.geteuid()).pw_name
        (self.home / "mail").mkdir()
        os.chown(self.home / "mail", user.pw_uid, user.pw_gid)
        self.cert = self.home / "cert.pem"
        _certificate(self.cert, self.home / "key.pem")
        told = CONFIG.format(
            home=self.home,
            uid=user.pw_uid,
            gid=user.pw_gid,
            password=PASSWORD.replace(" ", "_"),
            port=self.port,
            tls_port=self.tls_port,
            internal="dovecot" if root else me,
            login="dovenull" if root else me,
            group="dovecot" if root else str(user.pw_gid),
        )
        self.config = self.home / "dovecot.conf"
        self.config.write_text(told)
        self.process: subprocess.Popen[bytes] | None = None
        self.password = PASSWORD.replace(" ", "_")

    def start(self) -> None:
        self.process = subprocess.Popen([PROGRAM, "-F", "-c", str(self.config)])
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                if line.recv(10).startswith(b"* OK"):
                    return
            log = self.home / "log"
            said = log.read_text() if log.exists() else ""
            assert self.process.poll() is None, f"Dovecot did not start: {said}"
            assert time.monotonic() < until, f"Dovecot did not answer: {said}"
            time.sleep(0.05)

    def stop(self) -> None:
        """All its processes with it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @contextlib.contextmanager
    def user(self, name: str) -> Iterator[IMAPClient]:
        """Signed in as one of its users, to put mails in and to look."""
        with IMAPClient("127.0.0.1", self.port, ssl=False) as client:
            client.login(name, self.password)
            client.select_folder("INBOX")
            yield client

    def put(self, name: str, raw: bytes) -> None:
        with self.user(name) as client:
            client.append("INBOX", raw)

    def unread(self, name: str) -> int:
        with self.user(name) as client:
            return len(client.search(["UNSEEN"]))


def free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _certificate(cert: Path, key: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(made, hashes.SHA256())
    )
    cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    key.write_bytes(made.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
