"""The WeChat platform: messages, crypto, tokens, its API (over wechatpy) and its error codes."""
