"""The INSERTs of a contest with its jury, for PostgreSQL, as those of `statements`: one in the province's account, of 6 000 works at the
full size, judged by 200 jurors."""

import json

from campaigns.kinds.photo.kind import KIND
from campaigns.view import Rules

CONTEST, OPEN_ROUND, CLOSED_ROUND = "contest00001", "round00001", "round00002"
"""Public ids."""

_TEMPLATE = next(one for one in KIND.templates if one.key == "contest")
_SETTINGS = json.dumps(KIND.config.model_validate(dict(_TEMPLATE.settings)).model_dump(mode="json"))
_RULES = json.dumps(Rules().model_dump(mode="json"))
_OF = f"(SELECT id AS campaign_id, account_id FROM campaigns WHERE public_id = '{CONTEST}') AS c"
_WORKS = "greatest(300, 6000 * :share)::int"
_JURORS = 200

_CAMPAIGN = f"""
INSERT INTO campaigns (account_id, public_id, kind, title, summary, word, cover, state, opens_at, closes_at, eligibility, settings,
  rules, rules_hash, opened_at, frozen_why, extended_why, draw_hash, version, created_at, updated_at, updated_by)
VALUES (1, '{CONTEST}', 'photo', '职工摄影大赛', '镜头对准劳动者', '', '', 'live', now() - interval '40 days',
  now() + interval '20 days', '{{}}'::json, '{_SETTINGS}'::json, '{_RULES}'::json, '', now() - interval '40 days', '', '', '', 1,
  now(), now(), '')
"""

_PEOPLE = f"""
INSERT INTO ledger_people (account_id, public_id, scope, mark, openid, region, unit, trade, joined_at)
SELECT account_id, 'person' || n, 'c:{CONTEST}', md5('p' || n), 'oauthor' || n, '', '第' || n % 90 || '工区', '', now()
FROM {_OF} CROSS JOIN generate_series(1, {_WORKS} / 2) AS n
"""

_WORK = f"""
INSERT INTO photo_works (account_id, campaign_id, public_id, person_id, slot, number, state, state_why, "group", category, title,
  about, author, place, equipment, video, link, channel, agreed_at, handed_in_at, handed_in_by, judged_at, judged_by, version,
  created_at, updated_at)
SELECT c.account_id, c.campaign_id, 'work' || n, p.id, 1 + n % 2, n,
  CASE WHEN n % 10 < 3 THEN 'waiting' WHEN n % 10 = 3 THEN 'refused' ELSE 'shown' END,
  CASE WHEN n % 10 = 3 THEN '和征集的主题不符' ELSE '' END, '', (ARRAY['劳动者', '工地', '家园', '生活'])[1 + n % 4],
  '第' || n || '号作品', CASE WHEN n % 97 = 0 THEN '码头上的夜班' ELSE '早班的师傅们' END, '作者' || n, '三号码头', '手机', '', '',
  'page', now(), now() - interval '1 minute' * n, '', now(), '工作人员', 3, now(), now()
FROM {_OF} CROSS JOIN generate_series(1, {_WORKS}) AS n
JOIN ledger_people p ON p.account_id = c.account_id AND p.public_id = 'person' || ((n + 1) / 2)
"""

_PICTURES = """
INSERT INTO photo_pictures (account_id, campaign_id, public_id, work_id, slot, position, key, state, problem, name, original, width,
  height, digest, likeness, compared, taken, camera, created_at)
SELECT account_id, campaign_id, 'pic' || number || '-' || n, id, n, n, 'key' || n, 'kept', '',
  substr(md5('n' || number || n), 1, 24) || '.jpg', substr(md5('o' || number || n), 1, 24), 1600, 1200,
  md5('d' || number || n) || md5('e' || number || n), number * 7919 + n, true, '', '', now()
FROM photo_works CROSS JOIN generate_series(1, 3) AS n
"""

_DECISIONS = """
INSERT INTO photo_decisions (account_id, campaign_id, work_id, version, was, state, why_was, why, undo, before, by, at, told_at)
SELECT account_id, campaign_id, id, 2, 'waiting', state, '', state_why, false, '', '工作人员', now(), now()
FROM photo_works WHERE state <> 'waiting'
"""

_SUSPECTS = """
INSERT INTO photo_suspects (account_id, campaign_id, picture_id, other_id, bits, state, judged_by, judged_at)
SELECT p.account_id, p.campaign_id, p.id, o.id, 2, CASE WHEN w.number % 2 = 0 THEN 'open' ELSE 'cleared' END, '', NULL
FROM photo_pictures p JOIN photo_works w ON w.id = p.work_id
JOIN photo_pictures o ON o.public_id = 'pic' || (w.number - 1) || '-1'
WHERE p.slot = 1 AND w.number % 10 IN (1, 2, 5, 6)
"""

_AWARDS = """
INSERT INTO photo_awards (account_id, public_id, campaign_id, work_id, level, "group", place, withdrawn_why, withdrawn_by, given_by,
  given_at)
SELECT account_id, 'award' || number, campaign_id, id, '三等奖', '', (row_number() OVER (ORDER BY number))::int, '', '',
  '工作人员', now()
FROM photo_works WHERE state = 'shown' ORDER BY number LIMIT 20
"""

_JURY = f"""
INSERT INTO jurors (account_id, public_id, campaign_id, staff_id, unit, state, added_at, added_by)
SELECT account_id, 'juror' || n, campaign_id, n, '第' || n || '车间', 'active', now(), ''
FROM {_OF} CROSS JOIN generate_series(1, {_JURORS}) AS n
"""

_ROUNDS = f"""
INSERT INTO jury_rounds (account_id, public_id, campaign_id, number, title, method, live, quorum, groups, takes, takes_most, blind,
  state, seed, opened_at, closed_at, reopened_why, version, updated_at, updated_by)
SELECT account_id, round, campaign_id, number, title, method, false, 3, '[]'::json, 'all', 0, true, state, 'seed', now(),
  CASE WHEN state = 'closed' THEN now() END, '', 2, now(), ''
FROM {_OF} CROSS JOIN (VALUES ('{CLOSED_ROUND}', 1, '初评', 'yes_no', 'closed'), ('{OPEN_ROUND}', 2, '复评', 'stars', 'open'))
  AS r (round, number, title, method, state)
"""

_ENTRIES = """
INSERT INTO jury_entries (account_id, round_id, number, "group", owner, marks, score, place)
SELECT r.account_id, r.id, w.number, '', '', CASE WHEN r.state = 'closed' THEN 3 ELSE 0 END,
  CASE WHEN r.state = 'closed' THEN 1000000 * (w.number % 4) / 3 END, CASE WHEN r.state = 'closed' THEN w.number END
FROM jury_rounds r JOIN photo_works w ON w.campaign_id = r.campaign_id AND w.state = 'shown'
"""

_TASKS = f"""
INSERT INTO jury_tasks (account_id, round_id, juror_id, number, slot, stand_in, state, mark, marked_at, seconds)
SELECT e.account_id, e.round_id, j.id, e.number, n, false, CASE WHEN r.state = 'closed' OR e.number % 2 = 0 THEN 'done' ELSE 'open' END,
  CASE WHEN r.state = 'closed' OR e.number % 2 = 0 THEN 1 END, now(), 20
FROM jury_entries e JOIN jury_rounds r ON r.id = e.round_id CROSS JOIN generate_series(0, 2) AS n
JOIN jurors j ON j.public_id = 'juror' || (1 + (3 * e.number + n) % {_JURORS})
"""

CONTESTS: tuple[tuple[str, str], ...] = (
    ("contest", _CAMPAIGN),
    ("contest_people", _PEOPLE),
    ("photo_works", _WORK),
    ("photo_pictures", _PICTURES),
    ("photo_decisions", _DECISIONS),
    ("photo_suspects", _SUSPECTS),
    ("photo_awards", _AWARDS),
    ("jurors", _JURY),
    ("jury_rounds", _ROUNDS),
    ("jury_entries", _ENTRIES),
    ("jury_tasks", _TASKS),
)
