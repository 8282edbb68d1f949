"""The INSERTs of `fill`, for PostgreSQL: `:share` is how much of what piles up there shall be. Ids of unions and accounts are
1 to 154, 1 being the province."""

import json

RARE = "渔船船员"
"""Stands in so few entries that all have to be looked through."""

_PLACES = "江城 临海 东山 西河 北山 南湾 平安 长宁 新安 桥东 桥西 湖滨 云岭 白水 青石 石门 柳林 花园 高新 港口 龙泉 凤台 清河 武山 安溪"
_JOBS = "保洁 保安 焊工 电工 叉车工 缝纫工 瓦工 钢筋工 油漆工 厨师 服务员 收银员 快递员 骑手 司机 装配工 质检员 仓管 月嫂 护工"
_MATTERS = (
    "押金不退 拖欠工资 加班费少给 被罚款 没签合同 试用期工资低 被辞退没补偿 受了工伤 不交社保 离职扣钱 高温补贴不发 年假没休 病假工资少 "
    "怀孕被降薪 低于最低工资 要赔违约金 年终奖不发 失业金怎么领 工装费自己出 公积金没交 调岗降薪 竞业限制 哺乳假 产假工资 婚假天数 "
    "护理假 入会流程 会费标准 困难帮扶 法律援助 医疗互助 职工疗养 技能竞赛 劳模评选 集体合同 厂务公开 工会换届 经费使用 女职工体检 托育服务"
)
_ANSWER = (
    "先把证据留好：合同、工资条、转账记录、聊天记录和考勤都算。可以先跟单位书面提出来，写清楚日期和数目；单位不理，就带上材料到当地工会"
    "或劳动监察部门反映，也可以在一年内申请劳动仲裁，仲裁不收费。拿不准的，把情况再说得细一点，我们帮您看看该走哪一步。"
) * 2


def _pick(words: str, number: str) -> str:
    """One of some words by a number."""
    values = words.split()
    texts = ",".join(f"'{value}'" for value in values)
    return f"(ARRAY[{texts}])[1 + ({number}) % {len(values)}]"


def _escaped(words: str) -> str:
    """As our JSON columns hold them."""
    return json.dumps(words)[1:-1]


_MATTER = "CASE WHEN n % 3 = 0 THEN 0 ELSE n / 3 END"
_TOPIC = "CASE WHEN n % 4 = 0 THEN 1 ELSE n / 3 END"
_QUESTION = (
    f"'在' || {_pick(_PLACES, 'n')} || '做' || {_pick(_JOBS, 'n / 7')} || '，' || {_pick(_MATTERS, _MATTER)} || '怎么办？'"
    f" || CASE WHEN n <= 60 THEN '（{RARE}）' ELSE '' END"
)
_ALTERNATES = (
    f"""'["' || {_pick(_escaped(_JOBS), "n / 7")} || {_pick(_escaped(_MATTERS), "n / 3")} || '", "' """
    f"""|| {_pick(_escaped(_PLACES), "n")} || {_pick(_escaped(_MATTERS), "n / 3")} || n || '"]'"""
)
_CITATIONS = json.dumps(["《劳动合同法》第九条", "《劳动法》第五十条"])
_TREE = json.dumps([{"name": "惠服务", "url": "{h5}/faq"}, {"name": "会资讯", "url": "{h5}/columns"}])
_TOPICS = " ".join(f"topic-{number:02d}" for number in range(60))

_ID16 = "substr(md5('{0}' || {1}), 1, 16)"
_AGO = "now() - interval '1 day' * {0} * power(random(), 2)"

_ENTRIES = f"""
WITH wanted AS (
  SELECT id AS organisation_id,
    CASE WHEN id = 1 THEN greatest(300, 30000 * :share) WHEN id <= 14 THEN greatest(3, 500 * :share)
         WHEN id = 151 THEN 60 ELSE greatest(1, 60 * :share) END::int AS entries
  FROM organisations
), numbered AS (
  SELECT organisation_id, n,
    CASE WHEN organisation_id = 1 AND n <= 60 THEN 'withdrawn' WHEN organisation_id = 1 AND n <= 120 THEN 'over'
         WHEN organisation_id = 1 AND n <= 180 THEN 'soon' WHEN n % 50 = 0 THEN 'withdrawn' WHEN n % 50 = 1 THEN 'over'
         WHEN n % 50 = 2 THEN 'soon' ELSE '' END AS what
  FROM wanted CROSS JOIN LATERAL generate_series(1, entries) AS n
)
INSERT INTO entries (organisation_id, public_id, code, topic, category, question, alternates, answer, details, citations,
  region, valid_from, valid_until, checked_on, version, withdrawn_at, updated_at)
SELECT organisation_id, {_ID16.format("e", "organisation_id || '-' || n")}, 'e-' || organisation_id || '-' || n,
  {_pick(_TOPICS, _TOPIC)}, '维权', {_QUESTION}, ({_ALTERNATES})::json, '{_ANSWER}', '',
  (CASE WHEN n % 5 < 3 THEN '{_CITATIONS}' ELSE '[]' END)::json, '', NULL,
  CASE what WHEN 'over' THEN current_date - 10 WHEN 'soon' THEN current_date + 10 END,
  CASE WHEN n % 5 < 3 THEN current_date - (n % 30) END, 1,
  CASE what WHEN 'withdrawn' THEN now() END, now() - interval '1 day' * 700 * power(random(), 2)
FROM numbered
"""

_DRAFTS = f"""
INSERT INTO entry_drafts (organisation_id, public_id, code, question, topic, row, state, version, base_version, author,
  reviewer, updated_at)
SELECT organisation_id, {_ID16.format("d", "organisation_id || '-' || n")},
  CASE WHEN n % 2 = 0 THEN 'e-' || organisation_id || '-' || n ELSE 'new-' || n END, {_QUESTION}, {_pick(_TOPICS, _TOPIC)},
  json_build_object('code', 'new-' || n, 'question', {_QUESTION}, 'answer', '{_ANSWER}')::json,
  CASE WHEN n % 4 < 2 THEN 'draft' ELSE 'reviewed' END, 1, 0, '工作人员', '', {_AGO.format(300)}
FROM (VALUES (1, greatest(240, 6000 * :share)::int), (151, greatest(240, 300 * :share)::int)) AS o (organisation_id, drafts)
CROSS JOIN LATERAL generate_series(1, drafts) AS n
"""

_COLUMNS = """
INSERT INTO brand_columns (organisation_id, code, title, description, cover, words, position, shown, version, updated_at,
  updated_by)
SELECT o.id, 'series-' || o.id || '-' || n, '栏目' || o.id || '之' || n, '每周一期', '', '[]'::json, n, true, 1, now(), ''
FROM organisations o CROSS JOIN generate_series(1, CASE WHEN o.id = 1 THEN 20 ELSE 2 END) AS n WHERE o.id <= 14
"""

_ITEMS = f"""
INSERT INTO column_items (organisation_id, column_id, public_id, number, kind, title, digest, cover, body, entry_code, media,
  state, published_at, version, updated_at, updated_by)
SELECT c.organisation_id, c.id, {_ID16.format("i", "c.id || '-' || n")}, n, 'text', '第' || n || '期的标题', '这一期说什么', '',
  '{_ANSWER}', '', '[]'::json, CASE WHEN n <= 60 OR n % 25 = 0 THEN 'draft' ELSE 'live' END, now() - interval '1 day' * n, 1,
  now() - interval '1 day' * n, '工作人员'
FROM (SELECT id, organisation_id,
        CASE WHEN code = 'series-1-1' THEN greatest(200, 20000 * :share) ELSE
          CASE WHEN organisation_id = 1 THEN 1000 ELSE 500 END * :share END::int AS items FROM brand_columns) AS c
CROSS JOIN LATERAL generate_series(1, items) AS n
"""

_RULES = f"""
INSERT INTO keyword_rules (organisation_id, code, title, match, keywords, reply, priority, opens, closes, valid_from,
  valid_until, enabled, version, updated_at, updated_by, deleted_at)
SELECT organisation_id, 'r-' || organisation_id || '-' || n, '规则' || n, (ARRAY['exact', 'contains'])[1 + n % 2],
  ('["' || {_pick(_escaped(_PLACES), "n")} || {_pick(_escaped(_MATTERS), _MATTER)} || n || '", "' ||
   {_pick(_escaped(_JOBS), "n")} || n || '"]')::json,
  json_build_object('text', '{_ANSWER[:60]}')::json, 0, NULL, NULL, NULL, NULL, n % 20 > 0 AND n > 60, 1, now(), '工作人员',
  CASE WHEN n BETWEEN 61 AND 120 THEN now() END
FROM (SELECT id AS organisation_id, CASE WHEN id = 1 THEN greatest(240, 1400 * :share)
        WHEN id <= 14 THEN 20 ELSE 2 END::int AS rules FROM organisations) AS o
CROSS JOIN LATERAL generate_series(1, rules) AS n
"""

_ACTS = """
INSERT INTO audit_entries (number, at, actor, staff_id, organisation_id, action, target, facts, address, chained)
SELECT n, now() - interval '1 second' * 300 * (200000 * :share - n), '工作人员（staff' || n % 300 || '）', 1 + n % 300,
  CASE WHEN n % 2 = 0 THEN 1 WHEN n % 20 = 1 THEN 151 ELSE 1 + (n * 7919) % 154 END,
  (ARRAY['entry_published', 'draft_saved', 'menu_saved', 'rule_saved', 'followers_tagged'])[1 + n % 5], '目标' || n,
  '{}'::json, '127.0.0.1', md5(n::text)
FROM generate_series(1, (200000 * :share)::bigint) AS n
"""

_MEMBERS = f"""
INSERT INTO members (account_id, public_id, openid, following, scene, first_seen_at, last_seen_at, followed_at, left_at,
  asked_at, asked_count, recount, remark, version, blocked_at, block_problem)
SELECT account_id, {_ID16.format("m", "account_id || '-' || n")},
  'o' || substr(md5('o' || account_id || '-' || n), 1, 27), n % 4 > 0,
  CASE WHEN n % 5 < 2 THEN 'poster-' || floor(120 * power(random(), 3)) ELSE '' END,
  now() - interval '1 day' * 700, {_AGO.format(700)}, {_AGO.format(700)}, NULL,
  CASE WHEN n % 3 = 0 THEN {_AGO.format(300)} END, CASE WHEN n % 3 = 0 THEN floor(20 * power(random(), 3)) ELSE 0 END,
  false, NULL, 0, CASE WHEN n % 60 = 0 THEN {_AGO.format(300)} END, ''
FROM sizes CROSS JOIN LATERAL generate_series(1, followers) AS n
"""

_TAGS = f"""
INSERT INTO tags (account_id, public_id, name, platform_id, state, problem, version, changed_at, followers, fill_group,
  fill_after, filled)
SELECT account_id, {_ID16.format("t", "account_id || '-' || n")}, '标签' || n, 100 + n, 'live', '', 0, now(), 0, '', '', 0
FROM sizes CROSS JOIN generate_series(1, CASE WHEN account_id = 1 THEN 60 ELSE 5 END) AS n
"""

_MEMBER_TAGS = """
WITH ranges AS (SELECT account_id, min(id) AS first, count(*) AS tags FROM tags GROUP BY account_id)
INSERT INTO member_tags (account_id, tag_id, member_id, state, changed_at)
SELECT m.account_id, r.first + floor(r.tags * power(random(), 3))::int, m.id, 'on', now()
FROM members m JOIN ranges r USING (account_id) WHERE m.id % 2 = 0
"""

_SCENES = f"""
INSERT INTO scenes (account_id, public_id, scene, label, district, url, expires_at, version, created_at)
SELECT account_id, {_ID16.format("s", "account_id || '-' || n")}, 'poster-' || n - 1, '海报' || n, '第' || n % 13 || '区',
  'https://example.invalid/q/' || n, NULL, 0, now()
FROM sizes CROSS JOIN LATERAL
  generate_series(1, CASE WHEN account_id = 1 THEN greatest(1000 * :share, 240)::int ELSE 5 END) AS n
"""

_SCENE_DAYS = """
INSERT INTO scene_days (account_id, scene, day, scans, followed)
SELECT account_id, scene, current_date - n, 20 + n % 7, 5
FROM scenes CROSS JOIN LATERAL generate_series(0, greatest(1, 200 * :share)::int) AS n
"""

_SCANS = """
INSERT INTO scene_scans (account_id, message_key, at)
SELECT 1, 'scan-' || n, now() - interval '1 second' * n FROM generate_series(1, (200000 * :share)::int) AS n
"""

_PUSHES = """
INSERT INTO pushes (account_id, code, title, digest, cover, link, due_at, state, client_msg_id, media_id, msg_id, total_count,
  sent_count, error_count, error)
SELECT account_id, 'push-' || n, '推送的标题' || n, '摘要', 'cover.jpg', '{h5}/faq', now() + interval '1 day' * (15 - n),
  CASE WHEN n < 15 THEN 'scheduled' ELSE 'sent' END, md5('p' || account_id || '-' || n), '', '', 0, 0, 0, ''
FROM sizes CROSS JOIN LATERAL generate_series(1, greatest(70, CASE WHEN account_id = 1 THEN 1800 ELSE 300 END * :share)::int) n
"""

_MENUS = f"""
INSERT INTO menu_versions (account_id, tree, pushed_at, pushed_by, note)
SELECT account_id, '{_TREE}'::json, now() - interval '1 day' * (3000 - n), '工作人员', '发布'
FROM sizes CROSS JOIN LATERAL generate_series(1, greatest(60, CASE WHEN account_id = 1 THEN 2000 ELSE 200 END * :share)::int) n
"""

_DRAFT_MENUS = f"""
INSERT INTO menu_drafts (account_id, tree, version, updated_at, updated_by)
SELECT account_id, '{_TREE}'::json, 1, now(), '工作人员' FROM sizes
"""

_VARIANTS = f"""
INSERT INTO menu_variants (account_id, public_id, name, tag_id, tree, version, updated_at, updated_by, menu_ids, published_by)
SELECT account_id, {_ID16.format("v", "account_id || '-' || n")}, '菜单' || n, 100 + n, '{_TREE}'::json, 0, now(), '', '[]', ''
FROM sizes CROSS JOIN generate_series(1, 10) AS n
"""

_CHANGES = f"""
INSERT INTO menu_changes (account_id, public_id, tree, due_at, state, error, created_at, created_by)
SELECT account_id, {_ID16.format("c", "account_id || '-' || n")}, '{_TREE}'::json, now() - interval '1 day' * n, 'published', '',
  now(), '工作人员'
FROM sizes CROSS JOIN LATERAL generate_series(1, greatest(30, 300 * :share)::int) AS n
"""

_ASKED = f"""
WITH wanted AS (
  SELECT account_id, greatest(CASE WHEN account_id IN (1, 151) THEN 40000 ELSE 6000 END, CASE WHEN account_id = 1 THEN 150000 ELSE followers * 0.2 / :share END * :share)::int AS asked
  FROM sizes
), numbered AS (
  SELECT account_id, n,
    CASE WHEN n % 20 < 14 THEN 'answered' WHEN n % 20 < 16 THEN 'suggested' WHEN n % 20 < 18 THEN 'handed_off'
         WHEN n % 20 = 18 THEN 'useful' ELSE 'useless' END AS outcome
  FROM wanted CROSS JOIN LATERAL generate_series(1, asked) AS n
)
INSERT INTO asked_questions (account_id, message_key, asked_at, outcome, entry_code, text, done_at)
SELECT account_id, 'ask-' || n, now() - interval '1 day' * 89 * random(), outcome,
  CASE WHEN outcome IN ('answered', 'useful', 'useless') THEN 'e-1-' || 1 + floor(290 * power(random(), 2)) ELSE '' END,
  CASE WHEN outcome IN ('handed_off', 'useless') THEN
    (ARRAY['我是', '请问', '老板说', ''])[1 + n % 4] || {_pick(_JOBS, "n / 5")} || '，' || {_pick(_MATTERS, "n / 11")} ||
    (ARRAY['', '，怎么办', '，找谁', '，合法吗'])[1 + n / 3 % 4] ELSE '' END,
  CASE WHEN n % 40 = 19 THEN now() END
FROM numbered
"""

STATEMENTS: tuple[tuple[str, str], ...] = (
    ("entries", _ENTRIES),
    ("drafts", _DRAFTS),
    ("columns", _COLUMNS),
    ("items", _ITEMS),
    ("rules", _RULES),
    ("acts", _ACTS),
    (
        "audit_head",
        "INSERT INTO audit_head (id, number, chained) SELECT 1, max(number), 'made' FROM audit_entries",
    ),
    ("members", _MEMBERS),
    ("tags", _TAGS),
    ("member_tags", _MEMBER_TAGS),
    ("scenes", _SCENES),
    ("scene_days", _SCENE_DAYS),
    ("scans", _SCANS),
    ("pushes", _PUSHES),
    ("menus", _MENUS),
    ("menu_drafts", _DRAFT_MENUS),
    ("menu_variants", _VARIANTS),
    ("menu_changes", _CHANGES),
    ("asked", _ASKED),
)
