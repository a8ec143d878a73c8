"""What takes time: long tasks, their queue, caches and limits."""
