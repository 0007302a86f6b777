"""Outside services as small honest programs: they speak the real protocol over a real socket and know nothing of motcua."""
