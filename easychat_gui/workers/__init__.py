"""Owners of threads. QtCore only."""
