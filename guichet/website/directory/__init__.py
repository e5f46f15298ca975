"""The public directory: search, map, pages, open data. Reads `DirectoryEntry` and nothing else of a fiche."""
