"""The web process: uvicorn over Django, with a pool of database connections."""

import os
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from trustdesk.config.supervisor.refusals import CannotStart
from trustdesk.kernel.base.refusal import Refusal

if TYPE_CHECKING:
    import uvicorn

DRAIN_SECONDS = 3  # how long running requests may finish after TERM
POOL_WAIT = 10.0  # seconds a request waits for a free connection before it fails


def serve(*, host: str, port: int, fd: int | None = None) -> None:
    """Serve until TERM or Ctrl-C. `fd` is a listening socket inherited from `trustdesk up`. Raises CannotStart."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
    from django.conf import settings

    # Under ASGI each request runs in a thread of its own: without a pool it would open a connection of its own.
    # Pooled connections go back after each request (CONN_MAX_AGE 0) and are tried before use, so that a restarted
    # database costs nobody a request.
    from django.db import connections

    connections.close_all()  # one that looked for missing migrations came from no pool, and could not be given back to it
    default = settings.DATABASES["default"]
    default["CONN_MAX_AGE"] = 0
    default["CONN_HEALTH_CHECKS"] = True
    default["OPTIONS"]["pool"] = {"min_size": 1, "max_size": settings.DATABASE_POOL, "timeout": POOL_WAIT}

    import uvicorn

    from trustdesk.config.asgi import application

    _warm_up()
    listener = socket.socket(fileno=fd) if fd is not None else _listen(host, port)
    server = _server(
        uvicorn.Config(
            application,
            lifespan="off",
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            http="httptools",
            ws="none",
            log_config=None,  # structlog has it
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            timeout_graceful_shutdown=DRAIN_SECONDS,
            timeout_keep_alive=30,
        )
    )
    with suppress(KeyboardInterrupt):  # uvicorn drains, then hands the signal on
        server.run(sockets=[listener])


def _server(config: "uvicorn.Config") -> "uvicorn.Server":
    """A server that ends its live streams first when it stops: they would last for as long as it waits."""
    import uvicorn

    from trustdesk.web.live.hub import hub

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            hub().end_all()
            await super().shutdown(sockets)

    return Server(config)


def _warm_up() -> None:
    """Compile the policies in force before anyone waits for it: the first item would pay seconds for all."""
    from django.db import DatabaseError, connection

    from trustdesk.policy import queries as policy

    try:
        policy.live_plan()
    except (DatabaseError, Refusal):
        pass  # no database yet or no policies yet: readiness and the first request speak for themselves
    finally:
        connection.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotStart(f"Cannot listen on {host}, port {port}: {error}.") from error
    return listener
