"""The custom menu (自定义菜单): its tree, checks against the platform's limits, publishing, and answers to clicks."""
