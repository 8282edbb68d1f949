"""What the acts in the audit log are called in Chinese."""

ACTIONS: dict[str, str] = {
    "signed_in": "登录",
    "signed_out": "退出登录",
    "sign_in_failed": "登录失败",
    "code_failed": "验证码错误",
    "password_changed": "修改密码",
    "second_factor_enrolled": "开启两步验证",
    "sessions_ended": "让设备退出",
    "role_given": "授予角色",
    "role_taken": "收回角色",
    "access_reset": "重设密码",
    "second_factor_reset": "重设密码和两步验证",
    "person_put_out": "停用人员",
    "person_let_in": "恢复人员",
}
