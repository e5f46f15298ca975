"""What a spreadsheet says about fiches: reading it, finding its columns, checking its rows, matching what exists.

Nothing here writes; `services.importing` does.
"""
