"""A restored database, where moto does otherwise than AWS: it has no secret for the master's password until RDS is
asked to make one, whoever has one keeps it, and it is nobody's replica."""

from typing import Any


def patch() -> None:
    """Mend moto in this process."""
    from moto.rds.models import DBInstance, RDSBackend

    restore, update = RDSBackend.restore_db_instance_to_point_in_time, DBInstance.update

    def restored(self: Any, *arguments: Any, **named: Any) -> Any:
        """moto copies the source's. On AWS the option to make one is Oracle's alone."""
        database = restore(self, *arguments, **named)
        if database.manage_master_user_password:
            database.master_user_secret.delete_secret()
            del database.master_user_secret
            database.manage_master_user_password = False
        database.source_db_instance_identifier = None
        return database

    def updated(self: Any, manage_master_user_password: Any = None, **named: Any) -> None:
        """moto makes a new secret each time."""
        has_one = manage_master_user_password and self.manage_master_user_password
        update(self, manage_master_user_password=None if has_one else manage_master_user_password, **named)

    RDSBackend.restore_db_instance_to_point_in_time = restored
    DBInstance.update = updated
