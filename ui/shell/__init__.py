"""What is around every page: the sidebar, texts, tables, the look."""
