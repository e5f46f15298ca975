"""The demo's programmes, forms and calls: real criteria of the field, invented dates."""
