"""RDS keeps username and password in a secret and rotates them: read when first needed, and again when MySQL says
"access denied" (1045). Connections that are open stay open when the password changes."""

import json
import threading
from typing import Any

from django.db.backends.mysql import base
from MySQLdb import OperationalError

from config import secrets

ACCESS_DENIED = 1045
_lock = threading.Lock()
_known: dict[str, dict[str, str]] = {}


def credentials(arn: str, *, fresh: bool = False) -> dict[str, str]:
    """user and password of the secret, as mysqlclient names them; `fresh` asks Secrets Manager again."""
    with _lock:
        if fresh or arn not in _known:
            secret = json.loads(secrets.fetch(arn))
            _known[arn] = {"user": secret["username"], "password": secret["password"]}
        return _known[arn]


class DatabaseWrapper(base.DatabaseWrapper):
    @staticmethod
    def other_account(arn: str) -> dict[str, str]:
        """user and password of the secret of another account, as they are now."""
        return credentials(arn, fresh=True)

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self._arn = params.pop("secret_arn")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        known = credentials(self._arn)
        try:
            return super().get_new_connection({**conn_params, **known})
        except OperationalError as error:  # the driver's: Django translates it further out
            if error.args[0] != ACCESS_DENIED:
                raise
        return super().get_new_connection({**conn_params, **credentials(self._arn, fresh=True)})
