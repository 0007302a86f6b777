"""Running an installation: serve, worker, migrate, backup, restore, check, shell."""

import argparse
import errno
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    def add(name: str, run: Any, needs: str, help: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = subparsers.add_parser(name, help=help, description=help)
        parser.set_defaults(run=run, needs=needs)
        return parser

    command = add("serve", serve, "server", "Chạy trang web và tiến trình nền.")
    command.add_argument("--demo", action="store_true", help="nạp tỉnh mẫu và in các tài khoản dùng thử")
    command.add_argument(
        "--dossiers",
        type=int,
        default=int(os.environ["MOTCUA_DEMO_DOSSIERS"]) if os.environ.get("MOTCUA_DEMO_DOSSIERS") else None,
        metavar="N",
        help="số hồ sơ hư cấu dựng ở lần đầu của --demo; 0 là không dựng",
    )
    command.add_argument("--host", default=os.environ.get("MOTCUA_HOST", "127.0.0.1"), help="địa chỉ lắng nghe")
    command.add_argument("--port", type=port, default=int(os.environ.get("MOTCUA_PORT", "8000")), help="cổng (8000)")
    command.add_argument("--workers", type=positive, default=2, help="số tiến trình web (2)")
    add("worker", worker, "server", "Chạy riêng tiến trình nền.")
    command = add("migrate", migrate, "server", "Cập nhật lược đồ, quyền của vai trò ứng dụng và dữ liệu dùng chung.")
    command.add_argument("--no-facts", action="store_true", help="không nạp dữ liệu dùng chung")
    command = add("backup", backup, "server", "Sao lưu cơ sở dữ liệu, tệp và khóa bí mật vào một tệp.")
    command.add_argument("file", type=Path, metavar="FILE")
    command = add("restore", restore, "server", "Khôi phục từ tệp sao lưu vào cơ sở dữ liệu trống.")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--force", action="store_true", help="ghi đè cơ sở dữ liệu đang có")
    add("check", check, "server", "Kiểm tra cấu hình, vai trò cơ sở dữ liệu và quyền trên từng bảng.")
    add("shell", shell, "database", "Mở Python với Django.")


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("phải là số nguyên dương")
    return value


def port(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 65535:
        raise argparse.ArgumentTypeError("cổng từ 1 đến 65535")
    return value


def serve(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from motcua.config import guard, postgres, schema
    from motcua.config.supervisor import Child, granian_command, is_ready, supervise
    from motcua.demo import marking, starting
    from motcua.demo.services import PRINCIPAL

    if faults := guard.faults():
        raise ValueError(" ".join(faults))
    wait_for_port(arguments.host, arguments.port)
    if "owner" in connections.settings:
        schema.prepare()
    elif schema.waiting():
        raise schema.NoOwner
    demo = starting.prepare(arguments.dossiers) if arguments.demo or settings.MOTCUA_DEMO or marking.marked() else None
    call_command("collectstatic", interactive=False, verbosity=0)
    metrics = settings.MOTCUA_HOME / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    connections.close_all()

    # The children know the application's role only.
    environ = {k: v for k, v in os.environ.items() if k != "MOTCUA_OWNER_URL"}
    environ |= {"PROMETHEUS_MULTIPROC_DIR": str(metrics), "MOTCUA_HOME": str(settings.MOTCUA_HOME)}
    if demo:
        environ["MOTCUA_DEMO"] = "1"
    command = granian_command(arguments.port, workers=arguments.workers, host=arguments.host)
    children = [
        Child("web", command, environ),
        Child("worker", [sys.executable, "-m", "motcua.cli", "worker"], environ),
    ]
    reachable = "127.0.0.1" if arguments.host in {"0.0.0.0", "::"} else arguments.host  # noqa: S104
    allowed = next((h.lstrip(".") for h in settings.ALLOWED_HOSTS if h != "*"), "localhost")

    def announce() -> bool:
        if is_ready(f"http://{reachable}:{arguments.port}", allowed):
            return False
        said = [f"\nmotcua: http://localhost:{arguments.port}/"]
        if demo:
            shown = [one for one in demo.logins if one.login in PRINCIPAL]
            others = ", ".join(one.login for one in demo.logins if one not in shown)
            said += ["BẢN DEMO, dữ liệu hư cấu. Tài khoản dùng thử:"]
            said += [f"  {one.login:<22} {one.password:<16} {one.who}" for one in shown]
            said += [f"  cùng mật khẩu: {others}"]
            said += [f"  mật khẩu chứng thư số (DEMO) của lãnh đạo ký và văn thư: {demo.passphrase}"]
        print("\n".join(said), flush=True)  # at once: whoever waits for the address has the logins too
        if demo:
            starting.go_on(demo, environ)
        return True

    embedded = postgres.embedded(wait=5)  # the supervisor tries again, and must hear SIGTERM meanwhile
    if connections.settings["default"]["HOST"] != str(embedded.socket):
        supervise(children, announce, lambda: None)
    else:
        with embedded.running():
            supervise(children, announce, embedded.revive)
    return 0


def wait_for_port(host: str, port: int, seconds: float = 15) -> None:
    """Another program on our port would look like us to whoever asks whether we are up. Raises ValueError.

    The web of a supervisor that was just killed may hold the port until it has answered its last requests, hence the wait.
    """
    end = time.monotonic() + seconds
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise ValueError(f"Không lắng nghe được ở {host}:{port} ({error.strerror}).") from error
        if time.monotonic() > end:
            raise ValueError(f"Cổng {port} đang có chương trình khác dùng; chọn cổng khác bằng --port.")
        time.sleep(0.2)


def worker(_arguments: argparse.Namespace) -> int:
    """Background work: jobs of the queue, and the sealer of the journal in a thread of its own."""
    import structlog
    from procrastinate.contrib.django import app

    from motcua.casework.jobs import run_sealer

    stop = threading.Event()

    def seal() -> None:
        try:
            run_sealer(stop)
        except BaseException:
            # A worker without its sealer must not look well: the supervisor starts another.
            structlog.get_logger("motcua.worker").exception("sealer died")
            os.kill(os.getpid(), signal.SIGTERM)

    sealer = threading.Thread(target=seal, name="sealer")
    sealer.start()
    try:
        # Jobs may import and render; the pool of threads they run in is Python's own, so four at a time.
        with app.replace_connector(app.connector.get_worker_connector()) as queue:  # type: ignore[attr-defined]
            queue.run_worker(
                concurrency=4,
                delete_jobs="successful",
                shutdown_graceful_timeout=15,
                task_middleware=[fresh_connection],
            )
    finally:
        stop.set()
        sealer.join(15)
    return 0


def fresh_connection(call_next: Callable[[], Any], _context: Any, _worker: Any) -> Any:
    """A job's thread keeps its connection; one that the database closed meanwhile is replaced first, as for a request."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        return call_next()
    finally:
        close_old_connections()


def migrate(arguments: argparse.Namespace) -> int:
    from motcua.config import schema

    schema.prepare(facts=not arguments.no_facts, verbosity=1)
    return 0


def backup(arguments: argparse.Namespace) -> int:
    from motcua.config import backup as backups

    size = backups.write(arguments.file)
    print(
        f"Đã sao lưu vào {arguments.file} ({size / 1e6:.1f} MB). Tệp chứa dữ liệu cá nhân và khóa bí mật: cất giữ an toàn."
    )
    return 0


def restore(arguments: argparse.Namespace) -> int:
    from motcua.config import backup as backups

    backups.read(arguments.file, force=arguments.force)
    print(f"Đã khôi phục từ {arguments.file}.")
    return 0


def check(_arguments: argparse.Namespace) -> int:
    """Status 0 and `ok` when all is well, else 1 and one line per fault on stdout."""
    from django.core.checks import run_checks

    from motcua.config import grants, guard, schema

    faults = [str(found) for found in run_checks() if found.is_serious()]
    faults += [f"Chưa cập nhật lược đồ: {name}" for name in schema.waiting()]
    faults += guard.faults() + grants.differences()
    print("\n".join(faults) or "ok")
    return 1 if faults else 0


def shell(_arguments: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("shell")
    return 0
