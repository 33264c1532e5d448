"""How requests travel: HTTP sessions, official SDKs, provider errors mapped to ours."""
