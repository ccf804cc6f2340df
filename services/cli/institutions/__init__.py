"""Commands about people and decisions: assemblies and the lot, matters, votes, the public log and its witnesses."""
