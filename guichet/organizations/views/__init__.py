"""HTTP only: fetch in the visitor's scope, validate, call one service, answer."""
