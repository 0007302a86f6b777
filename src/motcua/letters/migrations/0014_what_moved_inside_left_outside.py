"""Letters that were moved inside before this version: what the book of reception says of them goes inside too, and their words are found nowhere."""

from django.db import migrations

KEEP = """
UPDATE letters_denunciation d SET reception = jsonb_build_object(
       'line', r.number || '/' || r.year, 'agency', a.name, 'received_at', r.received_at, 'received_by', o.full_name, 'citizen', r.citizen,
       'people', r.people, 'summary', r.summary, 'answer', r.answer, 'recording_at', r.recording_at, 'recording_sha256', r.recording_sha256)
  FROM casework_entry e, casework_case l, letters_reception r, organisation_agency a, organisation_officer o
 WHERE e.case_id = d.case_id AND e.seq = 1 AND l.code = e.payload->>'letter' AND l.kind = 'letter' AND l.state = 'moved_inside'
   AND r.case_id = l.id AND a.id = r.agency_id AND o.id = r.received_by_id
"""
EMPTY = """
UPDATE letters_reception r
   SET citizen = '{}', people = 1, summary = 'Tiếp nhận nội dung khác', result = 'other', answer = '', recording_at = '', recording_sha256 = '',
       case_id = NULL, version = r.version + 1
  FROM casework_case l WHERE l.id = r.case_id AND l.kind = 'letter' AND l.state = 'moved_inside'
"""
FORGET = """
DELETE FROM casework_casetoken t USING casework_case l WHERE l.id = t.case_id AND l.kind = 'letter' AND l.state = 'moved_inside'
"""
WIPE = """
UPDATE letters_letter w SET answer = '', answer_number = '', outcome = ''
  FROM casework_case l WHERE l.id = w.case_id AND l.kind = 'letter' AND l.state = 'moved_inside'
"""
STATEMENTS = (KEEP, EMPTY, FORGET, WIPE)


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0013_what_a_letter_brings_inside"),
        ("casework", "0040_whole_names_in_order"),
    ]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in STATEMENTS]
