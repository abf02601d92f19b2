"""How gunicorn serves the site, on one machine and on AWS. Why these numbers: docs/decisions/20261124-gunicorn.md"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

# Here and not by `pythonpath`, which `--check-config` does not look at. site/ is a folder on the path, no package.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]

wsgi_app = "config.wsgi:application"
preload_app = True  # one process checks and refuses, with one message, and the workers share what it has loaded
bind = os.environ.get("BIND", "127.0.0.1:5000")
worker_class = "gthread"
workers = 2
threads = 16
worker_connections = 2000  # workers x this must exceed the connections that a load balancer keeps open
backlog = 2048
keepalive = 75  # longer than the load balancer's idle timeout of 60 s, else it answers 502
timeout = 120
graceful_timeout = 25  # within the target group's deregistration delay
control_socket_disable = True  # it would be opened in HOME
forwarded_allow_ips = "127.0.0.1"  # Django reads X-Forwarded-*, and only from a known number of proxies
accesslog = None


def post_worker_init(worker: Any) -> None:
    """Ctrl+C reaches every process. Here the master's word decides: two signals at the same moment (SIGQUIT, which it
    sends then) can hold a gthread worker for good in the lock of its thread pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
