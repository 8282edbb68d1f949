"""The statute library: national texts article by article, looked up in the chat and on pages, linked from citations."""
