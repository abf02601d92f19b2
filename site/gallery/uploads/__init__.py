"""How pictures come in: received, looked at, compared with what is here, stored."""
