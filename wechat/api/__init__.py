"""The platform's endpoints, one module a family. `wechat.client.WeChatAPI` hands them out as namespaces.

Kept free of imports: `wechat.errors` takes its table from `wechat.api.codes`, and the endpoints import `wechat.errors`.
"""
