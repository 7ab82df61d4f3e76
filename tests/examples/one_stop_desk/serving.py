"""A desk that is served as a process would, for what asks over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from examples.one_stop_desk import web
from examples.one_stop_desk.store import Store


@contextmanager
def serve(shop: Store) -> Iterator[str]:
    """Serve a desk on a port that is free, and yield its address."""
    config = uvicorn.Config(web.create_app(shop), port=0, log_level="error", lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join()
