"""题库: the questions of an organisation, inherited down the tree."""
