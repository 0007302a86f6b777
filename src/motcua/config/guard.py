"""What `serve` refuses to run with: rights that switch row-level security off, settings that lose acknowledged writes."""

from django.db import connection

RIGHTS = """
SELECT r.rolsuper, r.rolbypassrls,
       (SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM
          (SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
             AND pg_has_role(r.oid, relowner, 'MEMBER') ORDER BY relname LIMIT 3) c),
       (SELECT pg_has_role(r.oid, datdba, 'MEMBER') FROM pg_database WHERE datname = current_database())
FROM pg_roles r WHERE r.rolname = current_user
"""


def role_faults() -> list[str]:
    """Why the role of the `default` connection must not serve; empty when it may. Vietnamese sentences."""
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS)
        superuser, bypass, owned, owns_database = cursor.fetchone()
    faults = []
    if superuser:
        faults.append("DATABASE_URL dùng vai trò superuser; hãy dùng vai trò chỉ có quyền ứng dụng.")
    if bypass:
        faults.append("DATABASE_URL dùng vai trò BYPASSRLS; phân quyền theo dòng sẽ mất tác dụng.")
    if owned and not superuser:
        faults.append(f"DATABASE_URL dùng vai trò sở hữu bảng ({owned}…); hãy dùng vai trò không sở hữu gì.")
    elif owns_database and not superuser:
        faults.append("DATABASE_URL dùng vai trò sở hữu cơ sở dữ liệu; hãy dùng vai trò không sở hữu gì.")
    return faults


def durability_faults() -> list[str]:
    """Settings under which an acknowledged write may be lost (design.md section 4, Nothing lost)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')"
        )
        return [
            f"PostgreSQL đang đặt {name} = off; hãy bật lại." for name, value in cursor.fetchall() if value == "off"
        ]


def version_faults() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
    return [] if version >= 150000 else ["Cần PostgreSQL 15 trở lên."]


def faults() -> list[str]:
    return version_faults() + role_faults() + durability_faults()
