"""`flask wall check`: what would be held, what is urgent, what others would read."""

from tests.conftest import Home


def check(home: Home, text: str) -> str:
    done = home.app.test_cli_runner().invoke(args=["wall", "check", text])
    assert done.exit_code == 0, done.output
    return done.output


def test_it_says_what_is_held_and_what_would_be_read(home: Home):
    told = check(home, "主管是个煞笔，加V信 13800138000")
    assert "第 5–6 字\t辱骂\t傻逼（变体）\t先由工作人员看过" in told
    assert "加微信（变体）" in told
    assert "会隐去：手机号" in told and "公开时：主管是个煞笔，加V信 〔手机号已隐去〕" in told


def test_it_says_what_is_urgent(home: Home):
    assert "急件：请马上联系本人" in check(home, "三个月没工资，我不想活了")


def test_it_says_that_there_is_nothing(home: Home):
    told = check(home, "老板欠薪三个月")
    assert "没有敏感词" in told and "没有个人信息" in told
