"""What both walks need to be there in the demo, made by the services alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID


def delegate_and_absence(commune: str) -> tuple[UUID, UUID]:
    """The chair of the commune (a suffix of logins) lends the position for five days; the land officer is on leave: (the absence, the officer)."""
    from motcua.demo.fixtures import principal_of
    from motcua.organisation import scope, services_people
    from motcua.organisation.models import Officer
    from motcua.worktime import clock

    administrator, chair = principal_of("quantri.nghean"), principal_of(f"chutich.{commune}")
    today = clock.now().date()
    with scope.enter(administrator.scope):
        services_people.delegate(
            administrator,
            chair.position_id,
            Officer.objects.get(account__login=f"tuphap.{commune}").pk,
            roles=("signatory",),
            subjects=(),
            subject_name="Mọi thủ tục",
            valid_from=today,
            valid_to=today + timedelta(days=5),
            instrument="45/QĐ-UBND (DEMO)",
            reason="Chủ tịch đi công tác",
        )
        away = Officer.objects.get(account__login=f"diachinh.{commune}").pk
        last = today + timedelta(days=3)
        return services_people.record_absence(administrator, away, "leave", today, last), away
