"""Finding pictures by words: what is asked (query), what is found (find), and the index of those that have none yet."""
