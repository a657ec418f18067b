"""Those who decide: they join models, workers and store. QtCore only."""
