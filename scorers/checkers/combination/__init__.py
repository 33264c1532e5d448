"""What the response is put together from."""
