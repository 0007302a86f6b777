"""Random calendars, far odder than any real one, for the properties."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from motcua.worktime import Calendar
from motcua.worktime.tests.oracle import NAMES, Oracle

FIRST, LAST = date(2026, 1, 1), date(2026, 5, 31)


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def sessions(draw, least=0):
    marks = sorted(draw(st.sets(st.integers(300, 1300), min_size=2 * least, max_size=6)))
    return [[clock(a), clock(b)] for a, b in zip(marks[::2], marks[1::2], strict=False)]


def dates(last=LAST):
    return st.dates(FIRST, last).map(str)


@st.composite
def seasons(draw):
    first, last = sorted(draw(st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST))))
    weekly = draw(st.dictionaries(st.sampled_from(NAMES), sessions(), max_size=3))
    if draw(st.booleans()):
        return {"from": str(first), "to": str(last), "weekly": weekly}
    bounds = [str(first)[5:], str(last)[5:]]
    if draw(st.booleans()):
        bounds.reverse()
    return {"from": bounds[0], "to": bounds[1], "weekly": weekly}


@st.composite
def overrides(draw):
    override = {"date": draw(dates()), "kind": draw(st.sampled_from(["off", "work"])), "document": "QĐ 1"}
    if override["kind"] == "work":
        match draw(st.integers(0, 2)):
            case 0:
                override["sessions"] = draw(sessions(least=1))
            case 1:
                override["instead_of"] = draw(dates())
    return override


@st.composite
def facts(draw):
    return {
        "seasons": draw(st.lists(seasons(), max_size=2)),
        "holidays": [{"date": day, "name": "Lễ", "instrument": "Luật 1"} for day in draw(st.sets(dates(), max_size=6))],
        "overrides": draw(st.lists(overrides(), max_size=4, unique_by=lambda override: override["date"])),
        "intake_sessions": [{"weekday": "sat", "from": "07:30", "to": "11:30"}],
    }


@st.composite
def contents(draw):
    weekly = {name: draw(sessions()) for name in NAMES[1:]} | {"mon": draw(sessions(least=1))}
    return {
        "code": "odd",
        "version": "1",
        "timezone": "Asia/Ho_Chi_Minh",
        "known_from": str(FIRST),
        "known_to": str(LAST),
        "weekly": weekly,
        **draw(facts()),
    }


@st.composite
def worlds(draw):
    """A calendar and the oracle of the same facts; half of them are local calendars with a parent."""
    parent = draw(contents())
    above = Calendar.from_dict(parent)
    if draw(st.booleans()):
        return above, Oracle(parent)
    local = {"code": "local", "version": "1", "parent": "odd", **draw(facts())}
    local["weekly"] = draw(st.dictionaries(st.sampled_from(NAMES), sessions(least=1), max_size=2))
    return Calendar.from_dict(local, above), Oracle(local, parent)


def instants(first=date(2026, 1, 2), days=45):
    """Local minutes, half of them in the hours in which sessions usually lie."""
    base = datetime.combine(first, datetime.min.time())
    minutes = st.one_of(st.integers(0, 1439), st.integers(400, 1100))
    return st.builds(lambda day, minute: base + timedelta(days=day, minutes=minute), st.integers(0, days), minutes)


@st.composite
def pauses(draw):
    begin = draw(instants())
    return begin, begin + timedelta(minutes=draw(st.integers(0, 6 * 1440)))
