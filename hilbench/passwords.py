"""Passwords in URLs, which no sentence, log or record may show."""

from __future__ import annotations

import re

_IN_AUTHORITY = re.compile(r"(\w://[^\s:/?#@]*:)[^\s?#]*@")
"""`postgresql+psycopg://user:password@host/name`; a password may hold `/` and `@` though it should not."""
_IN_QUERY = re.compile(r"([?&](?:password|sslpassword|token)=)[^\s&#'\"]*", re.IGNORECASE)


def hide_passwords(text: str) -> str:
    """`text` with `***` in place of every password of a URL in it."""
    return _IN_QUERY.sub(r"\1***", _IN_AUTHORITY.sub(r"\1***@", text))
