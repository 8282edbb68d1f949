"""`flask audit …`: is the log of what staff did whole?"""

import click
from flask.cli import AppGroup

from accounts.audit import verify
from core.errors import DomainError
from house.current import parts

group = AppGroup("audit", help="操作记录：核验")


@group.command("verify")
def verify_() -> None:
    """Check the audit log's chain; what was edited, deleted or swapped is named, with exit code 1."""
    with parts().db.read() as session:
        findings = list(verify(session))
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        raise DomainError("audit_broken", f"操作记录不完整：发现 {len(findings)} 处")
    click.echo("操作记录完整，没有被改动、删除或调换")
