"""Where an installation keeps its state: `MOTCUA_HOME`, by default `var/` in the project, whatever the current folder."""

import os
import secrets
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def folder() -> Path:
    """The state folder, made on first use, readable by its owner only."""
    given = os.environ.get("MOTCUA_HOME")
    path = Path(given).expanduser().resolve() if given else PROJECT / "var"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key() -> str:
    """`MOTCUA_SECRET_KEY`, else the content of `secret` in the state folder, written with mode 0600 on first start.

    Two processes may start at once: the file appears complete under its name, and the first one wins.
    """
    if given := os.environ.get("MOTCUA_SECRET_KEY"):
        return given
    path = folder() / "secret"
    if not path.exists():
        draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def former_secret_keys() -> list[str]:
    """`MOTCUA_SECRET_KEY_FALLBACKS`, separated by commas: keys that were in use before; what they signed or encrypted is still read."""
    return [key.strip() for key in os.environ.get("MOTCUA_SECRET_KEY_FALLBACKS", "").split(",") if key.strip()]
