"""A second opinion on every count: walks minute by minute and day by day over the raw content, and shares no code with worktime.

Slow on purpose. Times are naive local datetimes; IndexError means that the walk left the known range.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction

MINUTE = timedelta(minutes=1)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def at_minute(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def in_season(season, day):
    if len(season["from"]) == 10:
        return season["from"] <= str(day) <= season["to"]
    mm_dd = f"{day.month:02}-{day.day:02}"
    if season["from"] <= season["to"]:
        return season["from"] <= mm_dd <= season["to"]
    return not season["to"] < mm_dd < season["from"]


class Oracle:
    def __init__(self, content, *parents):
        self.layers = [content, *parents]
        self.first = date.fromisoformat(self._stated("known_from"))
        self.last = date.fromisoformat(self._stated("known_to"))
        self.lengths = {}
        self.closes = {}
        self.minutes = bytearray(((self.last - self.first).days + 1) * 1440)
        day = self.first
        while day <= self.last:
            sessions = [(at_minute(a), at_minute(b)) for a, b in self.sessions(day)]
            offset = (day - self.first).days * 1440
            for a, b in sessions:
                self.minutes[offset + a : offset + b] = b"\x01" * (b - a)
            self.lengths[day] = sum(b - a for a, b in sessions)
            self.closes[day] = datetime.combine(day, datetime.min.time()) + MINUTE * max([b for _, b in sessions] + [0])
            day += timedelta(1)

    def _stated(self, key):
        return next(layer[key] for layer in self.layers if key in layer)

    def usual(self, day, weekday):
        for layer in self.layers:
            for season in layer.get("seasons", []):
                if in_season(season, day) and weekday in season["weekly"]:
                    return season["weekly"][weekday]
            if weekday in layer.get("weekly", {}):
                return layer["weekly"][weekday]
        return []

    def sessions(self, day):
        weekday = NAMES[day.weekday()]
        for layer in self.layers:
            for override in layer.get("overrides", []):
                if override["date"] == str(day):
                    if override["kind"] == "off":
                        return []
                    if "sessions" in override:
                        return override["sessions"]
                    if "instead_of" in override:
                        return self.usual(day, NAMES[date.fromisoformat(override["instead_of"]).weekday()])
                    candidates = [self.usual(day, name) for name in [weekday, *NAMES]]
                    return next((found for found in candidates if found), [])
        if any(h["date"] == str(day) for layer in self.layers for h in layer.get("holidays", [])):
            return []
        return self.usual(day, weekday)

    def works(self, at):
        index = (at - datetime.combine(self.first, datetime.min.time())) // MINUTE
        if index < 0:
            raise IndexError(at)
        return self.minutes[index]

    def length(self, day):
        if day not in self.lengths:
            raise IndexError(day)
        return self.lengths[day]

    def elapsed(self, a, b):
        total = Fraction(0)
        while a < b:
            if self.works(a):
                total += Fraction(1, self.length(a.date()))
            a += MINUTE
        return total

    def running(self, start, days, pauses=()):
        """Walk until `days` (a Fraction) working days have run outside the pauses."""
        run, at = Fraction(0), start
        while run < days:
            if self.works(at) and not any(a <= at < b for a, b in pauses):
                run += Fraction(1, self.length(at.date()))
            at += MINUTE
        return at

    def whole(self, start, count, pauses=(), *, working):
        applied = []
        while True:
            end = self._whole(start, count, applied, working)
            later = [p for p in sorted(pauses) if p not in applied and p[0] < p[1] and p[1] > start and p[0] < end]
            if not later:
                return end
            applied.append(later[0])

    def _whole(self, start, count, pauses, working):
        day = start.date()

        def paused(day):
            return any(a.date() <= day <= b.date() for a, b in pauses)

        while count:
            day += timedelta(1)
            if (self.length(day) or not working) and not paused(day):
                count -= 1
        while not self.length(day) or paused(day):
            day += timedelta(1)
        return self.closes[day]

    def same_day(self, start, cutoff):
        day = start.date()
        if self.length(day) and start.strftime("%H:%M") < cutoff and start < self.closes[day]:
            return self.closes[day]
        day += timedelta(1)
        while not self.length(day):
            day += timedelta(1)
        return self.closes[day]
