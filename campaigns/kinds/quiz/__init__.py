"""答题: a campaign in which people answer questions drawn from the union's own bank."""
