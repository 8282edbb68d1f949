"""People behind the bot: workers who asked for one (人工). The message wall and the inbox come on top of this."""
