"""One module a provider, each with `create(setup) -> Adapter`; client libraries are imported when used."""
