"""A package of its own: a dependency installs one of this name, which would else be found first."""
