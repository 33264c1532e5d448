"""How the response begins and ends."""
