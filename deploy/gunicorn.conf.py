"""How gunicorn serves the site, on one machine and on AWS. Why these numbers: docs/decisions/20261124-gunicorn.md"""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

LEAST_FILES, MOST_FILES = 512, 65_536
STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}
# Here and not by `pythonpath`, which `--check-config` does not look at. site/ is a folder on the path, no package.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]

_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if hard < LEAST_FILES:
    sys.exit(
        f"gunicorn may open {hard} files at once, and needs {LEAST_FILES} (`ulimit -Hn`). Raise the limit, by"
        " LimitNOFILE= in the unit or in /etc/security/limits.conf, and start it again."
    )
files = min(hard, MOST_FILES)
resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))

wsgi_app = "config.wsgi:application"
preload_app = True  # one process checks and refuses, with one message, and the workers share what it has loaded
bind = os.environ.get("BIND", "127.0.0.1:5000")
worker_class = "gthread"
workers = 2
threads = 16
worker_connections = min(2000, files // 2)  # a worker that runs out of files dies, with its uploads in progress
backlog = 2048
keepalive = 75  # longer than nginx keeps a connection to us (60 s)
timeout = 120
graceful_timeout = 25  # within the target group's deregistration delay
control_socket_disable = True  # it would be opened in HOME
forwarded_allow_ips = "127.0.0.1"  # Django reads X-Forwarded-*, and only from a known number of proxies
forwarder_headers = ""  # a client's SCRIPT_NAME must not get into the links of cached pages
accesslog = None


def pre_fork(server: Any, worker: Any) -> None:
    """What says stop waits until the worker can hear it. gunicorn loses what comes between the fork and the worker's
    own handlers: a site stopped just after its start took all of graceful_timeout."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)


def post_worker_init(worker: Any) -> None:
    """Now it can."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)


os.register_at_fork(after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP))
