"""What several article sources need: web pages, HTML, tables, options."""
